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
 * What is still to be told to the server, and what of it is on its way. Pure bookkeeping: it knows
 * neither the wire nor the time.
 *
 * A request goes from waiting to sending and back, or away. Those about the messages of one
 * conversation go one after the other, so that they arrive in the order in which a person made
 * them; marks and other conversations do not wait for them. Since each message carries an id of our
 * own, sending one again is harmless.
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
