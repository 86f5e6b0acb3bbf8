/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-codec.h"

G_BEGIN_DECLS

/**
 * VisStoreVerb:
 *
 * The operations of the store. Verbs of chat and contacts take the request of the protocol and give
 * its answer; the others use fields of their own in [struct@Vis.ServerStoreOp].
 */
typedef enum
{
  VIS_STORE_PING,  /* reads one row */
  VIS_STORE_CHECK, /* an error if a write was refused in the last VIS_SERVER_REFUSED_MS */
  VIS_STORE_PROBE, /* the same, and writes one page to see whether the disk takes it */

  /* Many accounts at once: `imports`; `at` is the one with an error */
  VIS_STORE_CHECK_IMPORT, /* validates it; returns the existing password hashes */
  VIS_STORE_IMPORT,       /* creates or updates the accounts, all or none */

  /* Accounts: `account` */
  VIS_STORE_REGISTER,
  VIS_STORE_FIND_ACCOUNT,
  VIS_STORE_ADD_DEVICE,
  VIS_STORE_REMOVE_DEVICE,
  VIS_STORE_ADD_INVITE,
  VIS_STORE_LIST_ACCOUNTS,

  /* Sessions */
  VIS_STORE_FIND_DEVICE, /* the device and user of the token in `account` */
  VIS_STORE_HELLO,
  VIS_STORE_PEOPLE, /* the mutual contacts of a user, and the newest seq */
  VIS_STORE_EVENTS,
  VIS_STORE_SEEN,

  /* Chat and contacts: `request` and `answer` */
  VIS_STORE_CHAT_SEND,
  VIS_STORE_CHAT_HISTORY,
  VIS_STORE_CHAT_LIST,
  VIS_STORE_CHAT_READ,
  VIS_STORE_CHAT_DELIVERED,
  VIS_STORE_CHAT_DELETE,
  VIS_STORE_CHAT_CLEAR,
  VIS_STORE_CONTACT_LIST,
  VIS_STORE_CONTACT_ADD,
  VIS_STORE_CONTACT_ACCEPT,
  VIS_STORE_CONTACT_REMOVE,
  VIS_STORE_CONTACT_BLOCK,
  VIS_STORE_CONTACT_UNBLOCK,

  /* Calls: `call` */
  VIS_STORE_CALL_SAVE,
  VIS_STORE_CALL_FINISH,
  VIS_STORE_CALL_LOAD,

  VIS_STORE_TRIM,
  VIS_N_STORE_VERBS,
} VisStoreVerb;

/**
 * VisStoreAccount:
 *
 * A user, one of their devices, or both.
 */
typedef struct
{
  gint64   id;
  gint64   device;
  char    *user;
  char    *name;
  char    *password; /* the hash */
  char    *device_id;
  char    *device_name;
  GBytes  *token; /* the hash */
  char    *invite;
  gboolean open;      /* registering needs no invite */
  gboolean overwrite; /* IMPORT: replace an existing password */
  GStrv    contacts;
  GStrv    tokens;
  gint64   expires;
  guint    uses;
} VisStoreAccount;

VisStoreAccount *vis_store_account_new (void) G_GNUC_WARN_UNUSED_RESULT;
void             vis_store_account_free (VisStoreAccount *self);

/**
 * VisStorePerson:
 *
 * Another user, and whether they are a mutual contact; for routing.
 */
typedef struct
{
  gint64   id;
  char    *user;
  gboolean mutual;
} VisStorePerson;

/**
 * VisStorePlace:
 * @seq: its sequence number among the events of its user
 * @mark: 32 random bits that distinguish it from another event with the same seq, which a database
 *   restored from an older copy may write; -1 if not known
 *
 * The position of a durable event.
 */
typedef struct
{
  gint64 seq;
  gint64 mark;
} VisStorePlace;

void vis_store_place (VisMessage *message, const VisStorePlace *place);

/**
 * VisStoreEvent:
 *
 * A durable event for one user: either a #VisMessage, or an encoded one without `seq` and `mark`.
 */
typedef struct
{
  gint64        user;
  VisStorePlace place;
  gint64        except_device; /* the device that gets it as the answer to its request; 0: none */
  VisMessage   *message;
  char         *text;
} VisStoreEvent;

/* Node name of a server of one node, and of calls stored before calls had a node. */
#define VIS_STORE_NODE "main"

/**
 * VisStoreCall:
 *
 * The stored state of a call, and what is recorded in the histories at its end.
 */
typedef struct
{
  char    *call;
  char    *node; /* the name of the node that routes it */
  gint64   caller;
  gint64   caller_device;
  gint64   callee;
  gint64   callee_device; /* 0 before an answer */
  char    *caller_name;
  char    *caller_device_id;
  char    *callee_name;
  char    *callee_device_id;
  gboolean video;
  gint64   started;  /* milliseconds since 1970 */
  gint64   answered; /* likewise, 0 before an answer */
  gint64   ended;    /* likewise, 0 before its end is recorded */
  gboolean mutual;   /* CALL_LOAD: whether caller and callee are mutual contacts */
  char    *outcome;  /* NULL: no message is written into the histories */
  gint64   duration_ms;
} VisStoreCall;

VisStoreCall *vis_store_call_copy (const VisStoreCall *self) G_GNUC_WARN_UNUSED_RESULT;
void          vis_store_call_free (VisStoreCall *self);

typedef struct _VisServerStoreOp VisServerStoreOp;

typedef void (*VisStoreDone) (VisServerStoreOp *op, gpointer data);

/**
 * VisServerStoreOp:
 *
 * An operation and its result. It belongs to the store from [method@Vis.ServerStore.submit] on;
 * `done` runs on the main context once the transaction is committed or has failed, and may use the
 * operation until it returns.
 */
struct _VisServerStoreOp
{
  VisStoreVerb     verb;
  gint64           user; /* operations of one user run in order; 0: unordered */
  gint64           device;
  gint64           now; /* milliseconds since 1970 */
  VisMessage      *request;
  VisStoreAccount *account;
  GPtrArray       *imports; /* of VisStoreAccount: CHECK_IMPORT, IMPORT */
  VisStoreCall    *call;
  char            *node;  /* CALL_LOAD: the node of the calls */
  gint64           after; /* EVENTS: a `seq`, TRIM: a user id; those behind it */
  guint            limit; /* EVENTS: of a page; TRIM: how many events a user keeps */

  /* The result */
  GError      *error;
  VisMessage  *answer;
  GArray      *events;   /* of VisStoreEvent */
  GArray      *people;   /* of VisStorePerson: HELLO, PEOPLE; the other user of a contact verb */
  GPtrArray   *calls;    /* of VisStoreCall: CALL_LOAD, ordered by the time of their end */
  GPtrArray   *accounts; /* of VisStoreAccount: LIST_ACCOUNTS; CHECK_IMPORT, one for each */
  guint        at;       /* CHECK_IMPORT, IMPORT: index of the account with the error */
  gint64       seq;      /* the user's newest event; TRIM: the next `after`, 0 at the end */
  gint64       mark;     /* HELLO: of the newest event; -1 for none */
  gint64       kept;     /* the user's newest event that was trimmed */
  gboolean     reset;    /* HELLO: the device can't resume behind its last event */
  gboolean     lost;     /* HELLO: because it has events that this store lacks */

  VisStoreDone done;
  gpointer     data;
};

VisServerStoreOp *vis_server_store_op_new (VisStoreVerb verb,
                                           VisStoreDone done,
                                           gpointer     data) G_GNUC_WARN_UNUSED_RESULT;
void              vis_server_store_op_free (VisServerStoreOp *self);
void vis_server_store_op_fail (VisServerStoreOp *self, VisProtocolError code, const char *text);
VisMessage *vis_server_store_op_answer (VisServerStoreOp *self);
void        vis_server_store_op_reset (VisServerStoreOp *self);
void        vis_server_store_op_add_event (VisServerStoreOp    *self,
                                           gint64               user,
                                           const VisStorePlace *place,
                                           gint64               except_device,
                                           VisMessage          *message);
void        vis_server_store_op_add_text (VisServerStoreOp    *self,
                                          gint64               user,
                                          const VisStorePlace *place,
                                          char                *text);
void        vis_server_store_op_add_person (VisServerStoreOp *self,
                                            gint64            id,
                                            const char       *user,
                                            gboolean          mutual);

/**
 * VisStoreChanged:
 * @data: the data of vis_server_store_set_changed()
 *
 * Called when another process has written to the store.
 */
typedef void (*VisStoreChanged) (gpointer data);

#define VIS_TYPE_SERVER_STORE (vis_server_store_get_type ())
G_DECLARE_INTERFACE (VisServerStore, vis_server_store, VIS, SERVER_STORE, GObject)

/**
 * VisServerStore:
 *
 * The server's database. Operations of one `user` run in the order of submitting, and their `done`
 * is called in the same order. The order between different users is undefined, and that of
 * operations whose `user` is 0 as well: a caller who needs one waits for `done` before submitting
 * the next. An operation whose `done` was called is visible to all that are submitted later.
 *
 * Only an operation that is refused because the queue is full overtakes others: otherwise a disk
 * that hangs would fill the memory. An operation that ends with an error has written nothing, and
 * no other operation fails because of it.
 */
struct _VisServerStoreInterface
{
  GTypeInterface parent_iface;

  void (*submit) (VisServerStore *self, VisServerStoreOp *op);
  void (*set_changed) (VisServerStore *self, VisStoreChanged changed, gpointer data);
  void (*close) (VisServerStore *self);
};

void vis_server_store_submit (VisServerStore *self, VisServerStoreOp *op);
void vis_server_store_set_changed (VisServerStore *self, VisStoreChanged changed, gpointer data);
void vis_server_store_close (VisServerStore *self);

G_END_DECLS
