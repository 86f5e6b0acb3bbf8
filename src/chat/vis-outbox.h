/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-protocol-error.h"
#include "vis-store.h"

G_BEGIN_DECLS

/**
 * VisOutbox:
 *
 * The requests that are to be sent to the server, and which of them are being sent. Knows neither
 * the wire nor the time.
 *
 * A request waits or is being sent, until it is settled. Those about the messages of one
 * conversation are sent one after the other, so that they arrive in the order in which they were
 * made; marks and other conversations do not wait for them. Each message has an id that this device
 * gave it, so the server recognizes one that is sent again.
 */
typedef struct _VisOutbox VisOutbox;

VisOutbox                *vis_outbox_new (void) G_GNUC_WARN_UNUSED_RESULT;
void                      vis_outbox_free (VisOutbox *self);

void                      vis_outbox_add (VisOutbox *self, const VisStoredRequest *request);
const VisStoredRequest   *vis_outbox_next (VisOutbox *self);
gboolean vis_outbox_settle (VisOutbox *self, const char *chat, gint64 number, VisRetry retry);
gboolean vis_outbox_withdraw (VisOutbox *self, const char *chat, const char *message);
void     vis_outbox_withdraw_chat (VisOutbox *self, const char *chat);
void     vis_outbox_confirm (VisOutbox *self, const char *chat, const char *message);
void     vis_outbox_pause (VisOutbox *self, gboolean paused);
void     vis_outbox_lose (VisOutbox *self);

guint    vis_outbox_get_size (VisOutbox *self);
guint    vis_outbox_get_sending (VisOutbox *self);
guint    vis_outbox_get_attempts (VisOutbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisOutbox, vis_outbox_free)

G_END_DECLS
