/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-dispatcher.h"

#include <string.h>

#include "vis-ice-answer.h"
#include "vis-publish.h"
#include "vis-server-limits.h"
#include "vis-token-bucket.h"

typedef enum
{
  RATE_MESSAGES,
  RATE_CALLS,
  RATE_CALL_FRAMES, /* other than those that begin and end them */
  RATE_ADDS,        /* `contact:add` */
  RATE_CONTACTS,
  N_RATES,
} Rate;

struct _VisDispatcher
{
  VisServerStore        *store;
  VisDeviceRegistry     *registry;
  VisPresence           *presence;
  VisBus                *bus;
  VisCalls              *calls;
  VisServerCounters     *counters;
  const VisServerConfig *config;
  VisTokenBuckets       *rates[N_RATES]; /* by user */
};

/**
 * vis_dispatcher_new:
 * @store: runs requests of chat and contacts
 * @registry: (transfer none): the devices of this node
 * @presence: which contacts are online
 * @bus: publishes the events of requests
 * @calls: (transfer none): the calls
 * @counters: (transfer none): the server's metrics
 * @config: (transfer none): STUN and TURN servers, and whether rate limits apply
 *
 * What is not owned has to outlive it. To be freed after the store is closed.
 *
 * Returns: (transfer full): a dispatcher
 */
VisDispatcher *
vis_dispatcher_new (VisServerStore        *store,
                    VisDeviceRegistry     *registry,
                    VisPresence           *presence,
                    VisBus                *bus,
                    VisCalls              *calls,
                    VisServerCounters     *counters,
                    const VisServerConfig *config)
{
  static const struct
  {
    double burst;
    double refill;
  } bounds[N_RATES] = {
    [RATE_MESSAGES] = { VIS_RATE_MESSAGE_BURST, VIS_RATE_MESSAGE_REFILL },
    [RATE_CALLS] = { VIS_RATE_CALL_BURST, VIS_RATE_CALL_REFILL },
    [RATE_CALL_FRAMES] = { VIS_RATE_CALL_FRAME_BURST, VIS_RATE_CALL_FRAME_REFILL },
    [RATE_ADDS] = { VIS_RATE_ADD_BURST, VIS_RATE_ADD_REFILL },
    [RATE_CONTACTS] = { VIS_RATE_CONTACT_BURST, VIS_RATE_CONTACT_REFILL },
  };
  VisDispatcher *self = g_new0 (VisDispatcher, 1);

  self->store = g_object_ref (store);
  self->registry = registry;
  self->presence = g_object_ref (presence);
  self->bus = g_object_ref (bus);
  self->calls = calls;
  self->counters = counters;
  self->config = config;
  for (guint i = 0; i < N_RATES; i++)
    self->rates[i] = vis_token_buckets_new (bounds[i].burst, bounds[i].refill);
  return self;
}

void
vis_dispatcher_free (VisDispatcher *self)
{
  for (guint i = 0; i < N_RATES; i++)
    vis_token_buckets_free (self->rates[i]);
  g_object_unref (self->presence);
  g_object_unref (self->bus);
  g_object_unref (self->store);
  g_free (self);
}

/* The verb of a request that the store runs; FALSE for the others. */
static gboolean
verb_of (VisKind kind, VisStoreVerb *verb)
{
  static const struct
  {
    VisKind      kind;
    VisStoreVerb verb;
  } table[] = {
    { VIS_KIND_CHAT_SEND, VIS_STORE_CHAT_SEND },
    { VIS_KIND_CHAT_READ, VIS_STORE_CHAT_READ },
    { VIS_KIND_CHAT_DELIVERED, VIS_STORE_CHAT_DELIVERED },
    { VIS_KIND_CHAT_HISTORY, VIS_STORE_CHAT_HISTORY },
    { VIS_KIND_CHAT_LIST, VIS_STORE_CHAT_LIST },
    { VIS_KIND_CHAT_DELETE, VIS_STORE_CHAT_DELETE },
    { VIS_KIND_CHAT_CLEAR, VIS_STORE_CHAT_CLEAR },
    { VIS_KIND_CONTACT_LIST, VIS_STORE_CONTACT_LIST },
    { VIS_KIND_CONTACT_ADD, VIS_STORE_CONTACT_ADD },
    { VIS_KIND_CONTACT_ACCEPT, VIS_STORE_CONTACT_ACCEPT },
    { VIS_KIND_CONTACT_REMOVE, VIS_STORE_CONTACT_REMOVE },
    { VIS_KIND_CONTACT_BLOCK, VIS_STORE_CONTACT_BLOCK },
    { VIS_KIND_CONTACT_UNBLOCK, VIS_STORE_CONTACT_UNBLOCK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].kind == kind)
      {
        *verb = table[i].verb;
        return TRUE;
      }
  return FALSE;
}

/* Adds presence to the contacts of an answer, since the store does not have it. */
static void
add_presence (VisDispatcher *self, VisMessage *answer)
{
  GPtrArray *contacts = vis_message_get_array (answer, VIS_FIELD_CONTACTS);

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      VisMessage *contact = g_ptr_array_index (contacts, i);

      if (strcmp (vis_message_get_string (contact, VIS_FIELD_STATE), "mutual") != 0)
        continue;
      vis_message_set_string (
        contact,
        VIS_FIELD_PRESENCE,
        vis_presence_is_online (self->presence, vis_message_get_string (contact, VIS_FIELD_USER))
          ? "online"
          : "offline");
    }
}

/* A request that is pending in the store. */
typedef struct
{
  VisDispatcher *dispatcher;
  VisPeer       *peer;
} Waiting;

static void
on_stored (VisServerStoreOp *op, gpointer data)
{
  g_autofree Waiting *waiting = data;
  VisDispatcher      *self = waiting->dispatcher;
  VisPeer            *peer = waiting->peer;

  if (op->error != NULL)
    vis_peer_answer_error (peer,
                           vis_message_get_request (op->request),
                           (VisProtocolError) op->error->code,
                           op->error->message,
                           op->error->code == VIS_PROTOCOL_ERROR_UNAVAILABLE ? 1000 : 0);
  else
    {
      self->counters->messages += op->verb == VIS_STORE_CHAT_SEND;
      if (op->verb == VIS_STORE_CONTACT_LIST)
        add_presence (self, vis_server_store_op_answer (op));
      vis_peer_send (peer, vis_server_store_op_answer (op));
      vis_publish_events (self->bus, op);
      for (guint i = 0; op->people != NULL && i < op->people->len; i++)
        vis_publish_people (self->bus,
                            vis_peer_get_user (peer),
                            vis_peer_get_user_name (peer),
                            &g_array_index (op->people, VisStorePerson, i));
    }
  vis_peer_end (peer, op->request);
}

static void
store (VisDispatcher *self, VisPeer *peer, VisMessage *request, VisStoreVerb verb)
{
  Waiting          *waiting = g_new (Waiting, 1);
  VisServerStoreOp *op = vis_server_store_op_new (verb, on_stored, waiting);

  *waiting = (Waiting){ self, peer };
  op->user = vis_peer_get_user (peer);
  op->device = vis_peer_get_device (peer);
  op->request = vis_message_ref (request);
  vis_peer_begin (peer, request);
  vis_server_store_submit (self->store, op);
}

static void
typing (VisDispatcher *self, VisPeer *peer, VisMessage *request)
{
  const char *chat = vis_message_get_string (request, VIS_FIELD_CHAT);
  gint64 other = vis_device_registry_find_mutual (self->registry, vis_peer_get_user (peer), chat);
  g_autoptr (VisMessage) event = NULL;

  if (other == 0)
    {
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_FORBIDDEN,
                             "you are not in each other's contacts",
                             0);
      return;
    }
  vis_peer_answer_ok (peer, request);
  event = vis_message_new (VIS_KIND_CHAT_TYPING);
  vis_message_set_string (event, VIS_FIELD_CHAT, vis_peer_get_user_name (peer));
  vis_message_set_string (event, VIS_FIELD_USER, vis_peer_get_user_name (peer));
  vis_message_set_boolean (
    event, VIS_FIELD_TYPING, vis_message_get_boolean (request, VIS_FIELD_TYPING));
  vis_publish_passing (self->bus, other, event);
}

static void
refresh (VisDispatcher *self, VisPeer *peer, VisMessage *request)
{
  g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_OK);

  vis_message_set_request (answer, vis_message_get_request (request));
  vis_ice_answer_add (self->config, peer, answer);
  vis_peer_send (peer, answer);
}

/* Takes a token of the rate limit of a request. Returns 0, or retry_after_ms if it is exceeded.
 * Requests that are not in the table are limited as frames only; `call:end` is always allowed. */
static guint
take_rate (VisDispatcher *self, VisPeer *peer, VisMessage *request)
{
  static const struct
  {
    VisKind kind;
    Rate    rate;
  } table[] = {
    { VIS_KIND_CHAT_SEND, RATE_MESSAGES },      { VIS_KIND_CONTACT_ADD, RATE_ADDS },
    { VIS_KIND_CONTACT_ACCEPT, RATE_CONTACTS }, { VIS_KIND_CONTACT_REMOVE, RATE_CONTACTS },
    { VIS_KIND_CONTACT_BLOCK, RATE_CONTACTS },  { VIS_KIND_CONTACT_UNBLOCK, RATE_CONTACTS },
    { VIS_KIND_CALL_OFFER, RATE_CALL_FRAMES },  { VIS_KIND_CALL_RINGING, RATE_CALL_FRAMES },
    { VIS_KIND_CALL_ANSWER, RATE_CALL_FRAMES }, { VIS_KIND_CALL_ICE, RATE_CALL_FRAMES },
    { VIS_KIND_CALL_RENEW, RATE_CALL_FRAMES },  { VIS_KIND_CALL_MEDIA, RATE_CALL_FRAMES },
  };
  VisKind     kind = vis_message_get_kind (request);
  const char *user = vis_peer_get_user_name (peer);
  Rate        rate = N_RATES;

  /* The first offer of a call begins one. */
  if (kind == VIS_KIND_CALL_OFFER && vis_message_get_integer (request, VIS_FIELD_GEN) == 0)
    rate = RATE_CALLS;
  for (guint i = 0; rate == N_RATES && i < G_N_ELEMENTS (table); i++)
    if (table[i].kind == kind)
      rate = table[i].rate;
  if (rate == N_RATES || !self->config->rate_limits)
    return 0;
  return vis_token_buckets_take (self->rates[rate], user, g_get_monotonic_time ());
}

/**
 * vis_dispatcher_request:
 * @self: a dispatcher
 * @peer: the sender, after hello
 * @request: a well-formed request
 *
 * Checks the rate limit of the user, runs a request, and answers it once.
 */
void
vis_dispatcher_request (VisDispatcher *self, VisPeer *peer, VisMessage *request)
{
  VisKind      kind = vis_message_get_kind (request);
  VisStoreVerb verb;
  guint        wait = take_rate (self, peer, request);

  if (wait > 0)
    {
      self->counters->refused++;
      vis_peer_answer_error (peer,
                             vis_message_get_request (request),
                             VIS_PROTOCOL_ERROR_RATE_LIMITED,
                             "too often",
                             wait);
    }
  else if (verb_of (kind, &verb))
    store (self, peer, request, verb);
  else if (kind == VIS_KIND_CHAT_TYPING)
    typing (self, peer, request);
  else if (kind == VIS_KIND_TURN_REFRESH)
    refresh (self, peer, request);
  else if (VIS_KIND_IS_CALL (kind))
    {
      self->counters->calls += kind == VIS_KIND_CALL_OFFER;
      vis_calls_request (self->calls, peer, request);
    }
  else
    vis_peer_answer_error (peer,
                           vis_message_get_request (request),
                           VIS_PROTOCOL_ERROR_UNKNOWN_TYPE,
                           "there is no such request",
                           0);
}
