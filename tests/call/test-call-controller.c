/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Bad input, verbs from within what they bring about, and disposal at any moment. */

#include "call-fixture.h"

#include <string.h>

#include "vis-limits.h"

/* What can't be answered does not ring, and is over for the other side at once. */
static void
test_bad_offer (Fixture *self, gconstpointer data)
{
  const char *bad = ",\"gen\":0,\"media\":{\"audio\":true,\"video\":true},\"sdp\":\"v=0\\ns=bad\"";

  vis_fake_engine_set_bad_offer (self->engine, "bad");
  fixture_say (self, "offer", HIGH, bad);
  fixture_expect_end (self, HIGH, "failed");
  g_assert_null (fixture_call (self));
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_NONE);

  /* Said again, it is known; another one rings. */
  fixture_say (self, "offer", HIGH, bad);
  fixture_expect_silence (self);
  fixture_offer (self, LOW);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_RINGING);
}

static void
test_unusable (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_UNUSABLE);
  fixture_assert_idle (self, VIS_END_FAILED);
  g_assert_cmpint (self->fault, ==, VIS_CALL_FAULT_INCOMPATIBLE);
}

static void
test_insecure (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_INSECURE);
  fixture_assert_idle (self, VIS_END_INSECURE);
  fixture_expect_end (self, LOW, "insecure");
}

static void
test_broken_media (Fixture *self, gconstpointer data)
{
  vis_fake_engine_set_broken (self->engine, TRUE);
  vis_call_controller_start (self->controller, "grace", TRUE);
  fixture_assert_idle (self, VIS_END_FAILED);
  fixture_expect_silence (self);
}

static void
test_many_candidates (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) first = NULL;
  g_autoptr (VisMessage) second = NULL;
  guint                  told = 0;

  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  for (guint i = 0; i < 100; i++)
    fixture_say (self, "ice", LOW, ",\"gen\":0,\"candidates\":[{\"candidate\":\"\"}]");
  for (guint i = 1; i < 100; i++)
    fixture_say (self, "ice", LOW, ",\"gen\":77,\"candidates\":[{\"candidate\":\"\"}]");

  vis_call_controller_answer (self->controller, TRUE);
  for (const char *at = vis_fake_session_get_log (fixture_session (self, 0));
       (at = strstr (at, "candidate")) != NULL;
       at++)
    told++;
  g_assert_cmpuint (told, ==, VIS_LIMIT_CANDIDATES);

  /* Ours go out in frames of no more than that. */
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  for (guint i = 0; i < 70; i++)
    vis_fake_session_find (fixture_session (self, 0), "candidate:1");
  first = fixture_take (self, VIS_KIND_CALL_ICE);
  second = fixture_take (self, VIS_KIND_CALL_ICE);
  g_assert_cmpuint (vis_message_get_array (first, VIS_FIELD_CANDIDATES)->len, ==, 64);
  g_assert_cmpuint (vis_message_get_array (second, VIS_FIELD_CANDIDATES)->len, ==, 6);
}

static void
test_overloaded_server (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_call_controller_hang_up (self->controller);
  for (guint i = 0; i < 4; i++)
    {
      fake_wire_refuse (
        self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_END), "unavailable");
      fixture_turn (self);
      fixture_pass (self, 1000);
    }
  fixture_expect_end (self, LOW, "hangup");
  fixture_expect_silence (self);
}

/* Words that mean nothing here, of people who have no part in it. */
static void
test_nonsense (Fixture *self, gconstpointer data)
{
  static const char *const words[][2] = {
    { "offer", ",\"gen\":3,\"sdp\":\"v=0\\ns=x\"" },
    { "answer", ",\"gen\":0,\"sdp\":\"v=0\\ns=x\"" },
    { "answer", ",\"gen\":9,\"sdp\":\"v=0\\ns=x\"" },
    { "ringing", "" },
    { "ice", ",\"gen\":0,\"candidates\":[{\"candidate\":\"\"}]" },
    { "ice", ",\"gen\":100000,\"candidates\":[{\"candidate\":\"\"}]" },
    { "renew", ",\"gen\":0" },
    { "renew", ",\"gen\":100000" },
    { "media", ",\"audio\":true,\"video\":true" },
    { "end", ",\"reason\":\"hangup\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    fixture_say (self, words[i][0], HIGH, words[i][1]);
  g_assert_null (fixture_call (self));

  fixture_talk_as_callee (self);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      fixture_say (self, words[i][0], HIGH, words[i][1]);
      fake_wire_event (self->wire,
                       "{\"type\":\"call:%s\",\"call\":\"%s\",\"from\":\"carol\",\"device\":\"d9\","
                       "\"age_ms\":0%s}",
                       words[i][0],
                       LOW,
                       words[i][1]);
    }
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
  fixture_expect_silence (self);
}

static void
test_verbs_without_a_call (Fixture *self, gconstpointer data)
{
  vis_call_controller_answer (self->controller, TRUE);
  vis_call_controller_decline (self->controller);
  vis_call_controller_hang_up (self->controller);
  vis_call_controller_set_camera (self->controller, TRUE);
  vis_call_controller_set_microphone (self->controller, TRUE);
  vis_call_controller_start (self->controller, "Not A Name", TRUE);
  g_assert_null (fixture_call (self));
  fixture_expect_silence (self);
}

static const char *
name_somebody (const char *user, gpointer data)
{
  return g_str_equal (user, "grace") ? data : NULL;
}

static void
test_names (Fixture *self, gconstpointer data)
{
  vis_call_controller_set_name_func (
    self->controller, name_somebody, g_strdup ("Grace Hopper"), g_free);
  fixture_offer (self, LOW);
  g_assert_cmpstr (vis_call_get_peer_name (fixture_call (self)), ==, "Grace Hopper");
}

/* Verbs from within what they bring about wait for their turn. */

static void
call_back (VisCallController *controller, VisCall *call, gpointer data)
{
  g_assert_null (vis_call_controller_get_call (controller));
  vis_call_controller_start (controller, "carol", FALSE);
}

static void
hang_up_at_once (VisCallController *controller, GParamSpec *pspec, gpointer data)
{
  vis_call_controller_hang_up (controller);
}

static void
test_reentrance (Fixture *self, gconstpointer data)
{
  g_signal_connect (self->controller, "ended", G_CALLBACK (call_back), NULL);
  fixture_offer (self, LOW);
  vis_call_controller_decline (self->controller);
  g_assert_cmpstr (vis_call_get_peer (fixture_call (self)), ==, "carol");
  g_signal_handlers_disconnect_by_func (self->controller, call_back, NULL);

  g_signal_connect (self->controller, "notify::call", G_CALLBACK (hang_up_at_once), NULL);
  vis_call_controller_hang_up (self->controller);
  fixture_offer (self, HIGH);
  g_assert_null (fixture_call (self));
}

/* The controller goes at any moment, from outside or from within. */

typedef void (*Scene) (Fixture *self);

static void
be_idle (Fixture *self)
{
}

static void
be_ringing (Fixture *self)
{
  fixture_offer (self, LOW);
}

static void
be_reconnecting (Fixture *self)
{
  fixture_talk_as_caller (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  vis_fake_session_find (fixture_session (self, 1), "candidate:1");
}

static const Scene scenes[] = {
  be_idle,         be_ringing, fixture_start, fixture_talk_as_caller, fixture_talk_as_callee,
  be_reconnecting,
};

static void
test_dispose (Fixture *self, gconstpointer data)
{
  scenes[GPOINTER_TO_UINT (data)](self);
  g_object_run_dispose (G_OBJECT (self->controller));
  g_object_run_dispose (G_OBJECT (self->controller));
  vis_call_controller_hang_up (self->controller);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 0);
  g_assert_cmpint (vis_fake_engine_get_captured (self->engine), ==, 0);
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_NONE);
  fake_wire_event (
    self->wire, "{\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"}", LOW);
  fake_wire_disconnect (self->wire);
  fixture_turn (self);
}

/* Hung up without a connection to the server: it hears how long ago that was, also when the frame
 * is lost on its way once more. */
static void
test_end_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) end = NULL;

  fixture_talk_as_caller (self);
  fake_wire_disconnect (self->wire);
  vis_call_controller_hang_up (self->controller);
  fixture_pass (self, 7000);
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_turn (self);
  end = vis_message_ref (fake_wire_expect (self->wire, VIS_KIND_CALL_END));
  g_assert_cmpint (vis_message_get_integer (end, VIS_FIELD_AGE_MS), ==, 7000);
  vis_message_unref (end);
  fake_wire_disconnect (self->wire);
  fixture_pass (self, 2000);
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_turn (self);
  end = fixture_take (self, VIS_KIND_CALL_END);
  g_assert_cmpint (vis_message_get_integer (end, VIS_FIELD_AGE_MS), ==, 9000);
}

static void
let_go (GObject *object, GParamSpec *pspec, gpointer data)
{
  Fixture *self = data;

  g_clear_object (&self->controller);
}

/* Its last owner lets go of it in the middle of a transition. */
static void
test_let_go_within (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  g_signal_connect (fixture_call (self), "notify::state", G_CALLBACK (let_go), self);
  vis_call_controller_answer (self->controller, TRUE);
  g_assert_null (self->controller);
  fixture_turn (self);
}

static const FixtureTest tests[] = {
  { "bad-offer", test_bad_offer, NULL },
  { "unusable", test_unusable, NULL },
  { "end-kept", test_end_kept, NULL },
  { "insecure", test_insecure, NULL },
  { "broken-media", test_broken_media, NULL },
  { "many-candidates", test_many_candidates, NULL },
  { "overloaded-server", test_overloaded_server, NULL },
  { "nonsense", test_nonsense, NULL },
  { "verbs-without-a-call", test_verbs_without_a_call, NULL },
  { "names", test_names, NULL },
  { "reentrance", test_reentrance, NULL },
  { "let-go-within", test_let_go_within, NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/call/controller/", tests, G_N_ELEMENTS (tests));
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/call/controller/dispose/%u", i);

      g_test_add (
        path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_dispose, fixture_tear_down);
    }

  return g_test_run ();
}
