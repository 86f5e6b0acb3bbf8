/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-media.h"
#include "real-server.h"
#include "vis-call-controller.h"
#include "vis-link.h"

#include <signal.h>

/* Grace calls Ada, who sits in front of two devices: what the real server says to each of them. */

typedef struct
{
  VisLink           *link;
  VisFakeEngine     *engine;
  VisFakeRinger     *ringer;
  VisCallController *controller;
  guint              ended;
  VisEndReason       reason;
} Device;

typedef struct
{
  RealServer server;
  Device     grace;
  Device     here;
  Device     there;
} Fixture;

static void
on_ended (VisCallController *controller, VisCall *call, Device *device)
{
  device->ended++;
  device->reason = vis_call_get_end_reason (call);
}

static void
open_device (Device *self, RealServer *server, const char *token)
{
  self->link = vis_link_new (server->url, token, NULL, vis_clock_get_system ());
  self->engine = vis_fake_engine_new ();
  self->ringer = vis_fake_ringer_new ();
  self->controller = vis_call_controller_new (VIS_WIRE (self->link),
                                              VIS_MEDIA_ENGINE (self->engine),
                                              VIS_RINGER (self->ringer),
                                              vis_clock_get_system ());
  g_signal_connect (self->controller, "ended", G_CALLBACK (on_ended), self);
  vis_link_start (self->link);
  WAIT_FOR (vis_wire_get_state (VIS_WIRE (self->link)) == VIS_WIRE_ONLINE);
}

static void
close_device (Device *self)
{
  vis_link_stop (self->link);
  g_object_run_dispose (G_OBJECT (self->controller));
  g_clear_object (&self->controller);
  g_clear_object (&self->engine);
  g_clear_object (&self->ringer);
  g_clear_object (&self->link);
}

static gboolean
rings (Device *self)
{
  return vis_fake_ringer_get_ring (self->ringer) == VIS_RING_INCOMING;
}

static VisCallState
state (Device *self)
{
  VisCall *call = vis_call_controller_get_call (self->controller);

  return call != NULL ? vis_call_get_state (call) : VIS_CALL_IDLE;
}

static void
describe (Device *self, const char *sdp)
{
  vis_fake_session_describe (vis_fake_engine_get_session (self->engine, 0), sdp);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  real_server_set_up (&self->server);
  open_device (&self->grace, &self->server, GRACE_TOKEN);
  open_device (&self->here, &self->server, ADA_TOKEN);
  open_device (&self->there, &self->server, ADA_TOKEN_2);

  vis_call_controller_start (self->grace.controller, "ada", TRUE);
  describe (&self->grace, "the-offer");
  WAIT_FOR (rings (&self->here) && rings (&self->there));
  WAIT_FOR (vis_fake_ringer_get_ring (self->grace.ringer) == VIS_RING_BACK);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  close_device (&self->grace);
  close_device (&self->here);
  close_device (&self->there);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  real_server_tear_down (&self->server);
}

/* It is answered or declined at one of them: the other one stops, and has nothing to say of it. */
static void
assert_silent (Device *device)
{
  WAIT_FOR (state (device) == VIS_CALL_IDLE);
  g_assert_cmpuint (device->ended, ==, 1);
  g_assert_cmpint (device->reason, ==, VIS_END_ANSWERED_ELSEWHERE);
  g_assert_cmpint (vis_fake_ringer_get_ring (device->ringer), ==, VIS_RING_NONE);
  g_assert_cmpuint (vis_fake_engine_count_open (device->engine), ==, 0);
}

static void
test_answered_elsewhere (Fixture *self, gconstpointer data)
{
  vis_call_controller_answer (self->there.controller, TRUE);
  describe (&self->there, "the-answer");
  assert_silent (&self->here);
  WAIT_FOR (state (&self->grace) == VIS_CALL_IN_CALL);
  g_assert_cmpint (state (&self->there), ==, VIS_CALL_IN_CALL);
}

static void
test_declined_elsewhere (Fixture *self, gconstpointer data)
{
  vis_call_controller_decline (self->there.controller);
  assert_silent (&self->here);
  WAIT_FOR (state (&self->grace) == VIS_CALL_IDLE);
  g_assert_cmpint (self->grace.reason, ==, VIS_END_DECLINED);
}

/* Both answer before either has heard of the other. */
static void
test_answered_twice (Fixture *self, gconstpointer data)
{
  Device *first = &self->here;
  Device *second = &self->there;

  vis_call_controller_answer (self->here.controller, TRUE);
  vis_call_controller_answer (self->there.controller, TRUE);
  describe (&self->here, "the-answer");
  describe (&self->there, "the-answer");
  WAIT_FOR (self->here.ended + self->there.ended == 1);
  if (first->ended != 0)
    {
      first = &self->there;
      second = &self->here;
    }
  assert_silent (second);
  WAIT_FOR (state (&self->grace) == VIS_CALL_IN_CALL);
  g_assert_cmpint (state (first), ==, VIS_CALL_IN_CALL);
}

/* It is declined at one while the other one answers: whoever was first is heard. */
static void
test_declined_while_answering (Fixture *self, gconstpointer data)
{
  vis_call_controller_answer (self->here.controller, TRUE);
  vis_call_controller_decline (self->there.controller);
  WAIT_FOR (state (&self->grace) == VIS_CALL_IDLE);
  g_assert_cmpint (self->grace.reason, ==, VIS_END_DECLINED);
  assert_silent (&self->here);
}

/* The caller gives up: that is said by another person, and no answer. */
static void
test_given_up (Fixture *self, gconstpointer data)
{
  vis_call_controller_hang_up (self->grace.controller);
  WAIT_FOR (state (&self->here) == VIS_CALL_IDLE && state (&self->there) == VIS_CALL_IDLE);
  g_assert_cmpint (self->here.reason, ==, VIS_END_HANGUP);
  g_assert_cmpint (self->there.reason, ==, VIS_END_HANGUP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/call/server/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("answered-elsewhere", test_answered_elsewhere);
  ADD ("declined-elsewhere", test_declined_elsewhere);
  ADD ("answered-twice", test_answered_twice);
  ADD ("declined-while-answering", test_declined_while_answering);
  ADD ("given-up", test_given_up);

  return g_test_run ();
}
