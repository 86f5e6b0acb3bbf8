/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisStanding:
 * @VIS_STANDING_WITHDRAWN: the other one has asked, and taken it back; to this one it is incoming
 *
 * How somebody stands to somebody else. Stores keep the numbers.
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
 * @VIS_STORE_MESSAGE_TEXT: its body is what was written
 * @VIS_STORE_MESSAGE_CALL: its body is the record of a call
 *
 * The kinds of messages. Stores keep the numbers.
 */
typedef enum
{
  VIS_STORE_MESSAGE_TEXT = 1,
  VIS_STORE_MESSAGE_CALL = 3,
} VisStoreMessageKind;

/**
 * VisStoreWho:
 * @id: the number of a user, where @user is %NULL
 * @user: (nullable): the name of a user
 */
typedef struct
{
  gint64      id;
  const char *user;
} VisStoreWho;

/**
 * VisStoreUser:
 * @seq: of the newest event
 * @kept: of the newest event that is no longer kept
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
 * @low: the smaller of two users' numbers
 * @high: the other one
 * @chat: 0 if they have none yet
 * @n: the number of the newest message of that
 * @standing: how the lower one stands to the higher one, and the other way round
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
 * @n: its number in the chat, from 1 on and without gaps
 * @seq: of its event at the sender
 * @ts: milliseconds since 1970
 * @hidden: the user who was named has deleted it for themselves
 * @body: (nullable): %NULL if it is deleted
 * @reply_to: (nullable): the id of another one
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
 * @event: (nullable): the text of an event; %NULL if it is that of @message
 * @other: (nullable): the name of the other user of the chat of @message
 * @message: as it is now
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
 * @read: the number of the newest message that somebody has read in a chat
 * @delivered: likewise, that is on a device of theirs
 * @cleared: likewise, up to which they have cleared the chat
 */
typedef struct
{
  gint64 read;
  gint64 delivered;
  gint64 cleared;
} VisStoreMember;

/**
 * VisStoreChatRow:
 * @user: the other one
 * @n: the number of the newest message
 * @ts: of that; 0 if there is none that was not cleared, or if it can't be read
 * @standing: how the user who was named stands to the other one
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
 * @standing: how the user who was named stands to this one
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
 * @user: whose it is
 * @device: the id by which clients know it
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

/* Each gets one row after the other; FALSE stops. They must not call the transaction. */
typedef gboolean (*VisStoreUserFunc) (const VisStoreUser *row, gpointer data);
typedef gboolean (*VisStoreContactFunc) (const VisStoreContactRow *row, gpointer data);
typedef gboolean (*VisStoreMessageFunc) (const VisStoreMessageRow *row, gpointer data);
typedef gboolean (*VisStoreChatFunc) (const VisStoreChatRow *row, gpointer data);
typedef gboolean (*VisStoreCallFunc) (const VisStoreCall *row, gpointer data);
typedef gboolean (*VisStoreLogFunc) (const VisStoreLogRow *row, gpointer data);

/**
 * VisStoreTx:
 * @rows: what the store can do
 * @failed: something could not be read or written
 *
 * A transaction of a store, as the rules see it: rows that are read and written, and nothing of
 * how. It is the first member of the store's own. Everything that is asked of it within one
 * operation is done as if nobody else did anything meanwhile, and all of it is written, or nothing.
 *
 * After something has failed nothing is done any more: what should be read is not there, and what
 * should be written is not. So rules need not look; whoever runs them refuses the operation.
 *
 * Texts of rows and rows that are returned by a pointer belong to the transaction. Those of users
 * and pairs stay until the operation is done and show what is written meanwhile; all others stay
 * until the next call.
 */
struct _VisStoreTx
{
  const VisStoreTxRows *rows;
  gboolean              failed;
};

/**
 * VisStoreTxRows:
 *
 * What a store has to be able to do for the rules.
 *
 * One that lets several transactions write at once keeps them apart with locks on users:
 * `find_users` takes them, in an operation that writes, in the ascending order of their numbers.
 * Whatever hangs on a user or on two (their events, how they stand to each other, their chat) is
 * written only by operations that have found them; nothing else needs a lock but what says so.
 *
 * What returns nothing need not be waited for: a store that is reached over a network sends it and
 * goes on.
 */
struct _VisStoreTxRows
{
  /* Whether a row that can't be read leaves the others readable, see vis_store_tx_pardon(). */
  gboolean fails_in_part;

  /* Users: all that an operation is about, in one call. Each is NULL if there is no such. */
  void (*find_users) (VisStoreTx *tx, const VisStoreWho *who, guint n, const VisStoreUser *users[]);
  /* By their numbers, those behind @after, @limit of them at most; without a lock. */
  void (*list_users) (
    VisStoreTx *tx, gint64 after, guint limit, VisStoreUserFunc func, gpointer data);

  /* Makes one, of `user`, `name` and `password`; returns its number, or 0 if the name is taken:
   * also by somebody who takes it at this moment. */
  gint64 (*add_user) (VisStoreTx *tx, const VisStoreAccount *account, gint64 now);
  /* Sets `name`, if there is one, and `password` likewise, but that which is there already only
   * with `overwrite`. */
  void (*set_user) (VisStoreTx *tx, const VisStoreUser *user, const VisStoreAccount *account);
  /* The hash of their password; NULL if they have none. */
  char *(*dup_password) (VisStoreTx *tx, const VisStoreUser *user);
  void (*set_seen) (VisStoreTx *tx, gint64 user, gint64 now);

  /* Devices. Returns its number, or 0 if the id or the token is known already. */
  gint64 (*add_device) (
    VisStoreTx *tx, gint64 user, const char *device, const char *name, GBytes *token, gint64 now);
  /* FALSE if there is none of this token. */
  gboolean (*find_device) (VisStoreTx *tx, GBytes *token, VisStoreDeviceRow *row);
  void (*remove_device) (VisStoreTx *tx, GBytes *token);

  /* Invites. */
  void (*add_invite) (VisStoreTx *tx, const char *code, guint uses, gint64 expires);
  /* Whether it can be used; nobody else uses it before this operation is done. */
  gboolean (*has_invite) (VisStoreTx *tx, const char *code, gint64 now);
  void (*use_invite) (VisStoreTx *tx, const char *code, gint64 now);

  /* Two users who were found. */
  const VisStorePair *(*get_pair) (VisStoreTx *tx, const VisStoreUser *a, const VisStoreUser *b);
  /* How @user, one of them, stands to the other one. */
  void (*set_standing) (VisStoreTx         *tx,
                        const VisStorePair *pair,
                        gint64              user,
                        VisStanding         standing);
  /* To whom a user stands in any way, by their names, @limit of them at most. */
  void (*list_contacts) (
    VisStoreTx *tx, gint64 user, guint limit, VisStoreContactFunc func, gpointer data);
  /* All who are mutual, in any order; of their rows `id`, `user` and `standing`. */
  void (*list_mutual) (VisStoreTx *tx, gint64 user, VisStoreContactFunc func, gpointer data);

  /* Messages: notes the id of a new one of two users who were found, makes their chat if it is the
   * first, and counts it. Returns its number, or 0 if any message has this id already: also one
   * that somebody adds at this moment. */
  gint64 (*reserve_message) (VisStoreTx *tx, const VisStorePair *pair, const char *id);
  /* One whose number was reserved. */
  void (*add_message) (VisStoreTx *tx, const VisStoreMessageRow *row);
  /* FALSE if there is none; by its id in any chat. Whether it is hidden is not looked up. */
  gboolean (*find_message) (VisStoreTx *tx, const char *id, VisStoreMessageRow *row);
  gboolean (*get_message) (VisStoreTx *tx, gint64 chat, gint64 n, VisStoreMessageRow *row);
  /* Newest first, those behind @after and before @before (0: up to the newest). */
  void (*list_messages) (VisStoreTx         *tx,
                         gint64              chat,
                         gint64              before,
                         gint64              after,
                         gint64              user,
                         VisStoreMessageFunc func,
                         gpointer            data);
  /* How many of the newest @limit messages behind @after are news to a user: from the other one,
   * not deleted or hidden, and not a call but a missed one. */
  gint64 (*count_unread) (VisStoreTx *tx, gint64 chat, gint64 after, gint64 user, guint limit);
  /* Hides one from a user; FALSE if it was hidden before. */
  gboolean (*hide_message) (VisStoreTx *tx, gint64 user, gint64 chat, gint64 n);
  /* Deletes what @from to @to say, so that it is nowhere any more; that they were there stays. */
  void (*erase_messages) (VisStoreTx *tx, gint64 chat, gint64 from, gint64 to);
  /* The same for all up to @upto, which may be very many: bit by bit, after this operation. */
  void (*erase_later) (VisStoreTx *tx, gint64 chat, gint64 upto);

  /* Chats: how far a user is in one. */
  void (*get_member) (VisStoreTx *tx, gint64 user, gint64 chat, VisStoreMember *member);
  /* Each of the numbers, if it is larger than before. */
  void (*advance_member) (VisStoreTx *tx, gint64 user, gint64 chat, const VisStoreMember *to);
  /* Those of a user, @limit of them at most, in any order. */
  void (*list_chats) (
    VisStoreTx *tx, gint64 user, guint limit, VisStoreChatFunc func, gpointer data);

  /* Events of a user. The number is the next one of a user who was found; there are no gaps, also
   * if a transaction fails. The mark is drawn by the kernel: a machine that was put back to an
   * older state together with its memory must not draw the same ones again. An event is either a
   * text, or message @n of @chat, of which only its place is kept, so that what is erased there is
   * erased here. */
  VisStorePlace (*add_event) (
    VisStoreTx *tx, const VisStoreUser *user, gint64 ts, const char *event, gint64 chat, gint64 n);
  /* In their order, those behind @after, @limit of them at most. */
  void (*list_events) (VisStoreTx         *tx,
                       const VisStoreUser *user,
                       gint64              after,
                       guint               limit,
                       VisStoreLogFunc     func,
                       gpointer            data);
  /* The mark of an event that is kept, or of the newest that no longer is; -1 if it is not known.
   */
  gint64 (*get_mark) (VisStoreTx *tx, const VisStoreUser *user, gint64 seq);
  /* The first that is kept and not older than @ts; 0 if there is none. */
  gint64 (*find_event_since) (VisStoreTx *tx, gint64 user, gint64 ts);
  /* Drops those up to @seq, whose number and mark stay known. The user need not have been found:
   * who reads or adds events meanwhile must see them all dropped or none. */
  void (*drop_events) (VisStoreTx *tx, gint64 user, gint64 seq);

  /* Calls: writes what is known of one, with the time of its end, or 0; FALSE if an end was written
   * before, or the call is another node's, which then stays. */
  gboolean (*save_call) (VisStoreTx *tx, const VisStoreCall *call, gint64 ended);
  /* All of a node, those that ended last at the end; with the names of both, and whether they are
   * mutual. */
  void (*list_calls) (VisStoreTx *tx, const char *node, VisStoreCallFunc func, gpointer data);
  /* Those that ended before @ended. */
  void (*forget_calls) (VisStoreTx *tx, gint64 ended);
};

const VisStoreUser *vis_store_tx_find_user (VisStoreTx *self, gint64 id);
const VisStoreUser *vis_store_tx_find_user_by_name (VisStoreTx *self, const char *user);
gboolean            vis_store_tx_pardon (VisStoreTx *self);
VisStanding         vis_store_pair_get_standing (const VisStorePair *pair, gint64 user);

G_END_DECLS
