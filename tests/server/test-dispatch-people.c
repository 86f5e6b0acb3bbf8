/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dispatch-world.h"
#include "until.h"
#include "vis-server-limits.h"

/* Contacts, presence and calls of people who come and go while the bus or the store is late. */

static void
wait_held (World *self)
{
  WAIT_FOR (unordered_store_get_n_held (self->front) > 0);
}

/* Until nobody but Ada, or nobody at all, is online to the others. */
static void
wait_users (World *self, guint n)
{
  WAIT_FOR (vis_device_registry_get_n_users (self->registry) == n);
}

static char *
answered_call (World *self)
{
  char *call = world_call (self, &self->ada, "bob", 1);

  world_settle (self);
  world_ok (self,
            &self->bob,
            "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"v=0\\r\\n\"",
            call);
  world_settle (self);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 1);
  return call;
}

/* An older connection of a device is still here when it comes back: the new one hears what rings.
 */
static void
test_ring_before_kick (World *self, gconstpointer data)
{
  TextSink         first = { 0 };
  g_autofree char *call = NULL;

  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &first, BOB, -1);
  call = world_call (self, &self->ada, "bob", 1);
  world_settle (self);
  g_assert_true (heard (&first, "call:offer", call));
  unreliable_bus_set (self->bus, VIS_BUS_KICK, BUS_DELAYS);
  world_hello (self, &self->bob, BOB, -1);
  world_settle (self);
  unreliable_bus_deliver_late (self->bus);
  g_assert_cmpuint (first.code, ==, VIS_CLOSE_REPLACED);
  g_assert_true (heard (&self->bob, "call:offer", call));
  text_sink_clear (&first);
}

/* Nobody of the two heard that one has blocked the other: their call ends with the next hello. */
static void
test_block_is_lost (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;

  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->bob, BOB, -1);
  call = answered_call (self);
  unreliable_bus_set (self->bus, VIS_BUS_PEOPLE, BUS_LOSES);
  world_ok (self, &self->bob, "\"type\":\"contact:block\",\"user\":\"ada\"");
  world_settle (self);
  world_hello (self, &self->ada, ADA, -1);
  world_settle (self);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 0);
  g_assert_true (heard (&self->ada, "call:end", call));
}

/* Both are away when the store has it. */
static void
test_block_while_away (World *self, gconstpointer data)
{
  g_autofree char *call = NULL;

  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->bob, BOB, -1);
  call = answered_call (self);
  unordered_store_hold (self->front, VIS_STORE_CONTACT_BLOCK);
  world_say (&self->bob, "{\"id\":999,\"type\":\"contact:block\",\"user\":\"ada\"}");
  wait_held (self);
  text_sink_disconnect (&self->bob, 0);
  text_sink_disconnect (&self->ada, 0);
  wait_users (self, 0);
  unordered_store_release (self->front);
  world_settle (self);
  world_hello (self, &self->ada, ADA, -1);
  world_settle (self);
  g_assert_cmpuint (vis_calls_get_n_calls (self->calls), ==, 0);
}

/* Ada accepts while the store is asked whom Eve knows, with an answer from before that. */
static void
test_accept_while_entering (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->eve, EVE, -1);
  world_ok (self, &self->eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  text_sink_disconnect (&self->eve, 0);
  wait_users (self, 1);
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->eve, EVE, -1);
  wait_held (self);
  world_ok (self, &self->ada, "\"type\":\"contact:accept\",\"user\":\"eve\"");
  unordered_store_release (self->front);
  world_settle (self);
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"eve\""));
  world_ok (self, &self->eve, "\"type\":\"chat:typing\",\"chat\":\"ada\",\"typing\":true");
}

/* Or blocks: she stays unknown to Eve. */
static void
test_block_while_entering (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->bob_2, BOB_2, -1);
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, -1);
  wait_held (self);
  world_ok (self, &self->ada, "\"type\":\"contact:block\",\"user\":\"bob\"");
  unordered_store_release (self->front);
  world_settle (self);
  world_error (
    self, &self->bob, "forbidden", "\"type\":\"chat:typing\",\"chat\":\"ada\",\"typing\":true");
}

/* Ada accepts while Eve has no connection, and is still online to the others. */
static void
test_accept_in_grace (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->eve, EVE, -1);
  world_ok (self, &self->eve, "\"type\":\"contact:add\",\"user\":\"ada\"");
  text_sink_disconnect (&self->eve, 0);
  world_ok (self, &self->ada, "\"type\":\"contact:accept\",\"user\":\"eve\"");
  world_hello (self, &self->eve, EVE, -1);
  world_settle (self);
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"eve\""));
}

/* Once a user is offline to the others, nothing is heard for them any more. */
static void
test_gone (World *self, gconstpointer data)
{
  world_hello (self, &self->ada, ADA, -1);
  world_hello (self, &self->bob, BOB, -1);
  text_sink_disconnect (&self->bob, 0);
  wait_users (self, 1);
  g_assert_cmpuint (unreliable_bus_count (self->bus), ==, 1);
  g_assert_true (heard (&self->ada, "presence", "\"presence\":\"offline\""));
}

static void
add (const char *name, void (*test) (World *self, gconstpointer data))
{
  g_test_add (name, World, NULL, world_set_up, test, world_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/dispatch-people/ring-before-kick", test_ring_before_kick);
  add ("/dispatch-people/block-is-lost", test_block_is_lost);
  add ("/dispatch-people/block-while-away", test_block_while_away);
  add ("/dispatch-people/accept-while-entering", test_accept_while_entering);
  add ("/dispatch-people/block-while-entering", test_block_while_entering);
  add ("/dispatch-people/accept-in-grace", test_accept_in_grace);
  add ("/dispatch-people/gone", test_gone);

  return g_test_run ();
}
