/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-passwords.h"
#include "vis-sqlite-private.h"

static gint64
add_device (VisSqlite        *self,
            VisServerStoreOp *op,
            gint64            user,
            const char       *device_id,
            const char       *name,
            GBytes           *token)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_ADD);

  sqlite3_bind_int64 (statement, 1, user);
  vis_sqlite_bind_text (statement, 2, device_id);
  vis_sqlite_bind_text (statement, 3, name);
  vis_sqlite_bind_bytes (statement, 4, token);
  sqlite3_bind_int64 (statement, 5, op->now);
  vis_sqlite_step (self, statement);
  if (self->failed || sqlite3_changes (self->handle) == 0)
    return 0;
  return sqlite3_last_insert_rowid (self->handle);
}

static gint64
add_user (VisSqlite *self, const VisStoreAccount *account, gint64 now)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_ADD);

  vis_sqlite_bind_text (statement, 1, account->user);
  vis_sqlite_bind_text (statement, 2, account->name);
  vis_sqlite_bind_text (statement, 3, account->password);
  sqlite3_bind_int64 (statement, 4, now);
  vis_sqlite_step (self, statement);
  if (self->failed || sqlite3_changes (self->handle) == 0)
    return 0;
  return sqlite3_last_insert_rowid (self->handle);
}

static gboolean
is_invited (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_CHECK);
  gboolean      invited;

  vis_sqlite_bind_text (statement, 1, op->account->invite);
  sqlite3_bind_int64 (statement, 2, op->now);
  invited = vis_sqlite_step (self, statement);
  return invited;
}

static void
use_invite (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_USE);

  vis_sqlite_bind_text (statement, 1, op->account->invite);
  sqlite3_bind_int64 (statement, 2, op->now);
  vis_sqlite_step (self, statement);
}

void
vis_sqlite_register (VisSqlite *self, VisServerStoreOp *op)
{
  VisStoreAccount *account = op->account;

  /* Whoever is not invited does not learn who is here. */
  if (!account->open && !is_invited (self, op))
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BAD_INVITE, "a valid invite is needed");
      return;
    }
  if (vis_sqlite_user_by_name (self, account->user) != NULL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_USER_TAKEN, "this user name is taken");
      return;
    }
  if (!account->open)
    use_invite (self, op);
  account->id = add_user (self, account, op->now);
  if (account->token != NULL)
    account->device =
      add_device (self, op, account->id, account->device_id, account->device_name, account->token);
}

static char *
find_password (VisSqlite *self, const VisSqliteUser *user)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_PASSWORD);

  sqlite3_bind_int64 (statement, 1, user->id);
  return vis_sqlite_step (self, statement) ? g_strdup (vis_sqlite_text (statement, 0)) : NULL;
}

void
vis_sqlite_find_account (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *user = vis_sqlite_user_by_name (self, op->account->user);

  if (user == NULL)
    return;
  op->account->id = user->id;
  op->account->password = find_password (self, user);
}

/* Contacts may be there already, or be of the import. */
static gboolean
check_contacts (VisSqlite             *self,
                VisServerStoreOp      *op,
                const VisStoreAccount *account,
                GHashTable            *users)
{
  for (guint i = 0; account->contacts != NULL && account->contacts[i] != NULL; i++)
    {
      const char *other = account->contacts[i];

      if (g_str_equal (other, account->user) ||
          (!g_hash_table_contains (users, other) && vis_sqlite_user_by_name (self, other) == NULL))
        {
          vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_NOT_FOUND, other);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_tokens (VisSqlite *self, VisServerStoreOp *op, const VisStoreAccount *account)
{
  VisSqliteUser *me = vis_sqlite_user_by_name (self, account->user);

  for (guint i = 0; account->tokens != NULL && account->tokens[i] != NULL; i++)
    {
      g_autoptr (GBytes) hash = vis_token_hash (account->tokens[i]);
      sqlite3_stmt      *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_BY_TOKEN);

      vis_sqlite_bind_bytes (statement, 1, hash);
      if (vis_sqlite_step (self, statement) &&
          (me == NULL || sqlite3_column_int64 (statement, 1) != me->id))
        {
          vis_server_store_op_fail (
            op, VIS_PROTOCOL_ERROR_FORBIDDEN, "a token is of somebody else");
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_import (VisSqlite *self, VisServerStoreOp *op)
{
  g_autoptr (GHashTable) users = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < op->imports->len; i++)
    g_hash_table_add (users, ((VisStoreAccount *) g_ptr_array_index (op->imports, i))->user);
  for (op->at = 0; op->at < op->imports->len; op->at++)
    {
      const VisStoreAccount *account = g_ptr_array_index (op->imports, op->at);

      if (!check_contacts (self, op, account, users) || !check_tokens (self, op, account))
        return FALSE;
    }
  return TRUE;
}

void
vis_sqlite_check_import (VisSqlite *self, VisServerStoreOp *op)
{
  if (!check_import (self, op))
    return;
  op->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  for (guint i = 0; i < op->imports->len; i++)
    {
      const VisStoreAccount *account = g_ptr_array_index (op->imports, i);
      VisSqliteUser         *user = vis_sqlite_user_by_name (self, account->user);
      VisStoreAccount       *known = vis_store_account_new ();

      known->user = g_strdup (account->user);
      if (user != NULL)
        known->password = find_password (self, user);
      g_ptr_array_add (op->accounts, known);
    }
}

static void
set_user (VisSqlite *self, VisSqliteUser *user, const VisStoreAccount *account)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_SET);

  sqlite3_bind_int64 (statement, 1, user->id);
  vis_sqlite_bind_text (statement, 2, account->name);
  vis_sqlite_bind_text (statement, 3, account->password);
  sqlite3_bind_int (statement, 4, account->overwrite);
  vis_sqlite_step (self, statement);
  if (account->name == NULL)
    return;
  g_free (user->name);
  user->name = g_strdup (account->name);
}

/* Makes or completes one. */
static void
import_account (VisSqlite *self, VisServerStoreOp *op, const VisStoreAccount *account)
{
  VisSqliteUser *me = vis_sqlite_user_by_name (self, account->user);

  if (me != NULL)
    set_user (self, me, account);
  else
    {
      add_user (self, account, op->now);
      me = vis_sqlite_user_by_name (self, account->user);
    }
  for (guint i = 0; me != NULL && account->tokens != NULL && account->tokens[i] != NULL; i++)
    {
      g_autoptr (GBytes) hash = vis_token_hash (account->tokens[i]);
      g_autofree char   *device = vis_device_id_new ();

      add_device (self, op, me->id, device, NULL, hash);
    }
}

/* Mutual, unless one of them has blocked the other: that is theirs to take back. */
static void
make_mutual (VisSqlite *self, VisServerStoreOp *op, VisSqliteUser *a, VisSqliteUser *b)
{
  VisSqlitePair *pair = vis_sqlite_pair (self, a->id, b->id);

  if (vis_sqlite_standing (pair, a->id) == VIS_STANDING_BLOCKED ||
      vis_sqlite_standing (pair, b->id) == VIS_STANDING_BLOCKED)
    return;
  vis_sqlite_set_standing (self, op, a, b, VIS_STANDING_MUTUAL);
  vis_sqlite_set_standing (self, op, b, a, VIS_STANDING_MUTUAL);
}

static void
import_contacts (VisSqlite *self, VisServerStoreOp *op, const VisStoreAccount *account)
{
  VisSqliteUser *me = vis_sqlite_user_by_name (self, account->user);

  for (guint i = 0; account->contacts != NULL && account->contacts[i] != NULL; i++)
    {
      VisSqliteUser *other = vis_sqlite_user_by_name (self, account->contacts[i]);

      if (me == NULL || other == NULL)
        return;
      make_mutual (self, op, me, other);
    }
  /* Nobody is connected to the process that imports; a server finds them in the log. */
  g_clear_pointer (&op->events, g_array_unref);
}

/* People first, so that each may have contacts of later lines. */
void
vis_sqlite_import (VisSqlite *self, VisServerStoreOp *op)
{
  if (!check_import (self, op))
    return;
  for (guint i = 0; i < op->imports->len; i++)
    import_account (self, op, g_ptr_array_index (op->imports, i));
  for (guint i = 0; i < op->imports->len; i++)
    import_contacts (self, op, g_ptr_array_index (op->imports, i));
}

void
vis_sqlite_add_device (VisSqlite *self, VisServerStoreOp *op)
{
  VisStoreAccount *account = op->account;

  account->device =
    add_device (self, op, account->id, account->device_id, account->device_name, account->token);
}

static gboolean
find_device (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_DEVICE_BY_TOKEN);

  vis_sqlite_bind_bytes (statement, 1, op->account->token);
  if (vis_sqlite_step (self, statement))
    {
      op->account->device = sqlite3_column_int64 (statement, 0);
      op->account->id = sqlite3_column_int64 (statement, 1);
      g_free (op->account->device_id);
      g_free (op->account->device_name);
      op->account->device_id = g_strdup (vis_sqlite_text (statement, 2));
      op->account->device_name = g_strdup (vis_sqlite_text (statement, 3));
    }
  if (op->account->device != 0)
    return TRUE;
  vis_server_store_op_fail (
    op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "this token is not valid (any more)");
  return FALSE;
}

void
vis_sqlite_remove_device (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement;

  if (!find_device (self, op))
    return;
  statement = vis_sqlite_get (self, VIS_SQL_DEVICE_REMOVE);
  vis_sqlite_bind_bytes (statement, 1, op->account->token);
  vis_sqlite_step (self, statement);
}

void
vis_sqlite_find_device (VisSqlite *self, VisServerStoreOp *op)
{
  find_device (self, op);
}

void
vis_sqlite_people (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me = vis_sqlite_user (self, op->user);
  sqlite3_stmt  *statement = vis_sqlite_get (self, VIS_SQL_CONTACT_MUTUAL);

  op->seq = me != NULL ? me->seq : 0;
  sqlite3_bind_int64 (statement, 1, op->user);
  while (vis_sqlite_step (self, statement))
    vis_server_store_op_add_person (
      op, sqlite3_column_int64 (statement, 0), vis_sqlite_text (statement, 1), TRUE);
}

/* The user of a token, the number of their newest event, and their contacts. */
void
vis_sqlite_hello (VisSqlite *self, VisServerStoreOp *op)
{
  VisSqliteUser *me;
  sqlite3_stmt  *statement;

  if (!find_device (self, op))
    return;
  me = vis_sqlite_user (self, op->account->id);
  if (me == NULL)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAUTHORIZED, "this user is gone");
      return;
    }
  op->account->user = g_strdup (me->user);
  op->account->name = g_strdup (me->name);
  vis_sqlite_resume (self, op, me);

  statement = vis_sqlite_get (self, VIS_SQL_CONTACT_MUTUAL);
  sqlite3_bind_int64 (statement, 1, me->id);
  while (vis_sqlite_step (self, statement))
    vis_server_store_op_add_person (
      op, sqlite3_column_int64 (statement, 0), vis_sqlite_text (statement, 1), TRUE);
}

void
vis_sqlite_seen (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_SEEN);

  sqlite3_bind_int64 (statement, 1, op->user);
  sqlite3_bind_int64 (statement, 2, op->now);
  vis_sqlite_step (self, statement);
}

void
vis_sqlite_add_invite (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_INVITE_ADD);

  vis_sqlite_bind_text (statement, 1, op->account->invite);
  sqlite3_bind_int64 (statement, 2, op->account->uses);
  sqlite3_bind_int64 (statement, 3, op->account->expires);
  vis_sqlite_step (self, statement);
}

void
vis_sqlite_list_accounts (VisSqlite *self, VisServerStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_USER_LIST);

  op->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  while (vis_sqlite_step (self, statement))
    {
      VisStoreAccount *account = vis_store_account_new ();

      account->id = sqlite3_column_int64 (statement, 0);
      account->user = g_strdup (vis_sqlite_text (statement, 1));
      account->name = g_strdup (vis_sqlite_text (statement, 2));
      g_ptr_array_add (op->accounts, account);
    }
}
