/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

/* Wraps libsodium's function in a visavisd of its own. Hashing a password costs next to nothing,
 * for tests that try hundreds of them, and blocks while a test has locked the file that
 * VISAVISD_HASH_GATE names, for tests of a busy server. */

int __real_crypto_pwhash_str_alg (char               out[crypto_pwhash_STRBYTES],
                                  const char        *password,
                                  unsigned long long length,
                                  unsigned long long operations,
                                  size_t             memory,
                                  int                algorithm);
int __wrap_crypto_pwhash_str_alg (char               out[crypto_pwhash_STRBYTES],
                                  const char        *password,
                                  unsigned long long length,
                                  unsigned long long operations,
                                  size_t             memory,
                                  int                algorithm);

int
__wrap_crypto_pwhash_str_alg (char               out[crypto_pwhash_STRBYTES],
                              const char        *password,
                              unsigned long long length,
                              unsigned long long operations,
                              size_t             memory,
                              int                algorithm)
{
  const char *gate = g_getenv ("VISAVISD_HASH_GATE");

  if (gate != NULL)
    {
      int fd = open (gate, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);

      flock (fd, LOCK_SH);
      close (fd);
    }
  return __real_crypto_pwhash_str_alg (out,
                                       password,
                                       length,
                                       crypto_pwhash_argon2id_OPSLIMIT_MIN,
                                       crypto_pwhash_argon2id_MEMLIMIT_MIN,
                                       algorithm);
}
