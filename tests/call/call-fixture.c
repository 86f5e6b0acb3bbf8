/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-fixture.h"

#include <string.h>

static void
on_ended (VisCallController *controller, VisCall *call, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpint (vis_call_get_state (call), ==, VIS_CALL_IDLE);
  self->ended++;
  self->reason = vis_call_get_end_reason (call);
  self->fault = vis_call_get_fault (call);
}

static void
on_missed (VisCallController *controller, const char *user, const char *name, gpointer data)
{
  Fixture *self = data;

  g_string_append_printf (self->missed, "%s (%s) ", user, name);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->wire = fake_wire_new ();
  self->engine = vis_fake_engine_new ();
  self->ringer = vis_fake_ringer_new ();
  self->clock = manual_clock_new ();
  fake_wire_connect (self->wire, 0, FALSE);
  self->controller = vis_call_controller_new (VIS_WIRE (self->wire),
                                              VIS_MEDIA_ENGINE (self->engine),
                                              VIS_RINGER (self->ringer),
                                              VIS_CLOCK (self->clock));
  self->missed = g_string_new (NULL);
  g_signal_connect (self->controller, "ended", G_CALLBACK (on_ended), self);
  g_signal_connect (self->controller, "missed", G_CALLBACK (on_missed), self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->controller != NULL)
    {
      g_object_run_dispose (G_OBJECT (self->controller));
      fixture_turn (self);
      g_assert_finalize_object (g_steal_pointer (&self->controller));
    }

  fixture_turn (self);
  g_string_free (g_steal_pointer (&self->missed), TRUE);
  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 0);
  g_assert_cmpuint (manual_clock_count (self->clock), ==, 0);
  g_assert_finalize_object (self->wire);
  g_assert_finalize_object (self->engine);
  g_assert_finalize_object (self->ringer);
  g_assert_finalize_object (self->clock);
}

void
fixture_turn (Fixture *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
fixture_pass (Fixture *self, guint ms)
{
  manual_clock_advance (self->clock, ms);
  fixture_turn (self);
}

VisCall *
fixture_call (Fixture *self)
{
  return vis_call_controller_get_call (self->controller);
}

VisFakeSession *
fixture_session (Fixture *self, guint index)
{
  VisFakeSession *session = vis_fake_engine_get_session (self->engine, index);

  g_assert_nonnull (session);
  return session;
}

VisMessage *
fixture_take (Fixture *self, VisKind kind)
{
  VisMessage *frame = vis_message_ref (fake_wire_expect (self->wire, kind));

  fake_wire_ok (self->wire, fake_wire_find (self->wire, kind), "%s", "");
  fixture_turn (self);
  return frame;
}

void
fixture_expect_end (Fixture *self, const char *call, const char *reason)
{
  g_autoptr (VisMessage) end = fixture_take (self, VIS_KIND_CALL_END);

  g_assert_cmpstr (vis_message_get_string (end, VIS_FIELD_CALL), ==, call);
  g_assert_cmpstr (vis_message_get_string (end, VIS_FIELD_REASON), ==, reason);
}

void
fixture_expect_silence (Fixture *self)
{
  fixture_turn (self);
  for (int kind = VIS_KIND_CALL_OFFER; kind <= VIS_KIND_CALL_END; kind++)
    g_assert_cmpuint (fake_wire_count (self->wire, (VisKind) kind), ==, 0);
}

void
fixture_say (Fixture *self, const char *type, const char *call, const char *fields)
{
  fake_wire_event (self->wire,
                   "{\"type\":\"call:%s\",\"call\":\"%s\",\"from\":\"grace\",\"device\":\"d2\","
                   "\"age_ms\":3%s}",
                   type,
                   call,
                   fields);
  fixture_turn (self);
}

void
fixture_offer (Fixture *self, const char *call)
{
  fixture_say (
    self,
    "offer",
    call,
    ",\"gen\":0,\"media\":{\"audio\":true,\"video\":true},\"sdp\":\"v=0\\ns=their-offer\"");
}

static void
discard (Fixture *self, VisKind kind)
{
  vis_message_unref (fixture_take (self, kind));
}

void
fixture_start (Fixture *self)
{
  vis_call_controller_start (self->controller, "grace", TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-offer");
  discard (self, VIS_KIND_CALL_OFFER);
  g_assert_cmpint (vis_call_get_state (fixture_call (self)), ==, VIS_CALL_CALLING);
}

char *
fixture_id (Fixture *self)
{
  return g_strdup (vis_call_get_id (fixture_call (self)));
}

static void
connect_first (Fixture *self)
{
  vis_fake_session_set_state (fixture_session (self, 0), VIS_SESSION_CONNECTED);
  fixture_turn (self);
  discard (self, VIS_KIND_CALL_MEDIA);
  fixture_expect_silence (self);
  g_assert_cmpint (vis_call_get_media_state (fixture_call (self)), ==, VIS_MEDIA_CONNECTED);
}

void
fixture_talk_as_caller (Fixture *self)
{
  g_autofree char *id = NULL;

  fixture_start (self);
  id = fixture_id (self);
  fixture_say (
    self,
    "answer",
    id,
    ",\"gen\":0,\"media\":{\"audio\":true,\"video\":true},\"sdp\":\"v=0\\ns=their-answer\"");
  connect_first (self);
}

void
fixture_talk_as_callee (Fixture *self)
{
  fixture_offer (self, LOW);
  discard (self, VIS_KIND_CALL_RINGING);
  vis_call_controller_answer (self->controller, TRUE);
  vis_fake_session_describe (fixture_session (self, 0), "our-answer");
  discard (self, VIS_KIND_CALL_ANSWER);
  connect_first (self);
}

void
fixture_assert_idle (Fixture *self, VisEndReason reason)
{
  fixture_turn (self);
  g_assert_null (fixture_call (self));
  g_assert_cmpuint (self->ended, ==, 1);
  g_assert_cmpint (self->reason, ==, reason);
  self->ended = 0;

  g_assert_cmpuint (vis_fake_engine_count_open (self->engine), ==, 0);
  g_assert_cmpint (vis_fake_engine_get_captured (self->engine), ==, 0);
  g_assert_true (vis_fake_ringer_get_ring (self->ringer) == VIS_RING_NONE ||
                 vis_fake_ringer_get_ring (self->ringer) == VIS_RING_BUSY);
  g_assert_cmpuint (manual_clock_count (self->clock), ==, 0);
}

void
fixture_add (const char *prefix, const FixtureTest *tests, guint n_tests)
{
  for (guint i = 0; i < n_tests; i++)
    {
      g_autofree char *path = g_strconcat (prefix, tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, fixture_set_up, tests[i].func, fixture_tear_down);
    }
}
