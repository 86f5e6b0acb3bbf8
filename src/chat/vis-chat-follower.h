/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-chat-sender.h"
#include "vis-chat-turns.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisChatFollower:
 *
 * Follows the server: hands durable events, in their order, to the journal, and presence and typing
 * to the model. It begins once the store was read; events that arrive before that wait.
 *
 * `online` is emitted when a connection can be used, with two booleans: whether missed events can't
 * be had, so that a reset is needed, and whether the server itself may have lost data. `offline` is
 * emitted when that connection is lost.
 */
#define VIS_TYPE_CHAT_FOLLOWER (vis_chat_follower_get_type ())
G_DECLARE_FINAL_TYPE (VisChatFollower, vis_chat_follower, VIS, CHAT_FOLLOWER, GObject)

VisChatFollower *vis_chat_follower_new (VisChatModel   *model,
                                        VisChatJournal *journal,
                                        VisChatTurns   *turns,
                                        VisChatSender  *sender,
                                        VisWire        *wire) G_GNUC_WARN_UNUSED_RESULT;

void             vis_chat_follower_begin (VisChatFollower *self);
gboolean         vis_chat_follower_get_online (VisChatFollower *self);

G_END_DECLS
