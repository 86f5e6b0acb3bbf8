/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-teardown.h"

#include <gio/gio.h>
#include <malloc.h>

#include "vis-background.h"
#include "vis-ice-agent.h"

typedef struct
{
  GstElement *pipeline;
  GObject    *agent;
} Teardown;

/* The parts of webrtcbin that receive from the network; each holds the ICE agent. */
static const char *const receiver_types[] = { "TransportReceiveBin", NULL };

/* GStreamer 1.22: the parts that listen to a DTLS connection. A timer of its handshake holds the
 * connection too, and the program crashes if that lets go of it in the very moment in which they
 * end. So they stay for as long as the timer may run. */
static const char *const dtls_types[] = { "GstDtlsDec", "GstDtlsEnc", NULL };

/* The longest that OpenSSL waits for an answer: seconds. */
#define DTLS_TIMER_S 61

typedef struct
{
  const char *const *types;
  GPtrArray         *found;
} Search;

static void
collect (const GValue *value, gpointer data)
{
  Search     *search = data;
  GstElement *element = g_value_get_object (value);

  if (g_strv_contains (search->types, G_OBJECT_TYPE_NAME (element)))
    g_ptr_array_add (search->found, gst_object_ref (element));
}

static GPtrArray *
find_elements (GstElement *pipeline, const char *const *types)
{
  Search       search = { types, g_ptr_array_new_with_free_func (gst_object_unref) };
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (pipeline));

  while (gst_iterator_foreach (elements, collect, &search) == GST_ITERATOR_RESYNC)
    {
      g_ptr_array_set_size (search.found, 0);
      gst_iterator_resync (elements);
    }
  gst_iterator_free (elements);

  return search.found;
}

static gboolean
find_blocked (GstElement *element, GstPad *pad, gpointer found)
{
  if (gst_pad_is_blocked (pad))
    *(gboolean *) found = TRUE;

  return TRUE;
}

static void
look_for_blocked (const GValue *value, gpointer found)
{
  gst_element_foreach_src_pad (g_value_get_object (value), find_blocked, found);
}

/* GStreamer 1.22: webrtcbin blocks a receiver that has no path yet, with something that refers to
 * the receiver itself, and gives that up on the way to NULL. If its own thread takes a description
 * in meanwhile, it blocks the receiver again behind our back, which then lives for ever with the
 * agent and all its sockets. By now that thread has ended: going there once more lets go of it. */
static void
unblock_receiver (gpointer data, gpointer user_data)
{
  GstElement  *receiver = data;
  GstIterator *elements = gst_bin_iterate_elements (GST_BIN (receiver));
  gboolean     blocked = FALSE;

  while (gst_iterator_foreach (elements, look_for_blocked, &blocked) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
  if (!blocked)
    return;

  gst_element_set_state (receiver, GST_STATE_READY);
  gst_element_set_state (receiver, GST_STATE_NULL);
}

static gboolean
forget (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static void
on_agent_closed (GObject *source, GAsyncResult *result, gpointer closed)
{
  *(gboolean *) closed = TRUE;
}

/* In a loop of its own: at the end of the program the main one runs no more. */
static void
close_agent (GObject *agent)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  gboolean                 closed = FALSE;

  g_main_context_push_thread_default (context);
  if (vis_ice_agent_close_async (agent, on_agent_closed, &closed))
    {
      while (!closed)
        g_main_context_iteration (context, TRUE);
    }
  g_main_context_pop_thread_default (context);
}

/* A call leaves a few MiB behind in the arenas of its threads. One thread at a time: where another
 * allocator stands in front of glibc's (AddressSanitizer), this call is the first that initializes
 * it, and glibc 2.36 takes it for initialized before it is. */
static void
trim_memory (void)
{
  static GMutex mutex;

  g_mutex_lock (&mutex);
  malloc_trim (0);
  g_mutex_unlock (&mutex);
}

/* A dozen threads have to end, each when it comes to it: nothing that the main loop could wait for.
 */
static gpointer
take_down (gpointer data)
{
  Teardown             *self = data;
  GPtrArray            *dtls = find_elements (self->pipeline, dtls_types);
  g_autoptr (GPtrArray) receivers = NULL;

  if (self->agent != NULL)
    close_agent (self->agent);
  g_clear_object (&self->agent);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  receivers = find_elements (self->pipeline, receiver_types);
  g_ptr_array_foreach (receivers, unblock_receiver, NULL);
  g_clear_pointer (&receivers, g_ptr_array_unref);
  gst_object_unref (self->pipeline);
  g_free (self);
  g_timeout_add_seconds_full (
    G_PRIORITY_LOW, DTLS_TIMER_S, forget, dtls, (GDestroyNotify) g_ptr_array_unref);

  trim_memory ();

  vis_background_release ();

  return NULL;
}

/**
 * vis_teardown:
 * @pipeline: (transfer full): a pipeline with a webrtcbin, of which nobody wants anything any more
 * @agent: (transfer full) (nullable): its NiceAgent, if it may hold places on a relay
 *
 * Takes a peer connection down, in the background; [func@Vis.background_wait] waits for it. Places
 * on a relay are given back first: the relay should not keep them for ten more minutes, and libnice
 * complains about agents that go without saying goodbye.
 */
void
vis_teardown (GstElement *pipeline, GObject *agent)
{
  Teardown *self = g_new0 (Teardown, 1);

  self->pipeline = pipeline;
  self->agent = agent;
  vis_background_hold ();
  g_thread_unref (g_thread_new ("vis-teardown", take_down, self));
}
