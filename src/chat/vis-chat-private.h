/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include "vis-chat-fetcher.h"
#include "vis-chat-history.h"
#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-chat-sender.h"
#include "vis-chat-show.h"
#include "vis-chat-turns.h"
#include "vis-conversation-private.h"
#include "vis-wire.h"

G_BEGIN_DECLS

struct _VisChat
{
  GObject         parent_instance;

  VisWire        *wire;
  VisClock       *clock;
  GCancellable   *cancellable;

  VisChatModel   *model;
  VisChatJournal *journal;
  VisChatStatus   connection;

  VisChatTurns   *turns;
  VisChatSender  *sender;
  VisChatFetcher *fetcher;
  VisChatHistory *history;
  gint64          asked; /* the `since` of the newest hello */
  GPtrArray      *early; /* events that came before the store was read */

  gboolean        loaded : 1;
  gboolean        online : 1;
};

/* vis-chat.c: setters of the properties; previews and tests use them without a store and a wire. */
void vis_chat_set_connection (VisChat *self, VisChatStatus connection);
void vis_chat_set_loaded (VisChat *self);
void vis_chat_update_connection (VisChat *self);

/* vis-chat-follow.c: the wire. */
void vis_chat_follow (VisChat *self);
void vis_chat_follow_loaded (VisChat *self);
void vis_chat_unfollow (VisChat *self);

G_END_DECLS
