/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-requests.h"

#include "vis-codec.h"
#include "vis-error.h"

struct _VisRequests
{
  GObject     parent_instance;

  VisClock   *clock;
  GHashTable *pending; /* id → Pending */
};

typedef struct
{
  VisRequests *requests; /* borrowed: the table owns this */
  char        *id;
  GTask       *task;
  GSource     *cancelled;
  guint        deadline_id;
} Pending;

G_DEFINE_FINAL_TYPE (VisRequests, vis_requests, G_TYPE_OBJECT)

static guint unanswered;

static void
pending_free (Pending *pending)
{
  vis_clock_clear (pending->requests->clock, &pending->deadline_id);
  if (pending->cancelled != NULL)
    g_source_destroy (pending->cancelled);
  g_clear_pointer (&pending->cancelled, g_source_unref);
  g_clear_object (&pending->task);
  g_free (pending->id);
  g_free (pending);
}

/* Removes a request and returns its task: the callback of the task may make or cancel requests, and
 * must not find this one. */
static GTask *
take (VisRequests *self, const char *id)
{
  Pending *pending = g_hash_table_lookup (self->pending, id);
  GTask   *task;

  if (pending == NULL)
    return NULL;

  task = g_steal_pointer (&pending->task);
  g_hash_table_remove (self->pending, id);
  return task;
}

static void
on_deadline (gpointer data)
{
  Pending                *pending = data;
  g_autoptr (VisRequests) self = g_object_ref (pending->requests);
  g_autoptr (GTask)       task = NULL;

  pending->deadline_id = 0;
  task = take (self, pending->id);
  g_signal_emit (self, unanswered, 0);
  g_task_return_new_error (task, VIS_ERROR, VIS_ERROR_TIMED_OUT, "No answer within the deadline");
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Pending          *pending = data;
  g_autoptr (GTask) task = take (pending->requests, pending->id);

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
vis_requests_dispose (GObject *object)
{
  VisRequests       *self = VIS_REQUESTS (object);
  g_autoptr (GError) error = g_error_new (VIS_ERROR, VIS_ERROR_LOST, "The connection is gone");

  vis_requests_fail (self, error);

  G_OBJECT_CLASS (vis_requests_parent_class)->dispose (object);
}

static void
vis_requests_finalize (GObject *object)
{
  VisRequests *self = VIS_REQUESTS (object);

  g_clear_pointer (&self->pending, g_hash_table_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_requests_parent_class)->finalize (object);
}

static void
vis_requests_class_init (VisRequestsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_requests_dispose;
  object_class->finalize = vis_requests_finalize;

  unanswered = g_signal_new (
    "unanswered", VIS_TYPE_REQUESTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_requests_init (VisRequests *self)
{
  self->pending =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) pending_free);
}

/**
 * vis_requests_new:
 * @clock: what deadlines are measured with
 *
 * Makes an empty table.
 *
 * Returns: (transfer full): a new table
 */
VisRequests *
vis_requests_new (VisClock *clock)
{
  VisRequests *self = g_object_new (VIS_TYPE_REQUESTS, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/**
 * vis_requests_add:
 * @self: a table
 * @id: the id of the request on the wire, not in the table yet
 * @task: (transfer full): returns the answer, a `VisMessage`
 * @deadline_ms: how long to wait, in milliseconds
 *
 * Waits for the answer to a request.
 */
void
vis_requests_add (VisRequests *self, const char *id, GTask *task, guint deadline_ms)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Pending      *pending = g_new0 (Pending, 1);

  pending->requests = self;
  pending->id = g_strdup (id);
  pending->task = task;
  pending->deadline_id = vis_clock_add_timeout (self->clock, deadline_ms, on_deadline, pending);
  if (cancellable != NULL)
    {
      /* A source rather than g_cancellable_connect (): the request can then go away from inside of
       * the cancellation, and a cancellation on another thread is harmless. */
      pending->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (pending->cancelled, G_SOURCE_FUNC (on_cancelled), pending, NULL);
      g_source_attach (pending->cancelled, g_main_context_get_thread_default ());
    }
  g_hash_table_insert (self->pending, pending->id, pending);
}

/**
 * vis_requests_answer:
 * @self: a table
 * @answer: an `ok` or an `error` from the server
 *
 * Gives an answer to who waits for it.
 *
 * Returns: %FALSE if nobody does: it is too late, a repetition, or made up
 */
gboolean
vis_requests_answer (VisRequests *self, const VisMessage *answer)
{
  const char       *id = vis_message_get_request (answer);
  g_autoptr (GTask) task = id != NULL ? take (self, id) : NULL;
  GError           *error = NULL;

  if (task == NULL)
    return FALSE;

  if (vis_message_get_kind (answer) == VIS_KIND_ERROR)
    {
      vis_protocol_error_set (&error, answer);
      g_task_return_error (task, error);
    }
  else
    {
      g_task_return_pointer (
        task, vis_message_ref ((VisMessage *) answer), (GDestroyNotify) vis_message_unref);
    }

  return TRUE;
}

/**
 * vis_requests_reject:
 * @self: a table
 * @id: the id of a request, in the table or not
 * @error: what to tell
 *
 * Ends one request.
 */
void
vis_requests_reject (VisRequests *self, const char *id, const GError *error)
{
  g_autoptr (GTask) task = take (self, id);

  if (task != NULL)
    g_task_return_error (task, g_error_copy (error));
}

/**
 * vis_requests_fail:
 * @self: a table
 * @error: what to tell
 *
 * Ends every request. Requests that are added meanwhile are left alone.
 */
void
vis_requests_fail (VisRequests *self, const GError *error)
{
  g_autoptr (VisRequests) guard = g_object_ref (self);
  g_autoptr (GPtrArray)   tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter          iter;
  gpointer                value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Pending *pending = value;

      g_ptr_array_add (tasks, g_steal_pointer (&pending->task));
      g_hash_table_iter_remove (&iter);
    }

  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (g_ptr_array_index (tasks, i), g_error_copy (error));
}
