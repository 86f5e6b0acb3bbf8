/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "dispatch-world.h"
#include "vis-server-limits.h"

/* What comes over the bus while devices come and go: a bus that answers late, and a store that
 * does. */

/* How many events of this place a device was told. */
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

/* Until so many subscriptions wait. */
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

/* Nothing is asked about events before the bus listens, and nobody is here. */
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

  /* In the head that is read once the bus listens. */
  id = world_send (self, &self->ada, "bob");
  unordered_store_release (self->front);
  answer_bus (self);
  head = seq_of (g_ptr_array_index (self->bob.texts, 0));
  g_assert_cmpint (head, ==, 2);
  g_assert_false (heard (&self->bob, "chat:message", id));
  g_assert_true (heard (&self->ada, "presence", "\"user\":\"bob\""));
}

/* What happens between the reading of the head and the answer is told, once. @data: whether the
 * device says what it has. */
static void
test_event_while_head_is_read (World *self, gconstpointer data)
{
  gint64 head;

  world_hello (self, &self->ada, ADA, -1);
  g_free (world_send (self, &self->ada, "bob"));
  unordered_store_hold (self->front, VIS_STORE_HELLO);
  world_hello_begin (self, &self->bob, BOB, data != NULL ? 1 : -1);
  wait_result (self);
  g_free (world_send (self, &self->ada, "bob"));
  unordered_store_release (self->front);
  world_settle (self);
  head = seq_of (g_ptr_array_index (self->bob.texts, 0));
  g_assert_cmpint (head, ==, 2);
  g_assert_cmpuint (count (&self->bob, 1), ==, 0);
  g_assert_cmpuint (count (&self->bob, 2), ==, data != NULL ? 1 : 0);
  g_assert_cmpuint (count (&self->bob, 3), ==, 1);
  g_free (world_send (self, &self->ada, "bob"));
  world_settle (self);
  g_assert_cmpuint (count (&self->bob, 3), ==, 1);
  g_assert_cmpuint (count (&self->bob, 4), ==, 1);
}

/* A contact that is made or unmade meanwhile is not undone by what the store had read before. */
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

  /* The same for one that was here when the store was asked again. */
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

/* A device that goes while the bus has not answered leaves nothing behind. */
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
  /* Or while the store reads. */
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

/* A second device comes while the subscription of the first one waits, and stays when that goes. */
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

/* A bus that does not listen: the device is told to come back. */
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
  add ("/dispatch-bus/event-while-head-is-read/since", "", test_event_while_head_is_read);
  add ("/dispatch-bus/contact-while-head-is-read", NULL, test_contact_while_head_is_read);
  add ("/dispatch-bus/goes-while-subscribing", NULL, test_goes_while_subscribing);
  add ("/dispatch-bus/second-device", NULL, test_second_device);
  add ("/dispatch-bus/refused", NULL, test_refused);
  return g_test_run ();
}
