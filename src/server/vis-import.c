/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-import.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"
#include "vis-passwords.h"

/* A file of accounts, one JSON object a line. All of it is read and checked before anything is
 * written, in one transaction: after a mistake was corrected, the file is imported again from its
 * start. */

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct
{
  guint number;
  char *password; /* plain text, or NULL */
} Line;

struct _VisImport
{
  char       *file;
  GArray     *lines;     /* of Line: without the empty ones */
  GPtrArray  *accounts;  /* of VisStoreAccount, one for each of @lines */
  GHashTable *passwords; /* user → number of the line with their password */
  GHashTable *owners;    /* token → user; borrowed from @accounts */
};

static void
line_clear (gpointer data)
{
  Line *line = data;

  g_free (line->password);
}

G_GNUC_PRINTF (4, 5)
static gboolean
refuse_line (const VisImport *self, guint number, GError **error, const char *format, ...)
{
  g_autofree char *words = NULL;
  va_list          arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, VIS_ERROR, VIS_ERROR_FAILED, "%s:%u: %s", self->file, number, words);
  return FALSE;
}

/* Checks the tokens of a line: the same token must not be of two users. */
static gboolean
add_tokens (VisImport *self, guint number, const VisStoreAccount *account, GError **error)
{
  for (guint i = 0; account->tokens != NULL && account->tokens[i] != NULL; i++)
    {
      char       *token = account->tokens[i];
      gsize       length = strlen (token);
      const char *owner = g_hash_table_lookup (self->owners, token);

      if (length < VIS_LIMIT_TOKEN_MIN || length > VIS_LIMIT_TOKEN)
        return refuse_line (self, number, error, _ ("A token has 32 to 128 characters."));
      if (owner != NULL && strcmp (owner, account->user) != 0)
        return refuse_line (
          self, number, error, _ ("“%s” and “%s” have a token in common."), owner, account->user);
      g_hash_table_insert (self->owners, token, account->user);
    }
  return TRUE;
}

static gboolean
add_password (VisImport *self, guint number, const VisStoreAccount *account, GError **error)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (self->passwords, account->user));

  if (before > 0)
    return refuse_line (
      self, number, error, _ ("“%s” has a password in line %u already."), account->user, before);
  g_hash_table_insert (self->passwords, account->user, GUINT_TO_POINTER (number));
  return TRUE;
}

/* Refuses unknown fields. Frames may have them, for newer versions; in a file that a person writes
 * they are typing errors, and “pasword” would leave somebody without one. */
static gboolean
check_fields (const VisImport *self, guint number, const char *text, GError **error)
{
  static const char *const known[] = { "user", "name", "password", "contacts", "tokens", NULL };
  g_autoptr (JsonNode)     node = json_from_string (text, error);
  g_autoptr (GList)        members = NULL;

  if (node == NULL)
    return FALSE;
  members = json_object_get_members (json_node_get_object (node));
  for (const GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data))
      return refuse_line (
        self, number, error, _ ("“%s” is no field of an account."), (const char *) l->data);
  return TRUE;
}

static gboolean
add_line (VisImport *self, guint number, const char *text, GError **error)
{
  g_autoptr (VisMessage) message =
    vis_codec_decode_body (text, strlen (text), VIS_KIND_IMPORT, error);
  Line             line = { .number = number };
  VisStoreAccount *account;

  if (message == NULL)
    {
      g_prefix_error (error, "%s:%u: ", self->file, number);
      return FALSE;
    }
  if (!check_fields (self, number, text, error))
    return FALSE;
  account = vis_store_account_new ();
  account->user = g_strdup (vis_message_get_string (message, VIS_FIELD_USER));
  account->name = g_strdup (vis_message_get_string (message, VIS_FIELD_NAME));
  account->contacts =
    g_strdupv ((char **) vis_message_get_strings (message, VIS_FIELD_CONTACT_NAMES));
  account->tokens = g_strdupv ((char **) vis_message_get_strings (message, VIS_FIELD_TOKENS));
  line.password = g_strdup (vis_message_get_string (message, VIS_FIELD_PASSWORD));
  g_ptr_array_add (self->accounts, account);
  g_array_append_val (self->lines, line);
  return add_tokens (self, number, account, error) &&
         (line.password == NULL || add_password (self, number, account, error));
}

static gboolean
add_lines (VisImport *self, char *text, GError **error)
{
  char *next;

  for (guint number = 1; text != NULL; number++, text = next)
    {
      next = strchr (text, '\n');
      if (next != NULL)
        *next++ = '\0';
      /* Strips the CR of CR LF too. */
      g_strstrip (text);
      if (*text != '\0' && !add_line (self, number, text, error))
        return FALSE;
    }
  return TRUE;
}

/* Some editors write UTF-16 or other encodings, with zero bytes or worse. */
static gboolean
check_encoding (const VisImport *self, const char *text, gsize length, GError **error)
{
  const char *end;
  guint       number = 1;

  if (g_utf8_validate_len (text, length, &end))
    return TRUE;
  for (const char *c = text; c < end; c++)
    number += *c == '\n';
  return refuse_line (
    self, number, error, _ ("This is no text in UTF-8. Save the file in this encoding."));
}

static gboolean
read_file (VisImport *self, GError **error)
{
  const char      *path = strcmp (self->file, "-") == 0 ? "/dev/stdin" : self->file;
  g_autofree char *text = NULL;
  char            *start;
  gsize            length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  start = g_str_has_prefix (text, BYTE_ORDER_MARK) ? text + strlen (BYTE_ORDER_MARK) : text;
  return check_encoding (self, start, length - (gsize) (start - text), error) &&
         add_lines (self, start, error);
}

/**
 * vis_import_new:
 * @file: path of a UTF-8 file, or `-` for standard input
 * @error: names the line; of %VIS_ERROR or %VIS_PROTOCOL_ERROR
 *
 * Reads accounts, each an object like `{"user","name"?,"password"?,"contacts"?,"tokens"?}` in a
 * line of its own. Lines may end in CR LF, and a byte order mark may be in front.
 *
 * Returns: (transfer full) (nullable): the accounts, %NULL if any of them is wrong
 */
VisImport *
vis_import_new (const char *file, GError **error)
{
  g_autoptr (VisImport) self = g_new0 (VisImport, 1);

  self->file = g_strdup (file);
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_set_clear_func (self->lines, line_clear);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  self->passwords = g_hash_table_new (g_str_hash, g_str_equal);
  self->owners = g_hash_table_new (g_str_hash, g_str_equal);
  return read_file (self, error) ? g_steal_pointer (&self) : NULL;
}

void
vis_import_free (VisImport *self)
{
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->passwords);
  g_ptr_array_unref (self->accounts);
  g_array_unref (self->lines);
  g_free (self->file);
  g_free (self);
}

/**
 * vis_import_get_n_accounts:
 * @self: an import
 *
 * Returns: the number of lines with an account
 */
guint
vis_import_get_n_accounts (const VisImport *self)
{
  return self->lines->len;
}

typedef struct
{
  const VisImport *import;
  GPtrArray       *known; /* of VisStoreAccount */
  GError          *error;
  gboolean         done;
} Answer;

/* Adds the line to an error of the store about other users. */
static void
explain (Answer *answer, const VisServerStoreOp *op)
{
  const VisImport *self = answer->import;
  const Line      *line = &g_array_index (self->lines, Line, op->at);
  const char      *user = ((VisStoreAccount *) g_ptr_array_index (self->accounts, op->at))->user;

  if (op->error->code == VIS_PROTOCOL_ERROR_NOT_FOUND)
    refuse_line (self,
                 line->number,
                 &answer->error,
                 _ ("“%s” can’t be a contact of “%s”: there is no other user of that name."),
                 op->error->message,
                 user);
  else if (op->error->code == VIS_PROTOCOL_ERROR_FORBIDDEN)
    refuse_line (
      self, line->number, &answer->error, _ ("“%s” has a token of somebody else."), user);
  else
    answer->error = g_error_copy (op->error);
}

static void
on_answer (VisServerStoreOp *op, gpointer data)
{
  Answer *answer = data;

  answer->done = TRUE;
  answer->known = g_steal_pointer (&op->accounts);
  if (op->error != NULL)
    explain (answer, op);
}

/* Submits an operation with all accounts to the store and waits for it. */
static gboolean
ask (VisImport *self, VisServerStore *store, VisStoreVerb verb, GPtrArray **known, GError **error)
{
  Answer            answer = { .import = self };
  VisServerStoreOp *op = vis_server_store_op_new (verb, on_answer, &answer);

  op->imports = g_ptr_array_ref (self->accounts);
  vis_server_store_submit (store, op);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);

  if (known != NULL)
    *known = g_steal_pointer (&answer.known);
  g_clear_pointer (&answer.known, g_ptr_array_unref);
  if (answer.error == NULL)
    return TRUE;
  g_propagate_error (error, answer.error);
  return FALSE;
}

/* Hashes the passwords to be written: before the transaction, since each takes tens of
 * milliseconds, and a running server may be waiting to write. */
static gboolean
hash_passwords (
  VisImport *self, const GPtrArray *known, gboolean overwrite, guint *n_kept, GError **error)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line            *line = &g_array_index (self->lines, Line, i);
      const VisStoreAccount *before = g_ptr_array_index (known, i);
      VisStoreAccount       *account = g_ptr_array_index (self->accounts, i);

      account->overwrite = overwrite;
      if (line->password == NULL ||
          (before->password != NULL && vis_password_verify (line->password, before->password)))
        continue;
      if (before->password != NULL && !overwrite)
        {
          (*n_kept)++;
          continue;
        }
      account->password = vis_password_hash (line->password);
      if (account->password == NULL)
        return refuse_line (
          self, line->number, error, _ ("There is no memory to hash this password."));
    }
  return TRUE;
}

/**
 * vis_import_run:
 * @self: an import; it can be run once
 * @store: the store to write to
 * @overwrite: whether accounts that have another password get the one of the file
 * @n_kept: (out): how many accounts have another password that they keep
 * @error: names the line; nothing was written then
 *
 * Creates or updates the accounts, all or none of them. Blocks, for tens of milliseconds for each
 * password.
 *
 * Returns: whether the transaction was committed
 */
gboolean
vis_import_run (
  VisImport *self, VisServerStore *store, gboolean overwrite, guint *n_kept, GError **error)
{
  g_autoptr (GPtrArray) known = NULL;

  *n_kept = 0;
  return ask (self, store, VIS_STORE_CHECK_IMPORT, &known, error) &&
         hash_passwords (self, known, overwrite, n_kept, error) &&
         ask (self, store, VIS_STORE_IMPORT, NULL, error);
}
