/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-server-store.h"

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* One thread owns the database. It takes whatever waits, does it in one transaction, and only when
 * that is on disk gives the results back: while one batch is being flushed the next one gathers,
 * so the flush is shared by all who wait for it. */

struct _VisSqliteServerStore
{
  GObject    parent_instance;

  VisSqlite *sqlite;
  GThread   *thread;
  GSource   *source; /* brings what is done to the main context */

  GMutex     lock;
  GCond      wake;
  GQueue     waiting; /* of VisStoreOp */
  GQueue     done;
  gboolean   closing;
  gboolean   failing;   /* of the thread only */
  int        changes;   /* when it failed last */
  guint      n_outside; /* submitted, and not given back yet; main thread only */
};

static void vis_sqlite_server_store_iface_init (VisServerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisSqliteServerStore,
                               vis_sqlite_server_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_SERVER_STORE,
                                                      vis_sqlite_server_store_iface_init))

typedef void (*Verb) (VisSqlite *self, VisStoreOp *op);

static void
ping (VisSqlite *self, VisStoreOp *op)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_PING);

  vis_sqlite_step (self, statement);
  sqlite3_reset (statement);
  op->seq = self->version;
}

static void
probe (VisSqlite *self, VisStoreOp *op)
{
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_PROBE));
}

static const Verb verbs[VIS_N_STORE_VERBS] = {
  [VIS_STORE_PING] = ping,
  [VIS_STORE_PROBE] = probe,
  [VIS_STORE_REGISTER] = vis_sqlite_register,
  [VIS_STORE_IMPORT] = vis_sqlite_import,
  [VIS_STORE_FIND_ACCOUNT] = vis_sqlite_find_account,
  [VIS_STORE_ADD_DEVICE] = vis_sqlite_add_device,
  [VIS_STORE_REMOVE_DEVICE] = vis_sqlite_remove_device,
  [VIS_STORE_ADD_INVITE] = vis_sqlite_add_invite,
  [VIS_STORE_LIST_ACCOUNTS] = vis_sqlite_list_accounts,
  [VIS_STORE_HELLO] = vis_sqlite_hello,
  [VIS_STORE_PEOPLE] = vis_sqlite_people,
  [VIS_STORE_EVENTS] = vis_sqlite_events,
  [VIS_STORE_SEEN] = vis_sqlite_seen,
  [VIS_STORE_CHAT_SEND] = vis_sqlite_chat_send,
  [VIS_STORE_CHAT_HISTORY] = vis_sqlite_chat_history,
  [VIS_STORE_CHAT_LIST] = vis_sqlite_chat_list,
  [VIS_STORE_CHAT_READ] = vis_sqlite_chat_mark,
  [VIS_STORE_CHAT_DELIVERED] = vis_sqlite_chat_mark,
  [VIS_STORE_CHAT_DELETE] = vis_sqlite_chat_delete,
  [VIS_STORE_CHAT_CLEAR] = vis_sqlite_chat_clear,
  [VIS_STORE_CONTACT_LIST] = vis_sqlite_contact_list,
  [VIS_STORE_CONTACT_ADD] = vis_sqlite_contact_change,
  [VIS_STORE_CONTACT_ACCEPT] = vis_sqlite_contact_change,
  [VIS_STORE_CONTACT_REMOVE] = vis_sqlite_contact_change,
  [VIS_STORE_CONTACT_BLOCK] = vis_sqlite_contact_change,
  [VIS_STORE_CONTACT_UNBLOCK] = vis_sqlite_contact_change,
  [VIS_STORE_CALL_SAVE] = vis_sqlite_call_save,
  [VIS_STORE_CALL_FINISH] = vis_sqlite_call_finish,
  [VIS_STORE_CALL_LOAD] = vis_sqlite_call_load,
  [VIS_STORE_TRIM] = vis_sqlite_trim,
};

static void
fail_all (VisSqliteServerStore *self, GQueue *batch)
{
  /* Once, not for each of the thousands that try again. */
  if (!self->failing)
    g_message ("The store takes nothing now: %s", self->sqlite->failure);
  self->failing = TRUE;
  self->changes = sqlite3_total_changes (self->sqlite->handle);
  for (GList *l = batch->head; l != NULL; l = l->next)
    vis_store_op_fail (
      l->data, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the disk of the server refuses; nothing was taken");
}

static void
run_batch (VisSqliteServerStore *self, GQueue *batch)
{
  if (!vis_sqlite_begin (self->sqlite))
    {
      vis_sqlite_rollback (self->sqlite);
      fail_all (self, batch);
      return;
    }
  for (GList *l = batch->head; l != NULL && !self->sqlite->failed; l = l->next)
    {
      VisStoreOp *op = l->data;

      verbs[op->verb](self->sqlite, op);
    }
  if (!vis_sqlite_commit (self->sqlite))
    {
      fail_all (self, batch);
      return;
    }
  /* That it can be read says nothing about writing. */
  if (!self->failing || sqlite3_total_changes (self->sqlite->handle) == self->changes)
    return;
  g_message ("The store works again");
  self->failing = FALSE;
}

static void
take_batch (VisSqliteServerStore *self, GQueue *batch)
{
  guint n = MIN (self->waiting.length, VIS_SERVER_STORE_BATCH);

  while (n-- > 0)
    g_queue_push_tail_link (batch, g_queue_pop_head_link (&self->waiting));
}

static gpointer
run (gpointer data)
{
  VisSqliteServerStore *self = data;
  GQueue                batch = G_QUEUE_INIT;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      while (self->waiting.length == 0 && !self->closing)
        g_cond_wait (&self->wake, &self->lock);
      if (self->waiting.length == 0)
        break;
      take_batch (self, &batch);
      g_mutex_unlock (&self->lock);

      run_batch (self, &batch);

      g_mutex_lock (&self->lock);
      while (batch.length > 0)
        g_queue_push_tail_link (&self->done, g_queue_pop_head_link (&batch));
      g_source_set_ready_time (self->source, 0);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static gboolean
deliver (gpointer data)
{
  VisSqliteServerStore *self = data;
  GQueue                done;
  VisStoreOp           *op;

  g_mutex_lock (&self->lock);
  done = self->done;
  g_queue_init (&self->done);
  g_source_set_ready_time (self->source, -1);
  g_mutex_unlock (&self->lock);

  while ((op = g_queue_pop_head (&done)) != NULL)
    {
      self->n_outside--;
      if (op->done != NULL)
        op->done (op, op->data);
      vis_store_op_free (op);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
vis_sqlite_server_store_submit (VisServerStore *store, VisStoreOp *op)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (store);
  gboolean              full = self->n_outside >= VIS_SERVER_STORE_QUEUE || self->closing;

  if (full)
    vis_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAVAILABLE, "too much waits for the disk");

  self->n_outside++;
  g_mutex_lock (&self->lock);
  g_queue_push_tail (full ? &self->done : &self->waiting, op);
  if (full)
    g_source_set_ready_time (self->source, 0);
  else if (self->waiting.length == 1)
    g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

static void
vis_sqlite_server_store_close (VisServerStore *store)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (store);

  if (self->thread != NULL)
    {
      g_mutex_lock (&self->lock);
      self->closing = TRUE;
      g_cond_signal (&self->wake);
      g_mutex_unlock (&self->lock);
      g_clear_pointer (&self->thread, g_thread_join);
      deliver (self);
    }
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_clear_pointer (&self->source, g_source_unref);
    }
  g_clear_pointer (&self->sqlite, vis_sqlite_free);
}

static void
vis_sqlite_server_store_iface_init (VisServerStoreInterface *iface)
{
  iface->submit = vis_sqlite_server_store_submit;
  iface->close = vis_sqlite_server_store_close;
}

static void
vis_sqlite_server_store_finalize (GObject *object)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (object);

  vis_sqlite_server_store_close (VIS_SERVER_STORE (self));
  g_cond_clear (&self->wake);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (vis_sqlite_server_store_parent_class)->finalize (object);
}

static void
vis_sqlite_server_store_class_init (VisSqliteServerStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_sqlite_server_store_finalize;
}

static void
vis_sqlite_server_store_init (VisSqliteServerStore *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
}

/**
 * vis_sqlite_server_store_new:
 * @path: the database file
 * @error: set if it can't be used
 *
 * Opens the embedded store: SQLite with a write-ahead log, flushed at each commit.
 *
 * Returns: (transfer full) (nullable): a store
 */
VisServerStore *
vis_sqlite_server_store_new (const char *path, GError **error)
{
  VisSqlite            *sqlite = vis_sqlite_open (path, error);
  VisSqliteServerStore *self;

  if (sqlite == NULL)
    return NULL;

  self = g_object_new (VIS_TYPE_SQLITE_SERVER_STORE, NULL);
  self->sqlite = sqlite;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "[visavis] store");
  g_source_set_callback (self->source, deliver, self, NULL);
  g_source_attach (self->source, NULL);
  self->thread = g_thread_new ("store", run, self);
  return VIS_SERVER_STORE (self);
}
