/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisStanding:
 * @VIS_STANDING_WITHDRAWN: the other user has withdrawn a request; clients see `incoming`
 *
 * Contact state of one user towards another. The values are stored: never renumber them.
 */
typedef enum
{
  VIS_STANDING_NONE,
  VIS_STANDING_REQUESTED,
  VIS_STANDING_INCOMING,
  VIS_STANDING_MUTUAL,
  VIS_STANDING_BLOCKED,
  VIS_STANDING_WITHDRAWN,
} VisStanding;

/**
 * VisStoreMessageKind:
 * @VIS_STORE_MESSAGE_TEXT: the body is a text
 * @VIS_STORE_MESSAGE_CALL: the body is the record of a call
 *
 * The kinds of messages. The values are stored: never renumber them.
 */
typedef enum
{
  VIS_STORE_MESSAGE_TEXT = 1,
  VIS_STORE_MESSAGE_CALL = 3,
} VisStoreMessageKind;

/**
 * VisStoreWho:
 * @id: the id of a user, used if @user is %NULL
 * @user: (nullable): the name of a user
 *
 * A user to look up.
 */
typedef struct
{
  gint64      id;
  const char *user;
} VisStoreWho;

/**
 * VisStoreUser:
 * @seq: sequence number of the newest event
 * @kept: sequence number of the newest event that was trimmed
 */
typedef struct
{
  gint64      id;
  const char *user;
  const char *name; /* nullable */
  gint64      seq;
  gint64      kept;
} VisStoreUser;

/**
 * VisStorePair:
 * @low: the smaller of the two user ids
 * @high: the larger one
 * @chat: the id of their chat, 0 if they have none yet
 * @n: the number of the newest message of @chat
 * @standing: of @low towards @high, and of @high towards @low
 *
 * Two users.
 */
typedef struct
{
  gint64      low;
  gint64      high;
  gint64      chat;
  gint64      n;
  VisStanding standing[2];
} VisStorePair;

/**
 * VisStoreMessageRow:
 * @n: its number in the chat, from 1 on without gaps
 * @seq: sequence number of its event in the log of the sender
 * @ts: milliseconds since 1970
 * @hidden: whether the user of the query has deleted it "for me"
 * @body: (nullable): %NULL if it is deleted
 * @reply_to: (nullable): the id of another message
 */
typedef struct
{
  gint64              chat;
  gint64              n;
  const char         *id;
  gint64              sender;
  gint64              seq;
  gint64              ts;
  VisStoreMessageKind kind;
  gboolean            deleted;
  gboolean            hidden;
  const char         *body;
  const char         *reply_to;
} VisStoreMessageRow;

/**
 * VisStoreLogRow:
 * @event: (nullable): the encoded event; %NULL for the `chat:message` of @message
 * @other: (nullable): the name of the other user of the chat of @message
 * @message: the message as it is now
 */
typedef struct
{
  VisStorePlace             place;
  const char               *event;
  const char               *other;
  const VisStoreMessageRow *message;
} VisStoreLogRow;

/**
 * VisStoreMember:
 * @read: the number of the newest message that the member has read
 * @delivered: the number of the newest message delivered to a device of the member
 * @cleared: the number of the newest message that the member has cleared
 *
 * How far a member has got in a chat.
 */
typedef struct
{
  gint64 read;
  gint64 delivered;
  gint64 cleared;
} VisStoreMember;

/**
 * VisStoreChatRow:
 * @user: the name of the other user
 * @n: the number of the newest message
 * @ts: its time, milliseconds since 1970; 0 if it is cleared or can't be read
 * @standing: of the user of the query towards the other one
 */
typedef struct
{
  gint64         chat;
  const char    *user;
  gint64         n;
  gint64         ts;
  VisStoreMember mine;
  VisStoreMember theirs;
  VisStanding    standing;
} VisStoreChatRow;

/**
 * VisStoreContactRow:
 * @standing: of the user of the query towards this one
 * @last_seen: milliseconds since 1970, 0 for never
 */
typedef struct
{
  gint64      id;
  const char *user;
  const char *name; /* nullable */
  VisStanding standing;
  gint64      last_seen;
} VisStoreContactRow;

/**
 * VisStoreDeviceRow:
 * @user: the id of its user
 * @device: its id in the protocol
 */
typedef struct
{
  gint64      id;
  gint64      user;
  const char *device;
  const char *name; /* nullable */
} VisStoreDeviceRow;

typedef struct _VisStoreTx     VisStoreTx;
typedef struct _VisStoreTxRows VisStoreTxRows;

/* Called for each row; FALSE stops. They must not use the transaction. */
typedef gboolean (*VisStoreUserFunc) (const VisStoreUser *row, gpointer data);
typedef gboolean (*VisStoreContactFunc) (const VisStoreContactRow *row, gpointer data);
typedef gboolean (*VisStoreMessageFunc) (const VisStoreMessageRow *row, gpointer data);
typedef gboolean (*VisStoreChatFunc) (const VisStoreChatRow *row, gpointer data);
typedef gboolean (*VisStoreCallFunc) (const VisStoreCall *row, gpointer data);
typedef gboolean (*VisStoreLogFunc) (const VisStoreLogRow *row, gpointer data);

/**
 * VisStoreTx:
 * @rows: the implementation of the store
 * @failed: whether a read or a write has failed
 *
 * A transaction of a store, as the rules use it: it reads and writes rows and hides the database.
 * It is the first member of the store's own struct. One operation is isolated from others and
 * atomic.
 *
 * After a failure every function is a no-op that finds nothing and writes nothing. So rules need
 * not check for errors; their caller rolls back and fails the operation.
 *
 * Rows returned by pointer, and the strings in rows, belong to the transaction. Users and pairs
 * stay valid until the operation is done and are updated by its writes; all others are valid until
 * the next call.
 */
struct _VisStoreTx
{
  const VisStoreTxRows *rows;
  gboolean              failed;
};

/**
 * VisStoreTxRows:
 *
 * The queries and writes that a store implements for the rules.
 *
 * A store with concurrent write transactions isolates them by row locks on users: in a writing
 * operation `find_users` takes them, in ascending order of the ids, which avoids deadlocks. The
 * rows of one user or of a pair (events, standings, the chat) are written only by operations that
 * have found these users. Other rows need a lock only where a comment says so.
 *
 * Functions without a result may be pipelined by a store that is reached over a network.
 */
struct _VisStoreTxRows
{
  /* Whether other rows can be read after one failed, see vis_store_tx_pardon(). */
  gboolean fails_in_part;

  /* Users: all users of an operation, in one call. NULL for each that does not exist. */
  void (*find_users) (VisStoreTx *tx, const VisStoreWho *who, guint n, const VisStoreUser *users[]);
  /* Ordered by id, those behind @after, at most @limit; without a lock. */
  void (*list_users) (
    VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data);

  /* Inserts a user with `user`, `name` and `password`. Returns the id, or 0 if the name is taken,
   * also by a concurrent transaction. */
  gint64 (*add_user) (VisStoreTx *tx, const VisStoreAccount *account, gint64 now);
  /* Sets `name` and `password` if @account has them; replaces a password only if `overwrite`. */
  void (*set_user) (VisStoreTx *tx, const VisStoreUser *user, const VisStoreAccount *account);
  /* (transfer full): the hash of the password; NULL if the user has none. */
  char *(*dup_password) (VisStoreTx *tx, const VisStoreUser *user);
  void (*set_seen) (VisStoreTx *tx, gint64 user, gint64 now);

  /* Devices. Returns the row id, or 0 if the device id or the token exists already. */
  gint64 (*add_device) (
    VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now);
  /* FALSE if no device has this token. */
  gboolean (*find_device) (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row);
  void (*remove_device) (VisStoreTx *tx, GBytes *token);

  /* Invites. */
  void (*add_invite) (VisStoreTx *tx, const char *code, guint uses, gint64 expires);
  /* Whether an invite is valid; locks it until the end of the operation. */
  gboolean (*has_invite) (VisStoreTx *tx, const char *code, gint64 now);
  void (*use_invite) (VisStoreTx *tx, const char *code, gint64 now);

  /* The pair of two users of `find_users`. */
  const VisStorePair *(*get_pair) (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b);
  /* Sets the standing of @user, one of the pair, towards the other one. */
  void (*set_standing) (VisStoreTx         *tx,
                        const VisStorePair *pair,
                        gint64              user,
                        VisStanding         standing);
  /* Users towards whom a user has a standing, ordered by name, at most @limit. */
  void (*list_contacts) (
    VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data);
  /* All mutual contacts, unordered; sets `id`, `user` and `standing` of the rows. */
  void (*list_mutual) (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data);

  /* Messages: reserves the id and the number of a new message, and creates the chat for the first
   * one. Returns the number, or 0 if any message has this id, also one of a concurrent
   * transaction. */
  gint64 (*reserve_message) (VisStoreTx *tx, const VisStorePair *pair, const char *id);
  /* Inserts a message with a reserved number. */
  void (*add_message) (VisStoreTx *tx, const VisStoreMessageRow *row);
  /* By id in any chat; FALSE if there is none. Does not set `hidden`. */
  gboolean (*find_message) (VisStoreTx *tx, const char *id, VisStoreMessageRow *row);
  gboolean (*get_message) (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row);
  /* Newest first, numbers above @after and below @before (0: from the newest). */
  void (*list_messages) (VisStoreTx         *tx,
                         gint64              chat,
                         gint64              before,
                         gint64              after,
                         gint64              user,
                         VisStoreMessageFunc func,
                         gpointer            data);
  /* Number of unread messages among the newest @limit behind @after: from the other user, neither
   * deleted nor hidden, and of calls only the missed ones. */
  gint64 (*count_unread) (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit);
  /* Hides a message from one user; FALSE if it was hidden before. */
  gboolean (*hide_message) (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n);
  /* Erases the contents of messages @from to @to from all files; the rows stay. */
  void (*erase_messages) (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to);
  /* The same for all messages up to @upto, in small transactions after this operation. */
  void (*erase_later) (VisStoreTx *tx, gint64 chat, gint64 upto);

  /* Chats: the receipts of a member; all 0 if there is no such member. */
  void (*get_member) (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member);
  /* Sets each of the numbers that is larger than the stored one. */
  void (*advance_member) (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to);
  /* The chats of a user, at most @limit, unordered. */
  void (*list_chats) (
    VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data);

  /* Events: appends one for a user of `find_users`. The seq is the next one, without gaps, also if
   * a transaction fails. The mark comes from the random generator of the kernel: a virtual machine
   * restored from a snapshot must not repeat it. An event is either a text, or a reference to
   * message @n of @chat, so that erasing the message erases the event too. */
  VisStorePlace (*add_event) (
    VisStoreTx *tx, const VisStoreUser *user, gint64 ts, const char *event, gint64 chat, gint64 n);
  /* Ordered by seq, those behind @after, at most @limit. */
  void (*list_events) (VisStoreTx         *tx,
                       const VisStoreUser *user,
                       gint64              after,
                       guint               limit,
                       VisStoreLogFunc     func,
                       gpointer            data);
  /* The mark of an event in the log, or of the newest trimmed one; -1 if not known. */
  gint64 (*get_mark) (VisStoreTx *tx, const VisStoreUser *user, gint64 seq);
  /* The seq of the first event in the log that is not older than @ts; 0 if there is none. */
  gint64 (*find_event_since) (VisStoreTx *tx, gint64 user, gint64 ts);
  /* Trims events up to @seq, and keeps the seq and the mark of the last one. The user need not have
   * been found by `find_users`: concurrent transactions must see all or none of them trimmed. */
  void (*drop_events) (VisStoreTx *tx, gint64 user, gint64 seq);

  /* Calls: inserts or updates a call, with the time of its end or 0. FALSE, and no change, if its
   * end was written before or it belongs to another node. */
  gboolean (*save_call) (VisStoreTx *tx, const VisStoreCall *call, gint64 ended);
  /* All calls of a node, ordered by the time of their end; with `caller_name`, `callee_name` and
   * `mutual`. */
  void (*list_calls) (VisStoreTx *tx, const char *node, VisStoreCallFunc func, gpointer data);
  /* Deletes calls that ended before @ended. */
  void (*forget_calls) (VisStoreTx *tx, gint64 ended);
};

const VisStoreUser *vis_store_tx_find_user (VisStoreTx *self, gint64 id);
const VisStoreUser *vis_store_tx_find_user_by_name (VisStoreTx *self, const char *user);
gboolean            vis_store_tx_pardon (VisStoreTx *self);
VisStanding         vis_store_pair_get_standing (const VisStorePair *pair, gint64 user);

G_END_DECLS
