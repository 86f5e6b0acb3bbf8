/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dispatch-world.h"

#include <string.h>

#include "vis-id.h"

static void
on_hello (VisPeer *peer, VisMessage *request, gpointer owner)
{
  vis_hello_request (((World *) owner)->hello, peer, request);
}

static void
on_request (VisPeer *peer, VisMessage *request, gpointer owner)
{
  vis_dispatcher_request (((World *) owner)->dispatcher, peer, request);
}

static void
on_gone (VisPeer *peer, gpointer owner)
{
  vis_hello_gone (((World *) owner)->hello, peer);
}

static void
import (World *self)
{
  static const struct
  {
    const char *user;
    const char *contact;
    const char *tokens;
  } people[] = { { "ada", NULL, ADA " " ADA_2 },
                 { "bob", "ada", BOB " " BOB_2 },
                 { "eve", NULL, EVE } };
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_IMPORT, NULL, NULL);
  g_auto (Done)     done = NULL;

  op->imports = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_account_free);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      VisStoreAccount *account = vis_store_account_new ();

      account->user = g_strdup (people[i].user);
      account->tokens = g_strsplit (people[i].tokens, " ", -1);
      if (people[i].contact != NULL)
        account->contacts = g_strsplit (people[i].contact, " ", -1);
      g_ptr_array_add (op->imports, account);
    }
  done = store_run (&self->store, op);
  g_assert_no_error (done->error);
}

void
world_set_up (World *self, gconstpointer data)
{
  static const VisPeerHandler handler = {
    .hello = on_hello,
    .request = on_request,
    .gone = on_gone,
  };
  VisServerStore *store;

  store_fixture_set_up (&self->store, self->store.implementation);
  import (self);
  self->front = unordered_store_new (self->store.store);
  store = VIS_SERVER_STORE (self->front);
  if (data == WORLD_SHUFFLES)
    unordered_store_shuffle (self->front);
  self->config.rate_limits = TRUE;
  self->bus = unreliable_bus_new ();
  self->registry = vis_device_registry_new (VIS_BUS (self->bus), store);
  self->calls =
    vis_calls_new (self->registry, VIS_PRESENCE (self->registry), VIS_BUS (self->bus), store);
  self->guesses = vis_guesses_new (10);
  self->ungreeted = vis_tally_new (10);
  self->hello = vis_hello_new (store, self->registry, self->calls, self->guesses, &self->config);
  self->dispatcher = vis_dispatcher_new (store,
                                         self->registry,
                                         VIS_PRESENCE (self->registry),
                                         VIS_BUS (self->bus),
                                         self->calls,
                                         &self->counters,
                                         &self->config);
  if (data != WORLD_CLOSED)
    vis_hello_open (self->hello);
  self->context = (VisPeerContext){
    .store = store,
    .counters = &self->counters,
    .ungreeted = self->ungreeted,
    .rate_limits = TRUE,
    .handler = &handler,
    .owner = self,
  };
}

/* The same over a store in memory. */
void
world_set_up_memory (World *self, gconstpointer data)
{
  self->store.implementation = &store_implementations[STORE_MEMORY];
  world_set_up (self, data);
}

void
world_tear_down (World *self, gconstpointer data)
{
  TextSink *devices[] = { &self->ada, &self->ada_2, &self->bob, &self->bob_2, &self->eve };

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      /* Every request was answered. */
      if (devices[i]->peer != NULL)
        g_assert_cmpint (devices[i]->owed, ==, 0);
      text_sink_clear (devices[i]);
    }
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 0);
  /* Ends the subscriptions of devices that were disconnected. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  vis_server_store_close (VIS_SERVER_STORE (self->front));
  vis_hello_free (self->hello);
  vis_dispatcher_free (self->dispatcher);
  vis_calls_free (self->calls);
  g_object_unref (self->registry);
  vis_tally_free (self->ungreeted);
  vis_guesses_free (self->guesses);
  g_assert_finalize_object (G_OBJECT (self->bus));
  g_object_unref (self->front);
  store_fixture_tear_down (&self->store, NULL);
}

static guint
count_texts (World *self)
{
  TextSink *devices[] = { &self->ada, &self->ada_2, &self->bob, &self->bob_2, &self->eve };
  guint     n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    n += devices[i]->texts != NULL ? devices[i]->texts->len : 0;
  return n;
}

/* Runs until the store has no operation left that sends a device anything. */
void
world_settle (World *self)
{
  guint before;

  do
    {
      g_auto (Done) done = NULL;

      before = count_texts (self);
      while (!unordered_store_is_idle (self->front))
        g_main_context_iteration (NULL, TRUE);
      done = store_run (&self->store, vis_server_store_op_new (VIS_STORE_PING, NULL, NULL));
    }
  while (count_texts (self) != before);
}

/* Hands over a text as from the socket. */
void
world_say (TextSink *device, const char *text)
{
  g_assert_nonnull (device->peer);
  vis_peer_take_text (device->peer, text, strlen (text));
}

static char *
ask (World *self, TextSink *device, const char *fields)
{
  g_autofree char *request = g_strdup_printf ("{\"id\":%u,%s}", ++self->id, fields);
  g_autofree char *id = g_strdup_printf ("\"id\":%u", self->id);
  guint            at = device->texts->len;

  world_say (device, request);
  for (;; g_main_context_iteration (NULL, TRUE))
    for (; at < device->texts->len; at++)
      {
        const char *text = g_ptr_array_index (device->texts, at);
        const char *found = is_answer (text) ? strstr (text, id) : NULL;

        if (found != NULL && !g_ascii_isdigit (found[strlen (id)]))
          return g_strdup (text);
      }
}

/* Sends a request; returns its answer. */
char *
world_ask (World *self, TextSink *device, const char *fields, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, fields);
  text = g_strdup_vprintf (fields, arguments);
  va_end (arguments);
  return ask (self, device, text);
}

void
world_ok (World *self, TextSink *device, const char *fields, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *answer = NULL;
  va_list          arguments;

  va_start (arguments, fields);
  text = g_strdup_vprintf (fields, arguments);
  va_end (arguments);
  answer = ask (self, device, text);
  g_test_message ("%s", answer);
  g_assert_nonnull (strstr (answer, "\"type\":\"ok\""));
}

void
world_error (World *self, TextSink *device, const char *code, const char *fields, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *expected = g_strdup_printf ("\"code\":\"%s\"", code);
  va_list          arguments;

  va_start (arguments, fields);
  text = g_strdup_vprintf (fields, arguments);
  va_end (arguments);
  answer = ask (self, device, text);
  g_test_message ("%s", answer);
  g_assert_nonnull (strstr (answer, expected));
}

/* Connects a device, which says hello; with @since unless that is negative. */
void
world_hello_begin (World *self, TextSink *device, const char *token, gint64 since)
{
  g_autofree char *place =
    since >= 0 ? g_strdup_printf (",\"since\":%" G_GINT64_FORMAT, since) : g_strdup ("");
  g_autofree char *hello =
    g_strdup_printf ("{\"id\":%u,\"type\":\"hello\",\"token\":\"%s\"%s}", ++self->id, token, place);

  text_sink_connect (device, &self->context);
  world_say (device, hello);
}

/* The same, and it is answered. */
void
world_hello (World *self, TextSink *device, const char *token, gint64 since)
{
  world_hello_begin (self, device, token, since);
  while (device->texts->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_answer (g_ptr_array_index (device->texts, 0)));
  g_assert_true (device->greeted);
}

void
world_hello_all (World *self)
{
  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->ada_2, ADA_2, -1);
  world_hello (self, &self->bob, BOB, -1);
  world_hello (self, &self->bob_2, BOB_2, -1);
  world_hello (self, &self->eve, EVE, -1);
}

/* Sends a text, and waits for its answer; returns the id of the message. */
char *
world_send (World *self, TextSink *device, const char *chat)
{
  char *id = vis_id_new ();

  world_ok (self,
            device,
            "\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{\"id\":\"%s\",\"kind\":\"text\","
            "\"text\":\"hello\"}",
            chat,
            id);
  return id;
}

/* Calls a user, of whom so many devices ring; the id of the call. */
char *
world_call (World *self, TextSink *device, const char *user, guint ringing)
{
  char            *call = vis_id_new ();
  g_autofree char *expected = g_strdup_printf ("\"ringing\":%u", ringing);
  g_autofree char *answer =
    world_ask (self,
               device,
               "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"%s\",\"media\":{"
               "\"audio\":true,\"video\":true},\"sdp\":\"v=0\\r\\n\"",
               call,
               user);

  g_test_message ("%s", answer);
  g_assert_nonnull (strstr (answer, expected));
  return call;
}

/* Whether a device has received an event of this type that contains @words. */
gboolean
heard (const TextSink *device, const char *type, const char *words)
{
  g_autofree char *name = g_strdup_printf ("\"type\":\"%s\"", type);

  for (guint i = 0; i < device->texts->len; i++)
    {
      const char *text = g_ptr_array_index (device->texts, i);

      if (strstr (text, name) != NULL && strstr (text, words) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* The `seq` of an event or an answer, 0 for none. */
gint64
seq_of (const char *text)
{
  const char *found = strstr (text, "\"seq\":");

  return found != NULL ? g_ascii_strtoll (found + strlen ("\"seq\":"), NULL, 10) : 0;
}

gboolean
is_answer (const char *text)
{
  return strstr (text, "\"type\":\"ok\"") != NULL || strstr (text, "\"type\":\"error\"") != NULL;
}
