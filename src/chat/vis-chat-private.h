/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include "vis-chat-fetcher.h"
#include "vis-chat-follower.h"
#include "vis-chat-history.h"
#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-chat-sender.h"
#include "vis-chat-show.h"
#include "vis-chat-status-private.h"
#include "vis-chat-turns.h"
#include "vis-conversation-private.h"
#include "vis-wire.h"

G_BEGIN_DECLS

struct _VisChat
{
  GObject          parent_instance;

  VisWire         *wire;
  VisClock        *clock;
  GCancellable    *cancellable;

  VisChatModel    *model;
  VisChatJournal  *journal;
  VisChatTurns    *turns; /* this and the following: NULL without a store and a wire */
  VisChatSender   *sender;
  VisChatFetcher  *fetcher;
  VisChatHistory  *history;
  VisChatFollower *follower;

  VisChatStatus    connection;
  gboolean         loaded;
};

/* vis-chat.c: setters of the properties; previews and tests use them without a store and a wire. */
void vis_chat_set_connection (VisChat *self, VisChatStatus connection);
void vis_chat_set_loaded (VisChat *self);

G_END_DECLS
