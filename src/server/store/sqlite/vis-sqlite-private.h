/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sqlite3.h>

#include "vis-sqlite-statements.h"
#include "vis-store-tx.h"

G_BEGIN_DECLS

/* A cached user, kept between transactions. */
typedef struct
{
  VisStoreUser row; /* its strings are owned */
  gboolean     dirty;
} VisSqliteUser;

/* A cached pair of users; the row comes first, since it is the key of the hash table. */
typedef struct
{
  VisStorePair row;
  gboolean     dirty;
} VisSqlitePair;

/* A database connection, used by one thread at a time. */
typedef struct
{
  VisStoreTx    tx; /* the transaction, as the rules use it */
  sqlite3      *handle;
  char         *path;
  sqlite3_stmt *statements[VIS_SQL_N_STATEMENTS];
  GPtrArray    *taken;   /* statements used since vis_sqlite_do() began */
  gboolean      working; /* inside vis_sqlite_do() */
  gboolean      reading; /* the present operation must not write */
  char          id[37];  /* of the last message row */
  char          reply_to[37];
  char         *failure;

  /* Cache, kept between transactions */
  GHashTable *users; /* id → VisSqliteUser */
  GHashTable *names; /* user → the same */
  GHashTable *pairs;
  GPtrArray  *dirty_users;
  GPtrArray  *dirty_pairs;
  gint64      n_recent; /* rows of recent_id, -1: not counted yet */
  gint64      version;  /* PRAGMA data_version in the last transaction */
  gint64      looked;   /* the same at the last vis_sqlite_look(), 0: not yet */

  /* Batches */
  gboolean failing; /* operations are refused as a whole; until a write succeeds */
  gint64   refused; /* when a write other than a probe was refused last; monotonic, 0: never */
  int      changes; /* sqlite3_total_changes() at the last failure */
  gint64   told;    /* when the refusal of a single operation was logged last */

  /* Upkeep between batches; times of g_get_monotonic_time() */
  int      wal_pages;   /* pages in the write-ahead log after the last commit */
  gboolean erased;      /* contents were erased since the last vis_sqlite_tend() */
  gboolean erasing;     /* there may be cleared chats to erase */
  gint64   erase_at;    /* when to continue erasing, 0: at once */
  gint64   erase_after; /* the last chat of this round that could not be erased */
  gboolean erase_told;  /* a failure to erase was logged in this hour */
  gint64   scrub_at;    /* when to truncate the write-ahead log, 0: no need */
  guint    held;        /* how often that failed in a row */
  gint64   hour;        /* when to do the hourly upkeep */
} VisSqlite;

typedef void (*VisSqliteWork) (VisSqlite *self, gpointer data);

/* Integer primary key from an owner and a number: chat and message, user and event. */
#define VIS_SQLITE_KEY(owner, number) ((gint64) (owner) << 32 | (gint64) (number))
#define VIS_SQLITE_NUMBER(key)        ((gint64) (key) &G_GINT64_CONSTANT (0xffffffff))
#define VIS_SQLITE_OWNER(key)         ((gint64) (key) >> 32)

/* Suffix of the file name of a copy from before a migration; followed by the schema version. */
#define VIS_SQLITE_COPY ".version-"

VisSqlite    *vis_sqlite_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void          vis_sqlite_free (VisSqlite *self);
gboolean      vis_sqlite_migrate (VisSqlite *self, const char *path, GError **error);
gboolean      vis_sqlite_exec (VisSqlite *self, const char *sql);
gboolean      vis_sqlite_do (VisSqlite *self, VisSqliteWork work, gpointer data);
sqlite3_stmt *vis_sqlite_get (VisSqlite *self, VisSql sql);
gboolean      vis_sqlite_step (VisSqlite *self, sqlite3_stmt *statement);
void          vis_sqlite_fail (VisSqlite *self);

gboolean      vis_sqlite_begin (VisSqlite *self, gboolean writing);
gboolean      vis_sqlite_look (VisSqlite *self);
gboolean      vis_sqlite_commit (VisSqlite *self);
void          vis_sqlite_rollback (VisSqlite *self);
void          vis_sqlite_end_reading (VisSqlite *self);
gboolean      vis_sqlite_save (VisSqlite *self);
gboolean      vis_sqlite_release (VisSqlite *self);
gboolean      vis_sqlite_undo (VisSqlite *self);

void          vis_sqlite_run_batch (VisSqlite *self, GList *batch);
gint64        vis_sqlite_tend (VisSqlite *self);

void          vis_sqlite_cache_init (VisSqlite *self);
void          vis_sqlite_cache_clear (VisSqlite *self);
void          vis_sqlite_cache_check (VisSqlite *self, gint64 version);
void          vis_sqlite_flush (VisSqlite *self, gpointer data);
void          vis_sqlite_forget (VisSqlite *self);

void          vis_sqlite_bind_text (sqlite3_stmt *statement, int at, const char *text);
gint64        vis_sqlite_hash_id (const char *id);
void          vis_sqlite_bind_id (sqlite3_stmt *statement, int at, const char *id);
void          vis_sqlite_bind_bytes (sqlite3_stmt *statement, int at, GBytes *bytes);
const char   *vis_sqlite_text (sqlite3_stmt *statement, int at);
gboolean      vis_sqlite_id (sqlite3_stmt *statement, int at, char id[37]);

void          vis_sqlite_cache_set_kept (VisSqlite *self, gint64 user, gint64 kept);
void          vis_sqlite_cache_set_name (const VisStoreUser *user, const char *name);
gint64        vis_sqlite_pair_chat (VisSqlite *self, const VisStorePair *pair);
void          vis_sqlite_pair_touch (VisSqlite *self, const VisStorePair *pair);
void vis_sqlite_read_message (VisSqlite *self, sqlite3_stmt *statement, VisStoreMessageRow *row);

/* Queries and writes, see VisStoreTxRows */
extern const VisStoreTxRows vis_sqlite_rows;

void                        vis_sqlite_find_users (VisStoreTx         *tx,
                                                   const VisStoreWho  *who,
                                                   guint               n,
                                                   const VisStoreUser *users[]);
void                        vis_sqlite_list_users (
                         VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data);
gint64 vis_sqlite_add_user (VisStoreTx *tx, const VisStoreAccount *account, gint64 now);
void vis_sqlite_set_user (VisStoreTx *tx, const VisStoreUser *user, const VisStoreAccount *account);
char  *vis_sqlite_dup_password (VisStoreTx *tx, const VisStoreUser *user);
void   vis_sqlite_set_seen (VisStoreTx *tx, gint64 user, gint64 now);

gint64 vis_sqlite_add_device (
  VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now);
gboolean vis_sqlite_find_device (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row);
void     vis_sqlite_remove_device (VisStoreTx *tx, GBytes *token);

void     vis_sqlite_add_invite (VisStoreTx *tx, const char *code, guint uses, gint64 expires);
gboolean vis_sqlite_has_invite (VisStoreTx *tx, const char *code, gint64 now);
void     vis_sqlite_use_invite (VisStoreTx *tx, const char *code, gint64 now);

const VisStorePair      *
vis_sqlite_get_pair (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b);
void vis_sqlite_set_standing (VisStoreTx         *tx,
                              const VisStorePair *pair,
                              gint64              user,
                              VisStanding         standing);
void vis_sqlite_list_contacts (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data);
void vis_sqlite_list_mutual (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data);

gint64   vis_sqlite_reserve_message (VisStoreTx *tx, const VisStorePair *pair, const char *id);
void     vis_sqlite_add_message (VisStoreTx *tx, const VisStoreMessageRow *row);
gboolean vis_sqlite_get_message (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row);
void     vis_sqlite_list_messages (VisStoreTx         *tx,
                                   gint64              chat,
                                   gint64              before,
                                   gint64              after,
                                   gint64              user,
                                   VisStoreMessageFunc func,
                                   gpointer            data);
gint64
vis_sqlite_count_unread (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit);
gboolean vis_sqlite_hide_message (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n);
void     vis_sqlite_erase_messages (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to);
void     vis_sqlite_erase_later (VisStoreTx *tx, gint64 chat, gint64 upto);
void     vis_sqlite_get_member (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member);
void vis_sqlite_advance_member (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to);
void vis_sqlite_list_chats (
  VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data);
gboolean      vis_sqlite_find_message (VisStoreTx *tx, const char *id, VisStoreMessageRow *row);
VisStorePlace vis_sqlite_add_event (
  VisStoreTx *tx, const VisStoreUser *user, gint64 ts, const char *event, gint64 chat, gint64 n);
void     vis_sqlite_list_events (VisStoreTx         *tx,
                                 const VisStoreUser *user,
                                 gint64              after,
                                 guint               limit,
                                 VisStoreLogFunc     func,
                                 gpointer            data);
gint64   vis_sqlite_get_mark (VisStoreTx *tx, const VisStoreUser *user, gint64 seq);
gint64   vis_sqlite_find_event_since (VisStoreTx *tx, gint64 user, gint64 ts);
void     vis_sqlite_drop_events (VisStoreTx *tx, gint64 user, gint64 seq);
gboolean vis_sqlite_save_call (VisStoreTx *tx, const VisStoreCall *call, gint64 ended);
void vis_sqlite_list_calls (VisStoreTx *tx, const char *node, VisStoreCallFunc func, gpointer data);
void vis_sqlite_forget_calls (VisStoreTx *tx, gint64 ended);

G_END_DECLS
