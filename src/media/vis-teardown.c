/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-teardown.h"

#include <gio/gio.h>
#include <malloc.h>
#include <nice/agent.h>

typedef struct
{
  GstElement *pipeline;
  NiceAgent  *agent;
} Teardown;

static guint n_pending;

static gboolean
finish (gpointer data)
{
  Teardown *self = data;

  g_clear_object (&self->agent);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
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
 * vis_teardown_get_agent:
 * @webrtc: a webrtcbin
 *
 * Returns: (transfer full) (nullable): the NiceAgent inside of it
 */
GObject *
vis_teardown_get_agent (GstElement *webrtc)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent = NULL;

  g_object_get (webrtc, "ice-agent", &ice, NULL);
  if (ice != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") != NULL)
    g_object_get (ice, "agent", &agent, NULL);

  return agent;
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
  self->agent = (NiceAgent *) agent;
  n_pending++;
  if (agent != NULL)
    nice_agent_close_async (self->agent, on_agent_closed, self);
  else
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
