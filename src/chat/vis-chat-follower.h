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
 * Follows the server: takes what happens there in its turn to the journal, and what is never stored
 * to the model. It begins once the store was read; what comes before that waits.
 *
 * `online` is emitted when a connection can be used: with %TRUE if what was missed can't be told
 * any more, so that everything is to be asked for anew, and whether the server itself may have lost
 * something. `offline` is emitted when that connection is gone.
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
