/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <glib.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

/* Linked into a visavisd of its own in the place of libsodium's function: hashing a password costs
 * next to nothing where tests try hundreds of them, and lasts as long as a test wants where that
 * is about a server that is busy: until nobody has locked the file that VISAVISD_HASH_GATE names.
 */

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
