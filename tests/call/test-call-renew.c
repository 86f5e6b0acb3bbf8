/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* New generations of a call whose path is lost. */

#include "call-fixture.h"

#include "vis-limits.h"

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

static const FixtureTest tests[] = {
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
  { "server-forgot", test_server_forgot, NULL },
  { "server-says-over", test_server_says_over, NULL },
  { "server-says-over/caller", test_server_says_over_to_caller, NULL },
  { "flood", test_flood, NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/call/controller/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
