/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-store-jobs.h"

#include "vis-server-limits.h"

struct _VisStoreJobs
{
  VisServerStore *store;
  guint           trim;
  gboolean        stopped;
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

  /* Continues also after an error, behind the users of that step. */
  if (op->seq != 0 && !self->stopped)
    trim (self, op->seq);
}

static gboolean
on_trim (gpointer data)
{
  trim (data, 0);
  return G_SOURCE_CONTINUE;
}

/**
 * vis_store_jobs_new:
 * @store: a store
 *
 * Starts the first run at once. To be freed after the store is closed, since pending operations
 * refer to it.
 *
 * Returns: (transfer full): periodic jobs
 */
VisStoreJobs *
vis_store_jobs_new (VisServerStore *store)
{
  VisStoreJobs *self = g_new0 (VisStoreJobs, 1);

  self->store = g_object_ref (store);
  self->trim = g_timeout_add_seconds (VIS_SERVER_TRIM_S, on_trim, self);
  trim (self, 0);
  return self;
}

/**
 * vis_store_jobs_stop:
 * @self: periodic jobs
 *
 * Submits no more operations.
 */
void
vis_store_jobs_stop (VisStoreJobs *self)
{
  self->stopped = TRUE;
  g_clear_handle_id (&self->trim, g_source_remove);
}

void
vis_store_jobs_free (VisStoreJobs *self)
{
  vis_store_jobs_stop (self);
  g_object_unref (self->store);
  g_free (self);
}
