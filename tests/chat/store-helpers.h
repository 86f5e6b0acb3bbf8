/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store.h"

/* Blocking forms of the store's calls, which iterate the default main context, and short ways to
 * write edits and the server's messages. */

VisStoreContents *store_load (VisStore *store);
VisStoreChange   *store_apply (VisStore *store, VisStoreEdit *edit);
VisStorePage     *store_page (VisStore *store, const char *chat, gint64 before, guint limit);

char             *message_id (guint n);
VisStoredMessage *stored_message (guint n, gboolean outgoing, gint64 ts);
VisStoreEdit     *edit_receive (const char *chat, guint n, gboolean outgoing, gint64 since);
VisStoreEdit     *edit_queue (const char *chat, guint n);
VisStoreEdit     *edit_draft (const char *chat, const char *text);
VisStoreEdit     *edit_id (VisEditKind kind, const char *chat, guint n, gboolean queue);
VisStoreEdit *
edit_history (const char *chat, guint before, guint newest, guint oldest, gboolean more);
VisStoredChat               *
stored_chat (const char *chat, guint last, guint unread, guint read, guint delivered);
VisStoreEdit *edit_chats (VisStoredChat *chat);

char         *page_to_string (VisStorePage *page);
guint         id_to_number (const char *id);

/* Messages of the server, with the number @n in the id, as the time and in the text. */
char *json_message (guint n, const char *chat, const char *from);
char *json_unknown (guint n, const char *fields);
