/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "memory-store.h"
#include "vis-id.h"
#include "vis-sqlite-private.h"
#include "vis-store-open.h"

/* A store in a file of its own. */
VisServerStore *
store_open (const char *path, GError **error)
{
  g_autofree char *escaped =
    g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
  g_autofree char *uri = g_strconcat ("sqlite:", escaped, NULL);

  return vis_server_store_open (uri, error);
}

const StoreImplementation store_implementations[N_STORES] = {
  [STORE_SQLITE] = { "sqlite", store_open, NULL },
  [STORE_MEMORY] = { "memory", memory_store_new, memory_store_remove },
};

void
store_fixture_open (StoreFixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = self->implementation->open (self->path, &error);
  g_assert_no_error (error);
}

void
store_fixture_set_up (StoreFixture *self, gconstpointer data)
{
  self->implementation = data != NULL ? data : &store_implementations[STORE_SQLITE];
  self->folder = g_dir_make_tmp ("visavisd-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "visavis.sqlite", NULL);
  store_fixture_open (self);
}

void
store_fixture_close (StoreFixture *self)
{
  vis_server_store_close (self->store);
  g_clear_object (&self->store);
}

void
store_fixture_tear_down (StoreFixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = NULL;
  const char      *name;

  store_fixture_close (self);
  if (self->implementation->remove != NULL)
    self->implementation->remove (self->path);
  folder = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
on_done (VisServerStoreOp *op, gpointer data)
{
  VisServerStoreOp **out = data;

  *out = g_memdup2 (op, sizeof *op);
  /* Its contents belong to the test now. */
  memset (op, 0, sizeof *op);
}

void
store_op_clear (VisServerStoreOp **op)
{
  if (*op != NULL)
    vis_server_store_op_free (g_slice_dup (VisServerStoreOp, *op));
  g_free (*op);
}

VisServerStoreOp *
store_run (StoreFixture *self, VisServerStoreOp *op)
{
  VisServerStoreOp *done = NULL;

  op->done = on_done;
  op->data = &done;
  vis_server_store_submit (self->store, op);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  return done;
}

void
store_import (StoreFixture *self, const char *user, const char *contact)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_IMPORT, NULL, NULL);
  VisStoreAccount  *account = vis_store_account_new ();
  g_auto (Done)     done = NULL;

  account->user = g_strdup (user);
  if (contact != NULL)
    account->contacts = g_strsplit (contact, " ", -1);
  op->imports = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  g_ptr_array_add (op->imports, account);
  done = store_run (self, op);
  g_assert_no_error (done->error);
}

VisServerStoreOp *
store_send (StoreFixture *self, gint64 user, const char *chat, const char *id)
{
  return store_run (self, store_message_new (user, chat, id, "hello"));
}

VisServerStoreOp *
store_message_new (gint64 user, const char *chat, const char *id, const char *text)
{
  VisServerStoreOp      *op = vis_server_store_op_new (VIS_STORE_CHAT_SEND, NULL, NULL);
  g_autoptr (VisMessage) draft = vis_message_new (VIS_KIND_OBJECT_DRAFT);

  op->user = user;
  op->request = vis_message_new (VIS_KIND_CHAT_SEND);
  vis_message_set_string (draft, VIS_FIELD_ID, id);
  vis_message_set_string (draft, VIS_FIELD_DRAFT_KIND, "text");
  vis_message_set_string (draft, VIS_FIELD_TEXT, text);
  vis_message_set_string (op->request, VIS_FIELD_CHAT, chat);
  vis_message_set_object (op->request, VIS_FIELD_DRAFT, draft);
  return op;
}

/* SQL function: the hash of a message's id. */
static void
hash_id (sqlite3_context *context, int n, sqlite3_value **values)
{
  sqlite3_result_int64 (context,
                        vis_sqlite_hash_id ((const char *) sqlite3_value_text (values[0])));
}

/* Runs SQL on the database while the store is closed. */
void
store_edit (StoreFixture *self, const char *sql)
{
  sqlite3 *handle = NULL;

  store_fixture_close (self);
  g_assert_cmpint (sqlite3_open (self->path, &handle), ==, SQLITE_OK);
  sqlite3_create_function (handle, "hash_id", 1, SQLITE_UTF8, NULL, hash_id, NULL, NULL);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  store_fixture_open (self);
}

static void
on_loaded (VisServerStoreOp *op, gpointer data)
{
  StoreLoad *load = data;

  g_ptr_array_index (load->ops, load->n_done++) = g_slice_dup (VisServerStoreOp, op);
  memset (op, 0, sizeof *op);
}

void
store_load_init (StoreLoad *self, StoreFixture *fixture)
{
  self->fixture = fixture;
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_server_store_op_free);
  self->n_done = 0;
}

void
store_load_add (StoreLoad *self, VisServerStoreOp *op)
{
  op->done = on_loaded;
  op->data = self;
  g_ptr_array_add (self->ops, NULL);
  vis_server_store_submit (self->fixture->store, op);
}

void
store_load_wait (StoreLoad *self)
{
  while (self->n_done < self->ops->len)
    g_main_context_iteration (NULL, TRUE);
}

void
store_load_clear (StoreLoad *self)
{
  g_ptr_array_unref (self->ops);
}

VisServerStoreOp *
store_text_new (gint64 user, const char *chat, const char *text)
{
  g_autofree char *id = vis_id_new ();

  return store_message_new (user, chat, id, text);
}

VisServerStoreOp *
store_load_calls (StoreFixture *self, const char *node)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_CALL_LOAD, NULL, NULL);

  op->node = g_strdup (node);
  return store_run (self, op);
}
