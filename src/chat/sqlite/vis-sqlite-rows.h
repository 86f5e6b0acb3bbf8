/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-database.h"
#include "vis-store.h"

G_BEGIN_DECLS

/**
 * VisConversationRow:
 *
 * The row of a conversation, while an edit runs.
 */
typedef struct
{
  gint64   number;
  char    *chat;
  gboolean floored; /* whether there is a floor */
  gint64   floor;
  char    *floor_id;
  gboolean complete;
  gboolean torn; /* the server may have lost messages, and was not compared yet */
  gint64   unread;
  gint64   below;
  gint64   read;
  gint64   peer_read;
  char    *peer_read_id;
  gint64   peer_delivered;
  char    *peer_delivered_id;
} VisConversationRow;

/**
 * VisMessageFacts:
 *
 * What edits need to know about a stored message.
 */
typedef struct
{
  gint64         position;
  VisStoredState state;
  gboolean       outgoing;
  gboolean       deleted;
  gboolean       counts;
} VisMessageFacts;

/* The text of a message, as a column of a SELECT from messages. */
#define VIS_MESSAGE_ROW_TEXT "(SELECT text FROM texts WHERE number = messages.words)"

gboolean
vis_conversation_row_find (VisConversationRow *self, VisSqliteDatabase *database, const char *chat);
void
vis_conversation_row_make (VisConversationRow *self, VisSqliteDatabase *database, const char *chat);
void     vis_conversation_row_save (VisConversationRow *self, VisSqliteDatabase *database);
void     vis_conversation_row_clear (VisConversationRow *self);
void     vis_conversation_row_set_floor (VisConversationRow *self, gint64 position, const char *id);
void     vis_conversation_row_count (VisConversationRow *self, VisSqliteDatabase *database);
gboolean vis_conversation_row_shows (const VisConversationRow *self, gint64 position);
gint64   vis_conversation_row_end (const VisConversationRow *self,
                                   VisSqliteDatabase        *database,
                                   gint64                    ts,
                                   const char               *moving);
VisStoredConversation          *
vis_conversation_row_read (const VisConversationRow *self,
                                    VisSqliteDatabase        *database) G_GNUC_WARN_UNUSED_RESULT;

gint64   vis_message_row_position_of (gint64 ts);
gboolean vis_message_row_find (VisSqliteDatabase *database,
                               gint64             conversation,
                               const char        *id,
                               VisMessageFacts   *facts);
void     vis_message_row_put (VisSqliteDatabase      *database,
                              gint64                  conversation,
                              const VisStoredMessage *message,
                              gint64                  position);
void     vis_message_row_remove (VisSqliteDatabase *database, gint64 conversation, const char *id);
VisStoredMessage *vis_message_row_read (VisSqliteDatabase *database,
                                        gint64             conversation,
                                        const char        *id) G_GNUC_WARN_UNUSED_RESULT;
void              vis_message_row_read_page (VisSqliteDatabase *database,
                                             gint64             conversation,
                                             gint64             from,
                                             gint64             before,
                                             guint              limit,
                                             GPtrArray         *messages);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VisConversationRow, vis_conversation_row_clear)

G_END_DECLS
