/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-media.h"
#include "fake-wire.h"
#include "manual-clock.h"
#include "vis-call-controller.h"

#include "vis-codec.h"
#include "vis-limits.h"

/* Two real controllers, and between them a server that only passes on; the test plays the people,
 * the network and time, by the dice. GTest prints the seed: --seed plays the same game again. */

#define GAMES 60
#define MOVES 250

static const char *const names[2] = { "ada", "grace" };

typedef struct
{
  FakeWire          *wire;
  VisFakeEngine     *engine;
  VisFakeRinger     *ringer;
  VisCallController *controller;
  guint              described; /* sessions that have been asked for a description */
} Side;

typedef struct
{
  Side         sides[2];
  ManualClock *clock;
} Game;

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Game *game)
{
  game->clock = manual_clock_new ();
  for (guint i = 0; i < 2; i++)
    {
      Side *side = &game->sides[i];

      side->wire = fake_wire_new ();
      side->engine = vis_fake_engine_new ();
      side->ringer = vis_fake_ringer_new ();
      side->described = 0;
      fake_wire_connect (side->wire, 0, FALSE);
      side->controller = vis_call_controller_new (VIS_WIRE (side->wire),
                                                  VIS_MEDIA_ENGINE (side->engine),
                                                  VIS_RINGER (side->ringer),
                                                  VIS_CLOCK (game->clock));
    }
}

static void
tear_down (Game *game)
{
  for (guint i = 0; i < 2; i++)
    {
      Side *side = &game->sides[i];

      g_object_run_dispose (G_OBJECT (side->controller));
      turn ();
      g_assert_finalize_object (side->controller);
      g_assert_finalize_object (side->wire);
      g_assert_finalize_object (side->engine);
      g_assert_finalize_object (side->ringer);
    }
  g_assert_cmpuint (manual_clock_count (game->clock), ==, 0);
  g_assert_finalize_object (game->clock);
}

static gboolean
is_online (const Side *side)
{
  return vis_wire_get_state (VIS_WIRE (side->wire)) == VIS_WIRE_ONLINE;
}

static VisMessage *
find_frame (const Side *side)
{
  for (int kind = VIS_KIND_CALL_OFFER; kind <= VIS_KIND_CALL_END; kind++)
    {
      VisMessage *frame = fake_wire_find (side->wire, (VisKind) kind);

      if (frame != NULL)
        return frame;
    }

  return NULL;
}

/* The oldest frame of some kind arrives, or is lost, or arrives twice. */
static gboolean
pass_frame (Game *game, guint from, guint copies)
{
  Side                  *to = &game->sides[1 - from];
  VisMessage            *frame = find_frame (&game->sides[from]);
  g_autoptr (VisMessage) copy = NULL;

  if (frame == NULL)
    return FALSE;

  copy = vis_message_copy (frame);
  vis_message_set_string (copy, VIS_FIELD_FROM, names[from]);
  vis_message_set_string (copy, VIS_FIELD_DEVICE, names[from]);
  vis_message_set_integer (copy, VIS_FIELD_AGE_MS, 0);
  fake_wire_ok (game->sides[from].wire, frame, "%s", "");
  for (guint i = 0; i < copies && is_online (to); i++)
    vis_wire_emit_event (VIS_WIRE (to->wire), copy);
  turn ();
  return TRUE;
}

static gboolean
describe (Side *side)
{
  VisFakeSession *session = vis_fake_engine_get_session (side->engine, side->described);

  if (session == NULL)
    return FALSE;

  side->described++;
  vis_fake_session_describe (session, "description");
  vis_fake_session_find (session, "");
  turn ();
  return TRUE;
}

/* Some session comes to some state by itself. */
static void
upset_media (Side *side)
{
  static const VisSessionState states[] = {
    VIS_SESSION_CONNECTED, VIS_SESSION_CONNECTED, VIS_SESSION_CONNECTED,
    VIS_SESSION_STALLED,   VIS_SESSION_FAILED,
  };
  guint           made = 0;
  VisFakeSession *session;

  while (vis_fake_engine_get_session (side->engine, made) != NULL)
    made++;
  if (made == 0)
    return;

  session = vis_fake_engine_get_session (
    side->engine, (guint) g_test_rand_int_range ((gint32) MAX (made, 2) - 2, (gint32) made));
  vis_fake_session_set_state (session, states[g_test_rand_int_range (0, G_N_ELEMENTS (states))]);
  turn ();
}

static void
upset_person (Game *game, guint who)
{
  Side *side = &game->sides[who];

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
    case 1:
      vis_call_controller_start (side->controller, names[1 - who], g_test_rand_bit ());
      break;
    case 2:
    case 3:
    case 4:
      vis_call_controller_answer (side->controller, g_test_rand_bit ());
      break;
    case 5:
      vis_call_controller_decline (side->controller);
      break;
    case 6:
      vis_call_controller_set_camera (side->controller, g_test_rand_bit ());
      break;
    default:
      if (g_test_rand_int_range (0, 4) == 0)
        vis_call_controller_hang_up (side->controller);
    }
  turn ();
}

static void
upset_wire (Side *side)
{
  if (is_online (side))
    fake_wire_disconnect (side->wire);
  else
    fake_wire_connect (side->wire, 0, FALSE);
  turn ();
}

static void
move (Game *game)
{
  guint who = (guint) g_test_rand_int_range (0, 2);
  Side *side = &game->sides[who];
  int   dice = g_test_rand_int_range (0, 100);

  if (dice < 40)
    pass_frame (game, who, 1);
  else if (dice < 45)
    pass_frame (game, who, g_test_rand_bit () ? 0 : 2);
  else if (dice < 60)
    describe (side);
  else if (dice < 75)
    upset_media (side);
  else if (dice < 90)
    upset_person (game, who);
  else if (dice < 94)
    upset_wire (side);
  else
    manual_clock_advance (game->clock, (guint) g_test_rand_int_range (1, 9000));
  turn ();
}

/* What must be so at any time. */
static void
check (const Side *side)
{
  VisCall     *call = vis_call_controller_get_call (side->controller);
  VisCallState state = call != NULL ? vis_call_get_state (call) : VIS_CALL_IDLE;
  guint        open = vis_fake_engine_count_open (side->engine);
  VisRing      ring = vis_fake_ringer_get_ring (side->ringer);
  gboolean     media = state == VIS_CALL_CALLING || state == VIS_CALL_IN_CALL;

  g_assert_true (call == NULL || state != VIS_CALL_IDLE);
  g_assert_cmpint (ring == VIS_RING_INCOMING, ==, state == VIS_CALL_RINGING);
  g_assert_true (ring != VIS_RING_BACK || state == VIS_CALL_CALLING);
  g_assert_cmpint ((vis_fake_engine_get_captured (side->engine) & VIS_MEDIA_AUDIO) != 0, ==, media);
  g_assert_true (media ? open == 1 || (open == 2 && state == VIS_CALL_IN_CALL) : open == 0);
  g_assert_true (call == NULL || (vis_call_get_media_state (call) != VIS_MEDIA_NONE) == media);
}

/* Everything arrives from now on, and both hang up: nothing is left, at once. */
static void
come_to_rest (Game *game)
{
  gboolean busy = TRUE;

  for (guint i = 0; i < 2; i++)
    if (!is_online (&game->sides[i]))
      upset_wire (&game->sides[i]);
  for (guint i = 0; i < 2; i++)
    vis_call_controller_hang_up (game->sides[i].controller);
  while (busy)
    {
      busy = FALSE;
      for (guint i = 0; i < 2; i++)
        {
          vis_call_controller_hang_up (game->sides[i].controller);
          turn ();
          busy |= describe (&game->sides[i]);
          busy |= pass_frame (game, i, 1);
          check (&game->sides[i]);
        }
    }

  for (guint i = 0; i < 2; i++)
    g_assert_null (vis_call_controller_get_call (game->sides[i].controller));
  g_assert_cmpuint (manual_clock_count (game->clock), ==, 0);
}

static void
test_games (void)
{
  guint talks = 0;

  for (guint i = 0; i < GAMES; i++)
    {
      Game game;

      set_up (&game);
      for (guint moves = 0; moves < MOVES; moves++)
        {
          VisCall *call;

          move (&game);
          check (&game.sides[0]);
          check (&game.sides[1]);
          call = vis_call_controller_get_call (game.sides[0].controller);
          talks += call != NULL && vis_call_get_media_state (call) == VIS_MEDIA_CONNECTED;
        }
      come_to_rest (&game);
      tear_down (&game);
    }

  g_test_message ("connected after %u of %u moves", talks, GAMES * MOVES);
  g_assert_cmpuint (talks, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/pair/games", test_games);

  return g_test_run ();
}
