/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "memory-rows.h"

G_BEGIN_DECLS

struct _MemoryRows
{
  VisStoreTx  tx;
  GTree      *rows;  /* key → GBytes */
  GPtrArray  *undo;  /* of Undo */
  GHashTable *users; /* id → VisStoreUser, of this operation */
  GHashTable *pairs; /* key → VisStorePair, likewise */
};

typedef struct
{
  VisStoreUser row;
  const char  *password;
  gint64       kept_mark;
  gint64       seen;
} MemoryUser;

#define MEMORY_PUT(self, name, row) memory_set (self, name, g_bytes_new (row, sizeof *(row)))

/* Rows: memory-rows.c */
const char   *memory_key (const char *kind, gint64 a, gint64 b);
const char   *memory_text_key (const char *kind, const char *name);
const char   *memory_token_key (GBytes *token);
gconstpointer memory_get (MemoryRows *self, const char *name);
void          memory_set (MemoryRows *self, const char *name, GBytes *row);
GTreeNode    *memory_first (MemoryRows *self, const char *from);
gboolean      memory_is (GTreeNode *node, const char *kind);
gconstpointer memory_row_of (GTreeNode *node);
gint64        memory_next_number (MemoryRows *self, const char *kind);

/* Users and pairs: memory-people.c */
void       memory_put_user (MemoryRows *self, const MemoryUser *user);
MemoryUser memory_get_user (MemoryRows *self, gint64 id);
void
memory_find_users (VisStoreTx *tx, const VisStoreWho *who, guint n, const VisStoreUser *users[]);
void
memory_list_users (VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data);
gint64 memory_add_user (VisStoreTx *tx, const VisStoreAccount *account, gint64 now);
void   memory_set_user (VisStoreTx *tx, const VisStoreUser *row, const VisStoreAccount *account);
char  *memory_dup_password (VisStoreTx *tx, const VisStoreUser *user);
void   memory_set_seen (VisStoreTx *tx, gint64 id, gint64 now);
gint64 memory_add_device (
  VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now);
gboolean      memory_find_device (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row);
void          memory_remove_device (VisStoreTx *tx, GBytes *token);
void          memory_add_invite (VisStoreTx *tx, const char *code, guint uses, gint64 expires);
gboolean      memory_has_invite (VisStoreTx *tx, const char *code, gint64 now);
void          memory_use_invite (VisStoreTx *tx, const char *code, gint64 now);
VisStorePair *memory_find_pair (MemoryRows *self, gint64 a, gint64 b);
void          memory_put_pair (MemoryRows *self, const VisStorePair *pair);
const VisStorePair *memory_get_pair (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b);
void
memory_set_standing (VisStoreTx *tx, const VisStorePair *row, gint64 user, VisStanding standing);
void memory_list_contacts (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data);
void memory_list_mutual (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data);

/* Messages and chats: memory-chats.c */
VisStorePair *memory_pair_of_chat (MemoryRows *self, gint64 chat);
gint64        memory_reserve_message (VisStoreTx *tx, const VisStorePair *row, const char *id);
void          memory_add_message (VisStoreTx *tx, const VisStoreMessageRow *row);
gboolean      memory_get_message (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row);
gboolean      memory_find_message (VisStoreTx *tx, const char *id, VisStoreMessageRow *row);
void          memory_list_messages (VisStoreTx         *tx,
                                    gint64              chat,
                                    gint64              before,
                                    gint64              after,
                                    gint64              user,
                                    VisStoreMessageFunc func,
                                    gpointer            data);
gint64   memory_count_unread (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit);
gboolean memory_hide_message (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n);
void     memory_erase_messages (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to);
void     memory_erase_later (VisStoreTx *tx, gint64 chat, gint64 upto);
void     memory_get_member (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member);
void     memory_advance_member (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to);
void
memory_list_chats (VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data);

/* Events and calls: memory-events.c */
VisStorePlace memory_add_event (
  VisStoreTx *tx, const VisStoreUser *row, gint64 ts, const char *text, gint64 chat, gint64 n);
void     memory_list_events (VisStoreTx         *tx,
                             const VisStoreUser *user,
                             gint64              after,
                             guint               limit,
                             VisStoreLogFunc     func,
                             gpointer            data);
gint64   memory_get_mark (VisStoreTx *tx, const VisStoreUser *user, gint64 seq);
gint64   memory_find_event_since (VisStoreTx *tx, gint64 id, gint64 ts);
void     memory_drop_events (VisStoreTx *tx, gint64 id, gint64 seq);
gboolean memory_save_call (VisStoreTx *tx, const VisStoreCall *call, gint64 ended);
void     memory_list_calls (VisStoreTx *tx, const char *of, VisStoreCallFunc func, gpointer data);
void     memory_forget_calls (VisStoreTx *tx, gint64 ended);

G_END_DECLS
