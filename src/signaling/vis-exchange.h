/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-message.h"
#include "vis-transport.h"

G_BEGIN_DECLS

/**
 * VisExchange:
 *
 * What is said over one connection: frames become messages, requests get ids and find their
 * answers. It lives as long as its transport does; requests that have no answer by then fail.
 *
 * Signals, none of them after [method@Vis.Exchange.close]: `opened`; `greeted (VisMessage
 * *answer)`, the `ok` or the `error` to `hello`; `event (VisMessage *event)`; `unanswered`, a
 * request has got no answer in time; `lost (guint code, GError *error)`, the connection is of no
 * more use.
 */
#define VIS_TYPE_EXCHANGE (vis_exchange_get_type ())
G_DECLARE_FINAL_TYPE (VisExchange, vis_exchange, VIS, EXCHANGE, GObject)

VisExchange *vis_exchange_new (VisTransport *transport, VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;

void         vis_exchange_open (VisExchange *self);
void         vis_exchange_close (VisExchange *self);
void vis_exchange_greet (VisExchange *self, const char *token, gint64 since, const char *mark);
void vis_exchange_request (VisExchange *self, VisMessage *request, GTask *task, guint deadline_ms);
gint64 vis_exchange_get_heard_at (VisExchange *self);

G_END_DECLS
