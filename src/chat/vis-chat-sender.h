/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-journal.h"
#include "vis-chat-turns.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisChatSender:
 *
 * Sends stored requests to the server, over one connection after the other, until each has an
 * answer that settles it. An answer with a `seq` is handled in the order of events.
 */
#define VIS_TYPE_CHAT_SENDER (vis_chat_sender_get_type ())
G_DECLARE_FINAL_TYPE (VisChatSender, vis_chat_sender, VIS, CHAT_SENDER, GObject)

VisChatSender *vis_chat_sender_new (const char     *user,
                                    VisChatJournal *journal,
                                    VisChatTurns   *turns,
                                    VisWire        *wire,
                                    VisClock       *clock) G_GNUC_WARN_UNUSED_RESULT;

void           vis_chat_sender_start (VisChatSender *self);
void           vis_chat_sender_stop (VisChatSender *self);
void           vis_chat_sender_deliver (VisChatSender *self);

void           vis_chat_sender_add (VisChatSender *self, GPtrArray *requests);
void           vis_chat_sender_confirm (VisChatSender *self, const char *chat, const char *message);
gboolean vis_chat_sender_withdraw (VisChatSender *self, const char *chat, const char *message);
void     vis_chat_sender_withdraw_chat (VisChatSender *self, const char *chat);

G_END_DECLS
