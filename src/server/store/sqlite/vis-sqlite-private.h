/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sqlite3.h>

#include "vis-server-store.h"
#include "vis-sqlite-statements.h"

G_BEGIN_DECLS

/* How somebody stands to somebody else; the numbers are in the database. */
typedef enum
{
  VIS_STANDING_NONE,
  VIS_STANDING_REQUESTED,
  VIS_STANDING_INCOMING,
  VIS_STANDING_MUTUAL,
  VIS_STANDING_BLOCKED,
  /* The other one has asked, and taken it back; to this one it is incoming. */
  VIS_STANDING_WITHDRAWN,
} VisStanding;

/* The kinds of messages; the numbers are in the database. */
enum
{
  VIS_SQLITE_TEXT = 1,
  VIS_SQLITE_CALL = 3,
};

/* What is known of a user between two transactions. */
typedef struct
{
  gint64   id;
  char    *user;
  char    *name;
  gint64   seq;
  gint64   kept;
  gboolean dirty;
} VisSqliteUser;

/* What is known of two users: how they stand to each other, and their chat. */
typedef struct
{
  gint64      low; /* the smaller user id; first for the hash */
  gint64      high;
  gint64      chat;        /* 0: there is none yet */
  gint64      n;           /* number of the newest message */
  VisStanding standing[2]; /* of the lower, of the higher one */
  gboolean    dirty;
} VisSqlitePair;

/* One database, used by one thread at a time. */
typedef struct
{
  sqlite3      *handle;
  char         *path;
  sqlite3_stmt *statements[VIS_SQL_N_STATEMENTS];
  GPtrArray    *taken;   /* statements of the work at hand */
  gboolean      working; /* inside vis_sqlite_do() */
  gboolean      reading; /* what is being done must not write */
  gboolean      failed;  /* what is being done */
  char         *failure;

  /* Remembered between transactions */
  GHashTable *users; /* id → VisSqliteUser */
  GHashTable *names; /* user → the same */
  GHashTable *pairs;
  GPtrArray  *dirty_users;
  GPtrArray  *dirty_pairs;
  gint64      n_recent; /* ids that wait to be moved, -1: not counted yet */
  gint64      version;  /* PRAGMA data_version at the last look */

  /* Of the batches */
  gboolean failing; /* nothing can be written now */
  gint64   refused; /* when that was found last, by more than a probe; monotonic, 0: never */
  int      changes; /* when it failed last */
  gint64   told;    /* when the log heard of a single refusal */

  /* Of what is done between them; times of g_get_monotonic_time() */
  int      wal_pages;   /* in the write-ahead log after the last commit */
  gboolean erased;      /* something, since the last look */
  gboolean erasing;     /* there may be cleared chats to erase */
  gint64   erase_at;    /* when to go on with them, 0: at once */
  gint64   erase_after; /* the last chat of this round that could not be erased */
  gboolean erase_told;  /* the log of the server knows, for this hour */
  gint64   scrub_at;    /* when to empty the write-ahead log, 0: no need */
  guint    held;        /* how often that did not go */
  gint64   hour;        /* when to look after what is looked after once an hour */
} VisSqlite;

typedef void (*VisSqliteWork) (VisSqlite *self, gpointer data);

/* The key of something numbered that belongs to something: a chat's message, a user's event. */
#define VIS_SQLITE_KEY(owner, number) ((gint64) (owner) << 32 | (gint64) (number))
#define VIS_SQLITE_NUMBER(key)        ((gint64) (key) &G_GINT64_CONSTANT (0xffffffff))
#define VIS_SQLITE_OWNER(key)         ((gint64) (key) >> 32)

/* What follows the name of the database in that of a copy from before a migration; then a number.
 */
#define VIS_SQLITE_COPY ".version-"

VisSqlite     *vis_sqlite_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           vis_sqlite_free (VisSqlite *self);
gboolean       vis_sqlite_migrate (VisSqlite *self, const char *path, GError **error);
gboolean       vis_sqlite_exec (VisSqlite *self, const char *sql);
gboolean       vis_sqlite_do (VisSqlite *self, VisSqliteWork work, gpointer data);
sqlite3_stmt  *vis_sqlite_get (VisSqlite *self, VisSql sql);
gboolean       vis_sqlite_step (VisSqlite *self, sqlite3_stmt *statement);
void           vis_sqlite_fail (VisSqlite *self);
gboolean       vis_sqlite_pardon (VisSqlite *self);

gboolean       vis_sqlite_begin (VisSqlite *self, gboolean writing);
gboolean       vis_sqlite_commit (VisSqlite *self);
void           vis_sqlite_rollback (VisSqlite *self);
void           vis_sqlite_end_reading (VisSqlite *self);
gboolean       vis_sqlite_save (VisSqlite *self);
gboolean       vis_sqlite_release (VisSqlite *self);
gboolean       vis_sqlite_undo (VisSqlite *self);

void           vis_sqlite_run_batch (VisSqlite *self, GList *batch);
gint64         vis_sqlite_tend (VisSqlite *self);

void           vis_sqlite_cache_init (VisSqlite *self);
void           vis_sqlite_cache_clear (VisSqlite *self);
void           vis_sqlite_cache_check (VisSqlite *self, gint64 version);
void           vis_sqlite_flush (VisSqlite *self, gpointer data);
void           vis_sqlite_forget (VisSqlite *self);

void           vis_sqlite_bind_text (sqlite3_stmt *statement, int at, const char *text);
gint64         vis_sqlite_hash_id (const char *id);
void           vis_sqlite_bind_id (sqlite3_stmt *statement, int at, const char *id);
void           vis_sqlite_bind_bytes (sqlite3_stmt *statement, int at, GBytes *bytes);
const char    *vis_sqlite_text (sqlite3_stmt *statement, int at);
gboolean       vis_sqlite_id (sqlite3_stmt *statement, int at, char id[37]);

VisSqliteUser *vis_sqlite_user (VisSqlite *self, gint64 id);
VisSqliteUser *vis_sqlite_user_by_name (VisSqlite *self, const char *user);
VisSqlitePair *vis_sqlite_pair (VisSqlite *self, gint64 a, gint64 b);
VisStanding    vis_sqlite_standing (VisSqlitePair *pair, gint64 user);
gint64         vis_sqlite_pair_chat (VisSqlite *self, VisSqlitePair *pair);
void           vis_sqlite_pair_touch (VisSqlite *self, VisSqlitePair *pair);

VisStorePlace  vis_sqlite_log_message (VisSqlite *self, VisSqliteUser *user, gint64 now, gint64 m);
void           vis_sqlite_log_event (VisSqlite        *self,
                                     VisServerStoreOp *op,
                                     VisSqliteUser    *user,
                                     VisMessage       *event);
gint64         vis_sqlite_log_mark (VisSqlite *self, gint64 user, gint64 seq);
void           vis_sqlite_resume (VisSqlite *self, VisServerStoreOp *op, VisSqliteUser *me);
void           vis_sqlite_erase (VisSqlite *self, gint64 chat, gint64 from, gint64 to);
VisMessage    *vis_sqlite_message (sqlite3_stmt *statement,
                                   int           at,
                                   gint64        me_id,
                                   const char   *me,
                                   const char   *other) G_GNUC_WARN_UNUSED_RESULT;
VisMessage    *vis_sqlite_call_info (const char *id, const char *body) G_GNUC_WARN_UNUSED_RESULT;
gsize          vis_sqlite_weigh (const VisMessage *message);
void           vis_sqlite_set_standing (VisSqlite        *self,
                                        VisServerStoreOp *op,
                                        VisSqliteUser    *user,
                                        VisSqliteUser    *other,
                                        VisStanding       standing);

VisSqlitePair *vis_sqlite_find_chat (VisSqlite        *self,
                                     VisServerStoreOp *op,
                                     VisSqliteUser   **me,
                                     VisSqliteUser   **other);
gint64         vis_sqlite_find_message (VisSqlite        *self,
                                        VisServerStoreOp *op,
                                        VisSqlitePair    *pair,
                                        const char       *id);
sqlite3_stmt  *vis_sqlite_select_message (VisSqlite *self, const char *id);
gint64         vis_sqlite_cleared (VisSqlite *self, gint64 user, gint64 chat);

/* The verbs */
void     vis_sqlite_register (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_check_import (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_import (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_find_account (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_add_device (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_remove_device (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_add_invite (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_list_accounts (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_find_device (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_hello (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_people (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_events (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_seen (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_trim (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_send (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_history (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_list (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_mark (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_delete (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_chat_clear (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_contact_list (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_contact_change (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_call_save (VisSqlite *self, VisServerStoreOp *op);
gboolean vis_sqlite_save_call (VisSqlite *self, const VisStoreCall *call, gint64 ended);
void     vis_sqlite_call_finish (VisSqlite *self, VisServerStoreOp *op);
void     vis_sqlite_call_load (VisSqlite *self, VisServerStoreOp *op);

G_END_DECLS
