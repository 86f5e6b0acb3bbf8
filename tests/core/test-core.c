/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "until.h"
#include "vis-backoff.h"
#include "vis-clock.h"
#include "vis-error.h"
#include "vis-event-queue.h"
#include "vis-id.h"
#include "vis-text.h"

#include <gio/gio.h>

static void
test_backoff (void)
{
  static const struct
  {
    guint  attempt;
    double random;
    guint  expected;
  } cases[] = {
    { 0, 0.0, 500 },  { 0, 0.5, 750 },   { 1, 0.0, 1000 },  { 2, 0.0, 2000 },
    { 4, 0.0, 8000 }, { 5, 0.0, 15000 }, { 5, 0.5, 22500 }, { 1000000, 0.0, 15000 },
    { 0, -1.0, 500 }, { 0, 7.0, 1000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (
      vis_backoff_delay (cases[i].attempt, 1000, 30000, cases[i].random), ==, cases[i].expected);
}

static void
test_id (void)
{
  static const struct
  {
    const char *id;
    gboolean    valid;
  } cases[] = {
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01", TRUE },
    { "0B0FDD0A-6D7E-4F6B-9D0A-0D3A6B1F6A01", FALSE },
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a0", FALSE },
    { "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a011", FALSE },
    { "0b0fdd0a06d7e-4f6b-9d0a-0d3a6b1f6a01", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };
  g_autofree char *id = vis_id_new ();

  g_assert_true (vis_id_is_valid (id));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vis_id_is_valid (cases[i].id), ==, cases[i].valid);
  g_assert_cmpint (vis_id_compare ("0a", "0b"), <, 0);
}

static void
test_user (void)
{
  static const struct
  {
    const char *user;
    gboolean    valid;
  } cases[] = {
    { "ada", TRUE },
    { "0", TRUE },
    { "a.b_c-d", TRUE },
    { "abcdefghijklmnopqrstuvwxyz012345", TRUE },
    { "abcdefghijklmnopqrstuvwxyz0123456", FALSE },
    { ".ada", FALSE },
    { "Ada", FALSE },
    { "a b", FALSE },
    { "ä", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (vis_user_is_valid (cases[i].user), ==, cases[i].valid);
}

static void
test_user_from_text (void)
{
  static const struct
  {
    const char *text;
    const char *user;
  } cases[] = {
    { "ada", "ada" },     { "Ada", "ada" }, { "ADA.Lovelace-1_", "ada.lovelace-1_" },
    { " @Ada\n", "ada" }, { "@@a", "@a" },  { "Ada Lovelace", "ada lovelace" },
    { "ÄDA", "Äda" },     { "a@b", "a@b" }, { "@", "" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *user = vis_user_from_text (cases[i].text);

      g_assert_cmpstr (user, ==, cases[i].user);
    }
}

static void
test_error (void)
{
  g_autoptr (GError) ours = g_error_new_literal (VIS_ERROR, VIS_ERROR_OFFLINE, "internal words");
  g_autoptr (GError) unknown = g_error_new_literal (VIS_ERROR, 4711, "internal words");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such file");

  g_assert_cmpstr (vis_error_to_sentence (ours), !=, "internal words");
  g_assert_cmpstr (vis_error_to_sentence (unknown), ==, "internal words");
  g_assert_cmpstr (vis_error_to_sentence (other), ==, "No such file");
}

static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_clock (void)
{
  VisClock *clock = vis_clock_get_system ();
  gint64    before = vis_clock_now (clock);
  guint     calls = 0;
  guint     removed_calls = 0;
  guint     removed = vis_clock_add_timeout (clock, 0, count, &removed_calls);
  guint     kept = vis_clock_add_timeout (clock, 1, count, &calls);

  g_assert_cmpuint (kept, !=, 0);
  vis_clock_clear (clock, &removed);
  g_assert_cmpuint (removed, ==, 0);
  vis_clock_clear (clock, &removed);
  WAIT_FOR (calls > 0);
  g_assert_cmpuint (removed_calls, ==, 0);
  g_assert_cmpint (vis_clock_now (clock), >, before);
  g_assert_cmpint (vis_clock_wall (clock), >, G_GINT64_CONSTANT (1600000000000));
}

#define RLO  "\xe2\x80\xae"
#define RLE  "\xe2\x80\xab"
#define PDF  "\xe2\x80\xac"
#define FSI  "\xe2\x81\xa8"
#define PDI  "\xe2\x81\xa9"
#define ZWSP "\xe2\x80\x8b"
#define ZWJ  "\xe2\x80\x8d"
#define MAN  "\xf0\x9f\x91\xa8"

static void
test_text_direction (void)
{
  static const struct
  {
    const char *text, *plain, *isolated, *sentence, *disarmed;
  } cases[] = {
    { "Grace Hopper", "Grace Hopper", "Grace Hopper", "Grace Hopper", "Grace Hopper" },
    { "", "", "", "", "" },
    { "Hi! (C++)", "Hi! (C++)", "Hi! (C++)", "Hi! (C++)", "Hi! (C++)" },
    { "one\ntwo\t", "one two ", "one two ", "one two ", "one\ntwo\t" },
    { "a\xe2\x80\xa9"
      "b",
      "a b",
      "a b",
      "a b",
      "a\xe2\x80\xa9"
      "b" },
    { "עדה", "עדה", FSI "עדה" PDI, "עדה", "עדה" },
    { "Ada ليلى!", "Ada ليلى!", FSI "Ada ليلى!" PDI, "Ada ليلى!", "Ada ليلى!" },
    { FSI "עדה" PDI ": 3", "עדה: 3", FSI "עדה: 3" PDI, FSI "עדה" PDI ": 3", FSI "עדה" PDI ": 3" },
    { RLO "ecarG", "ecarG", "ecarG", "ecarG", RLE "ecarG" },
    { PDI PDF "Ada" FSI, "Ada", "Ada", PDI "Ada" FSI, PDI PDF "Ada" FSI },
    { RLO "moc.live" PDF " x", "moc.live x", "moc.live x", "moc.live x", RLE "moc.live" PDF " x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plain = vis_text_plain (cases[i].text);
      g_autofree char *isolated = vis_text_isolate (cases[i].text);
      g_autofree char *sentence = vis_text_sentence (cases[i].text);
      g_autofree char *disarmed = vis_text_disarm (cases[i].text);

      g_assert_cmpstr (plain, ==, cases[i].plain);
      g_assert_cmpstr (isolated, ==, cases[i].isolated);
      g_assert_cmpstr (sentence, ==, cases[i].sentence);
      g_assert_cmpstr (disarmed, ==, cases[i].disarmed);
    }
}

static char *
repeat (const char *first, const char *part, guint n)
{
  GString *text = g_string_new (first);

  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  return g_string_free (text, FALSE);
}

/* What people write stays as it is; what goes beyond keeps its length where it is shown alone. */
static void
test_text_clusters (void)
{
  static const char *const genuine[] = {
    "👩🏽‍❤️‍💋‍👨🏿",
    "👨‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "ཧཱུྃ",
    "é̂",
    "שָׁלוֹם",
    "한글 한글 한글 한글",
  };
  static const struct
  {
    const char *first, *part;
    glong       most; /* characters of what is plain */
  } piles[] = {
    { "ཀ", "ུ", 12 },  { "e", "\xcc\x81", 12 }, { "", "\xcc\x81", 12 },
    { "", "ᄀ", 12 }, { "", "\xd8\x80", 11 },
  };
  g_autofree char *men = repeat ("", MAN ZWJ, 200);
  g_autofree char *plain_men = vis_text_plain (men);
  g_autofree char *shown_men = vis_text_disarm (men);
  guint            joined = 0;

  for (guint i = 0; i < G_N_ELEMENTS (genuine); i++)
    {
      g_autofree char *plain = vis_text_plain (genuine[i]);
      g_autofree char *shown = vis_text_disarm (genuine[i]);

      g_assert_cmpstr (plain, ==, genuine[i]);
      g_assert_cmpstr (shown, ==, genuine[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (piles); i++)
    {
      g_autofree char *text = repeat (piles[i].first, piles[i].part, 200);
      g_autofree char *plain = vis_text_plain (text);
      g_autofree char *shown = vis_text_disarm (text);

      g_assert_cmpint (g_utf8_strlen (plain, -1), ==, piles[i].most);
      g_assert_cmpint (g_utf8_strlen (shown, -1), ==, g_utf8_strlen (text, -1));
    }

  /* No character of more than so many parts is left. */
  g_assert_cmpint (g_utf8_strlen (shown_men, -1), ==, 400);
  for (const char *p = plain_men; *p != '\0'; p = g_utf8_next_char (p))
    {
      joined = g_str_has_prefix (p, MAN) && (p == plain_men || !g_str_has_prefix (p - 3, ZWJ))
                 ? 1
                 : joined + 1;
      g_assert_cmpuint (joined, <=, 12);
    }
}

static void
test_text_emoji (void)
{
  static const struct
  {
    const char *text;
    gboolean    emoji;
  } cases[] = {
    { "👍", TRUE },
    { "👍👍👍", TRUE },
    { "👍👍👍👍", FALSE },
    { "👍🏽", TRUE }, /* a tone of skin */
    { "❤️", TRUE },   /* a sign that is asked to be a picture */
    { "❤", FALSE },
    { "☕", TRUE },
    { "↔️", TRUE },
    { "🇪🇪🇫🇮", TRUE }, /* flags are pairs */
    { "🇪🇪🇫", FALSE },
    { "1️⃣#️⃣", TRUE },
    { "1", FALSE },
    { "1️", FALSE },
    { "👩‍🔬", TRUE },
    { "👩‍❤️‍💋‍👨🧑🏽‍🚀", TRUE },
    { "👩‍", FALSE }, /* joined to nothing */
    { "🏴󠁧󠁢󠁳󠁣󠁴󠁿", TRUE },
    { "👍 👍", FALSE },
    { "👍!", FALSE },
    { "ok 👍", FALSE },
    { "日本", FALSE },
    { "〒", FALSE },
    { "㊗", FALSE },
    { "️", FALSE },
    { "…", FALSE },
    { "", FALSE },
  };
  g_autofree char *men = repeat ("👨", "\u200d👨", 200);
  g_autofree char *many = repeat ("👍", "👍", 4000);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (vis_text_is_emoji (cases[i].text, 3) != cases[i].emoji)
      g_error ("“%s” is taken for %s", cases[i].text, cases[i].emoji ? "words" : "emoji");
  g_assert_false (vis_text_is_emoji (men, 3));
  g_assert_false (vis_text_is_emoji (many, 3));
}

/* Says what it handles; some events push others, close the queue, or drop the owner. */
typedef struct
{
  VisEventQueue *queue;
  GObject       *owner;
  GString       *handled;
} Machine;

static void
on_machine_event (gpointer owner, gpointer event)
{
  Machine    *machine = g_object_get_data (owner, "machine");
  const char *text = event;

  g_string_append (machine->handled, "(");
  if (g_str_equal (text, "two"))
    {
      vis_event_queue_push (machine->queue, g_strdup ("a"));
      vis_event_queue_push (machine->queue, g_strdup ("b"));
    }
  if (g_str_equal (text, "close"))
    {
      vis_event_queue_push (machine->queue, g_strdup ("a"));
      vis_event_queue_close (machine->queue);
      vis_event_queue_push (machine->queue, g_strdup ("b"));
    }
  if (g_str_equal (text, "drop"))
    g_clear_object (&machine->owner);
  g_string_append_printf (machine->handled, "%s)", text);
}

static void
on_machine_gone (gpointer data, GObject *owner)
{
  Machine *machine = data;

  g_clear_pointer (&machine->queue, vis_event_queue_free);
}

static void
test_event_queue (void)
{
  static const struct
  {
    const char *pushed[3];
    const char *handled;
  } cases[] = {
    { { "x", "y" }, "(x)(y)" },
    { { "two", "y" }, "(two)(a)(b)(y)" }, /* not inside one another */
    { { "close", "y" }, "(close)" },
    { { "drop" }, "(drop)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) handled = g_string_new (NULL);
      Machine machine = { .owner = g_object_new (G_TYPE_OBJECT, NULL), .handled = handled };

      machine.queue = vis_event_queue_new (on_machine_event, machine.owner, g_free);
      g_object_set_data (machine.owner, "machine", &machine);
      g_object_weak_ref (machine.owner, on_machine_gone, &machine);
      for (guint j = 0; cases[i].pushed[j] != NULL; j++)
        vis_event_queue_push (machine.queue, g_strdup (cases[i].pushed[j]));
      g_clear_object (&machine.owner);
      g_assert_null (machine.queue);
      g_assert_cmpstr (handled->str, ==, cases[i].handled);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/backoff", test_backoff);
  g_test_add_func ("/core/event-queue", test_event_queue);
  g_test_add_func ("/core/id", test_id);
  g_test_add_func ("/core/user", test_user);
  g_test_add_func ("/core/user-from-text", test_user_from_text);
  g_test_add_func ("/core/error", test_error);
  g_test_add_func ("/core/clock", test_clock);
  g_test_add_func ("/core/text/direction", test_text_direction);
  g_test_add_func ("/core/text/clusters", test_text_clusters);
  g_test_add_func ("/core/text/emoji", test_text_emoji);
  return g_test_run ();
}
