/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "manual-clock.h"
#include "vis-chat-turns.h"
#include "vis-codec.h"

/* The numbers in the order in which they were handled, and how often the signals were emitted. */
typedef struct
{
  ManualClock  *clock;
  VisChatTurns *turns;
  GString      *taken;
  guint         advanced;
  guint         holes;
  guint         freed;
} Fixture;

typedef struct
{
  Fixture *fixture;
  gint64   seq;
} Thing;

static void
count (guint *calls)
{
  (*calls)++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = manual_clock_new ();
  fixture->turns = vis_chat_turns_new (VIS_CLOCK (fixture->clock));
  fixture->taken = g_string_new (NULL);
  g_signal_connect_swapped (fixture->turns, "advanced", G_CALLBACK (count), &fixture->advanced);
  g_signal_connect_swapped (fixture->turns, "hole", G_CALLBACK (count), &fixture->holes);
  vis_chat_turns_rewind (fixture->turns, 10, "0000000a");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->turns);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->taken, TRUE);
}

static void
take (gpointer owner, gboolean repeated, gpointer data)
{
  Fixture     *fixture = owner;
  const Thing *thing = data;

  g_string_append_printf (
    fixture->taken, " %" G_GINT64_FORMAT "%s", thing->seq, repeated ? " again" : "");
}

static void
thing_free (Thing *thing)
{
  thing->fixture->freed++;
  g_free (thing);
}

static void
come (Fixture *fixture, gint64 seq)
{
  g_autofree char *text =
    g_strdup_printf ("{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                     ",\"mark\":\"%08x\",\"contact\":{\"user\":\"eve\",\"state\":\"none\"}}",
                     seq,
                     (guint) seq);
  g_autofree char       *id = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) event =
    vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, &id, &error);
  Thing *thing = g_new0 (Thing, 1);

  g_assert_no_error (error);
  thing->fixture = fixture;
  thing->seq = seq;
  vis_chat_turns_take (fixture->turns, event, take, fixture, thing, (GDestroyNotify) thing_free);
}

static void
assert_taken (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->taken->str, ==, expected);
  g_string_truncate (fixture->taken, 0);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VisStoreEdit) edit = vis_store_edit_new (VIS_EDIT_NOTE, NULL);

  come (fixture, 13);
  come (fixture, 12);
  assert_taken (fixture, "");
  g_assert_false (vis_chat_turns_is_whole (fixture->turns));
  g_assert_cmpint (vis_chat_turns_get_since (fixture->turns), ==, 10);
  come (fixture, 11);
  assert_taken (fixture, " 11 12 13");
  come (fixture, 12);
  assert_taken (fixture, " 12 again");
  g_assert_true (vis_chat_turns_is_whole (fixture->turns));
  g_assert_cmpuint (fixture->advanced, ==, 4);
  g_assert_cmpuint (fixture->freed, ==, 4);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);

  vis_chat_turns_write_since (fixture->turns, edit);
  g_assert_cmpint (edit->since, ==, 13);
  g_assert_cmpstr (edit->mark, ==, "0000000d");
}

/* A missing event is waited for as long as others arrive. */
static void
test_hole (Fixture *fixture, gconstpointer data)
{
  come (fixture, 12);
  come (fixture, 15);
  manual_clock_advance (fixture->clock, 4000);
  come (fixture, 11);
  assert_taken (fixture, " 11 12");
  manual_clock_advance (fixture->clock, 4000);
  g_assert_cmpuint (fixture->holes, ==, 0);
  manual_clock_advance (fixture->clock, 4000);
  g_assert_cmpuint (fixture->holes, ==, 1);
  assert_taken (fixture, " 15");
  g_assert_true (vis_chat_turns_is_whole (fixture->turns));
  g_assert_cmpint (vis_chat_turns_get_since (fixture->turns), ==, 15);
}

/* The list of chats is ahead of the events. */
static void
test_expected (Fixture *fixture, gconstpointer data)
{
  vis_chat_turns_expect (fixture->turns, 11);
  vis_chat_turns_watch (fixture->turns);
  g_assert_false (vis_chat_turns_is_whole (fixture->turns));
  come (fixture, 11);
  assert_taken (fixture, " 11");
  g_assert_true (vis_chat_turns_is_whole (fixture->turns));
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
}

/* The connection is lost: waiting events are freed, and handled when they are repeated. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  come (fixture, 12);
  come (fixture, 13);
  vis_chat_turns_stop (fixture->turns);
  g_assert_cmpuint (fixture->freed, ==, 2);
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);

  g_assert_cmpint (
    vis_chat_turns_start (fixture->turns, 10, 13, "0000000d", FALSE), ==, VIS_SYNC_RESUME);
  come (fixture, 11);
  come (fixture, 12);
  come (fixture, 13);
  assert_taken (fixture, " 11 12 13");
  g_assert_cmpint (
    vis_chat_turns_start (fixture->turns, 13, 20, "00000014", TRUE), ==, VIS_SYNC_RESET);
  g_assert_cmpint (vis_chat_turns_get_since (fixture->turns), ==, 20);
}

/* A server with more events after a missing one than may wait. */
static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  for (gint64 seq = 12; fixture->holes == 0; seq++)
    {
      g_assert_cmpint (seq, <, 12 + 2000);
      come (fixture, seq);
    }
  g_assert_true (vis_chat_turns_is_whole (fixture->turns));
  g_assert_cmpuint (manual_clock_count (fixture->clock), ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/turns/order", test_order },
    { "/turns/missing-event", test_hole },
    { "/turns/list-ahead-of-events", test_expected },
    { "/turns/stop", test_stop },
    { "/turns/too-many-waiting", test_too_many },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
