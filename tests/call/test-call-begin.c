/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* How calls begin, ring, and are refused. */

#include "call-fixture.h"

#include "vis-limits.h"

static void
test_outgoing (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) offer = NULL;
  g_autoptr (VisMessage) ice = NULL;
  g_autoptr (VisMessage) media = NULL;
  g_autoptr (VisCall)    call = NULL;
  VisFakeSession        *session;

  vis_call_controller_start (self->controller, "grace", TRUE);
  call = g_object_ref (fixture_call (self));
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_CALLING);
  g_assert_true (vis_call_get_outgoing (call));
  g_assert_true (vis_call_get_video (call));
  g_assert_true (vis_call_get_camera (call));
  g_assert_cmpstr (vis_call_get_peer_name (call), ==, "grace");
  g_assert_cmpint (
    vis_fake_engine_get_captured (self->engine), ==, VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  fixture_expect_silence (self);

  session = fixture_session (self, 0);
  vis_fake_session_describe (session, "our-offer");
  vis_fake_session_find (session, "candidate:1");
  vis_fake_session_find (session, "candidate:2");
  offer = vis_message_ref (fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER));
  g_assert_cmpuint (fake_wire_count (self->wire, VIS_KIND_CALL_ICE), ==, 0);
  g_assert_cmpstr (vis_message_get_string (offer, VIS_FIELD_TO), ==, "grace");
  g_assert_cmpstr (vis_message_get_string (offer, VIS_FIELD_SDP), ==, "v=0\ns=our-offer");
  g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, 0);

  /* One frame of candidates for one turn of the loop. */
  ice = fixture_take (self, VIS_KIND_CALL_ICE);
  g_assert_cmpuint (vis_message_get_array (ice, VIS_FIELD_CANDIDATES)->len, ==, 2);

  fake_wire_ok (self->wire, fake_wire_find (self->wire, VIS_KIND_CALL_OFFER), "\"ringing\":2");
  fixture_turn (self);
  g_assert_cmpuint (vis_call_get_ringing_devices (call), ==, 2);
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_NONE);
  fixture_say (self, "ringing", vis_call_get_id (call), "");
  g_assert_true (vis_call_get_remote_ringing (call));
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_BACK);

  fixture_say (
    self,
    "answer",
    vis_call_get_id (call),
    ",\"gen\":0,\"media\":{\"audio\":true,\"video\":false},\"sdp\":\"v=0\\ns=their-answer\"");
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IN_CALL);
  g_assert_cmpint (vis_call_get_media_state (call), ==, VIS_MEDIA_CONNECTING);
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_NONE);
  g_assert_true (vis_call_get_remote_audio (call));
  g_assert_false (vis_call_get_remote_video (call));
  fixture_say (self,
               "ice",
               vis_call_get_id (call),
               ",\"gen\":0,\"candidates\":[{\"candidate\":\"candidate:9 1 udp 1 192.0.2.1 9 typ "
               "host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0},{\"candidate\":\"\"}]");
  g_assert_cmpstr (vis_fake_session_get_log (session),
                   ==,
                   "sending 110\noffer\nset_answer their-answer\n"
                   "candidate candidate:9 1 udp 1 192.0.2.1 9 typ host\ncandidate \n");

  vis_fake_session_set_state (session, VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (call), ==, VIS_MEDIA_CONNECTED);
  media = fixture_take (self, VIS_KIND_CALL_MEDIA);
  g_assert_true (vis_message_get_boolean (media, VIS_FIELD_VIDEO));

  g_assert_cmpuint (vis_call_get_duration (call), ==, 0);
  fixture_pass (self, 3000);
  g_assert_cmpuint (vis_call_get_duration (call), ==, 3);

  vis_call_controller_hang_up (self->controller);
  fixture_assert_idle (self, VIS_END_HANGUP);
  fixture_expect_end (self, vis_call_get_id (call), "hangup");
  g_assert_cmpuint (vis_call_get_duration (call), ==, 3);
  g_assert_cmpint (vis_call_get_media_state (call), ==, VIS_MEDIA_NONE);
  fixture_expect_silence (self);
}

static void
test_incoming (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) ringing = NULL;
  g_autoptr (VisMessage) answer = NULL;
  const VisMessage      *media;
  VisCall               *call;

  fixture_offer (self, LOW);
  call = fixture_call (self);
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_RINGING);
  g_assert_false (vis_call_get_outgoing (call));
  g_assert_true (vis_call_get_video (call));
  g_assert_true (vis_call_get_remote_video (call));
  g_assert_false (vis_call_get_camera (call));
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_INCOMING);
  ringing = fixture_take (self, VIS_KIND_CALL_RINGING);

  /* Nothing of ours is open before the answer, but the other side's candidates are kept. */
  fixture_say (
    self,
    "ice",
    LOW,
    ",\"gen\":0,\"candidates\":[{\"candidate\":\"\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}]");
  g_assert_null (vis_fake_engine_get_session (self->engine, 0));
  g_assert_cmpint (vis_fake_engine_get_captured (self->engine), ==, 0);

  vis_call_controller_answer (self->controller, FALSE);
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IN_CALL);
  g_assert_true (vis_call_get_microphone (call));
  g_assert_false (vis_call_get_camera (call));
  g_assert_cmpint (vis_fake_engine_get_captured (self->engine), ==, VIS_MEDIA_AUDIO);
  g_assert_cmpstr (vis_fake_session_get_log (fixture_session (self, 0)),
                   ==,
                   "sending 000\nanswer their-offer\ncandidate \nsending 100\n");

  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  answer = fixture_take (self, VIS_KIND_CALL_ANSWER);
  media = vis_message_get_object (answer, VIS_FIELD_MEDIA);
  g_assert_true (vis_message_get_boolean (media, VIS_FIELD_AUDIO));
  g_assert_false (vis_message_get_boolean (media, VIS_FIELD_VIDEO));

  fixture_say (self, "media", LOW, ",\"audio\":false,\"video\":false");
  g_assert_false (vis_call_get_remote_audio (call));
  fixture_say (self, "end", LOW, ",\"reason\":\"hangup\"");
  fixture_assert_idle (self, VIS_END_HANGUP);
  fixture_say (self, "end", LOW, ",\"reason\":\"hangup\"");
  fixture_expect_silence (self);
  g_assert_cmpuint (self->ended, ==, 0);
}

static void
test_decline (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  vis_call_controller_decline (self->controller);
  fixture_assert_idle (self, VIS_END_DECLINED);
  fixture_expect_end (self, LOW, "declined");

  /* Neither the same offer again nor anything late of that call is heard. */
  fixture_offer (self, LOW);
  fixture_say (self, "ice", LOW, ",\"gen\":0,\"candidates\":[{\"candidate\":\"\"}]");
  g_assert_null (fixture_call (self));

  fixture_pass (self, VIS_LIMIT_ENDED_CALLS_MS);
  fixture_offer (self, LOW);
  g_assert_nonnull (fixture_call (self));
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_start (self);
  id = fixture_id (self);
  fixture_say (self, "end", id, ",\"reason\":\"busy\"");
  fixture_assert_idle (self, VIS_END_BUSY);
  g_assert_cmpint (vis_fake_ringer_get_ring (self->ringer), ==, VIS_RING_BUSY);
}

static void
test_nobody_answers (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_start (self);
  id = fixture_id (self);
  fixture_pass (self, VIS_LIMIT_RING_MS - 1);
  g_assert_nonnull (fixture_call (self));
  fixture_pass (self, 1);
  fixture_assert_idle (self, VIS_END_TIMEOUT);
  fixture_expect_end (self, id, "timeout");

  /* An answer after it is dropped. */
  fixture_say (self, "answer", id, ",\"gen\":0,\"sdp\":\"v=0\\ns=late\"");
  g_assert_null (fixture_call (self));
}

static void
test_nobody_here (Fixture *self, gconstpointer data)
{
  fake_wire_event (self->wire,
                   "{\"type\":\"call:offer\",\"call\":\"%s\",\"from\":\"grace\",\"device\":\"d2\","
                   "\"age_ms\":40000,\"gen\":0,\"sdp\":\"v=0\\ns=x\"}",
                   LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  fixture_pass (self, 4999);
  g_assert_nonnull (fixture_call (self));
  fixture_pass (self, 1);
  fixture_assert_idle (self, VIS_END_TIMEOUT);
  fixture_expect_silence (self);

  fake_wire_event (self->wire,
                   "{\"type\":\"call:offer\",\"call\":\"%s\",\"from\":\"grace\",\"device\":\"d2\","
                   "\"age_ms\":45001,\"gen\":0,\"sdp\":\"v=0\\ns=x\"}",
                   HIGH);
  g_assert_null (fixture_call (self));
}

static void
test_busy (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  fixture_offer (self, HIGH);
  fixture_expect_end (self, HIGH, "busy");
  g_assert_cmpstr (self->missed->str, ==, "grace (grace) ");
  fixture_offer (self, HIGH);
  fixture_offer (self, LOW);
  fixture_expect_silence (self);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_IN_CALL);
  g_assert_cmpstr (self->missed->str, ==, "grace (grace) ");
}

static const char *
name_kurt (const char *user, gpointer data)
{
  return g_str_equal (user, "kurt") ? data : NULL;
}

static void
offer_of (Fixture *self, const char *user, const char *call, const char *name)
{
  fake_wire_event (self->wire,
                   "{\"type\":\"call:offer\",\"call\":\"%s\",\"from\":\"%s\",\"device\":\"d9\","
                   "\"age_ms\":3,\"gen\":0,\"media\":{\"audio\":true,\"video\":false},"
                   "\"sdp\":\"v=0\\ns=x\"%s}",
                   call,
                   user,
                   name);
  fixture_turn (self);
}

/* Others call while it rings here, while somebody is called, and while one talks: each time it is
 * told who, by the best name that is known. */
static void
test_busy_is_told (Fixture *self, gconstpointer data)
{
  static const char *const calls[] = { "00000000-0000-4000-8000-0000000000f1",
                                       "00000000-0000-4000-8000-0000000000f2",
                                       "00000000-0000-4000-8000-0000000000f3" };

  vis_call_controller_set_name_func (self->controller, name_kurt, (gpointer) "Kurt", NULL);
  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  g_assert_cmpstr (self->missed->str, ==, "");
  offer_of (self, "kurt", calls[0], ",\"name\":\"Somebody\"");
  fixture_expect_end (self, calls[0], "busy");
  g_assert_cmpstr (self->missed->str, ==, "kurt (Kurt) ");
  vis_call_controller_decline (self->controller);
  fixture_expect_end (self, LOW, "declined");

  fixture_start (self);
  offer_of (self, "eve", calls[1], ",\"name\":\"Eve\"");
  fixture_expect_end (self, calls[1], "busy");
  g_assert_cmpstr (self->missed->str, ==, "kurt (Kurt) eve (Eve) ");
  vis_call_controller_hang_up (self->controller);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_END));

  fixture_offer (self, HIGH);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  vis_call_controller_answer (self->controller, FALSE);
  offer_of (self, "adam", calls[2], "");
  fixture_expect_end (self, calls[2], "busy");
  g_assert_cmpstr (self->missed->str, ==, "kurt (Kurt) eve (Eve) adam (adam) ");
  g_assert_cmpstr (vis_call_get_id (fixture_call (self)), ==, HIGH);
}

static void
test_glare_won (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_start (self);
  id = fixture_id (self);
  fixture_offer (self, HIGH);
  fixture_expect_silence (self);
  g_assert_cmpstr (vis_call_get_id (fixture_call (self)), ==, id);
  fixture_say (self, "end", HIGH, ",\"reason\":\"glare\"");
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_CALLING);
}

static void
test_glare_lost (Fixture *self, gconstpointer data)
{
  g_autofree char       *id = NULL;
  g_autoptr (VisMessage) answer = NULL;
  VisCall               *call;

  fixture_start (self);
  id = fixture_id (self);
  vis_call_controller_set_microphone (self->controller, FALSE);
  fixture_offer (self, LOW);
  fixture_expect_end (self, id, "glare");
  g_assert_cmpuint (self->ended, ==, 1);
  g_assert_cmpint (self->reason, ==, VIS_END_GLARE);

  call = fixture_call (self);
  g_assert_cmpstr (vis_call_get_id (call), ==, LOW);
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IN_CALL);
  g_assert_false (vis_call_get_outgoing (call));
  g_assert_true (vis_call_get_camera (call));
  g_assert_false (vis_call_get_microphone (call));
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);

  /* What the old session still says means nothing for the new call. */
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_FAILED);
  vis_fake_session_describe (fixture_session (self, 1), "our-answer");
  answer = fixture_take (self, VIS_KIND_CALL_ANSWER);
  g_assert_cmpstr (vis_message_get_string (answer, VIS_FIELD_CALL), ==, LOW);
  g_assert_true (
    vis_message_get_boolean (vis_message_get_object (answer, VIS_FIELD_MEDIA), VIS_FIELD_VIDEO));
}

/* Nobody knows of our call yet: no end is sent, and theirs is answered whatever the ids are. */
static void
test_glare_unsent (Fixture *self, gconstpointer data)
{
  vis_call_controller_start (self->controller, "grace", FALSE);
  fixture_offer (self, HIGH);
  fixture_expect_silence (self);
  g_assert_cmpstr (vis_call_get_id (fixture_call (self)), ==, HIGH);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_IN_CALL);
}

typedef struct
{
  const char  *code;
  VisEndReason reason;
  gboolean     says_end;
} Refusal;

static const Refusal refusals[] = {
  { "not_found", VIS_END_UNREACHABLE, FALSE },
  { "forbidden", VIS_END_UNREACHABLE, FALSE },
  { "blocked", VIS_END_UNREACHABLE, FALSE },
  { "bad_request", VIS_END_FAILED, TRUE },
};

static void
test_offer_refused (Fixture *self, gconstpointer data)
{
  const Refusal   *refusal = data;
  g_autofree char *id = NULL;

  vis_call_controller_start (self->controller, "grace", TRUE);
  id = fixture_id (self);
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), refusal->code);
  fixture_assert_idle (self, refusal->reason);
  if (refusal->says_end)
    fixture_expect_end (self, id, "failed");
  fixture_expect_silence (self);
}

static void
test_start_offline (Fixture *self, gconstpointer data)
{
  fake_wire_disconnect (self->wire);
  vis_call_controller_start (self->controller, "grace", TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  fixture_assert_idle (self, VIS_END_FAILED);
  g_assert_cmpint (self->fault, ==, VIS_CALL_FAULT_OWN_NETWORK);
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_expect_silence (self);
}

/* An offer whose answer was lost with the wire is offered again; that it is known already is fine.
 */
static void
test_offer_lost (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) offer = NULL;

  vis_call_controller_start (self->controller, "grace", TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER);
  fake_wire_disconnect (self->wire);
  fixture_turn (self);
  g_assert_nonnull (fixture_call (self));
  fake_wire_connect (self->wire, 0, FALSE);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), "conflict");
  fixture_turn (self);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_CALLING);
}

/* Candidates wait for an offer or an answer that the server had no time for: without it they would
 * mean nothing there. */
static void
test_offer_later (Fixture *self, gconstpointer data)
{
  vis_call_controller_start (self->controller, "grace", TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  vis_fake_session_find (fixture_session (self, 0), "candidate:1");
  fixture_turn (self);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), "rate_limited");
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_ICE), "not_found");
  vis_fake_session_find (fixture_session (self, 0), "candidate:2");
  fixture_expect_silence (self);

  fixture_pass (self, 1000);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), "unavailable");
  fixture_turn (self);
  for (guint i = 0; fake_wire_find (self->wire, VIS_KIND_CALL_ICE) != NULL; i++)
    {
      g_assert_cmpuint (i, <, 2);
      fake_wire_refuse (self->wire, fake_wire_find (self->wire, VIS_KIND_CALL_ICE), "not_found");
      fixture_turn (self);
    }
  fixture_expect_silence (self);

  fixture_pass (self, 1000);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_OFFER));
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ICE));
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ICE));
  fixture_pass (self, 5000);
  fixture_expect_silence (self);
}

/* The server takes candidates of one who has not answered, and passes them on to nobody. */
static void
test_answer_later (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  vis_fake_session_find (fixture_session (self, 0), "candidate:1");
  fixture_turn (self);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_ANSWER), "unavailable");
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ICE));
  fixture_expect_silence (self);

  fixture_pass (self, 1000);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ANSWER));
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ICE));
  fixture_expect_silence (self);
}

/* Another device of the same person says so, as the server hands it on: under one's own name. */
static void
test_elsewhere (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  fake_wire_event (self->wire,
                   "{\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"%s\",\"from\":\"ada\","
                   "\"device\":\"d7\",\"age_ms\":0}",
                   LOW,
                   (const char *) data);
  fixture_assert_idle (self, VIS_END_ANSWERED_ELSEWHERE);
  fixture_expect_silence (self);
}

static void
test_answer_conflict (Fixture *self, gconstpointer data)
{
  const char *code = data;

  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_ANSWER), code);
  fixture_assert_idle (
    self, g_str_equal (code, "conflict") ? VIS_END_ANSWERED_ELSEWHERE : VIS_END_HANGUP);
  fixture_expect_silence (self);
}

/* The answer is lost with the wire, and another device answers before it can be given again. */
static void
test_answer_late (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  fake_wire_expect (self->wire, VIS_KIND_CALL_ANSWER);
  fake_wire_disconnect (self->wire);
  fixture_turn (self);
  fake_wire_connect (self->wire, 0, FALSE);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_ANSWER), "conflict");
  fixture_assert_idle (self, VIS_END_ANSWERED_ELSEWHERE);
  fixture_expect_silence (self);
}

static void
test_ringing_without_wire (Fixture *self, gconstpointer data)
{
  fixture_offer (self, LOW);
  fake_wire_disconnect (self->wire);
  fixture_assert_idle (self, VIS_END_FAILED);

  /* The server may offer it again. */
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_offer (self, LOW);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_RINGING);
}

static void
test_hang_up_offline (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  fake_wire_disconnect (self->wire);
  fixture_turn (self);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
  vis_call_controller_hang_up (self->controller);
  fixture_assert_idle (self, VIS_END_HANGUP);
  fixture_expect_silence (self);
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_expect_end (self, LOW, "hangup");
}

static const FixtureTest tests[] = {
  { "outgoing", test_outgoing, NULL },
  { "incoming", test_incoming, NULL },
  { "decline", test_decline, NULL },
  { "refused", test_refused, NULL },
  { "nobody-answers", test_nobody_answers, NULL },
  { "nobody-here", test_nobody_here, NULL },
  { "busy", test_busy, NULL },
  { "busy-is-told", test_busy_is_told, NULL },
  { "glare-won", test_glare_won, NULL },
  { "glare-lost", test_glare_lost, NULL },
  { "glare-unsent", test_glare_unsent, NULL },
  { "offer-refused/not-found", test_offer_refused, &refusals[0] },
  { "offer-refused/forbidden", test_offer_refused, &refusals[1] },
  { "offer-refused/blocked", test_offer_refused, &refusals[2] },
  { "offer-refused/otherwise", test_offer_refused, &refusals[3] },
  { "start-offline", test_start_offline, NULL },
  { "offer-lost", test_offer_lost, NULL },
  { "offer-later", test_offer_later, NULL },
  { "answer-later", test_answer_later, NULL },
  { "answered-elsewhere", test_elsewhere, "answered_elsewhere" },
  { "declined-elsewhere", test_elsewhere, "declined" },
  { "answer-refused/conflict", test_answer_conflict, "conflict" },
  { "answer-refused/gone", test_answer_conflict, "not_found" },
  { "answer-late", test_answer_late, NULL },
  { "ringing-without-wire", test_ringing_without_wire, NULL },
  { "hang-up-offline", test_hang_up_offline, NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/call/controller/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
