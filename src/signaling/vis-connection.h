/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-message.h"
#include "vis-transport.h"

G_BEGIN_DECLS

/**
 * VisConnection:
 *
 * What is said over one connection: frames become messages, requests get ids and find their
 * answers. It lives as long as its transport does; requests that have no answer by then fail.
 *
 * Signals, none of them after [method@Vis.Exchange.close]: `opened`; `greeted (VisMessage
 * *answer)`, the `ok` or the `error` to `hello`; `event (VisMessage *event)`; `unanswered`, a
 * request has got no answer in time; `lost (guint code, GError *error)`, the connection is of no
 * more use.
 */
#define VIS_TYPE_CONNECTION (vis_connection_get_type ())
G_DECLARE_FINAL_TYPE (VisConnection, vis_connection, VIS, CONNECTION, GObject)

VisConnection *vis_connection_new (VisTransport *transport,
                                   VisClock     *clock) G_GNUC_WARN_UNUSED_RESULT;

void           vis_connection_open (VisConnection *self);
void           vis_connection_close (VisConnection *self);
void vis_connection_greet (VisConnection *self, const char *token, gint64 since, const char *mark);
void
vis_connection_request (VisConnection *self, VisMessage *request, GTask *task, guint deadline_ms);
gint64 vis_connection_get_heard_at (VisConnection *self);

G_END_DECLS
