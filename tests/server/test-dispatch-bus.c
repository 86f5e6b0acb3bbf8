/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "dispatch-world.h"
#include "vis-passwords.h"
#include "vis-publish.h"
#include "vis-server-limits.h"

/* Events on the bus while devices connect and disconnect, with a bus and a store that answer late.
 */

#define SINCE  ((gconstpointer) 3)

#define TYPING "\"type\":\"chat:typing\",\"chat\":\"bob\",\"typing\":true"

/* How many events with this `seq` a device has received. */
static guint
count (const TextSink *device, gint64 seq)
{
  guint n = 0;

  for (guint i = 0; i < device->texts->len; i++)
    {
      const char *text = g_ptr_array_index (device->texts, i);

      n += !is_answer (text) && seq_of (text) == seq;
    }
  return n;
}

static gboolean
is_answered (const TextSink *device)
{
  return device->texts->len > 0 && is_answer (g_ptr_array_index (device->texts, 0));
}

/* Runs until @n subscriptions wait for the bus. */
static void
wait_held (World *self, guint n)
{
  while (unreliable_bus_get_n_held (self->bus) != n)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_result (World *self)
{
  while (unordered_store_get_n_held (self->front) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
answer_bus (World *self)
{
  unreliable_bus_answer (self->bus, NULL);
  while (!is_answered (&self->bob))
    g_main_context_iteration (NULL, TRUE);
  world_settle (self);
}

/* The store is asked for the head only after the bus has subscribed, and the user is not online
 * before that. */
static void
test_subscribes_first (World *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  gint64           head;

  world_hello (self, &self->ada, ADA, -1);
  unreliable_bus_hold (self->bus);
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_held (self, 1);
  world_settle (self);
  g_assert_cmpuint (unordered_store_get_n_held (self->front), ==, 0);
  g_assert_cmpuint (self->bob.texts->len, ==, 0);
  g_assert_cmpuint (vis_device_registry_get_n_users (self->registry), ==, 1);
  g_assert_false (heard (&self->ada, "presence", "\"user\":\"bob\""));

  /* This event is in the head, which is read after the subscription. */
  id = world_send (self, &self->ada, "bob");
  unordered_store_release (self->front);
  answer_bus (self);
  head = seq_of (g_ptr_array_index (self->bob.texts, 0));
  g_assert_cmpint (head, ==, 2);
  g_assert_false (heard (&self->bob, "chat:message", id));
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"bob\""));
}

/* An event between the reading of the head and the answer is sent once. @data: whether the device
 * sends `since`. */
static void
test_event_while_head_is_read (World *self, gconstpointer data)
{
  gint64 head;

  world_hello (self, &self->ada, ADA, -1);
  g_free (world_send (self, &self->ada, "bob"));
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, data == SINCE ? 1 : -1);
  wait_result (self);
  g_free (world_send (self, &self->ada, "bob"));
  unordered_store_release (self->front);
  world_settle (self);
  head = seq_of (g_ptr_array_index (self->bob.texts, 0));
  g_assert_cmpint (head, ==, 2);
  g_assert_cmpuint (count (&self->bob, 1), ==, 0);
  g_assert_cmpuint (count (&self->bob, 2), ==, data == SINCE ? 1 : 0);
  g_assert_cmpuint (count (&self->bob, 3), ==, 1);
  g_free (world_send (self, &self->ada, "bob"));
  world_settle (self);
  g_assert_cmpuint (count (&self->bob, 3), ==, 1);
  g_assert_cmpuint (count (&self->bob, 4), ==, 1);
}

/* A contact that changes meanwhile is not reverted by the older result of the store. */
static void
test_contact_while_head_is_read (World *self, gconstpointer data)
{
  const char *typing = "\"type\":\"chat:typing\",\"chat\":\"ada\",\"typing\":true";

  world_hello (self, &self->ada, ADA, -1);
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_result (self);
  world_ok (self, &self->ada, "\"type\":\"contact:block\",\"user\":\"bob\"");
  unordered_store_release (self->front);
  world_settle (self);
  world_error (self, &self->bob, "forbidden", "%s", typing);

  /* The same for a user who is online while the store is read again. */
  unordered_store_hold (self->front, VIS_STORE_PEOPLE);
  vis_device_registry_look_again (self->registry);
  wait_result (self);
  world_ok (self, &self->ada, "\"type\":\"contact:unblock\",\"user\":\"bob\"");
  world_ok (self, &self->ada, "\"type\":\"contact:add\",\"user\":\"bob\"");
  world_ok (self, &self->bob, "\"type\":\"contact:accept\",\"user\":\"ada\"");
  world_settle (self);
  unordered_store_release (self->front);
  world_settle (self);
  world_ok (self, &self->bob, "%s", typing);
}

/* A device that is signed out while its head is read is closed, and never online. */
static void
test_log_out_while_head_is_read (World *self, gconstpointer data)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_REMOVE_DEVICE, NULL, NULL);
  g_auto (Done)     done = NULL;

  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_result (self);
  op->account = vis_store_account_new ();
  op->account->token = vis_token_hash (BOB);
  done = store_run (&self->store, op);
  vis_publish_kick (VIS_BUS (self->bus),
                    done->account->id,
                    done->account->device,
                    G_MAXINT64,
                    VIS_CLOSE_LOGGED_OUT);
  unordered_store_release (self->front);
  g_assert_cmpuint (self->bob.code, ==, VIS_CLOSE_LOGGED_OUT);
  g_assert_cmpuint (vis_device_registry_get_n_users (self->registry), ==, 0);
  world_hello (self, &self->bob_2, BOB_2, -1);
}

static void
on_restored (gpointer data)
{
  vis_hello_open (data);
}

/* Hello waits until the calls of the previous server are restored. */
static void
test_hello_while_restoring (World *self, gconstpointer data)
{
  TextSink gone = { 0 };

  unordered_store_hold (self->front, VIS_STORE_CALL_LOAD);
  vis_calls_restore (self->calls, -1, on_restored, self->hello);
  world_hello_begin (self, &self->bob, BOB, -1);
  world_hello_begin (self, &gone, BOB_2, -1);
  world_settle (self);
  g_assert_cmpuint (unordered_store_get_n_held (self->front), ==, 1);
  g_assert_cmpuint (self->bob.texts->len, ==, 0);
  text_sink_clear (&gone);
  unordered_store_release (self->front);
  while (!is_answered (&self->bob))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (self->bob.greeted);
}

/* A device that reads slowly is told what it lacks when it has read, and after that what has
 * happened since it came. */
static void
test_slow_device (World *self, gconstpointer data)
{
  const guint n = VIS_SERVER_CATCH_UP_EVENTS + 50;
  guint       at = 0;

  world_hello (self, &self->ada, ADA, -1);
  for (guint i = 0; i < n; i++)
    g_free (world_send (self, &self->ada, "bob"));
  world_hello_begin (self, &self->bob, BOB, 1);
  self->bob.pending = VIS_SERVER_CATCH_UP_BYTES;
  while (self->bob.texts->len < 1 + VIS_SERVER_CATCH_UP_EVENTS)
    g_main_context_iteration (NULL, TRUE);
  world_ok (self, &self->ada, TYPING);
  g_free (world_send (self, &self->ada, "bob"));
  world_settle (self);
  g_assert_cmpuint (self->bob.texts->len, ==, 1 + VIS_SERVER_CATCH_UP_EVENTS);

  self->bob.pending = 0;
  vis_peer_take_drained (self->bob.peer);
  world_settle (self);
  g_assert_cmpuint (self->bob.texts->len, ==, 1 + n + 2);
  for (at = 1; at <= n + 1; at++)
    g_assert_cmpint (seq_of (g_ptr_array_index (self->bob.texts, at)), ==, 1 + at);
  g_assert_nonnull (strstr (g_ptr_array_index (self->bob.texts, at), "chat:typing"));
}

/* A call that is written for a node; @answered and @ended as the store has them. */
static void
write_call (World *self, const char *node, const char *call, gint64 answered, gboolean ended)
{
  VisServerStoreOp *op =
    vis_server_store_op_new (ended ? VIS_STORE_CALL_FINISH : VIS_STORE_CALL_SAVE, NULL, NULL);
  const VisStoreCall record = {
    .call = (char *) call,
    .node = (char *) node,
    .caller = 1,
    .caller_device = 1,
    .callee = 2,
    .callee_device = answered > 0 ? 3 : 0,
    .caller_device_id = (char *) "a",
    .callee_device_id = (char *) "b",
    .started = 1,
    .answered = answered,
  };
  g_auto (Done) done = NULL;

  op->call = vis_store_call_copy (&record);
  done = store_run (&self->store, op);
  g_assert_no_error (done->error);
}

/* A server that starts ends the calls that rang on it and goes on with those that did not; those of
 * another node stay as they are, whatever it does. */
static void
test_restore_own_calls (World *self, gconstpointer data)
{
  static const char *const nodes[] = { VIS_STORE_NODE, "other" };
  g_auto (Done)            own = NULL;
  g_auto (Done)            others = NULL;
  guint                    n_running = 0;

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *call = g_strdup_printf ("0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a0%u", i);

      write_call (self, nodes[i % 2], call, i < 2 ? 0 : 2, i >= 4);
    }
  vis_calls_restore (self->calls, -1, on_restored, self->hello);
  world_hello (self, &self->ada, ADA, -1);
  world_settle (self);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 1);
  /* Its id belongs to the other node. */
  world_error (
    self,
    &self->ada,
    "conflict",
    "\"type\":\"call:offer\",\"call\":\"0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f7a03\",\"gen\":0,"
    "\"to\":\"bob\",\"media\":{\"audio\":true,\"video\":true},\"sdp\":\"v=0\\r\\n\"");
  world_settle (self);
  own = store_load_calls (&self->store, VIS_STORE_NODE);
  others = store_load_calls (&self->store, "other");
  g_assert_cmpuint (own->calls->len, ==, 3);
  g_assert_cmpuint (others->calls->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (others->calls, i);

      g_assert_cmpstr (call->node, ==, "other");
      g_assert_cmpint (call->answered, ==, strchr ("1", call->call[35]) != NULL ? 0 : 2);
      g_assert_true ((call->ended > 0) == (call->call[35] == '5'));
      n_running += ((VisStoreCall *) g_ptr_array_index (own->calls, i))->ended == 0;
    }
  g_assert_cmpuint (n_running, ==, 1);
}

/* A server that stops before that leaks nothing. */
static void
test_never_open (World *self, gconstpointer data)
{
  world_hello_begin (self, &self->bob, BOB, -1);
  world_settle (self);
  g_assert_cmpuint (self->bob.texts->len, ==, 0);
  text_sink_disconnect (&self->bob, 0);
}

/* A device that disconnects before the bus has answered leaves nothing behind. */
static void
test_goes_while_subscribing (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  unreliable_bus_hold (self->bus);
  for (guint i = 0; i < 20; i++)
    {
      world_hello_begin (self, &self->bob, BOB, -1);
      wait_held (self, 1);
      text_sink_disconnect (&self->bob, 0);
      wait_held (self, 0);
    }
  /* Or while the store reads the head. */
  unreliable_bus_answer (self->bus, NULL);
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_result (self);
  text_sink_disconnect (&self->bob, 0);
  unordered_store_release (self->front);
  world_settle (self);
  g_assert_cmpuint (vis_device_registry_get_n_users (self->registry), ==, 1);
  g_assert_false (heard (&self->ada, "presence", "\"user\":\"bob\""));
  g_assert_cmpuint (unreliable_bus_count (self->bus), ==, 1);
}

/* A second device connects while the subscription for the first one waits, and stays when that
 * disconnects. */
static void
test_second_device (World *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  world_hello (self, &self->ada, ADA, -1);
  unreliable_bus_hold (self->bus);
  world_hello_begin (self, &self->bob_2, BOB_2, -1);
  wait_held (self, 1);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_held (self, 2);
  text_sink_disconnect (&self->bob_2, 0);
  wait_held (self, 1);
  answer_bus (self);
  id = world_send (self, &self->ada, "bob");
  g_assert_true (heard (&self->bob, "chat:message", id));

  world_hello (self, &self->bob_2, BOB_2, -1);
  g_assert_cmpuint (unreliable_bus_count (self->bus), ==, 2);
  text_sink_disconnect (&self->bob, 0);
  other = world_send (self, &self->ada, "bob");
  world_settle (self);
  g_assert_true (heard (&self->bob_2, "chat:message", other));
}

/* The bus refuses the subscription: the device is told to try again. */
static void
test_refused (World *self, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no bus");

  unreliable_bus_hold (self->bus);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_held (self, 1);
  unreliable_bus_answer (self->bus, error);
  while (!is_answered (&self->bob))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (g_ptr_array_index (self->bob.texts, 0), "unavailable"));
  g_assert_cmpuint (self->bob.code, ==, VIS_CLOSE_GOING_AWAY);
  world_hello (self, &self->bob, BOB, -1);
}

/* A late KICK closes the connections that were there when it was said, and none that came since. */
static void
test_kick_late (World *self, gconstpointer data)
{
  TextSink         first = { 0 };
  TextSink         second = { 0 };
  g_autofree char *id = NULL;

  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &first, BOB, -1);
  unreliable_bus_set (self->bus, VIS_BUS_KICK, BUS_DELAYS);
  world_hello (self, &second, BOB, -1);
  world_hello (self, &self->bob, BOB, -1);
  world_hello (self, &self->bob_2, BOB_2, -1);
  g_assert_cmpuint (first.code, ==, 0);
  unreliable_bus_deliver_late (self->bus);
  g_assert_cmpuint (first.code, ==, VIS_CLOSE_REPLACED);
  g_assert_cmpuint (second.code, ==, VIS_CLOSE_REPLACED);
  g_assert_cmpuint (self->bob.code, ==, 0);
  g_assert_cmpuint (self->bob_2.code, ==, 0);
  id = world_send (self, &self->ada, "bob");
  g_assert_true (heard (&self->bob, "chat:message", id));
  g_assert_false (heard (&first, "chat:message", id));
  text_sink_clear (&first);
  text_sink_clear (&second);
}

/* A lost KICK leaves two connections of a device: both hear what there is, the newer one the calls,
 * and the next hello closes both. */
static void
test_kick_lost (World *self, gconstpointer data)
{
  TextSink         first = { 0 };
  TextSink         second = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *call = NULL;

  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &first, BOB, -1);
  unreliable_bus_set (self->bus, VIS_BUS_KICK, BUS_LOSES);
  world_hello (self, &second, BOB, -1);
  id = world_send (self, &self->ada, "bob");
  g_assert_true (heard (&first, "chat:message", id));
  g_assert_true (heard (&second, "chat:message", id));
  call = world_call (self, &self->ada, "bob", 1);
  world_settle (self);
  g_assert_false (heard (&first, "call:offer", call));
  g_assert_true (heard (&second, "call:offer", call));
  text_sink_disconnect (&first, 0);
  world_ok (self, &self->ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", call);
  world_settle (self);
  g_assert_true (heard (&second, "call:end", call));

  world_hello (self, &first, BOB, -1);
  unreliable_bus_set (self->bus, VIS_BUS_KICK, BUS_GOOD);
  world_hello (self, &self->bob, BOB, -1);
  g_assert_cmpuint (first.code, ==, VIS_CLOSE_REPLACED);
  g_assert_cmpuint (second.code, ==, VIS_CLOSE_REPLACED);
  text_sink_clear (&first);
  text_sink_clear (&second);
}

/* A lost PEOPLE is known with the next hello, or when the store is looked into. */
static void
test_people_lost (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;

  world_hello_all (self);
  call = world_call (self, &self->ada, "bob", 2);
  world_settle (self);
  unreliable_bus_set (self->bus, VIS_BUS_PEOPLE, BUS_LOSES);
  world_ok (self, &self->bob, "\"type\":\"contact:block\",\"user\":\"ada\"");
  world_settle (self);
  world_ok (self, &self->ada, TYPING);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 1);
  vis_device_registry_look_again (self->registry);
  world_settle (self);
  world_error (self, &self->ada, "forbidden", TYPING);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 0);
  g_assert_true (heard (&self->ada, "call:end", call));

  world_ok (self, &self->bob, "\"type\":\"contact:unblock\",\"user\":\"ada\"");
  world_ok (self, &self->bob, "\"type\":\"contact:add\",\"user\":\"ada\"");
  world_ok (self, &self->ada, "\"type\":\"contact:accept\",\"user\":\"bob\"");
  world_error (self, &self->ada_2, "forbidden", TYPING);
  world_hello (self, &self->ada, ADA, -1);
  world_ok (self, &self->ada_2, TYPING);
}

/* A late PEOPLE does what it would have done at once, in its order. */
static void
test_people_late (World *self, gconstpointer data)
{
  world_hello_all (self);
  unreliable_bus_set (self->bus, VIS_BUS_PEOPLE, BUS_DELAYS);
  world_ok (self, &self->bob, "\"type\":\"contact:block\",\"user\":\"ada\"");
  world_ok (self, &self->bob, "\"type\":\"contact:unblock\",\"user\":\"ada\"");
  world_ok (self, &self->bob, "\"type\":\"contact:add\",\"user\":\"ada\"");
  world_ok (self, &self->ada, "\"type\":\"contact:accept\",\"user\":\"bob\"");
  g_ptr_array_set_size (self->ada.texts, 0);
  unreliable_bus_deliver_late (self->bus);
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"bob\""));
  world_ok (self, &self->ada, TYPING);
  world_ok (self, &self->bob, "\"type\":\"contact:block\",\"user\":\"ada\"");
  world_ok (self, &self->ada, TYPING);
  unreliable_bus_deliver_late (self->bus);
  world_error (self, &self->ada, "forbidden", TYPING);
}

/* Frames of a call that are late come once and in their order; lost ones leave nothing behind when
 * the call is over. */
static void
test_calls_unreliable (World *self, gconstpointer data)
{
  gint64 last = -1;

  world_hello_all (self);
  unreliable_bus_set (self->bus, VIS_BUS_CALL, BUS_BAD);
  for (guint n = 0; n < 10; n++)
    {
      g_autofree char *call = world_call (self, &self->ada, "bob", 2);

      for (guint i = 0; i < 10; i++)
        world_ok (self,
                  &self->ada,
                  "\"type\":\"call:ice\",\"call\":\"%s\",\"gen\":0,\"candidates\":[{\"mid\":\"0\","
                  "\"candidate\":\"candidate:%u 1 udp 1 192.0.2.1 1 typ host\"}]",
                  call,
                  n * 10 + i);
      if (n % 3 == 0)
        unreliable_bus_deliver_late (self->bus);
      world_ok (
        self, &self->ada, "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"", call);
      world_settle (self);
    }
  unreliable_bus_deliver_late (self->bus);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 0);
  g_assert_cmpuint (unreliable_bus_get_n_lost (self->bus), >, 0);
  for (guint i = 0; i < self->bob.texts->len; i++)
    {
      const char *text = g_ptr_array_index (self->bob.texts, i);
      const char *found = strstr (text, "candidate:");
      gint64      number;

      if (found == NULL)
        continue;
      number = g_ascii_strtoll (found + strlen ("candidate:"), NULL, 10);
      g_assert_cmpint (number, >, last);
      last = number;
    }
  g_assert_cmpint (last, >, 0);
}

static void
add (const char *name, gconstpointer data, void (*test) (World *self, gconstpointer data))
{
  g_test_add (name, World, data, world_set_up, test, world_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/dispatch-bus/subscribes-first", NULL, test_subscribes_first);
  add ("/dispatch-bus/event-while-head-is-read", NULL, test_event_while_head_is_read);
  add ("/dispatch-bus/event-while-head-is-read/since", SINCE, test_event_while_head_is_read);
  add ("/dispatch-bus/contact-while-head-is-read", NULL, test_contact_while_head_is_read);
  add ("/dispatch-bus/log-out-while-head-is-read", NULL, test_log_out_while_head_is_read);
  add ("/dispatch-bus/hello-while-restoring", WORLD_CLOSED, test_hello_while_restoring);
  add ("/dispatch-bus/restore-own-calls", WORLD_CLOSED, test_restore_own_calls);
  add ("/dispatch-bus/never-open", WORLD_CLOSED, test_never_open);
  add ("/dispatch-bus/goes-while-subscribing", NULL, test_goes_while_subscribing);
  add ("/dispatch-bus/second-device", NULL, test_second_device);
  g_test_add ("/dispatch-bus/slow-device",
              World,
              NULL,
              world_set_up_memory,
              test_slow_device,
              world_tear_down);
  add ("/dispatch-bus/refused", NULL, test_refused);
  add ("/dispatch-bus/kick-late", NULL, test_kick_late);
  add ("/dispatch-bus/kick-lost", NULL, test_kick_lost);
  add ("/dispatch-bus/people-lost", NULL, test_people_lost);
  add ("/dispatch-bus/people-late", NULL, test_people_late);
  add ("/dispatch-bus/calls-unreliable", NULL, test_calls_unreliable);
  return g_test_run ();
}
