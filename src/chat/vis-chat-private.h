/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include "vis-conversation-list-private.h"
#include "vis-conversation-private.h"

G_BEGIN_DECLS

struct _VisChat
{
  GObject              parent_instance;

  char                *user;
  char                *name;
  VisStore            *store;
  VisWire             *wire;
  VisClock            *clock;

  VisConversationList *conversations;
  VisConnection        connection;
  guint                unread;
};

/* Setters of the properties; previews and tests use them without a store and a wire. */
void vis_chat_set_name (VisChat *self, const char *name);
void vis_chat_set_connection (VisChat *self, VisConnection connection);
void vis_chat_add_conversation (VisChat *self, VisConversation *conversation);

G_END_DECLS
