/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-server-store.h"

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* One thread owns the database connection. It takes the queued operations as a batch, runs them in
 * one transaction, and hands the results back only after the commit: during its fsync the next
 * batch gathers, so operations share it. Between batches it does the upkeep of the database. */

struct _VisSqliteServerStore
{
  GObject         parent_instance;

  VisSqlite      *sqlite;
  GThread        *thread;
  GSource        *source; /* delivers finished operations on the main context */

  GMutex          lock;
  GCond           wake;
  GQueue          waiting; /* of VisServerStoreOp */
  GQueue          done;
  gboolean        closing;
  gboolean        woken;    /* wake without an operation, since `watching` has changed */
  gboolean        watching; /* poll for writes of other processes */
  gboolean        written;  /* another process has written; `changed` is to be called */

  VisStoreChanged changed; /* main thread only */
  gpointer        changed_data;
  guint           n_outside; /* operations submitted and not delivered yet; main thread only */
};

static void vis_sqlite_server_store_iface_init (VisServerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisSqliteServerStore,
                               vis_sqlite_server_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_SERVER_STORE,
                                                      vis_sqlite_server_store_iface_init))

static void
take_batch (VisSqliteServerStore *self, GQueue *batch)
{
  guint n = MIN (self->waiting.length, VIS_SERVER_STORE_BATCH);

  while (n-- > 0)
    g_queue_push_tail_link (batch, g_queue_pop_head_link (&self->waiting));
}

/* Waits for an operation, at most until @deadline. Returns whether there is one. */
static gboolean
wait (VisSqliteServerStore *self, gint64 deadline)
{
  while (self->waiting.length == 0 && !self->closing && !self->woken)
    if (!g_cond_wait_until (&self->wake, &self->lock, deadline))
      break;
  self->woken = FALSE;
  return self->waiting.length > 0;
}

/* Polls for writes of other processes, if due. Returns when to poll next. */
static gint64
look (VisSqliteServerStore *self, gint64 due)
{
  gint64 now = g_get_monotonic_time ();

  if (now < due)
    return due;
  if (vis_sqlite_look (self->sqlite))
    {
      g_mutex_lock (&self->lock);
      self->written = TRUE;
      g_source_set_ready_time (self->source, 0);
      g_mutex_unlock (&self->lock);
    }
  return now + VIS_SERVER_LOOK_S * G_USEC_PER_SEC;
}

static gpointer
run (gpointer data)
{
  VisSqliteServerStore *self = data;
  GQueue                batch = G_QUEUE_INIT;
  gint64                deadline = 0;
  gint64                look_at = 0;
  gboolean              watching;

  g_mutex_lock (&self->lock);
  while (wait (self, deadline) || !self->closing)
    {
      take_batch (self, &batch);
      g_mutex_unlock (&self->lock);
      if (batch.length > 0)
        vis_sqlite_run_batch (self->sqlite, batch.head);

      g_mutex_lock (&self->lock);
      if (batch.length > 0)
        g_source_set_ready_time (self->source, 0);
      while (batch.length > 0)
        g_queue_push_tail_link (&self->done, g_queue_pop_head_link (&batch));
      watching = self->watching;
      g_mutex_unlock (&self->lock);

      deadline = vis_sqlite_tend (self->sqlite);
      if (watching)
        {
          look_at = look (self, look_at);
          deadline = MIN (deadline, look_at);
        }
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static gboolean
deliver (gpointer data)
{
  VisSqliteServerStore *self = data;
  GQueue                done;
  VisServerStoreOp     *op;
  gboolean              written;

  g_mutex_lock (&self->lock);
  written = self->written;
  self->written = FALSE;
  done = self->done;
  g_queue_init (&self->done);
  g_source_set_ready_time (self->source, -1);
  g_mutex_unlock (&self->lock);

  while ((op = g_queue_pop_head (&done)) != NULL)
    {
      self->n_outside--;
      if (op->done != NULL)
        op->done (op, op->data);
      vis_server_store_op_free (op);
    }
  if (written && self->changed != NULL)
    self->changed (self->changed_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
vis_sqlite_server_store_submit (VisServerStore *store, VisServerStoreOp *op)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (store);
  gboolean              full = self->n_outside >= VIS_SERVER_STORE_QUEUE || self->closing;

  if (full)
    vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_UNAVAILABLE, "too much waits for the disk");

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
vis_sqlite_server_store_set_changed (VisServerStore *store, VisStoreChanged changed, gpointer data)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (store);

  self->changed = changed;
  self->changed_data = data;
  g_mutex_lock (&self->lock);
  self->watching = changed != NULL;
  self->woken = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

static void
vis_sqlite_server_store_close (VisServerStore *store)
{
  VisSqliteServerStore *self = VIS_SQLITE_SERVER_STORE (store);

  self->changed = NULL;
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
  iface->set_changed = vis_sqlite_server_store_set_changed;
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
 * Opens the embedded store: SQLite with a write-ahead log and an fsync at each commit. Blocks while
 * it migrates an older database.
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
  vis_sqlite_look (sqlite);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "[visavis] store");
  g_source_set_callback (self->source, deliver, self, NULL);
  g_source_attach (self->source, NULL);
  self->thread = g_thread_new ("store", run, self);
  return VIS_SERVER_STORE (self);
}
