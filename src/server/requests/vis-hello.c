/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-hello.h"

#include "vis-ice-answer.h"
#include "vis-passwords.h"
#include "vis-server-limits.h"

/* In this order: find the user of the token, subscribe to the user's items on the bus, then read
 * the newest seq and the contacts from the store. The other way round, items published between the
 * read and the subscription would be lost. */

struct _VisHello
{
  VisServerStore        *store;
  VisDeviceRegistry     *registry;
  VisCalls              *calls;
  VisGuesses            *guesses;
  const VisServerConfig *config;
  GPtrArray             *early; /* of Waiting: held until vis_hello_open(), NULL after it */
};

/* A pending hello. */
typedef struct
{
  VisHello   *hello; /* a reference: the bus may complete after vis_hello_free() */
  VisPeer    *peer;
  VisMessage *request;
  GBytes     *token; /* the hash */
  gint64      user;  /* 0 until authenticated */
} Waiting;

/**
 * vis_hello_new:
 * @store: has the tokens and the events
 * @registry: the devices of this node
 * @calls: (transfer none): the calls
 * @guesses: (transfer none): learns the addresses from which accounts are used
 * @config: (transfer none): the STUN and TURN servers
 *
 * What is not owned has to outlive it and all peers. To be freed after the store is closed.
 *
 * Returns: (transfer full): a handler that holds hellos until vis_hello_open()
 */
VisHello *
vis_hello_new (VisServerStore        *store,
               VisDeviceRegistry     *registry,
               VisCalls              *calls,
               VisGuesses            *guesses,
               const VisServerConfig *config)
{
  VisHello *self = g_rc_box_new0 (VisHello);

  self->store = g_object_ref (store);
  self->registry = g_object_ref (registry);
  self->calls = calls;
  self->guesses = guesses;
  self->config = config;
  self->early = g_ptr_array_new ();
  return self;
}

static void
clear (gpointer data)
{
  VisHello *self = data;

  g_object_unref (self->store);
  g_object_unref (self->registry);
}

static Waiting *
waiting_new (VisHello *self, VisPeer *peer, VisMessage *request)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->hello = g_rc_box_acquire (self);
  waiting->peer = peer;
  waiting->request = vis_message_ref (request);
  waiting->token = vis_token_hash (vis_message_get_string (request, VIS_FIELD_TOKEN));
  vis_peer_begin (peer, request);
  return waiting;
}

static void
waiting_free (Waiting *waiting)
{
  vis_peer_end (waiting->peer, waiting->request);
  vis_message_unref (waiting->request);
  g_bytes_unref (waiting->token);
  g_rc_box_release_full (waiting->hello, clear);
  g_free (waiting);
}

void
vis_hello_free (VisHello *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  for (guint i = 0; early != NULL && i < early->len; i++)
    waiting_free (g_ptr_array_index (early, i));
  g_rc_box_release_full (self, clear);
}

static VisMessage *
limits_object (void)
{
  VisMessage *limits = vis_message_new (VIS_KIND_OBJECT_LIMITS);

  vis_message_set_integer (limits, VIS_FIELD_FRAME_BYTES, VIS_LIMIT_FRAME_BYTES);
  vis_message_set_integer (limits, VIS_FIELD_TEXT_LENGTH, VIS_LIMIT_TEXT);
  vis_message_set_integer (limits, VIS_FIELD_HISTORY, VIS_LIMIT_HISTORY);
  return limits;
}

static void
answer (VisHello *self, VisPeer *peer, VisServerStoreOp *op)
{
  static const char *const features[] = { VIS_FEATURE_MARK, NULL };
  const char              *user = vis_peer_get_user_name (peer);
  const char              *name = vis_peer_get_name (peer);
  const VisStorePlace      newest = { op->seq, op->mark };
  g_autoptr (VisMessage)   message = vis_message_new (VIS_KIND_OK);
  g_autoptr (VisMessage)   limits = limits_object ();
  g_autoptr (GString)      text = g_string_new (NULL);

  vis_message_set_request (message, vis_message_get_request (op->request));
  vis_message_set_string (message, VIS_FIELD_USER, user);
  vis_message_set_string (message, VIS_FIELD_DEVICE, vis_peer_get_device_id (peer));
  vis_message_set_string (message, VIS_FIELD_NAME, name != NULL ? name : user);
  vis_store_place (message, &newest);
  if (op->reset)
    vis_message_set_boolean (message, VIS_FIELD_RESET, TRUE);
  if (op->lost)
    vis_message_set_boolean (message, VIS_FIELD_LOST, TRUE);
  vis_ice_answer_add (self->config, peer, message);
  vis_message_set_object (message, VIS_FIELD_LIMITS, limits);
  vis_message_set_string (message, VIS_FIELD_SERVER, "visavisd/" VIS_VERSION);
  vis_message_set_strings (message, VIS_FIELD_FEATURES, features);
  vis_codec_append (text, message);
  /* The codec omits a seq of 0, but hello always has one: 0 means that there is no event yet. */
  if (op->seq == 0)
    g_string_insert (text, 1, "\"seq\":0,");
  vis_peer_send_written (peer, text->str, text->len);
}

static void
join (VisHello *self, VisPeer *peer, VisServerStoreOp *op)
{
  gint64 pushed = op->seq;

  if (vis_message_has (op->request, VIS_FIELD_SINCE) && !op->reset)
    pushed = vis_message_get_integer (op->request, VIS_FIELD_SINCE);
  vis_guesses_know (self->guesses, op->account->user, vis_peer_get_client (peer));
  vis_peer_resume (
    peer, pushed, MAX (op->seq, vis_device_registry_get_newest (self->registry, op->account->id)));
  vis_peer_identify (peer, op->account);
  vis_device_registry_join (self->registry, peer, op->people);
  answer (self, peer, op);
  vis_calls_join (self->calls, peer);
  vis_peer_catch_up (peer);
}

static void
refuse (const Waiting *waiting, VisProtocolError code, const char *text)
{
  VisPeer *peer = waiting->peer;
  gboolean stranger = code == VIS_PROTOCOL_ERROR_UNAUTHORIZED;

  vis_peer_answer_error (peer, vis_message_get_request (waiting->request), code, text, 0);
  if (stranger)
    g_message ("A sign-in from %s failed: nobody has this token", vis_peer_get_client (peer));
  vis_peer_close (peer, stranger ? VIS_CLOSE_POLICY : VIS_CLOSE_GOING_AWAY);
}

/* Submits an operation with the token of a hello. */
static void
submit (Waiting *waiting, VisStoreVerb verb, VisStoreDone done)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, done, waiting);

  op->user = waiting->user;
  op->request = vis_message_ref (waiting->request);
  op->account = vis_store_account_new ();
  op->account->token = g_bytes_ref (waiting->token);
  vis_server_store_submit (waiting->hello->store, op);
}

static void
on_head (VisServerStoreOp *op, gpointer data)
{
  Waiting           *waiting = data;
  VisDeviceRegistry *registry = waiting->hello->registry;
  guint16            code = 0;

  if (op->error == NULL)
    code = vis_device_registry_get_kicked (registry, waiting->user, op->account->device);
  if (vis_peer_is_connected (waiting->peer) && op->error == NULL && code == 0)
    join (waiting->hello, waiting->peer, op);
  else
    vis_device_registry_give_up (registry, waiting->user);
  if (vis_peer_is_connected (waiting->peer) && op->error != NULL)
    refuse (waiting, (VisProtocolError) op->error->code, op->error->message);
  if (code != 0)
    vis_peer_close (waiting->peer, code);
  waiting_free (waiting);
}

static void
on_entered (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting           *waiting = data;
  VisDeviceRegistry *registry = VIS_DEVICE_REGISTRY (source);
  g_autoptr (GError) error = NULL;

  if (vis_device_registry_enter_finish (registry, result, &error))
    {
      if (vis_peer_is_connected (waiting->peer))
        {
          submit (waiting, VIS_STORE_HELLO, on_head);
          return;
        }
      vis_device_registry_give_up (registry, waiting->user);
    }
  else if (vis_peer_is_connected (waiting->peer))
    {
      g_message ("A device can't come, since the bus does not listen: %s", error->message);
      refuse (
        waiting, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the server hears nothing of the others now");
    }
  waiting_free (waiting);
}

static void
on_found (VisServerStoreOp *op, gpointer data)
{
  Waiting *waiting = data;

  if (vis_peer_is_connected (waiting->peer) && op->error == NULL)
    {
      waiting->user = op->account->id;
      vis_device_registry_enter_async (waiting->hello->registry,
                                       waiting->user,
                                       vis_peer_get_cancellable (waiting->peer),
                                       on_entered,
                                       waiting);
      return;
    }
  if (vis_peer_is_connected (waiting->peer))
    refuse (waiting, (VisProtocolError) op->error->code, op->error->message);
  waiting_free (waiting);
}

/**
 * vis_hello_request:
 * @self: a handler
 * @peer: a peer before hello
 * @request: its `hello`
 *
 * Authenticates a device and adds it to the registry; answers with the newest seq and the resume
 * state, or with an error and a close.
 */
void
vis_hello_request (VisHello *self, VisPeer *peer, VisMessage *request)
{
  Waiting *waiting = waiting_new (self, peer, request);

  if (self->early != NULL)
    g_ptr_array_add (self->early, waiting);
  else
    submit (waiting, VIS_STORE_FIND_DEVICE, on_found);
}

/**
 * vis_hello_open:
 * @self: a handler
 *
 * Processes the hellos held so far, and later ones at once.
 */
void
vis_hello_open (VisHello *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);

  for (guint i = 0; early != NULL && i < early->len; i++)
    submit (g_ptr_array_index (early, i), VIS_STORE_FIND_DEVICE, on_found);
}

/**
 * vis_hello_gone:
 * @self: a handler
 * @peer: a peer that was identified
 *
 * Removes a peer whose connection was closed.
 */
void
vis_hello_gone (VisHello *self, VisPeer *peer)
{
  /* The calls stay if the device has another connection. */
  if (vis_device_registry_leave (self->registry, peer))
    vis_calls_leave (self->calls, vis_peer_get_device (peer));
}
