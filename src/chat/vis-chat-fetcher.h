/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-chat-turns.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisChatFetcher:
 *
 * Fetches the server's lists contact:list and chat:list when they are wanted: the first one at each
 * connection, both in a reset, which follows when missed events can't be had.
 *
 * `complete` is emitted at the end of a reset, with the #VisStoreChange of the list of chats, or
 * %NULL if the server has no such list. Messages may be missing until then. `progress` is emitted
 * when what is wanted may have changed.
 */
#define VIS_TYPE_CHAT_FETCHER (vis_chat_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (VisChatFetcher, vis_chat_fetcher, VIS, CHAT_FETCHER, GObject)

VisChatFetcher *vis_chat_fetcher_new (VisChatModel   *model,
                                      VisChatJournal *journal,
                                      VisChatTurns   *turns,
                                      VisWire        *wire,
                                      VisClock       *clock) G_GNUC_WARN_UNUSED_RESULT;

void            vis_chat_fetcher_start (VisChatFetcher *self);
void            vis_chat_fetcher_stop (VisChatFetcher *self);
void            vis_chat_fetcher_ask (VisChatFetcher *self);
void            vis_chat_fetcher_ask_deferred (VisChatFetcher *self);
void            vis_chat_fetcher_want (VisChatFetcher *self, VisKind list);
void            vis_chat_fetcher_reset (VisChatFetcher *self, gboolean keep);
void            vis_chat_fetcher_resume_reset (VisChatFetcher *self);

gboolean        vis_chat_fetcher_wants (VisChatFetcher *self, VisKind list);
gboolean        vis_chat_fetcher_get_resetting (VisChatFetcher *self);

G_END_DECLS
