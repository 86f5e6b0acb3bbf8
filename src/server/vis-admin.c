/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-admin.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "vis-check.h"
#include "vis-error.h"
#include "vis-id.h"
#include "vis-import.h"
#include "vis-limits.h"
#include "vis-passwords.h"
#include "vis-server-config.h"
#include "vis-server-store.h"
#include "vis-store-open.h"

#include <libsoup/soup.h>

/* The administrative commands, which work on the store with or without a running server. */

/* Limits of an invite: without one there is --open-registration, and a hundred years are for ever.
 */
#define MOST_USES 1000000
#define MOST_DAYS 36500

typedef struct
{
  char           *data;
  char           *server;
  char           *ca;
  char           *name;
  int             uses;
  int             days;
  gboolean        overwrite;
  VisServerStore *store;
  guint           waiting;
  GError         *error;
} Admin;

static void
on_done (VisServerStoreOp *op, gpointer data)
{
  Admin *self = data;

  self->waiting--;
  if (op->error != NULL && self->error == NULL)
    self->error = g_error_copy (op->error);
}

static void
submit (Admin *self, VisServerStoreOp *op)
{
  self->waiting++;
  vis_server_store_submit (self->store, op);
}

static gboolean
wait_for_store (Admin *self, GError **error)
{
  while (self->waiting > 0)
    g_main_context_iteration (NULL, TRUE);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, VIS_ERROR, VIS_ERROR_FAILED, sentence);
  return FALSE;
}

static gboolean
open_store (Admin *self, gboolean make, GError **error)
{
  VisServerConfig  config = { .data = self->data };
  g_autofree char *path = vis_server_config_database (&config);
  g_autofree char *uri = vis_server_config_get_store (&config);

  if (!make && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error,
                   VIS_ERROR,
                   VIS_ERROR_STORE,
                   _ ("There is no server’s data in %s. Name its folder with --data."),
                   self->data);
      return FALSE;
    }
  if (g_mkdir_with_parents (self->data, 0700) != 0)
    {
      g_set_error (error, VIS_ERROR, VIS_ERROR_STORE, "%s: %s", self->data, g_strerror (errno));
      return FALSE;
    }
  self->store = vis_server_store_open (uri, error);
  return self->store != NULL;
}

/* Reads a line from standard input, with the terminal's echo switched off. */
static gboolean
read_password (char *password, int size)
{
  struct termios before;
  struct termios silent;
  gboolean       terminal = tcgetattr (STDIN_FILENO, &before) == 0;
  gboolean       read;

  if (terminal)
    {
      silent = before;
      silent.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
    }
  g_printerr ("%s ", _ ("Password:"));
  read = fgets (password, size, stdin) != NULL;
  if (terminal)
    {
      tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
      g_printerr ("\n");
    }
  return read;
}

static gboolean
check_name (const char *name)
{
  return name == NULL ||
         (*name != '\0' && g_utf8_strlen (name, -1) <= VIS_LIMIT_NAME && vis_check_name (name));
}

static gboolean
add_user (Admin *self, const char *user, GError **error)
{
  VisServerStoreOp *op;
  g_autofree char  *hash = NULL;
  char              password[1024];

  if (user == NULL || !vis_user_is_valid (user))
    return refuse (error, _ ("A user name has up to 32 of a-z, 0-9, “.”, “_” and “-”."));
  if (!check_name (self->name))
    return refuse (error, _ ("A name has 1 to 64 characters, all of them for people to read."));
  if (!read_password (password, sizeof password))
    return refuse (error, _ ("There is no password on standard input."));
  g_strchomp (password);
  if (strlen (password) < VIS_LIMIT_PASSWORD_MIN_BYTES ||
      strlen (password) > VIS_LIMIT_PASSWORD_MAX_BYTES)
    return refuse (error, _ ("A password has 8 to 256 bytes."));
  hash = vis_password_hash (password);
  if (hash == NULL)
    return refuse (error, _ ("There is no memory to hash this password."));

  op = vis_server_store_op_new (VIS_STORE_REGISTER, on_done, self);
  op->account = vis_store_account_new ();
  op->account->user = g_strdup (user);
  op->account->name = g_strdup (self->name);
  op->account->password = g_steal_pointer (&hash);
  op->account->open = TRUE;
  submit (self, op);
  return wait_for_store (self, error);
}

static gboolean
import (Admin *self, const char *file, GError **error)
{
  g_autoptr (VisImport) accounts = NULL;
  guint                 n;
  guint                 n_kept;

  if (file == NULL)
    return refuse (error, _ ("Name the file to import."));
  accounts = vis_import_new (file, error);
  if (accounts == NULL || !open_store (self, TRUE, error) ||
      !vis_import_run (accounts, self->store, self->overwrite, &n_kept, error))
    return FALSE;
  n = vis_import_get_n_accounts (accounts);
  g_print (ngettext ("%u account\n", "%u accounts\n", n), n);
  if (n_kept > 0)
    g_print (ngettext ("%u of them has another password here and keeps it; "
                       "--overwrite-passwords gives it the one of the file.\n",
                       "%u of them have another password here and keep it; "
                       "--overwrite-passwords gives them those of the file.\n",
                       n_kept),
             n_kept);
  return TRUE;
}

static void
on_listed (VisServerStoreOp *op, gpointer data)
{
  for (guint i = 0; op->accounts != NULL && i < op->accounts->len; i++)
    {
      const VisStoreAccount *account = g_ptr_array_index (op->accounts, i);

      g_print ("%s\t%s\n", account->user, account->name != NULL ? account->name : "");
    }
  on_done (op, data);
}

static gboolean
list (Admin *self, GError **error)
{
  submit (self, vis_server_store_op_new (VIS_STORE_LIST_ACCOUNTS, on_listed, self));
  return wait_for_store (self, error);
}

/* Checks the options of an invite. */
static gboolean
check_invite (Admin *self, GError **error)
{
  if (self->uses < 1 || self->uses > MOST_USES)
    return refuse (error, _ ("--uses is a number from 1 to 1000000."));
  if (self->days < 1 || self->days > MOST_DAYS)
    return refuse (error, _ ("--days is a number from 1 to 36500."));
  return TRUE;
}

static gboolean
invite (Admin *self, GError **error)
{
  g_autofree char  *code = vis_invite_new ();
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_ADD_INVITE, on_done, self);

  op->account = vis_store_account_new ();
  op->account->invite = g_strdup (code);
  op->account->uses = (guint) self->uses;
  op->account->expires = op->now + self->days * G_GINT64_CONSTANT (86400000);
  submit (self, op);
  if (!wait_for_store (self, error))
    return FALSE;
  g_print ("%s\n", code);
  return TRUE;
}

static gboolean
status (Admin *self, GError **error)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes)      body = NULL;
  g_autofree char        *uri =
    g_strdup_printf ("%s/healthz", self->server != NULL ? self->server : "http://127.0.0.1:8448");

  message = soup_message_new ("GET", uri);
  if (message == NULL)
    return refuse (error, _ ("--server is an address like http://127.0.0.1:8448"));
  if (self->ca != NULL)
    {
      g_autofree char         *path = g_canonicalize_filename (self->ca, NULL);
      g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, error);

      if (database == NULL)
        {
          g_prefix_error (error, _ ("The certificates in %s can’t be used: "), self->ca);
          return FALSE;
        }
      soup_session_set_tls_database (session, database);
    }
  soup_session_set_timeout (session, 5);
  body = soup_session_send_and_read (session, message, NULL, error);
  if (body == NULL)
    return FALSE;
  g_print ("%.*s\n", (int) g_bytes_get_size (body), (const char *) g_bytes_get_data (body, NULL));
  return soup_message_get_status (message) == SOUP_STATUS_OK ||
         refuse (error, _ ("The server is not well."));
}

/* Refuses extra arguments: they may be misspelt options. */
static gboolean
check_words (char **words, GError **error)
{
  const gboolean user = strcmp (words[0], "user") == 0;
  const guint    most = !user ? 1 : g_strcmp0 (words[1], "list") == 0 ? 2 : 3;

  if (g_strv_length (words) <= most)
    return TRUE;
  g_set_error (error,
               VIS_ERROR,
               VIS_ERROR_FAILED,
               _ ("“%s” is one word too many. Try “visavisd help”."),
               words[most]);
  return FALSE;
}

static gboolean
run (Admin *self, char **words, GError **error)
{
  if (!check_words (words, error))
    return FALSE;
  if (strcmp (words[0], "status") == 0)
    return status (self, error);
  if (strcmp (words[0], "invite") == 0)
    return check_invite (self, error) && open_store (self, FALSE, error) && invite (self, error);
  if (g_strcmp0 (words[1], "add") == 0)
    return open_store (self, TRUE, error) && add_user (self, words[2], error);
  if (g_strcmp0 (words[1], "import") == 0)
    return import (self, words[2], error);
  if (g_strcmp0 (words[1], "list") == 0)
    return open_store (self, FALSE, error) && list (self, error);
  return refuse (error, _ ("visavisd user add NAME, import FILE or list"));
}

/**
 * vis_admin_main:
 * @argc: number of arguments
 * @argv: the arguments, the command first
 *
 * Runs `visavisd user …`, `visavisd invite` and `visavisd status`.
 *
 * Returns: the exit status
 */
int
vis_admin_main (int argc, char **argv)
{
  Admin              self = { .uses = 1, .days = 7 };
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &self.data, N_ ("Folder of the server"), N_ ("DIR") },
    { "name",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.name,
      N_ ("What people call the user"),
      N_ ("NAME") },
    { "uses",
      0,
      0,
      G_OPTION_ARG_INT,
      &self.uses,
      N_ ("How often an invite can be used, 1 to 1000000 times"),
      N_ ("N") },
    { "days",
      0,
      0,
      G_OPTION_ARG_INT,
      &self.days,
      N_ ("How long an invite can be used, 1 to 36500 days"),
      N_ ("N") },
    { "overwrite-passwords",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.overwrite,
      N_ ("Let an import change passwords of accounts that are there already"),
      NULL },
    { "server", 0, 0, G_OPTION_ARG_STRING, &self.server, N_ ("Whose status"), N_ ("URI") },
    { "ca",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      &self.ca,
      N_ ("Certificate authorities to trust, a PEM file"),
      N_ ("FILE") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError)         error = NULL;
  g_auto (GStrv)             words = g_new0 (char *, argc + 1);
  gboolean                   done;

  /* The command stays the first word; options may stand anywhere. */
  for (int i = 0; i < argc; i++)
    words[i] = g_strdup (argv[i]);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  done = g_option_context_parse_strv (context, &words, &error);
  if (self.data == NULL)
    self.data = g_build_filename (g_get_user_data_dir (), "visavisd", NULL);
  done = done && run (&self, words, &error);

  if (self.store != NULL)
    vis_server_store_close (self.store);
  g_clear_object (&self.store);
  g_clear_error (&self.error);
  g_free (self.data);
  g_free (self.name);
  g_free (self.server);
  g_free (self.ca);
  if (done)
    return 0;
  g_printerr ("visavisd: %s\n", error->message);
  return 1;
}
