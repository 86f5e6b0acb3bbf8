/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-router.h"

#include "vis-limits.h"

#define CALL  "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01"
#define OTHER "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a02"

/* Ada has the devices 11 and 12, Grace 21 and 22, and Eve 31. */
static VisRouteParty
who (gint64 device)
{
  static const char *const names[] = { NULL, "ada", "grace", "eve" };
  static const char *const ids[] = { NULL, "d1", "d2" };

  return (VisRouteParty){
    .user = device / 10,
    .device = device,
    .user_name = names[device / 10],
    .device_id = ids[device % 10],
  };
}

/* A world: the router, a clock, and what came out last. */
typedef struct
{
  VisRouter     *router;
  VisRouteTime   now;
  VisRouteResult result;
  gint64         online[2];
  guint          n_online;
} World;

static void
set_up (World *self, gconstpointer data)
{
  self->router = vis_router_new ();
  self->now = (VisRouteTime){ 1000000, 1700000000000 };
  vis_route_result_init (&self->result);
  self->online[0] = 21;
  self->online[1] = 22;
  self->n_online = 2;
}

static void
tear_down (World *self, gconstpointer data)
{
  vis_route_result_clear (&self->result);
  vis_router_free (self->router);
}

static void
begin (World *self)
{
  vis_route_result_clear (&self->result);
  vis_route_result_init (&self->result);
}

static void
say (World *self, gint64 device, VisMessage *frame)
{
  VisRouteParty  from = who (device);
  VisRouteTarget target = { 2, "grace", self->online, self->n_online };
  gboolean       call = vis_message_get_kind (frame) == VIS_KIND_CALL_OFFER &&
                  vis_message_get_integer (frame, VIS_FIELD_GEN) == 0;

  begin (self);
  vis_message_set_request (frame, "1");
  vis_router_frame (self->router, &from, frame, call ? &target : NULL, &self->now, &self->result);
  vis_message_unref (frame);
}

static void
pass_time (World *self, gint64 ms)
{
  self->now.mono += ms;
  self->now.wall += ms;
  begin (self);
  vis_router_tick (self->router, &self->now, &self->result);
}

static void
come (World *self, gint64 device)
{
  VisRouteParty party = who (device);

  begin (self);
  vis_router_online (self->router, &party, &self->now, &self->result);
}

static void
go (World *self, gint64 device)
{
  begin (self);
  vis_router_offline (self->router, device, &self->now);
}

static VisMessage *
frame_of (VisKind kind, const char *call)
{
  VisMessage *frame = vis_message_new (kind);

  vis_message_set_string (frame, VIS_FIELD_CALL, call);
  return frame;
}

static VisMessage *
offer (gint64 gen)
{
  VisMessage            *frame = frame_of (VIS_KIND_CALL_OFFER, CALL);
  g_autoptr (VisMessage) media = vis_message_new (VIS_KIND_OBJECT_MEDIA);

  vis_message_set_boolean (media, VIS_FIELD_VIDEO, TRUE);
  vis_message_set_object (frame, VIS_FIELD_MEDIA, media);
  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, "v=0\r\n");
  return frame;
}

static VisMessage *
answer (gint64 gen)
{
  VisMessage *frame = frame_of (VIS_KIND_CALL_ANSWER, CALL);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, "v=0\r\n");
  return frame;
}

static VisMessage *
end (const char *reason)
{
  VisMessage *frame = frame_of (VIS_KIND_CALL_END, CALL);

  vis_message_set_string (frame, VIS_FIELD_REASON, reason);
  return frame;
}

static VisMessage *
ice (void)
{
  VisMessage           *frame = frame_of (VIS_KIND_CALL_ICE, CALL);
  g_autoptr (GPtrArray) candidates = vis_message_array_new ();
  VisMessage           *candidate = vis_message_new (VIS_KIND_OBJECT_CANDIDATE);

  vis_message_set_string (candidate, VIS_FIELD_CANDIDATE, "");
  g_ptr_array_add (candidates, candidate);
  vis_message_set_integer (frame, VIS_FIELD_GEN, 0);
  vis_message_set_array (frame, VIS_FIELD_CANDIDATES, candidates);
  return frame;
}

/* What came out, in words: "21 call:offer, 22 call:end busy; missed 0". */
static void
expect (World *self, const char *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->result.error != VIS_N_PROTOCOL_ERRORS)
    g_string_append (text, vis_protocol_error_to_code (self->result.error));
  for (guint i = 0; i < self->result.deliveries->len; i++)
    {
      const VisRouteDelivery *delivery =
        &g_array_index (self->result.deliveries, VisRouteDelivery, i);
      VisMessage *message = delivery->message;

      g_string_append_printf (text,
                              "%s%d %s",
                              text->len > 0 ? ", " : "",
                              (int) delivery->device,
                              vis_message_get_type_name (message));
      if (vis_message_has (message, VIS_FIELD_REASON))
        g_string_append_printf (text, " %s", vis_message_get_string (message, VIS_FIELD_REASON));
      if (vis_message_get_integer (message, VIS_FIELD_AGE_MS) > 0)
        g_string_append_printf (
          text, " +%d", (int) vis_message_get_integer (message, VIS_FIELD_AGE_MS));
    }
  for (guint i = 0; i < self->result.finishes->len; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (self->result.finishes, i);

      g_string_append_printf (text,
                              "; %s %d",
                              call->outcome != NULL ? call->outcome : "nothing",
                              (int) call->duration_ms);
    }
  g_assert_cmpstr (text->str, ==, words);
}

static void
start_call (World *self)
{
  say (self, 11, offer (0));
  expect (self, "21 call:offer, 22 call:offer");
  g_assert_cmpint (self->result.ringing, ==, 2);
}

static void
answer_call (World *self)
{
  start_call (self);
  say (self, 21, answer (0));
  expect (self, "11 call:answer, 22 call:end answered_elsewhere");
  g_assert_cmpuint (self->result.saves->len, ==, 1);
}

static void
test_story (World *self, gconstpointer data)
{
  start_call (self);
  say (self, 21, frame_of (VIS_KIND_CALL_RINGING, CALL));
  expect (self, "11 call:ringing");
  say (self, 11, ice ());
  expect (self, "21 call:ice, 22 call:ice");
  say (self, 21, answer (0));
  expect (self, "11 call:answer, 22 call:end answered_elsewhere");
  say (self, 22, answer (0));
  expect (self, "conflict");
  say (self, 21, ice ());
  expect (self, "11 call:ice");
  say (self, 11, ice ());
  expect (self, "21 call:ice");
  say (self, 22, ice ());
  expect (self, "not_found");
  say (self, 21, frame_of (VIS_KIND_CALL_RENEW, CALL));
  expect (self, "11 call:renew");
  say (self, 11, offer (1));
  expect (self, "21 call:offer");
  say (self, 11, offer (1));
  expect (self, "");
  say (self, 21, answer (1));
  expect (self, "11 call:answer");
  pass_time (self, 61000);
  expect (self, "");
  say (self, 21, end ("hangup"));
  expect (self, "11 call:end hangup; answered 61000");
  say (self, 11, end ("hangup"));
  expect (self, "");
  say (self, 22, end ("hangup"));
  expect (self, "");
  say (self, 31, end ("hangup"));
  expect (self, "not_found");
  say (self, 21, answer (0));
  expect (self, "not_found");
  say (self, 11, offer (0));
  expect (self, "conflict");
  g_assert_true (vis_router_is_idle (self->router));
}

/* Who answers may have said more before the answer came through: it follows. */
static void
test_early (World *self, gconstpointer data)
{
  start_call (self);
  say (self, 21, ice ());
  expect (self, "");
  say (self, 22, frame_of (VIS_KIND_CALL_MEDIA, CALL));
  expect (self, "");
  pass_time (self, 1500);
  say (self, 22, ice ());
  expect (self, "");
  say (self, 22, answer (0));
  expect (self, "11 call:answer, 11 call:media +1500, 11 call:ice, 21 call:end answered_elsewhere");
  say (self, 22, ice ());
  expect (self, "11 call:ice");
}

static void
test_early_while_away (World *self, gconstpointer data)
{
  start_call (self);
  go (self, 11);
  say (self, 21, ice ());
  pass_time (self, 500);
  say (self, 21, answer (0));
  expect (self, "22 call:end answered_elsewhere");
  pass_time (self, 500);
  come (self, 11);
  expect (self, "11 call:answer +500, 11 call:ice +1000");
}

static void
test_strangers (World *self, gconstpointer data)
{
  VisMessage *(*const frames[]) (void) = { ice };

  start_call (self);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      say (self, 31, frames[i]());
      expect (self, "not_found");
      say (self, 12, frames[i]());
      expect (self, "not_found");
    }
  say (self, 31, answer (0));
  expect (self, "not_found");
  say (self, 31, end ("hangup"));
  expect (self, "not_found");
  say (self, 12, end ("hangup"));
  expect (self, "not_found");
  say (self, 11, answer (0));
  expect (self, "forbidden");
  say (self, 31, offer (1));
  expect (self, "not_found");
  say (self, 21, offer (1));
  expect (self, "forbidden");
  say (self, 11, frame_of (VIS_KIND_CALL_RENEW, CALL));
  expect (self, "forbidden");
  say (self, 11, frame_of (VIS_KIND_CALL_RENEW, OTHER));
  expect (self, "not_found");
}

/* How a call that nobody answered ends. */
static void
test_ends (void)
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
    { 11, "glare", "21 call:end glare, 22 call:end glare; nothing 0" },
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

      set_up (&world, NULL);
      start_call (&world);
      say (&world, cases[i].device, end (cases[i].reason));
      expect (&world, cases[i].expected);
      tear_down (&world, NULL);
    }
}

static void
test_last_device_decides (World *self, gconstpointer data)
{
  start_call (self);
  say (self, 21, end ("busy"));
  expect (self, "");
  /* It is out, but what it says again is no error. */
  say (self, 21, end ("busy"));
  expect (self, "");
  say (self, 21, answer (0));
  expect (self, "not_found");
  say (self, 22, end ("busy"));
  expect (self, "11 call:end busy; missed 0");
}

static void
test_unreachable (World *self, gconstpointer data)
{
  self->n_online = 0;
  say (self, 11, offer (0));
  expect (self, "11 call:end unreachable; missed 0");
  g_assert_cmpint (self->result.ringing, ==, 0);
  g_assert_true (vis_router_is_idle (self->router));
}

static void
test_offer_twice (World *self, gconstpointer data)
{
  start_call (self);
  say (self, 11, offer (0));
  expect (self, "");
  g_assert_cmpint (self->result.ringing, ==, 2);
  say (self, 12, offer (0));
  expect (self, "conflict");
}

static void
test_timeouts (World *self, gconstpointer data)
{
  start_call (self);
  pass_time (self, VIS_LIMIT_RING_SERVER_MS - 1);
  expect (self, "");
  pass_time (self, 1);
  expect (self, "11 call:end timeout, 21 call:end timeout, 22 call:end timeout; missed 0");
}

static void
test_caller_gone (World *self, gconstpointer data)
{
  start_call (self);
  go (self, 11);
  pass_time (self, VIS_LIMIT_CALLER_GONE_MS - 1);
  expect (self, "");
  come (self, 11);
  expect (self, "");
  pass_time (self, 2);
  expect (self, "");
  go (self, 11);
  pass_time (self, VIS_LIMIT_CALLER_GONE_MS);
  expect (self, "21 call:end failed, 22 call:end failed; failed 0");
  /* It hears of it when it comes back. */
  come (self, 11);
  expect (self, "11 call:end failed");
  g_assert_true (vis_router_is_idle (self->router));
}

static void
test_late_device (World *self, gconstpointer data)
{
  self->n_online = 1;
  say (self, 11, offer (0));
  expect (self, "21 call:offer");
  say (self, 11, ice ());
  pass_time (self, 5000);
  come (self, 22);
  expect (self, "22 call:offer +5000, 22 call:ice +5000");
  go (self, 22);
  say (self, 11, end ("hangup"));
  expect (self, "21 call:end hangup; missed 0");
}

static void
test_held_while_away (World *self, gconstpointer data)
{
  answer_call (self);
  go (self, 21);
  say (self, 11, offer (1));
  expect (self, "");
  say (self, 11, ice ());
  pass_time (self, 300);
  come (self, 21);
  expect (self, "21 call:offer +300, 21 call:ice +300");
  go (self, 11);
  pass_time (self, 1000000);
  expect (self, "");
  say (self, 21, end ("failed"));
  expect (self, "; answered 1000300");
  come (self, 11);
  expect (self, "11 call:end failed");
}

/* What is held has a bound: of many long offers only the newest are. */
static void
test_held_bytes (World *self, gconstpointer data)
{
  g_autofree char *sdp = g_strnfill (48 * 1024, 'x');

  answer_call (self);
  go (self, 21);
  for (guint gen = 1; gen <= 100; gen++)
    {
      VisMessage *frame = offer (gen);

      vis_message_set_string (frame, VIS_FIELD_SDP, sdp);
      say (self, 11, frame);
      expect (self, "");
    }
  come (self, 21);
  g_assert_cmpuint (self->result.deliveries->len, ==, 5);
}

static void
test_both_gone (World *self, gconstpointer data)
{
  answer_call (self);
  pass_time (self, 1000);
  go (self, 11);
  pass_time (self, 500);
  go (self, 21);
  pass_time (self, VIS_LIMIT_BOTH_GONE_MS - 1);
  expect (self, "");
  pass_time (self, 1);
  expect (self, "; answered 1500");
}

static void
test_restart (World *self, gconstpointer data)
{
  g_autoptr (VisRouter) before = NULL;
  VisStoreCall         *saved;

  answer_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = TRUE;
  before = self->router;
  self->router = vis_router_new ();
  pass_time (self, 2000);
  vis_router_restore (self->router, saved, self->now.wall - 2000, &self->now, &self->result);
  vis_store_call_free (saved);
  expect (self, "");
  come (self, 11);
  come (self, 21);
  say (self, 21, frame_of (VIS_KIND_CALL_RENEW, CALL));
  expect (self, "11 call:renew");
  say (self, 11, offer (3));
  expect (self, "21 call:offer");
  say (self, 22, answer (3));
  expect (self, "conflict");
  say (self, 21, answer (3));
  expect (self, "11 call:answer");
  say (self, 11, end ("hangup"));
  expect (self, "21 call:end hangup; answered 2000");
}

/* A restart behind a call that was answered at 0 and went on until 4,000; now it is 9,000. */
static void
restart (World *self, gboolean mutual)
{
  g_autoptr (VisRouter) before = NULL;
  VisStoreCall         *saved;

  answer_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = mutual;
  before = g_steal_pointer (&self->router);
  self->router = vis_router_new ();
  pass_time (self, 9000);
  vis_router_restore (self->router, saved, self->now.wall - 5000, &self->now, &self->result);
  vis_store_call_free (saved);
}

static VisMessage *
old_end (gint64 age)
{
  VisMessage *frame = end ("hangup");

  vis_message_set_integer (frame, VIS_FIELD_AGE_MS, age);
  return frame;
}

/* How long a call was whose end is said late. */
static void
test_late_ends (World *self, gconstpointer data)
{
  answer_call (self);
  pass_time (self, 9000);
  say (self, 21, old_end (6500));
  expect (self, "11 call:end hangup; answered 2500");
}

/* By a client that says how long ago it was. */
static void
test_late_end_after_restart (World *self, gconstpointer data)
{
  restart (self, TRUE);
  come (self, 21);
  say (self, 21, old_end (6500));
  expect (self, "; answered 2500");
  come (self, 11);
  expect (self, "11 call:end hangup");
}

/* By one that does not, right when it is back: nobody has seen the call go on. */
static void
test_end_at_once_after_restart (World *self, gconstpointer data)
{
  restart (self, TRUE);
  come (self, 21);
  say (self, 21, end ("hangup"));
  expect (self, "; answered 4000");
}

/* Later, when it was back for a while without a word of an end. */
static void
test_end_later_after_restart (World *self, gconstpointer data)
{
  restart (self, TRUE);
  come (self, 21);
  pass_time (self, 6000);
  say (self, 21, end ("hangup"));
  expect (self, "; answered 15000");
}

static void
test_nobody_back_after_restart (World *self, gconstpointer data)
{
  restart (self, TRUE);
  pass_time (self, VIS_LIMIT_BOTH_GONE_MS - 1);
  expect (self, "");
  pass_time (self, 1);
  expect (self, "; answered 4000");
}

/* They have parted, and the server was killed before it could end the call. */
static void
test_parted_before_restart (World *self, gconstpointer data)
{
  restart (self, FALSE);
  expect (self, "; answered 4000");
  g_assert_cmpuint (vis_router_get_n_calls (self->router), ==, 0);
}

/* That a call is over outlives the server. */
static void
test_ended_before_restart (World *self, gconstpointer data)
{
  VisStoreCall ended = {
    .call = (char *) CALL, .caller = 1, .callee = 2, .started = 1, .ended = 2
  };

  vis_router_restore (self->router, &ended, 3, &self->now, &self->result);
  g_assert_true (vis_router_is_idle (self->router));
  say (self, 21, end ("hangup"));
  expect (self, "");
  say (self, 11, offer (0));
  expect (self, "conflict");
  say (self, 31, end ("hangup"));
  expect (self, "not_found");
}

static void
part (World *self, gint64 user, gint64 other)
{
  begin (self);
  vis_router_part (self->router, user, other, &self->now, &self->result);
}

/* People who part have no call with each other; it looks like any other end. */
static void
test_part (World *self, gconstpointer data)
{
  answer_call (self);
  pass_time (self, 1000);
  part (self, 1, 3);
  expect (self, "");
  part (self, 2, 1);
  expect (self, "11 call:end hangup, 21 call:end hangup; answered 1000");
  part (self, 2, 1);
  expect (self, "");
}

static void
test_part_while_ringing (World *self, gconstpointer data)
{
  start_call (self);
  part (self, 2, 1);
  expect (self, "11 call:end declined, 21 call:end declined, 22 call:end declined; declined 0");
}

static void
test_part_while_calling (World *self, gconstpointer data)
{
  start_call (self);
  part (self, 1, 2);
  expect (self, "11 call:end hangup, 21 call:end hangup, 22 call:end hangup; missed 0");
}

static void
test_restart_while_ringing (World *self, gconstpointer data)
{
  g_autoptr (VisRouter) before = NULL;
  VisStoreCall         *saved;

  start_call (self);
  saved = vis_store_call_copy (g_ptr_array_index (self->result.saves, 0));
  saved->mutual = TRUE;
  before = self->router;
  self->router = vis_router_new ();
  begin (self);
  vis_router_restore (self->router, saved, self->now.wall - 2000, &self->now, &self->result);
  vis_store_call_free (saved);
  expect (self, "; missed 0");
  come (self, 11);
  expect (self, "11 call:end failed");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (World *self, gconstpointer data);
  } tests[] = {
    { "/router/story", test_story },
    { "/router/early", test_early },
    { "/router/early-while-away", test_early_while_away },
    { "/router/strangers", test_strangers },
    { "/router/last-device-decides", test_last_device_decides },
    { "/router/unreachable", test_unreachable },
    { "/router/offer-twice", test_offer_twice },
    { "/router/timeouts", test_timeouts },
    { "/router/caller-gone", test_caller_gone },
    { "/router/late-device", test_late_device },
    { "/router/held-while-away", test_held_while_away },
    { "/router/held-bytes", test_held_bytes },
    { "/router/both-gone", test_both_gone },
    { "/router/late-end", test_late_ends },
    { "/router/restart/late-end", test_late_end_after_restart },
    { "/router/restart/end-at-once", test_end_at_once_after_restart },
    { "/router/restart/end-later", test_end_later_after_restart },
    { "/router/restart/nobody-back", test_nobody_back_after_restart },
    { "/router/restart/parted", test_parted_before_restart },
    { "/router/restart/ended", test_ended_before_restart },
    { "/router/part", test_part },
    { "/router/part/ringing", test_part_while_ringing },
    { "/router/part/calling", test_part_while_calling },
    { "/router/restart", test_restart },
    { "/router/restart-while-ringing", test_restart_while_ringing },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, World, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/router/ends", test_ends);
  return g_test_run ();
}
