/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store-jobs.h"

#include "vis-server-limits.h"

struct _VisStoreJobs
{
  VisServerStore    *store;
  VisDeviceRegistry *registry;
  guint              trim;
  guint              look;
  gboolean           looking;
  gint64             version; /* of what the store has, 0: not looked yet */
  gboolean           stopped;
};

static void on_trimmed (VisServerStoreOp *op, gpointer data);

static void
trim (VisStoreJobs *self, gint64 after)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_TRIM, on_trimmed, self);

  op->after = after;
  op->limit = VIS_SERVER_KEEP_EVENTS;
  vis_server_store_submit (self->store, op);
}

static void
on_trimmed (VisServerStoreOp *op, gpointer data)
{
  VisStoreJobs *self = data;

  /* Also behind some whose events can't be trimmed. */
  if (op->seq != 0 && !self->stopped)
    trim (self, op->seq);
}

static gboolean
on_trim (gpointer data)
{
  trim (data, 0);
  return G_SOURCE_CONTINUE;
}

static void
on_looked (VisServerStoreOp *op, gpointer data)
{
  VisStoreJobs *self = data;

  self->looking = FALSE;
  if (op->error != NULL || self->stopped)
    return;
  if (self->version != 0 && self->version != op->seq)
    vis_device_registry_look_again (self->registry);
  self->version = op->seq;
}

static gboolean
on_look (gpointer data)
{
  VisStoreJobs *self = data;

  if (!self->looking)
    vis_server_store_submit (self->store,
                             vis_server_store_op_new (VIS_STORE_PING, on_looked, self));
  self->looking = TRUE;
  return G_SOURCE_CONTINUE;
}

/**
 * vis_store_jobs_new:
 * @store: what is kept
 * @registry: (transfer none): hears that another process has written
 *
 * Begins at once. What it is given outlives it; it is to be freed when the store is closed.
 *
 * Returns: (transfer full): what is asked for at intervals
 */
VisStoreJobs *
vis_store_jobs_new (VisServerStore *store, VisDeviceRegistry *registry)
{
  VisStoreJobs *self = g_new0 (VisStoreJobs, 1);

  self->store = g_object_ref (store);
  self->registry = registry;
  self->trim = g_timeout_add_seconds (VIS_SERVER_TRIM_S, on_trim, self);
  trim (self, 0);
  self->look = g_timeout_add_seconds (VIS_SERVER_LOOK_S, on_look, self);
  on_look (self);
  return self;
}

/**
 * vis_store_jobs_stop:
 * @self: what is asked for at intervals
 *
 * Asks for nothing any more.
 */
void
vis_store_jobs_stop (VisStoreJobs *self)
{
  self->stopped = TRUE;
  g_clear_handle_id (&self->trim, g_source_remove);
  g_clear_handle_id (&self->look, g_source_remove);
}

void
vis_store_jobs_free (VisStoreJobs *self)
{
  vis_store_jobs_stop (self);
  g_object_unref (self->store);
  g_free (self);
}
