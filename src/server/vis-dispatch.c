/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-private.h"

#include <string.h>

#include "vis-server-limits.h"

/* What the store does with a request; everything else is done right here. */
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

/* Presence is known here, not in the store. */
static void
add_presence (VisServer *self, VisMessage *answer)
{
  GPtrArray *contacts = vis_message_get_array (answer, VIS_FIELD_CONTACTS);

  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      VisMessage *contact = g_ptr_array_index (contacts, i);

      if (strcmp (vis_message_get_string (contact, VIS_FIELD_STATE), "mutual") != 0)
        continue;
      vis_message_set_string (contact,
                              VIS_FIELD_PRESENCE,
                              vis_device_registry_is_online (
                                self->registry, vis_message_get_string (contact, VIS_FIELD_USER))
                                ? "online"
                                : "offline");
    }
}

/* Takes note of how somebody stands to the user of @peer now. */
static void
set_person (VisServer *self, VisPeer *peer, const VisStorePerson *person)
{
  vis_device_registry_set_mutual (
    self->registry, vis_peer_get_user (peer), vis_peer_get_user_name (peer), person);
  if (!person->mutual)
    vis_calls_part (self->calls, vis_peer_get_user (peer), person->id);
}

/* A request that waits for the store. */
typedef struct
{
  VisServer *server;
  VisPeer   *peer;
} Waiting;

static void
on_stored (VisServerStoreOp *op, gpointer data)
{
  g_autofree Waiting *waiting = data;
  VisServer          *self = waiting->server;
  VisPeer            *peer = waiting->peer;

  if (op->error != NULL)
    vis_peer_answer_error (peer,
                           vis_message_get_request (op->request),
                           (VisProtocolError) op->error->code,
                           op->error->message,
                           op->error->code == VIS_PROTOCOL_ERROR_UNAVAILABLE ? 1000 : 0);
  else
    {
      self->counters.messages += op->verb == VIS_STORE_CHAT_SEND;
      if (op->verb == VIS_STORE_CONTACT_LIST)
        add_presence (self, vis_server_store_op_answer (op));
      vis_peer_send (peer, vis_server_store_op_answer (op));
      vis_device_registry_publish_events (self->registry, op);
      for (guint i = 0; op->people != NULL && i < op->people->len; i++)
        set_person (self, peer, &g_array_index (op->people, VisStorePerson, i));
    }
  vis_peer_end (peer, op->request);
}

static void
store (VisServer *self, VisPeer *peer, VisMessage *request, VisStoreVerb verb)
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
typing (VisServer *self, VisPeer *peer, VisMessage *request)
{
  const char *chat = vis_message_get_string (request, VIS_FIELD_CHAT);
  gint64 other = vis_device_registry_find_mutual (self->registry, vis_peer_get_user (peer), chat);
  VisBusItem item = { .user = other };

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
  item.message = vis_message_new (VIS_KIND_CHAT_TYPING);
  vis_message_set_string (item.message, VIS_FIELD_CHAT, vis_peer_get_user_name (peer));
  vis_message_set_string (item.message, VIS_FIELD_USER, vis_peer_get_user_name (peer));
  vis_message_set_boolean (
    item.message, VIS_FIELD_TYPING, vis_message_get_boolean (request, VIS_FIELD_TYPING));
  vis_device_registry_publish (self->registry, &item);
  vis_message_unref (item.message);
}

static void
refresh (VisServer *self, VisPeer *peer, VisMessage *request)
{
  g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_OK);
  g_autoptr (GPtrArray)  servers = vis_server_ice_servers (self, vis_peer_get_user_name (peer));

  vis_message_set_request (answer, vis_message_get_request (request));
  vis_message_set_array (answer, VIS_FIELD_ICE_SERVERS, servers);
  vis_peer_send (peer, answer);
}

/* After how many milliseconds this may be asked again; 0: now. What is not here costs no more than
 * its frame, and `call:end` is never too often. */
static guint
take_rate (VisServer *self, VisPeer *peer, VisMessage *request)
{
  static const struct
  {
    VisKind       kind;
    VisServerRate rate;
  } table[] = {
    { VIS_KIND_CHAT_SEND, VIS_SERVER_RATE_MESSAGES },
    { VIS_KIND_CONTACT_ADD, VIS_SERVER_RATE_ADDS },
    { VIS_KIND_CONTACT_ACCEPT, VIS_SERVER_RATE_CONTACTS },
    { VIS_KIND_CONTACT_REMOVE, VIS_SERVER_RATE_CONTACTS },
    { VIS_KIND_CONTACT_BLOCK, VIS_SERVER_RATE_CONTACTS },
    { VIS_KIND_CONTACT_UNBLOCK, VIS_SERVER_RATE_CONTACTS },
    { VIS_KIND_CALL_OFFER, VIS_SERVER_RATE_CALL_FRAMES },
    { VIS_KIND_CALL_RINGING, VIS_SERVER_RATE_CALL_FRAMES },
    { VIS_KIND_CALL_ANSWER, VIS_SERVER_RATE_CALL_FRAMES },
    { VIS_KIND_CALL_ICE, VIS_SERVER_RATE_CALL_FRAMES },
    { VIS_KIND_CALL_RENEW, VIS_SERVER_RATE_CALL_FRAMES },
    { VIS_KIND_CALL_MEDIA, VIS_SERVER_RATE_CALL_FRAMES },
  };
  VisKind     kind = vis_message_get_kind (request);
  const char *user = vis_peer_get_user_name (peer);

  /* The first offer of a call begins one. */
  if (kind == VIS_KIND_CALL_OFFER && vis_message_get_integer (request, VIS_FIELD_GEN) == 0)
    return vis_server_take_rate (self, VIS_SERVER_RATE_CALLS, user);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].kind == kind)
      return vis_server_take_rate (self, table[i].rate, user);
  return 0;
}

/**
 * vis_server_request:
 * @self: a server
 * @peer: who asks; has said hello
 * @request: what, well formed
 *
 * Does what a request asks for, and answers it once.
 */
void
vis_server_request (VisServer *self, VisPeer *peer, VisMessage *request)
{
  VisKind      kind = vis_message_get_kind (request);
  VisStoreVerb verb;
  guint        wait = take_rate (self, peer, request);

  if (wait > 0)
    {
      self->counters.refused++;
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
      self->counters.calls += kind == VIS_KIND_CALL_OFFER;
      vis_calls_request (self->calls, peer, request);
    }
  else
    vis_peer_answer_error (peer,
                           vis_message_get_request (request),
                           VIS_PROTOCOL_ERROR_UNKNOWN_TYPE,
                           "there is no such request",
                           0);
}
