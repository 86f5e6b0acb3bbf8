/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-outbox.h"

#include "vis-protocol-error.h"

/* Of requests that fail with a temporary error. */
#define MAX_TRIES      5
#define RETRY_DELAY_MS 1000

typedef struct
{
  gatomicrefcount ref_count;
  VisMessage     *frame;
  gint64          since; /* when it happened, in µs of the clock; see set_age() */
  gboolean        in_flight;
  gboolean        forgotten;
  gboolean        waits; /* for the retry timer: the server was busy */
  guint           tries;
} Entry;

struct _VisCallOutbox
{
  GObject       parent_instance;

  VisWire      *wire;
  VisClock     *clock;
  GQueue        entries; /* not answered yet */
  GCancellable *cancellable;
  guint         retry;
};

G_DEFINE_FINAL_TYPE (VisCallOutbox, vis_call_outbox, G_TYPE_OBJECT)

enum
{
  ANSWERED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static Entry *
entry_ref (Entry *entry)
{
  g_atomic_ref_count_inc (&entry->ref_count);
  return entry;
}

static void
entry_unref (Entry *entry)
{
  if (!g_atomic_ref_count_dec (&entry->ref_count))
    return;

  vis_message_unref (entry->frame);
  g_free (entry);
}

typedef struct
{
  VisCallOutbox *outbox;
  Entry         *entry;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->outbox);
  entry_unref (request->entry);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void pump (VisCallOutbox *self);

static void
on_retry (gpointer data)
{
  VisCallOutbox *self = data;

  self->retry = 0;
  for (GList *link = self->entries.head; link != NULL; link = link->next)
    ((Entry *) link->data)->waits = FALSE;
  pump (self);
}

/* Whether a failed frame stays in the queue, to be sent again. */
static gboolean
keep_entry (const Entry *entry, const GError *error)
{
  VisRetry retry;

  if (entry->forgotten || vis_message_get_kind (entry->frame) == VIS_KIND_CALL_RINGING)
    return FALSE;

  retry = vis_error_get_retry (error);
  return retry == VIS_RETRY_AGAIN || (retry == VIS_RETRY_LATER && entry->tries < MAX_TRIES);
}

/* Frames that were lost with a connection are sent at once if the next one is there already; after
 * MAX_TRIES only by the timer, so that this does not become a busy loop. */
static void
send_again (VisCallOutbox *self, Entry *entry, const GError *error)
{
  if (vis_error_get_retry (error) == VIS_RETRY_AGAIN && entry->tries < MAX_TRIES)
    {
      pump (self);
      return;
    }

  entry->waits = TRUE;
  if (self->retry == 0)
    self->retry = vis_clock_add_timeout (self->clock, RETRY_DELAY_MS, on_retry, self);
}

static gboolean
is_description (const VisMessage *frame)
{
  return vis_message_get_kind (frame) == VIS_KIND_CALL_OFFER ||
         vis_message_get_kind (frame) == VIS_KIND_CALL_ANSWER;
}

/* The offer or answer that candidates belong to, while it is in the queue: the server refuses
 * candidates of an unknown generation. */
static const Entry *
find_description (VisCallOutbox *self, const VisMessage *frame)
{
  if (vis_message_get_kind (frame) != VIS_KIND_CALL_ICE)
    return NULL;

  for (GList *link = self->entries.head; link != NULL; link = link->next)
    {
      const Entry *entry = link->data;

      if (!entry->forgotten && is_description (entry->frame) &&
          g_strcmp0 (vis_message_get_string (entry->frame, VIS_FIELD_CALL),
                     vis_message_get_string (frame, VIS_FIELD_CALL)) == 0 &&
          vis_message_get_integer (entry->frame, VIS_FIELD_GEN) ==
            vis_message_get_integer (frame, VIS_FIELD_GEN))
        return entry;
    }

  return NULL;
}

/* Whether candidates have to wait because their description is being sent again. */
static gboolean
is_held (VisCallOutbox *self, const Entry *entry)
{
  const Entry *description = find_description (self, entry->frame);

  return description != NULL && (description->waits || entry->tries > 0);
}

/* Whether candidates reached the server before their description did, and have to be sent again
 * behind it. */
static gboolean
came_too_early (VisCallOutbox *self, const Entry *entry, const GError *error)
{
  const Entry *description = find_description (self, entry->frame);

  if (description == NULL || entry->forgotten)
    return FALSE;

  return error == NULL ? description->waits
                       : g_error_matches (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND);
}

static void
remove_entry (VisCallOutbox *self, Entry *entry)
{
  if (g_queue_remove (&self->entries, entry))
    entry_unref (entry);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request)    request = data;
  VisCallOutbox         *self = request->outbox;
  Entry                 *entry = request->entry;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);

  entry->in_flight = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (answer == NULL && keep_entry (entry, error))
    {
      send_again (self, entry, error);
      return;
    }
  if (came_too_early (self, entry, error))
    return;

  remove_entry (self, entry);
  if (answer != NULL)
    g_signal_emit (self, signals[ANSWERED], 0, entry->frame, answer);
  else
    g_signal_emit (self, signals[FAILED], 0, entry->frame, error, entry->tries > 1);
  if (is_description (entry->frame) && !g_cancellable_is_cancelled (self->cancellable))
    pump (self);
}

/* `age_ms` of `call:end`: how long ago the call ended, so that the time without a connection does
 * not count as part of the call. */
static void
set_age (VisCallOutbox *self, Entry *entry)
{
  gint64                 age = (vis_clock_now (self->clock) - entry->since) / 1000;
  g_autoptr (VisMessage) aged = NULL;

  if (vis_message_get_kind (entry->frame) != VIS_KIND_CALL_END)
    return;
  aged = vis_message_copy (entry->frame);
  vis_message_set_integer (aged, VIS_FIELD_AGE_MS, MAX (0, age));
  vis_message_unref (entry->frame);
  entry->frame = g_steal_pointer (&aged);
}

static void
send_entry (VisCallOutbox *self, Entry *entry)
{
  Request *request = g_new0 (Request, 1);

  set_age (self, entry);
  entry->in_flight = TRUE;
  entry->tries++;
  request->outbox = g_object_ref (self);
  request->entry = entry_ref (entry);
  vis_wire_request_async (self->wire, entry->frame, self->cancellable, on_answer, request);
}

static void
pump (VisCallOutbox *self)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_unref);

  if (vis_wire_get_state (self->wire) != VIS_WIRE_ONLINE)
    return;

  /* A copy: the wire may answer at once, which changes the queue. */
  for (GList *link = self->entries.head; link != NULL; link = link->next)
    {
      Entry *entry = link->data;

      if (!entry->in_flight && !entry->waits)
        g_ptr_array_add (waiting, entry_ref (entry));
    }

  for (guint i = 0; i < waiting->len; i++)
    {
      Entry *entry = g_ptr_array_index (waiting, i);

      if (!entry->forgotten && !entry->in_flight && !is_held (self, entry))
        send_entry (self, entry);
    }
}

static void
on_wire_state (VisWire *wire, GParamSpec *pspec, gpointer data)
{
  pump (data);
}

static void
vis_call_outbox_dispose (GObject *object)
{
  VisCallOutbox *self = VIS_CALL_OUTBOX (object);

  vis_call_outbox_close (self);
  g_clear_object (&self->wire);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (vis_call_outbox_parent_class)->dispose (object);
}

static void
vis_call_outbox_finalize (GObject *object)
{
  VisCallOutbox *self = VIS_CALL_OUTBOX (object);

  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (vis_call_outbox_parent_class)->finalize (object);
}

static void
vis_call_outbox_class_init (VisCallOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_call_outbox_dispose;
  object_class->finalize = vis_call_outbox_finalize;

  signals[ANSWERED] = g_signal_new ("answered",
                                    VIS_TYPE_CALL_OUTBOX,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    2,
                                    VIS_TYPE_MESSAGE,
                                    VIS_TYPE_MESSAGE);
  signals[FAILED] = g_signal_new ("failed",
                                  VIS_TYPE_CALL_OUTBOX,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  3,
                                  VIS_TYPE_MESSAGE,
                                  G_TYPE_ERROR,
                                  G_TYPE_BOOLEAN);
}

static void
vis_call_outbox_init (VisCallOutbox *self)
{
  g_queue_init (&self->entries);
  self->cancellable = g_cancellable_new ();
}

/**
 * vis_call_outbox_new:
 * @wire: what carries the frames
 * @clock: what tells when to ask again
 *
 * Returns: (transfer full): an empty outbox
 */
VisCallOutbox *
vis_call_outbox_new (VisWire *wire, VisClock *clock)
{
  VisCallOutbox *self = g_object_new (VIS_TYPE_CALL_OUTBOX, NULL);

  self->wire = g_object_ref (wire);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (wire, "notify::state", G_CALLBACK (on_wire_state), self, 0);

  return self;
}

static gboolean
is_same_place (const VisMessage *a, const VisMessage *b)
{
  return vis_message_get_kind (a) == VIS_KIND_CALL_MEDIA &&
         vis_message_get_kind (b) == VIS_KIND_CALL_MEDIA &&
         g_strcmp0 (vis_message_get_string (a, VIS_FIELD_CALL),
                    vis_message_get_string (b, VIS_FIELD_CALL)) == 0;
}

static void
drop_entry (VisCallOutbox *self, Entry *entry)
{
  entry->forgotten = TRUE;
  if (!entry->in_flight)
    remove_entry (self, entry);
}

/* A newer `call:media` replaces one that is not sent yet. */
static void
drop_older_media (VisCallOutbox *self, const VisMessage *frame)
{
  GList *link = self->entries.head;

  while (link != NULL)
    {
      GList *next = link->next;
      Entry *entry = link->data;

      if (is_same_place (entry->frame, frame))
        drop_entry (self, entry);
      link = next;
    }
}

/**
 * vis_call_outbox_push:
 * @self: an outbox
 * @frame: what is to be sent
 *
 * Sends a frame, now or as soon as the wire is online.
 */
void
vis_call_outbox_push (VisCallOutbox *self, VisMessage *frame)
{
  Entry *entry;

  g_return_if_fail (VIS_IS_CALL_OUTBOX (self));

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  drop_older_media (self, frame);
  entry = g_new0 (Entry, 1);
  g_atomic_ref_count_init (&entry->ref_count);
  entry->frame = vis_message_ref (frame);
  entry->since = vis_clock_now (self->clock);
  g_queue_push_tail (&self->entries, entry);
  pump (self);
}

static gboolean
is_about (const VisMessage *frame, const char *call, int gen)
{
  /* `call:end` is never forgotten: it ends the call at the server. */
  if (vis_message_get_kind (frame) == VIS_KIND_CALL_END ||
      g_strcmp0 (vis_message_get_string (frame, VIS_FIELD_CALL), call) != 0)
    return FALSE;
  if (gen < 0)
    return TRUE;

  return vis_message_get_kind (frame) != VIS_KIND_CALL_RENEW &&
         vis_message_has (frame, VIS_FIELD_GEN) &&
         vis_message_get_integer (frame, VIS_FIELD_GEN) == gen;
}

/**
 * vis_call_outbox_forget:
 * @self: an outbox
 * @call: a call's id
 * @gen: a generation, or -1 for the whole call
 *
 * Takes back what has not been sent about it, and sends nothing about it again. An end of the call
 * is not taken back.
 *
 * Returns: whether the first offer of the call was taken back, so that nobody has heard of it
 */
gboolean
vis_call_outbox_forget (VisCallOutbox *self, const char *call, int gen)
{
  gboolean unheard = FALSE;
  GList   *link;

  g_return_val_if_fail (VIS_IS_CALL_OUTBOX (self), FALSE);

  link = self->entries.head;
  while (link != NULL)
    {
      GList *next = link->next;
      Entry *entry = link->data;

      if (is_about (entry->frame, call, gen))
        {
          unheard |= vis_message_get_kind (entry->frame) == VIS_KIND_CALL_OFFER &&
                     vis_message_get_integer (entry->frame, VIS_FIELD_GEN) == 0 &&
                     entry->tries == 0;
          drop_entry (self, entry);
        }
      link = next;
    }

  return unheard;
}

/**
 * vis_call_outbox_close:
 * @self: an outbox
 *
 * Sends and says nothing any more.
 */
void
vis_call_outbox_close (VisCallOutbox *self)
{
  g_return_if_fail (VIS_IS_CALL_OUTBOX (self));

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    vis_clock_clear (self->clock, &self->retry);
  while (!g_queue_is_empty (&self->entries))
    entry_unref (g_queue_pop_head (&self->entries));
}
