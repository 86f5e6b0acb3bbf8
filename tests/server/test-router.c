/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-world.h"
#include "vis-limits.h"

static void
test_whole_call (World *self, gconstpointer data)
{
  world_start_call (self);
  world_say (self, 21, frame_of (VIS_KIND_CALL_RINGING, CALL));
  world_expect (self, "11 call:ringing");
  world_say (self, 11, frame_ice ());
  world_expect (self, "21 call:ice, 22 call:ice");
  world_say (self, 21, frame_answer (0));
  world_expect (self, "11 call:answer, 22 call:end answered_elsewhere");
  world_say (self, 22, frame_answer (0));
  world_expect (self, "conflict");
  world_say (self, 21, frame_ice ());
  world_expect (self, "11 call:ice");
  world_say (self, 11, frame_ice ());
  world_expect (self, "21 call:ice");
  world_say (self, 22, frame_ice ());
  world_expect (self, "not_found");
  world_say (self, 21, frame_of (VIS_KIND_CALL_RENEW, CALL));
  world_expect (self, "11 call:renew");
  world_say (self, 11, frame_offer (1));
  world_expect (self, "21 call:offer");
  world_say (self, 11, frame_offer (1));
  world_expect (self, "");
  world_say (self, 21, frame_answer (1));
  world_expect (self, "11 call:answer");
  world_pass_time (self, 61000);
  world_expect (self, "");
  world_say (self, 21, frame_end ("hangup"));
  world_expect (self, "11 call:end hangup; answered 61000");
  world_say (self, 11, frame_end ("hangup"));
  world_expect (self, "");
  world_say (self, 22, frame_end ("hangup"));
  world_expect (self, "");
  world_say (self, 31, frame_end ("hangup"));
  world_expect (self, "not_found");
  world_say (self, 21, frame_answer (0));
  world_expect (self, "not_found");
  world_say (self, 11, frame_offer (0));
  world_expect (self, "conflict");
  g_assert_true (vis_call_router_is_idle (self->router));
}

/* Frames that the callee sends before its answer are delivered after it. */
static void
test_frames_before_answer (World *self, gconstpointer data)
{
  world_start_call (self);
  world_say (self, 21, frame_ice ());
  world_expect (self, "");
  world_say (self, 22, frame_of (VIS_KIND_CALL_MEDIA, CALL));
  world_expect (self, "");
  world_pass_time (self, 1500);
  world_say (self, 22, frame_ice ());
  world_expect (self, "");
  world_say (self, 22, frame_answer (0));
  world_expect (self,
                "11 call:answer, 11 call:media +1500, 11 call:ice, 21 call:end answered_elsewhere");
  world_say (self, 22, frame_ice ());
  world_expect (self, "11 call:ice");
}

static void
test_frames_before_answer_caller_offline (World *self, gconstpointer data)
{
  world_start_call (self);
  world_go (self, 11);
  world_say (self, 21, frame_ice ());
  world_pass_time (self, 500);
  world_say (self, 21, frame_answer (0));
  world_expect (self, "22 call:end answered_elsewhere");
  world_pass_time (self, 500);
  world_come (self, 11);
  world_expect (self, "11 call:answer +500, 11 call:ice +1000");
}

static void
test_frames_of_others (World *self, gconstpointer data)
{
  VisMessage *(*const frames[]) (void) = { frame_ice };

  world_start_call (self);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      world_say (self, 31, frames[i]());
      world_expect (self, "not_found");
      world_say (self, 12, frames[i]());
      world_expect (self, "not_found");
    }
  world_say (self, 31, frame_answer (0));
  world_expect (self, "not_found");
  world_say (self, 31, frame_end ("hangup"));
  world_expect (self, "not_found");
  world_say (self, 12, frame_end ("hangup"));
  world_expect (self, "not_found");
  world_say (self, 11, frame_answer (0));
  world_expect (self, "forbidden");
  world_say (self, 31, frame_offer (1));
  world_expect (self, "not_found");
  world_say (self, 21, frame_offer (1));
  world_expect (self, "forbidden");
  world_say (self, 11, frame_of (VIS_KIND_CALL_RENEW, CALL));
  world_expect (self, "forbidden");
  world_say (self, 11, frame_of (VIS_KIND_CALL_RENEW, OTHER));
  world_expect (self, "not_found");
}

/* Reasons of `call:end` before an answer, and what they are recorded as. */
static void
test_end_reasons_before_answer (void)
{
  static const struct
  {
    gint64      device;
    const char *reason;
    const char *expected;
  } cases[] = {
    { 11, "hangup", "21 call:end hangup, 22 call:end hangup; missed 0" },
    { 11, "timeout", "21 call:end timeout, 22 call:end timeout; missed 0" },
    { 11, "busy", "21 call:end busy, 22 call:end busy; missed 0" },
    { 11, "unreachable", "21 call:end unreachable, 22 call:end unreachable; missed 0" },
    { 11, "glare", "21 call:end timeout, 22 call:end timeout; missed 0" },
    { 11, "failed", "21 call:end failed, 22 call:end failed; failed 0" },
    { 21, "declined", "11 call:end declined, 22 call:end declined; declined 0" },
    { 21, "hangup", "11 call:end declined, 22 call:end declined; declined 0" },
    { 21, "busy", "" },
    { 21, "timeout", "" },
    { 21, "failed", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      World world;

      world_set_up (&world, NULL);
      world_start_call (&world);
      world_say (&world, cases[i].device, frame_end (cases[i].reason));
      world_expect (&world, cases[i].expected);
      world_tear_down (&world, NULL);
    }
}

static void
test_last_device_decides (World *self, gconstpointer data)
{
  world_start_call (self);
  world_say (self, 21, frame_end ("busy"));
  world_expect (self, "");
  /* That device no longer rings, but repeating the end is no error. */
  world_say (self, 21, frame_end ("busy"));
  world_expect (self, "");
  world_say (self, 21, frame_answer (0));
  world_expect (self, "not_found");
  world_say (self, 22, frame_end ("busy"));
  world_expect (self, "11 call:end busy; missed 0");
}

static void
test_unreachable (World *self, gconstpointer data)
{
  self->n_online = 0;
  world_say (self, 11, frame_offer (0));
  world_expect (self, "11 call:end unreachable; missed 0");
  g_assert_cmpint (self->result.ringing, ==, 0);
  g_assert_cmpuint (self->result.saves->len, ==, 1);
  g_assert_true (vis_call_router_is_idle (self->router));
}

static void
test_offer_repeated (World *self, gconstpointer data)
{
  world_start_call (self);
  world_say (self, 11, frame_offer (0));
  world_expect (self, "");
  g_assert_cmpint (self->result.ringing, ==, 2);
  world_say (self, 12, frame_offer (0));
  world_expect (self, "conflict");
}

static void
test_ring_timeout (World *self, gconstpointer data)
{
  world_start_call (self);
  world_pass_time (self, VIS_LIMIT_RING_SERVER_MS - 1);
  world_expect (self, "");
  world_pass_time (self, 1);
  world_expect (self, "11 call:end timeout, 21 call:end timeout, 22 call:end timeout; missed 0");
}

static void
test_caller_offline (World *self, gconstpointer data)
{
  world_start_call (self);
  world_go (self, 11);
  world_pass_time (self, VIS_LIMIT_CALLER_GONE_MS - 1);
  world_expect (self, "");
  world_come (self, 11);
  world_expect (self, "");
  world_pass_time (self, 2);
  world_expect (self, "");
  world_go (self, 11);
  world_pass_time (self, VIS_LIMIT_CALLER_GONE_MS);
  world_expect (self, "21 call:end failed, 22 call:end failed; failed 0");
  /* The end is delivered when the caller reconnects. */
  world_come (self, 11);
  world_expect (self, "11 call:end failed");
  g_assert_true (vis_call_router_is_idle (self->router));
}

static void
test_device_online_while_ringing (World *self, gconstpointer data)
{
  self->n_online = 1;
  world_say (self, 11, frame_offer (0));
  world_expect (self, "21 call:offer");
  world_say (self, 11, frame_ice ());
  world_pass_time (self, 5000);
  world_come (self, 22);
  world_expect (self, "22 call:offer +5000, 22 call:ice +5000");
  world_go (self, 22);
  world_say (self, 11, frame_end ("hangup"));
  world_expect (self, "21 call:end hangup; missed 0");
}

static void
test_frames_held_while_offline (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_go (self, 21);
  world_say (self, 11, frame_offer (1));
  world_expect (self, "");
  world_say (self, 11, frame_ice ());
  world_pass_time (self, 300);
  world_come (self, 21);
  world_expect (self, "21 call:offer +300, 21 call:ice +300");
  world_go (self, 11);
  world_pass_time (self, 1000000);
  world_expect (self, "");
  world_say (self, 21, frame_end ("failed"));
  world_expect (self, "; answered 1000300");
  world_come (self, 11);
  world_expect (self, "11 call:end failed");
}

/* The held frames have a size limit: of many long offers only the newest are kept. */
static void
test_frames_held_limit (World *self, gconstpointer data)
{
  g_autofree char *sdp = g_strnfill (48 * 1024, 'x');

  world_answer_call (self);
  world_go (self, 21);
  for (guint gen = 1; gen <= 100; gen++)
    {
      VisMessage *frame = frame_offer (gen);

      vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
      world_say (self, 11, frame);
      world_expect (self, "");
    }
  world_come (self, 21);
  g_assert_cmpuint (self->result.deliveries->len, ==, 5);
}

static void
test_both_offline (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_pass_time (self, 1000);
  world_go (self, 11);
  world_pass_time (self, 500);
  world_go (self, 21);
  world_pass_time (self, VIS_LIMIT_BOTH_GONE_MS - 1);
  world_expect (self, "");
  world_pass_time (self, 1);
  world_expect (self, "; answered 1500");
}

static void
part (World *self, gint64 user, gint64 other)
{
  world_begin (self);
  vis_call_router_part (self->router, user, other, &self->now, &self->result);
}

/* Removing a contact ends the call with them, with the reason of any other end. */
static void
test_contact_removed (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_pass_time (self, 1000);
  part (self, 1, 3);
  world_expect (self, "");
  part (self, 2, 1);
  world_expect (self, "11 call:end hangup, 21 call:end hangup; answered 1000");
  part (self, 2, 1);
  world_expect (self, "");
}

static void
test_contact_removed_by_callee (World *self, gconstpointer data)
{
  world_start_call (self);
  part (self, 2, 1);
  world_expect (self,
                "11 call:end declined, 21 call:end declined, 22 call:end declined; declined 0");
}

static void
test_contact_removed_by_caller (World *self, gconstpointer data)
{
  world_start_call (self);
  part (self, 1, 2);
  world_expect (self, "11 call:end hangup, 21 call:end hangup, 22 call:end hangup; missed 0");
}

/* Of two calls at the same time one ends with `glare`, which is not recorded. */
static void
test_glare (World *self, gconstpointer data)
{
  VisMessage *back = frame_offer (0);

  vis_message_set_string (back, VIS_FIELD_CALL, OTHER);
  world_start_call (self);
  world_say (self, 21, back);
  world_expect (self, "11 call:offer");
  world_say (self, 11, frame_end ("glare"));
  world_expect (self, "21 call:end glare, 22 call:end glare; nothing 0");
}

/* A call whose id the store has already: it ends, and leaves no record. */
static void
test_revoke (World *self, gconstpointer data)
{
  world_answer_call (self);
  world_begin (self);
  vis_call_router_revoke (self->router, CALL, &self->now, &self->result);
  world_expect (self, "11 call:end failed, 21 call:end failed; nothing 0");
  g_assert_true (vis_call_router_is_idle (self->router));
  world_say (self, 11, frame_offer (0));
  world_expect (self, "conflict");
  world_begin (self);
  vis_call_router_revoke (self->router, CALL, &self->now, &self->result);
  world_expect (self, "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (World *self, gconstpointer data);
  } tests[] = {
    { "/router/whole-call", test_whole_call },
    { "/router/frames-before-answer", test_frames_before_answer },
    { "/router/frames-before-answer/caller-offline", test_frames_before_answer_caller_offline },
    { "/router/frames-of-others", test_frames_of_others },
    { "/router/last-device-decides", test_last_device_decides },
    { "/router/unreachable", test_unreachable },
    { "/router/offer-repeated", test_offer_repeated },
    { "/router/ring-timeout", test_ring_timeout },
    { "/router/caller-offline", test_caller_offline },
    { "/router/device-online-while-ringing", test_device_online_while_ringing },
    { "/router/frames-held-while-offline", test_frames_held_while_offline },
    { "/router/frames-held-while-offline/limit", test_frames_held_limit },
    { "/router/both-offline", test_both_offline },
    { "/router/glare", test_glare },
    { "/router/contact-removed", test_contact_removed },
    { "/router/contact-removed/by-callee-while-ringing", test_contact_removed_by_callee },
    { "/router/contact-removed/by-caller-while-ringing", test_contact_removed_by_caller },
    { "/router/revoke", test_revoke },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, World, NULL, world_set_up, tests[i].test, world_tear_down);
  g_test_add_func ("/router/end-reasons-before-answer", test_end_reasons_before_answer);
  return g_test_run ();
}
