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
 * What the store can be asked to do. Verbs of chat and contacts take the request of the wire and
 * give the answer of the wire; the others have fields of their own in [struct@Vis.StoreOp].
 */
typedef enum
{
  VIS_STORE_PING,  /* nothing but an answer */
  VIS_STORE_CHECK, /* whether the disk has refused nothing a moment ago; writes nothing */
  VIS_STORE_PROBE, /* the same, and writes something, to see whether that can be done */

  /* Many accounts at once: `imports`, and which of them an error is about */
  VIS_STORE_CHECK_IMPORT, /* whether it can be done; gives the passwords that are there */
  VIS_STORE_IMPORT,       /* makes or completes them, all or none */

  /* Accounts: `account` */
  VIS_STORE_REGISTER,
  VIS_STORE_FIND_ACCOUNT,
  VIS_STORE_ADD_DEVICE,
  VIS_STORE_REMOVE_DEVICE,
  VIS_STORE_ADD_INVITE,
  VIS_STORE_LIST_ACCOUNTS,

  /* Sessions */
  VIS_STORE_FIND_DEVICE, /* whose token it is, in `account` */
  VIS_STORE_HELLO,
  VIS_STORE_PEOPLE, /* whom a user knows, and how far the events are */
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
 * A user, a device of theirs, or both.
 */
typedef struct
{
  gint64   id;
  gint64   device;
  char    *user;
  char    *name;
  char    *password; /* its hash */
  char    *device_id;
  char    *device_name;
  GBytes  *token; /* its hash */
  char    *invite;
  gboolean open;      /* registering needs no invite */
  gboolean overwrite; /* IMPORT: also a password that is there already */
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
 * Somebody whom a user knows, as far as routing needs it.
 */
typedef struct
{
  gint64   id;
  char    *user;
  gboolean mutual;
} VisStorePerson;

/**
 * VisStorePlace:
 * @seq: its number among those of its user
 * @mark: what tells it from another one of that number, 32 bits; -1 if that is not known (any more)
 *
 * Where a durable event stands.
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
 * A durable event for one user: either a message, or the text of one without its place.
 */
typedef struct
{
  gint64        user;
  VisStorePlace place;
  gint64        except_device; /* it has the same as its answer; 0 for none */
  VisMessage   *message;
  char         *text;
} VisStoreEvent;

/* The name of a server that is alone. Calls from before there were several nodes have it too. */
#define VIS_STORE_NODE "main"

/**
 * VisStoreCall:
 *
 * What outlives the server of a call, and what is written into the histories at its end.
 */
typedef struct
{
  char    *call;
  char    *node; /* which has it in memory: the name of a server */
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
  gboolean mutual;   /* CALL_LOAD: whether both are in each other's contacts */
  char    *outcome;  /* NULL: nothing is written */
  gint64   duration_ms;
} VisStoreCall;

VisStoreCall *vis_store_call_copy (const VisStoreCall *self) G_GNUC_WARN_UNUSED_RESULT;
void          vis_store_call_free (VisStoreCall *self);

typedef struct _VisServerStoreOp VisServerStoreOp;

typedef void (*VisStoreDone) (VisServerStoreOp *op, gpointer data);

/**
 * VisServerStoreOp:
 *
 * One thing to do, and what came of it. Everything in it belongs to the store from
 * [method@Vis.ServerStore.submit] until `done`, which runs on the main context once the
 * transaction is on disk.
 */
struct _VisServerStoreOp
{
  VisStoreVerb     verb;
  gint64           user; /* whose order it keeps; 0: it keeps none */
  gint64           device;
  gint64           now; /* milliseconds since 1970 */
  VisMessage      *request;
  VisStoreAccount *account;
  GPtrArray       *imports; /* of VisStoreAccount: CHECK_IMPORT, IMPORT */
  VisStoreCall    *call;
  char            *node;  /* CALL_LOAD: whose calls */
  gint64           after; /* EVENTS: those behind this `seq` */
  guint            limit; /* of users and events */

  /* What came of it */
  GError      *error;
  VisMessage  *answer;
  GArray      *events;   /* of VisStoreEvent */
  GArray      *people;   /* of VisStorePerson: HELLO, and whom a contact verb touched */
  GPtrArray   *calls;    /* of VisStoreCall: CALL_LOAD, those that ended last at the end */
  GPtrArray   *accounts; /* of VisStoreAccount: LIST_ACCOUNTS; CHECK_IMPORT, one for each */
  guint        at;       /* CHECK_IMPORT, IMPORT: which of them the error is about */
  gint64       seq;      /* the user's newest */
  gint64       mark;     /* HELLO: of that; -1 for none */
  gint64       kept;     /* the user's newest that is no longer kept */
  gboolean     reset;    /* HELLO: the device can't go on from the event that it has as its last */
  gboolean     lost;     /* HELLO: because the device knows what this store does not */

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
 * @data: what was given with the function
 *
 * Another process has written into the store.
 */
typedef void (*VisStoreChanged) (gpointer data);

#define VIS_TYPE_SERVER_STORE (vis_server_store_get_type ())
G_DECLARE_INTERFACE (VisServerStore, vis_server_store, VIS, SERVER_STORE, GObject)

/**
 * VisServerStore:
 *
 * Where the server keeps everything that has to outlive it. Operations of one `user` are done in
 * the order of submitting, and their `done` is called in the same order. Nothing is promised
 * between those of different users, nor for those whose `user` is 0: whoever needs an order there
 * waits for one `done` before the next is submitted. An operation whose `done` was called is seen
 * by all that are submitted after that.
 *
 * Only what is refused because too much waits is told so at once, and waits for nothing: otherwise
 * a disk that hangs would fill the memory. An operation that ends with an error has written
 * nothing, and no other one fails with it.
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
