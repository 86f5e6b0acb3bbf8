/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-clock.h"
#include "vis-message.h"

G_BEGIN_DECLS

#define VIS_REQUEST_DEADLINE_MS 15000

/**
 * VisRequests:
 *
 * The requests that wait for an answer. Each ends exactly once: with its answer, at its deadline,
 * when it is cancelled, or when the connection is lost. Answers to anything else are ignored.
 *
 * Signal `unanswered`: a deadline passed; its request fails right after.
 */
#define VIS_TYPE_REQUESTS (vis_requests_get_type ())
G_DECLARE_FINAL_TYPE (VisRequests, vis_requests, VIS, REQUESTS, GObject)

VisRequests *vis_requests_new (VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;

void         vis_requests_add (VisRequests *self, const char *id, GTask *task, guint deadline_ms);
gboolean     vis_requests_answer (VisRequests *self, const VisMessage *answer);
void         vis_requests_reject (VisRequests *self, const char *id, const GError *error);
void         vis_requests_fail (VisRequests *self, const GError *error);

G_END_DECLS
