/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "dispatch-world.h"
#include "vis-id.h"
#include "vis-server-limits.h"

/* Requests, from the text that one device sends to those that others receive, without sockets and
 * in one process. */

#define SDP "v=0\\r\\n"

static void
test_hello (World *self, gconstpointer data)
{
  g_autofree char *answer = NULL;

  text_sink_connect (&self->ada, &self->context);
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 1);
  world_error (self, &self->ada, "unauthorized", "\"type\":\"chat:list\"");
  g_assert_cmpuint (self->ada.code, ==, VIS_CLOSE_POLICY);
  g_assert_null (self->ada.peer);

  text_sink_connect (&self->ada, &self->context);
  world_error (self, &self->ada, "unauthorized", "\"type\":\"hello\",\"token\":\"" ADA "x\"");
  g_assert_false (self->ada.greeted);
  g_assert_cmpuint (self->ada.code, ==, VIS_CLOSE_POLICY);
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 0);

  text_sink_connect (&self->ada, &self->context);
  answer = world_ask (self, &self->ada, "\"type\":\"hello\",\"token\":\"" ADA "\"");
  g_assert_nonnull (strstr (answer, "\"user\":\"ada\""));
  g_assert_nonnull (strstr (answer, "\"limits\":{"));
  g_assert_true (self->ada.greeted);
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 0);
  world_error (self, &self->ada, "bad_request", "\"type\":\"hello\",\"token\":\"" ADA "\"");
  world_error (self, &self->ada, "unknown_type", "\"type\":\"chat:sing\"");
  g_assert_cmpuint (vis_device_registry_get_n_users (self->registry), ==, 1);

  world_hello (self, &self->bob, BOB, -1);
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"bob\""));
  world_hello (self, &self->eve, EVE, -1);
  g_assert_false (heard (&self->ada, "presence", "\"user\":\"eve\""));
}

/* A peer that never gets a connection is not counted as one. */
static void
test_peer_without_connection (World *self, gconstpointer data)
{
  vis_peer_unref (vis_peer_new (&self->context, "test"));
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 0);
  g_assert_cmpuint (self->counters.sockets, ==, 0);
  text_sink_connect (&self->ada, &self->context);
  g_assert_cmpuint (vis_tally_count (self->ungreeted, "test"), ==, 1);
  g_assert_cmpuint (self->counters.sockets, ==, 1);
}

/* A second hello of a device: its first connection is closed, and events go to the new one. */
static void
test_second_hello_replaces_first (World *self, gconstpointer data)
{
  TextSink         before = { 0 };
  g_autofree char *id = NULL;

  world_hello (self, &before, BOB, -1);
  world_hello (self, &self->bob, BOB, -1);
  g_assert_cmpuint (before.code, ==, VIS_CLOSE_REPLACED);
  g_assert_null (before.peer);
  world_hello (self, &self->ada, ADA, -1);
  id = world_send (self, &self->ada, "bob");
  g_assert_true (heard (&self->bob, "chat:message", id));
  g_assert_false (heard (&before, "chat:message", id));
  text_sink_clear (&before);
}

static void
test_chat_send (World *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  guint            n;

  world_hello_all (self);
  id = world_send (self, &self->ada, "bob");
  g_assert_true (heard (&self->ada_2, "chat:message", id));
  g_assert_true (heard (&self->bob, "chat:message", id));
  g_assert_true (heard (&self->bob_2, "chat:message", id));
  g_assert_false (heard (&self->ada, "chat:message", id));
  g_assert_false (heard (&self->eve, "chat:message", id));
  g_assert_cmpuint (self->counters.messages, ==, 1);

  n = self->bob.texts->len;
  again = world_ask (self,
                     &self->ada,
                     "\"type\":\"chat:send\",\"chat\":\"bob\",\"message\":{\"id\":\"%s\",\"kind\":"
                     "\"text\",\"text\":\"hello\"}",
                     id);
  g_assert_nonnull (strstr (again, "\"type\":\"ok\""));
  world_settle (self);
  g_assert_cmpuint (self->bob.texts->len, ==, n);

  world_error (
    self,
    &self->eve,
    "forbidden",
    "\"type\":\"chat:send\",\"chat\":\"bob\",\"message\":{\"id\":\"%s\",\"kind\":\"text\","
    "\"text\":\"hello\"}",
    id);
}

/* Asserts that the device got each event from @first to @last, in order and once. Its answers have
 * a `seq` too; events that the bus has lost may be repeated behind them. */
static void
assert_complete (const TextSink *device, gint64 first, gint64 last)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  gint64                 newest = 0;

  for (guint i = 0; i < device->texts->len; i++)
    {
      const char *text = g_ptr_array_index (device->texts, i);
      gint64      seq = seq_of (text);

      if (seq == 0 || strstr (text, "\"limits\":") != NULL)
        continue;
      if (!is_answer (text))
        {
          g_assert_cmpint (seq, >, newest);
          newest = seq;
        }
      g_hash_table_add (known, GINT_TO_POINTER (seq));
    }
  for (gint64 seq = first; seq <= last; seq++)
    g_assert_true (g_hash_table_contains (known, GINT_TO_POINTER (seq)));
  g_assert_cmpuint (g_hash_table_size (known), ==, last - first + 1);
}

/* The `seq` in the answer to hello: the newest event of the user. */
static gint64
head_of (const TextSink *device)
{
  return seq_of (g_ptr_array_index (device->texts, 0));
}

static void
test_unreliable_bus (World *self, gconstpointer data)
{
  gint64   ada;
  gint64   bob;
  gint64   left;
  TextSink before = { 0 };

  world_hello_all (self);
  ada = head_of (&self->ada);
  bob = head_of (&self->bob);
  unreliable_bus_set (self->bus, VIS_BUS_EVENT, BUS_BAD);
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *id = world_send (self, &self->ada, "bob");

      if (i % 4 == 0)
        {
          g_autofree char *other = world_send (self, &self->bob, "ada");

          g_assert_nonnull (other);
        }
      if (i % 7 == 0)
        unreliable_bus_deliver_late (self->bus);
      if (i % 10 == 0)
        world_settle (self);
      if (i == 30)
        {
          /* A device that is offline for a while. */
          world_settle (self);
          before = self->bob_2;
          text_sink_disconnect (&before, 0);
          self->bob_2 = (TextSink){ 0 };
        }
    }
  g_assert_cmpuint (unreliable_bus_get_n_lost (self->bus), >, 0);
  left = bob;
  for (guint i = 0; i < before.texts->len; i++)
    left = MAX (left, seq_of (g_ptr_array_index (before.texts, i)));
  assert_complete (&before, bob + 1, left);
  world_hello (self, &self->bob_2, BOB_2, left);

  unreliable_bus_deliver_late (self->bus);
  unreliable_bus_set (self->bus, VIS_BUS_EVENT, BUS_GOOD);
  /* The next event tells them that they have missed some. */
  g_free (world_send (self, &self->ada, "bob"));
  world_settle (self);
  assert_complete (&self->ada, ada + 1, ada + 76);
  assert_complete (&self->ada_2, ada + 1, ada + 76);
  assert_complete (&self->bob, bob + 1, bob + 76);
  assert_complete (&self->bob_2, left + 1, bob + 76);
  text_sink_clear (&before);
}

/* Calls Bob as Ada; returns the id of the call. */
static char *
call_bob (World *self)
{
  char *call = world_call (self, &self->ada, "bob", 2);

  world_settle (self);
  g_assert_true (heard (&self->bob, "call:offer", call));
  g_assert_true (heard (&self->bob_2, "call:offer", call));
  g_assert_false (heard (&self->ada_2, "call:offer", call));
  return call;
}

static void
test_call_offer (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;

  world_hello_all (self);
  call = call_bob (self);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 1);
  world_error (self,
               &self->eve,
               "forbidden",
               "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"bob\",\"sdp\":\"" SDP
               "\"",
               call);
  world_error (self,
               &self->eve,
               "not_found",
               "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"",
               call);
  world_ok (self,
            &self->bob_2,
            "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
            call);
  world_settle (self);
  g_assert_true (heard (&self->ada, "call:answer", call));
  g_assert_true (heard (&self->bob, "call:end", "answered_elsewhere"));
  world_error (self,
               &self->bob,
               "conflict",
               "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
               call);

  world_ok (self, &self->ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", call);
  world_settle (self);
  g_assert_true (heard (&self->bob_2, "call:end", "hangup"));
  g_assert_true (heard (&self->bob_2, "chat:message", "\"outcome\":\"answered\""));
  g_assert_true (heard (&self->ada_2, "chat:message", "\"outcome\":\"answered\""));
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 0);
}

/* A device that reconnects in a call gets the frames that it has missed. */
static void
test_call_frames_after_reconnect (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;

  world_hello_all (self);
  call = call_bob (self);
  world_ok (self,
            &self->bob,
            "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
            call);
  world_settle (self);
  text_sink_disconnect (&self->bob, 0);
  world_ok (
    self,
    &self->ada,
    "\"type\":\"call:media\",\"call\":\"%s\",\"audio\":false,\"video\":true,\"screen\":false",
    call);
  world_hello (self, &self->bob, BOB, -1);
  world_settle (self);
  g_assert_true (heard (&self->bob, "call:media", call));
  world_ok (self, &self->bob, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", call);
  world_settle (self);
  g_assert_true (heard (&self->ada, "call:end", "hangup"));
}

/* A blocked user can't reach the one who blocks, and their call ends. */
static void
test_contact_block (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;
  g_autofree char *id = vis_id_new ();
  guint            n;

  world_hello_all (self);
  call = call_bob (self);
  world_ok (self, &self->ada, "\"type\":\"contact:block\",\"user\":\"bob\"");
  world_settle (self);
  g_assert_true (heard (&self->ada_2, "contact:changed", "\"state\":\"blocked\""));
  g_assert_true (heard (&self->bob, "call:end", "hangup"));
  g_assert_true (heard (&self->ada, "call:end", "hangup"));
  g_assert_false (heard (&self->bob, "contact:changed", "\"state\":\"blocked\""));

  n = self->ada.texts->len;
  world_error (
    self,
    &self->bob,
    "forbidden",
    "\"type\":\"chat:send\",\"chat\":\"ada\",\"message\":{\"id\":\"%s\",\"kind\":\"text\","
    "\"text\":\"hello\"}",
    id);
  world_error (
    self, &self->bob, "forbidden", "\"type\":\"chat:typing\",\"chat\":\"ada\",\"typing\":true");
  world_error (self,
               &self->bob,
               "forbidden",
               "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"ada\",\"sdp\":\"" SDP
               "\"",
               id);
  world_settle (self);
  g_assert_cmpuint (self->ada.texts->len, ==, n);
}

/* A rate limit of one user: over all devices, for one kind of request, without effect on other
 * users. */
static void
test_rate_limit_of_user (World *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  world_hello_all (self);
  for (guint i = 0; i < VIS_RATE_ADD_BURST; i++)
    world_error (self,
                 i % 2 == 0 ? &self->ada : &self->ada_2,
                 "not_found",
                 "\"type\":\"contact:add\",\"user\":\"nobody%u\"",
                 i);
  g_assert_cmpuint (self->counters.refused, ==, 0);
  world_error (self, &self->ada, "rate_limited", "\"type\":\"contact:add\",\"user\":\"nobody\"");
  world_error (self, &self->ada_2, "rate_limited", "\"type\":\"contact:add\",\"user\":\"nobody\"");
  g_assert_cmpuint (self->counters.refused, ==, 2);
  id = world_send (self, &self->ada, "bob");
  world_error (self, &self->eve, "not_found", "\"type\":\"contact:add\",\"user\":\"nobody\"");
}

/* Each bad frame is answered with an error; the eighth closes the connection. */
static void
test_bad_frames (World *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  world_hello_all (self);
  for (guint i = 1; i < VIS_LIMIT_BAD_FRAMES; i++)
    world_say (&self->ada, "{\"type\":");
  id = world_send (self, &self->ada, "bob");
  g_assert_cmpuint (self->counters.bad_frames, ==, VIS_LIMIT_BAD_FRAMES - 1);
  world_say (&self->ada, "{\"type\":");
  g_assert_cmpuint (self->ada.code, ==, VIS_CLOSE_POLICY);
  g_assert_true (heard (&self->bob, "chat:message", id));
}

/* Calls to an offline user: their beginning and their end are written at once. */
static void
test_call_nobody (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  for (guint i = 0; i < 8; i++)
    g_free (world_call (self, &self->ada, "bob", 0));
  world_settle (self);
  world_hello (self, &self->bob, BOB, 0);
  world_settle (self);
  g_assert_true (heard (&self->bob, "chat:message", "\"outcome\":\"missed\""));
}

/* With either store, and with one that keeps no order between users. */
static void
add (const char *name, void (*test) (World *self, gconstpointer data))
{
  g_autofree char *memory = g_strconcat (name, "/memory", NULL);
  g_autofree char *shuffled = g_strconcat (name, "/shuffled", NULL);

  g_test_add (name, World, NULL, world_set_up, test, world_tear_down);
  g_test_add (memory, World, NULL, world_set_up_memory, test, world_tear_down);
  g_test_add (shuffled, World, WORLD_SHUFFLES, world_set_up, test, world_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/dispatch/hello", test_hello);
  add ("/dispatch/peer-without-connection", test_peer_without_connection);
  add ("/dispatch/second-hello-replaces-first", test_second_hello_replaces_first);
  add ("/dispatch/chat-send", test_chat_send);
  add ("/dispatch/unreliable-bus", test_unreliable_bus);
  add ("/dispatch/call-offer", test_call_offer);
  add ("/dispatch/call-frames-after-reconnect", test_call_frames_after_reconnect);
  add ("/dispatch/call-nobody", test_call_nobody);
  add ("/dispatch/contact-block", test_contact_block);
  add ("/dispatch/rate-limit-of-user", test_rate_limit_of_user);
  add ("/dispatch/bad-frames", test_bad_frames);
  return g_test_run ();
}
