/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ice-agent.h"

#include <gmodule.h>
#include <nice/agent.h>

/* The plugin that needs libnice loads it. Were it linked, each start of the app would load it
 * before the first frame, with TLS, UPnP and XML behind it. */
#define LIBRARY "libnice.so.10"

/* webrtcbin's streams are numbered from 1; with all sections bundled the first one is in use. */
#define MAX_STREAMS 4

typedef gboolean (*GetSelectedPair) (NiceAgent *, guint, guint, NiceCandidate **, NiceCandidate **);
typedef void (*CloseAsync) (NiceAgent *, GAsyncReadyCallback, gpointer);

static gpointer
find (const char *name)
{
  static GModule *library;
  gpointer        symbol = NULL;

  if (library == NULL)
    library = g_module_open (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (library != NULL)
    g_module_symbol (library, name, &symbol);
  if (symbol == NULL)
    g_debug ("There is no %s in " LIBRARY, name);

  return symbol;
}

/**
 * vis_ice_agent_get:
 * @webrtc: a webrtcbin
 *
 * Returns: (transfer full) (nullable): the NiceAgent inside of it
 */
GObject *
vis_ice_agent_get (GstElement *webrtc)
{
  g_autoptr (GObject) ice = NULL;
  GObject            *agent = NULL;

  g_object_get (webrtc, "ice-agent", &ice, NULL);
  if (ice != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") != NULL)
    g_object_get (ice, "agent", &agent, NULL);

  return agent;
}

/**
 * vis_ice_agent_get_path:
 * @agent: (nullable): a NiceAgent
 *
 * Returns: the way that media takes
 */
VisPath
vis_ice_agent_get_path (GObject *agent)
{
  GetSelectedPair get_selected_pair = find ("nice_agent_get_selected_pair");
  NiceCandidate  *local = NULL;
  NiceCandidate  *remote = NULL;

  if (agent == NULL || get_selected_pair == NULL)
    return VIS_PATH_UNKNOWN;

  for (guint stream = 1; stream <= MAX_STREAMS; stream++)
    {
      if (get_selected_pair ((NiceAgent *) agent, stream, 1, &local, &remote))
        return local->type == NICE_CANDIDATE_TYPE_RELAYED ||
                   remote->type == NICE_CANDIDATE_TYPE_RELAYED
                 ? VIS_PATH_RELAY
                 : VIS_PATH_DIRECT;
    }

  return VIS_PATH_UNKNOWN;
}

/**
 * vis_ice_agent_close_async:
 * @agent: a NiceAgent
 * @callback: (scope async): called once it has given its places on relays back; on the
 *   context that is the caller's default
 * @data: for @callback
 *
 * Returns: whether @callback will be called
 */
gboolean
vis_ice_agent_close_async (GObject *agent, GAsyncReadyCallback callback, gpointer data)
{
  CloseAsync close_async = find ("nice_agent_close_async");

  if (close_async == NULL)
    return FALSE;

  close_async ((NiceAgent *) agent, callback, data);
  return TRUE;
}
