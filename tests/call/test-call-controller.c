/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-fixture.h"

#include <string.h>

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
  g_assert_true (vis_fake_engine_get_video (self->engine));
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
  g_assert_false (vis_fake_engine_get_audio (self->engine));

  vis_call_controller_answer (self->controller, FALSE);
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IN_CALL);
  g_assert_true (vis_call_get_microphone (call));
  g_assert_false (vis_call_get_camera (call));
  g_assert_true (vis_fake_engine_get_audio (self->engine));
  g_assert_false (vis_fake_engine_get_video (self->engine));
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

static void
test_switches (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) media = NULL;
  VisCall               *call;

  fixture_talk_as_caller (self);
  call = fixture_call (self);
  vis_call_controller_set_microphone (self->controller, FALSE);
  g_assert_false (vis_call_get_microphone (call));
  g_assert_true (vis_call_get_camera (call));
  g_assert_true (vis_fake_engine_get_audio (self->engine));
  media = fixture_take (self, VIS_KIND_CALL_MEDIA);
  g_assert_false (vis_message_get_boolean (media, VIS_FIELD_AUDIO));
  g_assert_true (vis_message_get_boolean (media, VIS_FIELD_VIDEO));
  g_assert_true (
    g_str_has_suffix (vis_fake_session_get_log (fixture_session (self, 0)), "sending 010\n"));

  /* While there is no wire only the last word is kept. */
  fake_wire_disconnect (self->wire);
  vis_call_controller_set_camera (self->controller, FALSE);
  vis_call_controller_set_microphone (self->controller, TRUE);
  g_assert_false (vis_fake_engine_get_video (self->engine));
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_turn (self);
  g_assert_cmpuint (fake_wire_count (self->wire, VIS_KIND_CALL_MEDIA), ==, 1);
  g_clear_pointer (&media, vis_message_unref);
  media = fixture_take (self, VIS_KIND_CALL_MEDIA);
  g_assert_true (vis_message_get_boolean (media, VIS_FIELD_AUDIO));
  g_assert_false (vis_message_get_boolean (media, VIS_FIELD_VIDEO));
}

/* What the other side is told of a device that is not there; what the person chose stays. */

static void
expect_media (Fixture *self, gboolean audio, gboolean video)
{
  g_autoptr (VisMessage) media = fixture_take (self, VIS_KIND_CALL_MEDIA);

  g_assert_cmpint (vis_message_get_boolean (media, VIS_FIELD_AUDIO), ==, audio);
  g_assert_cmpint (vis_message_get_boolean (media, VIS_FIELD_VIDEO), ==, video);
}

static void
assert_media_of (const VisMessage *frame, gboolean audio, gboolean video)
{
  const VisMessage *media = vis_message_get_object (frame, VIS_FIELD_MEDIA);

  g_assert_cmpint (vis_message_get_boolean (media, VIS_FIELD_AUDIO), ==, audio);
  g_assert_cmpint (vis_message_get_boolean (media, VIS_FIELD_VIDEO), ==, video);
}

static void
test_no_devices_as_caller (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) offer = NULL;
  VisCall               *call;

  vis_fake_engine_set_works (self->engine, FALSE, FALSE);
  vis_call_controller_start (self->controller, "grace", TRUE);
  call = fixture_call (self);
  g_assert_true (vis_call_get_microphone (call));
  g_assert_true (vis_call_get_camera (call));
  g_assert_false (vis_call_get_microphone_works (call));
  g_assert_false (vis_call_get_camera_works (call));

  /* They stay wanted, for when they are plugged in. */
  g_assert_true (vis_fake_engine_get_audio (self->engine));
  g_assert_true (vis_fake_engine_get_video (self->engine));
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  offer = fixture_take (self, VIS_KIND_CALL_OFFER);
  assert_media_of (offer, FALSE, FALSE);
}

static void
test_no_devices_as_callee (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) ringing = NULL;
  g_autoptr (VisMessage) answer = NULL;

  vis_fake_engine_set_works (self->engine, FALSE, FALSE);
  fixture_offer (self, LOW);
  ringing = fixture_take (self, VIS_KIND_CALL_RINGING);
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  answer = fixture_take (self, VIS_KIND_CALL_ANSWER);
  assert_media_of (answer, FALSE, FALSE);
  g_assert_true (vis_call_get_remote_video (fixture_call (self)));
}

static void
test_devices_come_and_go (Fixture *self, gconstpointer data)
{
  VisCall *call;

  fixture_talk_as_caller (self);
  call = fixture_call (self);
  vis_fake_engine_set_works (self->engine, TRUE, FALSE);
  g_assert_false (vis_call_get_camera_works (call));
  g_assert_true (vis_call_get_camera (call));
  expect_media (self, TRUE, FALSE);
  vis_fake_engine_set_works (self->engine, FALSE, FALSE);
  expect_media (self, FALSE, FALSE);
  g_assert_true (
    g_str_has_suffix (vis_fake_session_get_log (fixture_session (self, 0)), "sending 000\n"));

  /* Muted meanwhile, it stays so. */
  vis_call_controller_set_microphone (self->controller, FALSE);
  expect_media (self, FALSE, FALSE);
  vis_fake_engine_set_works (self->engine, TRUE, FALSE);
  expect_media (self, FALSE, FALSE);
  vis_fake_engine_set_works (self->engine, TRUE, TRUE);
  expect_media (self, FALSE, TRUE);
  g_assert_true (
    g_str_has_suffix (vis_fake_session_get_log (fixture_session (self, 0)), "sending 010\n"));
  vis_call_controller_set_microphone (self->controller, TRUE);
  expect_media (self, TRUE, TRUE);

  /* Nobody is to be told while it only rings, nor without a call. */
  vis_call_controller_hang_up (self->controller);
  fixture_assert_idle (self, VIS_END_HANGUP);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_END));
  vis_fake_engine_set_works (self->engine, FALSE, TRUE);
  fixture_offer (self, LOW);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RINGING));
  vis_fake_engine_set_works (self->engine, TRUE, FALSE);
  fixture_expect_silence (self);
}

static void
test_pictures (Fixture *self, gconstpointer data)
{
  g_autoptr (GObject) own = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) other = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (VisCall) call = NULL;

  fixture_talk_as_caller (self);
  call = g_object_ref (fixture_call (self));
  g_assert_null (vis_call_get_remote_picture (call));
  vis_fake_session_set_picture (fixture_session (self, 0), other);
  g_assert_true (vis_call_get_remote_picture (call) == other);
  vis_fake_engine_set_picture (self->engine, own);
  g_assert_true (vis_call_get_local_picture (call) == own);
  vis_fake_engine_set_problem (self->engine, "It is broken.");
  g_assert_cmpstr (vis_call_get_problem (call), ==, "It is broken.");

  vis_call_controller_hang_up (self->controller);
  g_assert_null (vis_call_get_remote_picture (call));
  g_assert_null (vis_call_get_local_picture (call));
  g_assert_null (vis_call_get_problem (call));
}

/* Reconnecting */

static void
test_renew_as_caller (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) offer = NULL;
  g_autoptr (GObject)    first = g_object_new (G_TYPE_OBJECT, NULL);
  g_autofree char       *id = NULL;
  VisCall               *call;

  fixture_talk_as_caller (self);
  id = fixture_id (self);
  call = fixture_call (self);
  vis_fake_session_set_picture (fixture_session (self, 0), first);

  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  g_assert_cmpint (vis_call_get_media_state (call), ==, VIS_MEDIA_RECONNECTING);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  offer = fixture_take (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, 1);
  g_assert_false (vis_message_has (offer, VIS_FIELD_TO));

  /* The callee noticed as well; it asks for what is on its way already. */
  fixture_say (self, "renew", id, ",\"gen\":0");
  g_assert_null (vis_fake_engine_get_session (self->engine, 2));

  /* Candidates that overtake the answer are the session's business. */
  fixture_say (self, "ice", id, ",\"gen\":1,\"candidates\":[{\"candidate\":\"\"}]");
  fixture_say (self, "answer", id, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-answer\"");
  g_assert_cmpstr (vis_fake_session_get_log (fixture_session (self, 1)),
                   ==,
                   "sending 110\noffer\ncandidate \nset_answer next-answer\n");
  vis_fake_session_set_state (fixture_session (self, 1), VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (call), ==, VIS_MEDIA_CONNECTED);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  g_assert_true (vis_call_get_remote_picture (call) == first);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_MEDIA));

  fixture_pass (self, 60000);
  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IN_CALL);
}

static void
test_renew_as_callee (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) renew = NULL;
  g_autoptr (VisMessage) answer = NULL;

  fixture_talk_as_callee (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  renew = fixture_take (self, VIS_KIND_CALL_RENEW);
  g_assert_cmpint (vis_message_get_integer (renew, VIS_FIELD_GEN), ==, 0);

  /* No answer: it asks again. */
  fixture_pass (self, 7000);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW));

  /* Candidates overtake the offer. */
  fixture_say (self, "ice", LOW, ",\"gen\":1,\"candidates\":[{\"candidate\":\"\"}]");
  fixture_say (self, "offer", LOW, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-offer\"");
  g_assert_cmpstr (vis_fake_session_get_log (fixture_session (self, 1)),
                   ==,
                   "sending 110\nanswer next-offer\ncandidate \n");
  fixture_say (self, "offer", LOW, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-offer\"");
  g_assert_null (vis_fake_engine_get_session (self->engine, 2));
  vis_fake_session_describe (fixture_session (self, 1), "next-answer");
  answer = fixture_take (self, VIS_KIND_CALL_ANSWER);
  g_assert_cmpint (vis_message_get_integer (answer, VIS_FIELD_GEN), ==, 1);
  vis_fake_session_set_state (fixture_session (self, 1), VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
}

/* A path that takes long to build gets the time, the more the oftener it was tried. */
static void
test_patient_caller (Fixture *self, gconstpointer data)
{
  static const guint starts[] = { 0, 7000, 21000, 45000 };

  fixture_talk_as_caller (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  for (guint gen = 1; gen < 3; gen++)
    {
      g_autoptr (VisMessage) offer = NULL;

      vis_fake_session_describe (fixture_session (self, gen), "next-offer");
      offer = fixture_take (self, VIS_KIND_CALL_OFFER);
      g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, gen);
      fixture_pass (self, starts[gen] - starts[gen - 1] - 1);
      g_assert_null (vis_fake_engine_get_session (self->engine, gen + 1));
      g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
      fixture_pass (self, 1);
    }

  fixture_pass (self, starts[3] - starts[2] - 1);
  vis_fake_session_set_state (fixture_session (self, 3), VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_MEDIA));

  /* Another loss begins with the first of them. */
  vis_fake_session_set_state (fixture_session (self, 3), VIS_SESSION_STALLED);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 4));
  fixture_pass (self, 7000);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 5));
}

/* The same from the other side, which asks only after the caller has had its time. */
static void
test_patient_callee (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW));
  fixture_say (self, "offer", LOW, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-offer\"");
  fixture_pass (self, 6999);
  fixture_expect_silence (self);
  fixture_say (self, "offer", LOW, ",\"gen\":2,\"sdp\":\"v=0\\ns=next-offer\"");
  fixture_pass (self, 13999);
  fixture_expect_silence (self);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
  vis_fake_session_set_state (fixture_session (self, 2), VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
}

/* Only the other side lost the path: that one says when a new path is given up. */
static void
test_patient_for_other (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  fixture_say (self, "offer", LOW, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-offer\"");
  fixture_pass (self, 27999);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
  vis_fake_session_set_state (fixture_session (self, 1), VIS_SESSION_CONNECTED);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_MEDIA));

  fixture_say (self, "offer", LOW, ",\"gen\":2,\"sdp\":\"v=0\\ns=next-offer\"");
  fixture_pass (self, 28000);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);

  /* Now this side needs it as well. */
  fixture_say (self, "offer", LOW, ",\"gen\":3,\"sdp\":\"v=0\\ns=next-offer\"");
  fixture_pass (self, 1000);
  vis_fake_session_set_state (fixture_session (self, 1), VIS_SESSION_STALLED);
  fixture_pass (self, 6999);
  fixture_expect_silence (self);
  fixture_pass (self, 1);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW));
}

/* The offer that was asked for never arrives: it may be asked for again once it is given up. */
static void
test_lost_offer (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) first = NULL;
  g_autoptr (VisMessage) second = NULL;
  g_autofree char       *id = NULL;

  fixture_talk_as_caller (self);
  id = fixture_id (self);
  fixture_say (self, "renew", id, ",\"gen\":0");
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  first = fixture_take (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (first, VIS_FIELD_GEN), ==, 1);

  fixture_pass (self, 28000);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  fixture_say (self, "renew", id, ",\"gen\":0");
  vis_fake_session_describe (fixture_session (self, 2), "newer-offer");
  second = fixture_take (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (second, VIS_FIELD_GEN), ==, 2);

  /* The same again after one that failed. */
  vis_fake_session_set_state (fixture_session (self, 2), VIS_SESSION_FAILED);
  fixture_say (self, "renew", id, ",\"gen\":1");
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 3));
}

/* What failed needs no patience. */
static void
test_failed_next (Fixture *self, gconstpointer data)
{
  fixture_talk_as_caller (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  fixture_pass (self, 7000);
  fixture_pass (self, 5000);
  vis_fake_session_set_state (fixture_session (self, 2), VIS_SESSION_FAILED);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  fixture_pass (self, 1999);
  g_assert_null (vis_fake_engine_get_session (self->engine, 3));
  fixture_pass (self, 1);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 3));

  fixture_pass (self, 10000);
  vis_fake_session_set_state (fixture_session (self, 3), VIS_SESSION_FAILED);
  fixture_pass (self, 0);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 4));
}

static void
test_recovers (Fixture *self, gconstpointer data)
{
  fixture_talk_as_caller (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_CONNECTED);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);

  /* What the dropped one says is not heard. */
  vis_fake_session_describe (fixture_session (self, 1), "too-late");
  fixture_turn (self);
  g_assert_cmpuint (fake_wire_count (self->wire, VIS_KIND_CALL_OFFER), ==, 0);
  fixture_pass (self, 60000);
  g_assert_nonnull (fixture_call (self));
}

static void
test_renew_offline (Fixture *self, gconstpointer data)
{
  g_autoptr (VisMessage) offer = NULL;

  fixture_talk_as_caller (self);
  fake_wire_disconnect (self->wire);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  fixture_pass (self, 20000);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 1);
  fake_wire_connect (self->wire, 0, FALSE);
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  offer = fixture_take (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, 1);

  /* What was written while the wire was going is replaced by something newer, not sent. */
  fake_wire_disconnect (self->wire);
  vis_fake_session_find (fixture_session (self, 1), "candidate:1");
  fixture_turn (self);
  fake_wire_connect (self->wire, 0, FALSE);
  vis_fake_session_describe (fixture_session (self, 2), "newer-offer");
  g_clear_pointer (&offer, vis_message_unref);
  offer = fixture_take (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, 2);
  fixture_expect_silence (self);
}

/* A generation that both sides agreed about goes on without the wire: what is left to say about it
 * waits, and only if it does not come up in its time there is another one. */
static void
test_renew_agreed (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_talk_as_caller (self);
  id = fixture_id (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_OFFER));
  fixture_say (self, "answer", id, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-answer\"");
  fake_wire_disconnect (self->wire);
  vis_fake_session_find (fixture_session (self, 1), "candidate:1");
  fixture_pass (self, 3000);
  fake_wire_connect (self->wire, 0, FALSE);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ICE));
  fixture_expect_silence (self);
  fixture_pass (self, 3999);
  g_assert_null (vis_fake_engine_get_session (self->engine, 2));
  fixture_pass (self, 1);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 2));

  /* Its time can be over before the wire is back. */
  vis_fake_session_describe (fixture_session (self, 2), "next-offer");
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_OFFER));
  fixture_say (self, "answer", id, ",\"gen\":2,\"sdp\":\"v=0\\ns=next-answer\"");
  fake_wire_disconnect (self->wire);
  fixture_pass (self, 14000);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
  g_assert_null (vis_fake_engine_get_session (self->engine, 3));
  fake_wire_connect (self->wire, 0, FALSE);
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 3));
}

static void
test_renew_agreed_as_callee (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW));
  fixture_say (self, "offer", LOW, ",\"gen\":1,\"sdp\":\"v=0\\ns=next-offer\"");
  fake_wire_disconnect (self->wire);
  vis_fake_session_describe (fixture_session (self, 1), "next-answer");
  fake_wire_connect (self->wire, 0, FALSE);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_ANSWER));
  fixture_expect_silence (self);

  /* Not before there is an answer. */
  fixture_say (self, "offer", LOW, ",\"gen\":2,\"sdp\":\"v=0\\ns=next-offer\"");
  fake_wire_disconnect (self->wire);
  fake_wire_connect (self->wire, 0, FALSE);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW));
}

static void
test_gives_up (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_talk_as_caller (self);
  id = fixture_id (self);
  fake_wire_disconnect (self->wire);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  fixture_pass (self, VIS_LIMIT_RECONNECT_MS - 1);
  g_assert_nonnull (fixture_call (self));
  fixture_pass (self, 1);
  fixture_assert_idle (self, VIS_END_FAILED);
  g_assert_cmpint (self->fault, ==, VIS_CALL_FAULT_OWN_NETWORK);
  fake_wire_connect (self->wire, 0, FALSE);
  fixture_expect_end (self, id, "failed");
}

/* A path that is never built is built again, and given up in the end. */
static void
test_never_connects (Fixture *self, gconstpointer data)
{
  g_autofree char *id = NULL;

  fixture_start (self);
  id = fixture_id (self);
  fixture_say (self, "answer", id, ",\"gen\":0,\"sdp\":\"v=0\\ns=their-answer\"");
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_FAILED);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTING);
  for (guint tries = 1; tries < 7; tries++)
    {
      vis_fake_session_set_state (fixture_session (self, tries), VIS_SESSION_FAILED);
      fixture_pass (self, 7000);
      g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);
    }
  fixture_pass (self, 3000);
  fixture_assert_idle (self, VIS_END_FAILED);
  g_assert_cmpint (self->fault, ==, VIS_CALL_FAULT_OTHER_NETWORK);
  fixture_expect_end (self, id, "failed");
}

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

/* A server that was started anew knows nothing of the call, which goes on. */
static void
test_server_forgot (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_call_controller_set_camera (self->controller, FALSE);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_MEDIA), "not_found");
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_RENEW), "not_found");
  fixture_turn (self);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_IN_CALL);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_CONNECTED);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
}

/* A server keeps the calls that were answered: if it goes on to know nothing of one, that is over,
 * and whoever said so was not heard here. */
static void
test_server_says_over (Fixture *self, gconstpointer data)
{
  fixture_talk_as_callee (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_RENEW), "not_found");
  fixture_pass (self, 7000);
  vis_message_unref (fixture_take (self, VIS_KIND_CALL_RENEW)); /* in a row, that is */
  fixture_pass (self, 7000);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_RENEW), "not_found");
  fixture_turn (self);
  g_assert_nonnull (fixture_call (self));
  fixture_pass (self, 7000);
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_RENEW), "not_found");
  fixture_assert_idle (self, VIS_END_HANGUP);
  fixture_expect_silence (self);
}

static void
test_server_says_over_to_caller (Fixture *self, gconstpointer data)
{
  fixture_talk_as_caller (self);
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_STALLED);
  vis_fake_session_describe (fixture_session (self, 1), "next-offer");
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), "not_found");
  fixture_pass (self, 7000);
  vis_fake_session_describe (fixture_session (self, 2), "next-offer");
  fake_wire_refuse (self->wire, fake_wire_expect (self->wire, VIS_KIND_CALL_OFFER), "not_found");
  fixture_assert_idle (self, VIS_END_HANGUP);
  fixture_expect_silence (self);
}

/* Who asks for one path after the other gets a few. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  guint made = 0;

  fixture_talk_as_callee (self);
  for (guint gen = 1; gen <= 50; gen++)
    {
      g_autofree char *fields = g_strdup_printf (",\"gen\":%u,\"sdp\":\"v=0\\ns=next-offer\"", gen);

      fixture_say (self, "offer", LOW, fields);
    }
  while (vis_fake_engine_get_session (self->engine, made) != NULL)
    made++;
  g_assert_cmpuint (made, ==, 6);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 2);

  /* Later it may again. */
  fixture_pass (self, 10000);
  fixture_say (self, "offer", LOW, ",\"gen\":51,\"sdp\":\"v=0\\ns=next-offer\"");
  g_assert_nonnull (vis_fake_engine_get_session (self->engine, 6));
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
  g_assert_false (vis_fake_engine_get_audio (self->engine));
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

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *self, gconstpointer data);
    gconstpointer data;
  } tests[] = {
    { "outgoing", test_outgoing, NULL },
    { "incoming", test_incoming, NULL },
    { "decline", test_decline, NULL },
    { "refused", test_refused, NULL },
    { "nobody-answers", test_nobody_answers, NULL },
    { "nobody-here", test_nobody_here, NULL },
    { "busy", test_busy, NULL },
    { "busy-is-told", test_busy_is_told, NULL },
    { "bad-offer", test_bad_offer, NULL },
    { "unusable", test_unusable, NULL },
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
    { "end-kept", test_end_kept, NULL },
    { "switches", test_switches, NULL },
    { "no-devices/caller", test_no_devices_as_caller, NULL },
    { "no-devices/callee", test_no_devices_as_callee, NULL },
    { "devices-come-and-go", test_devices_come_and_go, NULL },
    { "pictures", test_pictures, NULL },
    { "renew/caller", test_renew_as_caller, NULL },
    { "renew/callee", test_renew_as_callee, NULL },
    { "renew/patient/caller", test_patient_caller, NULL },
    { "renew/patient/callee", test_patient_callee, NULL },
    { "renew/patient/for-other", test_patient_for_other, NULL },
    { "renew/lost-offer", test_lost_offer, NULL },
    { "renew/failed", test_failed_next, NULL },
    { "renew/recovers", test_recovers, NULL },
    { "renew/offline", test_renew_offline, NULL },
    { "renew/agreed", test_renew_agreed, NULL },
    { "renew/agreed/callee", test_renew_agreed_as_callee, NULL },
    { "renew/gives-up", test_gives_up, NULL },
    { "renew/never-connects", test_never_connects, NULL },
    { "insecure", test_insecure, NULL },
    { "server-forgot", test_server_forgot, NULL },
    { "server-says-over", test_server_says_over, NULL },
    { "server-says-over/caller", test_server_says_over_to_caller, NULL },
    { "flood", test_flood, NULL },
    { "broken-media", test_broken_media, NULL },
    { "many-candidates", test_many_candidates, NULL },
    { "overloaded-server", test_overloaded_server, NULL },
    { "nonsense", test_nonsense, NULL },
    { "verbs-without-a-call", test_verbs_without_a_call, NULL },
    { "names", test_names, NULL },
    { "reentrance", test_reentrance, NULL },
    { "let-go-within", test_let_go_within, NULL },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/call/controller/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, fixture_set_up, tests[i].func, fixture_tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/call/controller/dispose/%u", i);

      g_test_add (
        path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_dispose, fixture_tear_down);
    }

  return g_test_run ();
}
