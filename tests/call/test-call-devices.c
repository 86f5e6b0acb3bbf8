/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What is sent and shown in a call. */

#include "call-fixture.h"

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
  g_assert_cmpint (
    vis_fake_engine_get_captured (self->engine), ==, VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
  media = fixture_take (self, VIS_KIND_CALL_MEDIA);
  g_assert_false (vis_message_get_boolean (media, VIS_FIELD_AUDIO));
  g_assert_true (vis_message_get_boolean (media, VIS_FIELD_VIDEO));
  g_assert_true (
    g_str_has_suffix (vis_fake_session_get_log (fixture_session (self, 0)), "sending 010\n"));

  /* While there is no wire only the last word is kept. */
  fake_wire_disconnect (self->wire);
  vis_call_controller_set_camera (self->controller, FALSE);
  vis_call_controller_set_microphone (self->controller, TRUE);
  g_assert_cmpint (vis_fake_engine_get_captured (self->engine), ==, VIS_MEDIA_AUDIO);
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
  g_assert_cmpint (
    vis_fake_engine_get_captured (self->engine), ==, VIS_MEDIA_AUDIO | VIS_MEDIA_CAMERA);
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

static const FixtureTest tests[] = {
  { "switches", test_switches, NULL },
  { "no-devices/caller", test_no_devices_as_caller, NULL },
  { "no-devices/callee", test_no_devices_as_callee, NULL },
  { "devices-come-and-go", test_devices_come_and_go, NULL },
  { "pictures", test_pictures, NULL },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  fixture_add ("/call/controller/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
