/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-teardown.h"

#include <gio/gio.h>
#include <malloc.h>

#include "vis-nice.h"

typedef struct
{
  GstElement *pipeline;
  GObject    *agent;
} Teardown;

static guint n_pending;

static void
collect_receiver (const GValue *value, gpointer receivers)
{
  GstElement *element = g_value_get_object (value);

  if (g_str_equal (G_OBJECT_TYPE_NAME (element), "TransportReceiveBin"))
    g_ptr_array_add (receivers, gst_object_ref (element));
}

/* The parts of webrtcbin that receive from the network; each holds the ICE agent. */
static GPtrArray *
get_receivers (GstElement *pipeline)
{
  GPtrArray   *receivers = g_ptr_array_new_with_free_func (gst_object_unref);
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (pipeline));

  while (gst_iterator_foreach (elements, collect_receiver, receivers) == GST_ITERATOR_RESYNC)
    {
      g_ptr_array_set_size (receivers, 0);
      gst_iterator_resync (elements);
    }
  gst_iterator_free (elements);

  return receivers;
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

/* webrtcbin 1.22 blocks a receiver that has no path yet, with something that refers to the receiver
 * itself, and gives that up on the way to NULL. If its own thread takes a description in meanwhile,
 * it blocks the receiver again behind our back, which then lives for ever with the agent and all
 * its sockets. By now that thread has ended: going there once more lets go of it. */
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
finish (gpointer data)
{
  Teardown             *self = data;
  g_autoptr (GPtrArray) receivers = NULL;

  g_clear_object (&self->agent);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  receivers = get_receivers (self->pipeline);
  g_ptr_array_foreach (receivers, unblock_receiver, NULL);
  g_clear_pointer (&receivers, g_ptr_array_unref);
  gst_object_unref (self->pipeline);
  g_free (self);
  n_pending--;

  /* A call leaves a few MiB behind in the arenas of its threads. */
  malloc_trim (0);

  return G_SOURCE_REMOVE;
}

/* On the thread of the agent. */
static void
on_agent_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GSource) idle = g_idle_source_new ();

  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, finish, data, NULL);
  g_source_set_static_name (idle, "[visavis] teardown");
  g_source_attach (idle, NULL);
}

/**
 * vis_teardown:
 * @pipeline: (transfer full): a pipeline with a webrtcbin, of which nobody wants anything any more
 * @agent: (transfer full) (nullable): its NiceAgent, if it may hold places on a relay
 *
 * Takes a peer connection down. Places on a relay are given back first: the relay should not keep
 * them for ten more minutes, and libnice complains about agents that go without saying goodbye.
 */
void
vis_teardown (GstElement *pipeline, GObject *agent)
{
  Teardown *self = g_new0 (Teardown, 1);

  self->pipeline = pipeline;
  self->agent = agent;
  n_pending++;
  if (agent == NULL || !vis_nice_close_async (agent, on_agent_closed, self))
    finish (self);
}

/**
 * vis_teardown_get_pending:
 *
 * Returns: how many peer connections are still on their way out
 */
guint
vis_teardown_get_pending (void)
{
  return n_pending;
}
