/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-connection.h"
#include "vis-event-queue.h"
#include "vis-link-machine.h"
#include "vis-link.h"
#include "vis-wake-monitor.h"

G_BEGIN_DECLS

struct _VisLink
{
  GObject          parent_instance;

  char            *url;
  char            *token;
  VisClock        *clock;
  VisTransportFunc func;
  gpointer         func_data;
  VisTrust        *trust; /* the func_data of VisSoupTransport */
  VisWakeMonitor  *wake;

  /* What others see of the link. */
  VisWireState state;
  VisMessage  *hello;
  GPtrArray   *ice_servers;
  gint64       since;
  char        *mark; /* of the event `since`, or NULL */
  GError      *problem;
  GError      *last_error;

  /* The current connection, or the attempt at one. */
  VisConnection *connection;
  gint64         opened_at;
  gboolean       probing;

  guint          attempt;
  gint64         retry_after_ms;
  guint          watch_id;
  guint          steady_id;
  guint          retry_id;
  guint          turn_id;

  VisEventQueue *events; /* of VisLinkNews */
  guint          epoch;  /* counts connections: events of earlier ones are dropped */
};

/* An event, and the epoch in which it was pushed. */
typedef struct
{
  VisLinkEvent event;
  guint        epoch;
} VisLinkNews;

void vis_link_push (VisLink *self, VisLinkEvent event);
void vis_link_run_effect (VisLink *self, VisLinkEffect effect);
void vis_link_release (VisLink *self);
void vis_link_set_problem (VisLink *self, const GError *error);
void vis_link_send_request (VisLink *self, VisMessage *request, GTask *task, guint deadline_ms);

G_END_DECLS
