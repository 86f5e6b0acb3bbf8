/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-passwords.h"

#include <sodium.h>
#include <string.h>

#include "vis-codec.h"
#include "vis-server-limits.h"

/* Hashing a password takes 64 MiB and tens of milliseconds by design. It runs on a few threads of
 * its own with a short queue, so that a flood of sign-ins slows down sign-ins alone. */

struct _VisPasswords
{
  GThreadPool *pool;
  char        *dummy; /* hash of random bytes, verified where an account has no password */
};

typedef struct
{
  VisPasswords *passwords;
  char         *password;
  char         *hash; /* to verify against; NULL: hash @password */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  sodium_memzero (work->password, strlen (work->password));
  g_free (work->password);
  g_free (work->hash);
  g_free (work);
}

/**
 * vis_password_hash:
 * @password: a password
 *
 * Hashes with argon2id. Blocks for tens of milliseconds.
 *
 * Returns: (transfer full) (nullable): the hash with its salt and parameters as text, %NULL if
 *   there is no memory for it
 */
char *
vis_password_hash (const char *password)
{
  char hash[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_str_alg (hash,
                             password,
                             strlen (password),
                             crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE,
                             crypto_pwhash_ALG_ARGON2ID13) != 0)
    return NULL;
  return g_strdup (hash);
}

/**
 * vis_password_verify:
 * @password: a password
 * @hash: of vis_password_hash()
 *
 * Verifies a password. Blocks for tens of milliseconds.
 *
 * Returns: whether @hash is of @password
 */
gboolean
vis_password_verify (const char *password, const char *hash)
{
  return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
}

static void
run (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Work             *work = g_task_get_task_data (task);

  if (work->hash == NULL)
    {
      char *hash = vis_password_hash (work->password);

      if (hash != NULL)
        g_task_return_pointer (task, hash, g_free);
      else
        g_task_return_new_error (
          task, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAVAILABLE, "no memory to hash a password");
    }
  else
    g_task_return_boolean (task, vis_password_verify (work->password, work->hash));
}

VisPasswords *
vis_passwords_new (void)
{
  VisPasswords    *self = g_new0 (VisPasswords, 1);
  g_autofree char *nobodys = vis_token_new ();

  self->pool = g_thread_pool_new (run, self, VIS_SERVER_HASH_THREADS, FALSE, NULL);
  self->dummy = vis_password_hash (nobodys);
  return self;
}

/* Waits for the work that is running. */
void
vis_passwords_free (VisPasswords *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self->dummy);
  g_free (self);
}

static void
push (
  VisPasswords *self, Work *work, GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, work_free);
  if (g_thread_pool_unprocessed (self->pool) >= VIS_SERVER_HASH_QUEUE)
    {
      g_task_return_new_error (task,
                               VIS_PROTOCOL_ERROR,
                               VIS_PROTOCOL_ERROR_UNAVAILABLE,
                               "too many people sign in at this moment");
      g_object_unref (task);
      return;
    }
  g_thread_pool_push (self->pool, task, NULL);
}

/**
 * vis_passwords_hash_async:
 * @self: the thread pool
 * @password: a password
 * @callback: called on the main context
 * @user_data: passed to @callback
 *
 * Hashes a password off the main thread.
 */
void
vis_passwords_hash_async (VisPasswords       *self,
                          const char         *password,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  Work *work = g_new0 (Work, 1);

  work->passwords = self;
  work->password = g_strdup (password);
  push (self, work, callback, user_data, vis_passwords_hash_async);
}

char *
vis_passwords_hash_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * vis_passwords_verify_async:
 * @self: the thread pool
 * @password: a password
 * @hash: (nullable): to verify it against; %NULL, where there is no user or no password, takes as
 *   long and fails
 * @callback: called on the main context
 * @user_data: passed to @callback
 *
 * Verifies a password off the main thread. The time that it takes does not tell whether the user
 * exists.
 */
void
vis_passwords_verify_async (VisPasswords       *self,
                            const char         *password,
                            const char         *hash,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  Work *work = g_new0 (Work, 1);

  work->passwords = self;
  work->password = g_strdup (password);
  work->hash = g_strdup (hash != NULL ? hash : self->dummy != NULL ? self->dummy : "");
  push (self, work, callback, user_data, vis_passwords_verify_async);
}

gboolean
vis_passwords_verify_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vis_token_new:
 *
 * Returns: (transfer full): a new token, 256 random bits in hex
 */
char *
vis_token_new (void)
{
  guint8 raw[32];
  char   text[2 * sizeof raw + 1];

  randombytes_buf (raw, sizeof raw);
  return g_strdup (sodium_bin2hex (text, sizeof text, raw, sizeof raw));
}

/**
 * vis_token_hash:
 * @token: a token
 *
 * A fast hash is enough, since tokens are random.
 *
 * Returns: (transfer full): its BLAKE2b hash
 */
GBytes *
vis_token_hash (const char *token)
{
  guint8 hash[VIS_TOKEN_HASH_BYTES];

  crypto_generichash (hash, sizeof hash, (const guint8 *) token, strlen (token), NULL, 0);
  return g_bytes_new (hash, sizeof hash);
}

/**
 * vis_device_id_new:
 *
 * Returns: (transfer full): a random id for a device, 64 bits in hex behind a `d`
 */
char *
vis_device_id_new (void)
{
  guint8 raw[8];
  char   text[2 * sizeof raw + 2] = "d";

  randombytes_buf (raw, sizeof raw);
  sodium_bin2hex (text + 1, sizeof text - 1, raw, sizeof raw);
  return g_strdup (text);
}

/**
 * vis_invite_new:
 *
 * Returns: (transfer full): an invite code, 80 random bits, easy to read out on the telephone
 */
char *
vis_invite_new (void)
{
  static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789";
  char              code[20];
  guint             n = 0;

  for (guint i = 0; i < 16; i++)
    {
      if (i > 0 && i % 4 == 0)
        code[n++] = '-';
      code[n++] = letters[randombytes_uniform (32)];
    }
  code[n] = '\0';
  return g_strdup (code);
}
