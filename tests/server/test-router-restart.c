/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-world.h"
#include "vis-limits.h"

/* Calls that are restored after a restart, and ends with an age. */

static void
test_call_continues (World *self, gconstpointer data)
{
  g_autoptr (VisCallRouter) before = NULL;
  VisStoreCall             *saved;

  world_answer_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = TRUE;
  before = self->router;
  self->router = vis_call_router_new (VIS_STORE_NODE);
  world_pass_time (self, 2000);
  vis_call_router_restore (self->router, saved, self->now.wall - 2000, &self->now, &self->result);
  vis_store_call_free (saved);
  world_expect (self, "");
  world_come (self, 11);
  world_come (self, 21);
  world_say (self, 21, frame_of (VIS_KIND_CALL_RENEW, CALL));
  world_expect (self, "11 call:renew");
  world_say (self, 11, frame_offer (3));
  world_expect (self, "21 call:offer");
  world_say (self, 22, frame_answer (3));
  world_expect (self, "conflict");
  world_say (self, 21, frame_answer (3));
  world_expect (self, "11 call:answer");
  world_say (self, 11, frame_end ("hangup"));
  world_expect (self, "21 call:end hangup; answered 2000");
}

/* Restarts with a call that was answered at 0 and went on until 4,000; now it is 9,000. */
static void
restart (World *self, gboolean mutual)
{
  g_autoptr (VisCallRouter) before = NULL;
  VisStoreCall             *saved;

  world_answer_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = mutual;
  before = g_steal_pointer (&self->router);
  self->router = vis_call_router_new (VIS_STORE_NODE);
  world_pass_time (self, 9000);
  vis_call_router_restore (self->router, saved, self->now.wall - 5000, &self->now, &self->result);
  vis_store_call_free (saved);
}

static VisMessage *
old_end (gint64 age)
{
  VisMessage *frame = frame_end ("hangup");

  vis_message_set_integer (frame, VIS_FIELD_AGE_MS, age);
  return frame;
}

static void
be_away (World *self, gint64 device, gint64 ms)
{
  world_go (self, device);
  world_pass_time (self, ms);
  world_come (self, device);
}

/* The duration of a call whose end comes with an age, from a device that was offline. */
static void
test_end_with_age (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_pass_time (self, 2000);
  be_away (self, 21, 7000);
  world_say (self, 21, old_end (6500));
  world_expect (self, "11 call:end hangup; answered 2500");
}

/* The same, where the server did not notice that the first connection broke. */
static void
test_end_with_age_on_second_connection (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_pass_time (self, 9000);
  world_come (self, 21);
  world_say (self, 21, old_end (6500));
  world_expect (self, "11 call:end hangup; answered 2500");
}

/* An impossible age is ignored: for a device that was never offline the call ends now. */
static void
test_end_with_age_never_offline (World *self, gconstpointer data)
{
  be_away (self, 11, 100);
  world_answer_call (self);
  world_pass_time (self, 9000);
  world_say (self, 11, old_end (6500));
  world_expect (self, "21 call:end hangup; answered 9000");
}

/* An age is limited: when a connection breaks at 100,000, its last input was at 25,000 at the
 * earliest. */
static void
test_end_with_age_before_last_heard (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_pass_time (self, 100000);
  be_away (self, 21, 1000);
  world_pass_time (self, 50000);
  be_away (self, 21, 1000);
  world_say (self, 21, old_end (G_GINT64_CONSTANT (9007199254740991)));
  world_expect (self, "11 call:end hangup; answered 25000");
}

/* A caller that hung up before an answer which it did not receive has talked for 0, not less. */
static void
test_end_with_age_before_answer (World *self, gconstpointer data)
{
  world_start_call (self);
  world_go (self, 11);
  world_pass_time (self, 5000);
  world_say (self, 21, frame_answer (0));
  world_pass_time (self, 1000);
  world_come (self, 11);
  world_say (self, 11, old_end (4000));
  world_expect (self, "21 call:end hangup; answered 0");
}

/* A client that sends the age of the end. */
static void
test_end_with_age_after_restart (World *self, gconstpointer data)
{
  restart (self, TRUE);
  world_come (self, 21);
  world_say (self, 21, old_end (6500));
  world_expect (self, "; answered 2500");
  world_come (self, 11);
  world_expect (self, "11 call:end hangup");
}

/* A client that sends no age as soon as it reconnects: what no connection has seen does not count.
 */
static void
test_end_without_age_on_reconnect (World *self, gconstpointer data)
{
  restart (self, TRUE);
  world_come (self, 21);
  world_say (self, 21, frame_end ("hangup"));
  world_expect (self, "; answered 4000");
}

/* An end without an age, some time after the reconnection: the call went on until now. */
static void
test_end_without_age_later (World *self, gconstpointer data)
{
  restart (self, TRUE);
  world_come (self, 21);
  world_pass_time (self, 6000);
  world_say (self, 21, frame_end ("hangup"));
  world_expect (self, "; answered 15000");
}

static void
test_nobody_reconnects (World *self, gconstpointer data)
{
  restart (self, TRUE);
  world_pass_time (self, VIS_LIMIT_BOTH_GONE_MS - 1);
  world_expect (self, "");
  world_pass_time (self, 1);
  world_expect (self, "; answered 4000");
}

/* The contact was removed, and the server killed before it could end the call. */
static void
test_contact_removed_before_restart (World *self, gconstpointer data)
{
  restart (self, FALSE);
  world_expect (self, "; answered 4000");
  g_assert_cmpuint (vis_call_router_get_n_calls (self->router), ==, 0);
}

/* Ended calls are known after a restart. */
static void
test_ended_call_is_remembered (World *self, gconstpointer data)
{
  VisStoreCall ended = {
    .call = (char *) CALL, .caller = 1, .callee = 2, .started = 1, .ended = 2
  };

  vis_call_router_restore (self->router, &ended, 3, &self->now, &self->result);
  g_assert_true (vis_call_router_is_idle (self->router));
  world_say (self, 21, frame_end ("hangup"));
  world_expect (self, "");
  world_say (self, 11, frame_offer (0));
  world_expect (self, "conflict");
  world_say (self, 31, frame_end ("hangup"));
  world_expect (self, "not_found");
}

static void
test_restart_while_ringing (World *self, gconstpointer data)
{
  g_autoptr (VisCallRouter) before = NULL;
  VisStoreCall             *saved;

  world_start_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = TRUE;
  before = self->router;
  self->router = vis_call_router_new (VIS_STORE_NODE);
  world_begin (self);
  vis_call_router_restore (self->router, saved, self->now.wall - 2000, &self->now, &self->result);
  vis_store_call_free (saved);
  world_expect (self, "; missed 0");
  world_come (self, 11);
  world_expect (self, "11 call:end failed");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (World *self, gconstpointer data);
  } tests[] = {
    { "/router-restart/call-continues", test_call_continues },
    { "/router-restart/while-ringing", test_restart_while_ringing },
    { "/router-restart/end-with-age", test_end_with_age_after_restart },
    { "/router-restart/end-with-age/without-restart", test_end_with_age },
    { "/router-restart/end-with-age/on-second-connection", test_end_with_age_on_second_connection },
    { "/router-restart/end-with-age/never-offline", test_end_with_age_never_offline },
    { "/router-restart/end-with-age/before-last-heard", test_end_with_age_before_last_heard },
    { "/router-restart/end-with-age/before-answer", test_end_with_age_before_answer },
    { "/router-restart/end-without-age/on-reconnect", test_end_without_age_on_reconnect },
    { "/router-restart/end-without-age/later", test_end_without_age_later },
    { "/router-restart/nobody-reconnects", test_nobody_reconnects },
    { "/router-restart/contact-removed", test_contact_removed_before_restart },
    { "/router-restart/ended-call-is-remembered", test_ended_call_is_remembered },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, World, NULL, world_set_up, tests[i].test, world_tear_down);
  return g_test_run ();
}
