/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-wire.h"
#include "spy-controller.h"
#include "vis-sqlite-store.h"
#include "vis-window.h"

#include <time.h>

/* How long the main loop is blocked while many messages come into the open chat, and while long
 * ones are shown. Nothing is judged: compare the ratios. */

#define MANY 1000

typedef struct
{
  FakeWire  *wire;
  VisChat   *chat;
  VisWindow *window;
  gint64     seq;
  gint64     longest; /* longest iteration of the main loop, in µs */
} Bench;

static guint number;

/* CPU time of this thread: independent of the load of the computer. */
static gint64
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
iterate (Bench *bench)
{
  gint64 start = get_work ();

  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (200);
  else
    bench->longest = MAX (bench->longest, get_work () - start);
}

/* Runs the main loop until it was idle for a while. */
static void
rest (Bench *bench, guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    iterate (bench);
}

static void
say (Bench *bench, const char *text)
{
  number++;
  bench->seq++;
  fake_wire_event (bench->wire,
                   "{\"type\":\"chat:message\",\"seq\":%" G_GINT64_FORMAT
                   ",\"chat\":\"grace\",\"message\":{\"id\":\"00000000-0000-4000-8000-%012u\","
                   "\"chat\":\"grace\",\"from\":\"grace\",\"ts\":%u,\"kind\":\"text\","
                   "\"text\":\"%s\"}}",
                   bench->seq,
                   number,
                   number,
                   text);
}

typedef struct
{
  Bench *bench;
  guint  left;
} Burst;

/* As from a socket: each event by itself, with all of them pending. */
static gboolean
on_burst (gpointer data)
{
  Burst           *burst = data;
  g_autofree char *text = g_strdup_printf ("Message %u of many, of the usual length", burst->left);

  say (burst->bench, text);
  burst->left--;

  return burst->left > 0;
}

static guint
count_shown (Bench *bench)
{
  VisConversation *grace = vis_chat_find (bench->chat, "grace");

  return g_list_model_get_n_items (G_LIST_MODEL (vis_conversation_get_timeline (grace)));
}

static double
measure_text (Bench *bench, const char *text)
{
  rest (bench, 300);
  bench->longest = 0;
  say (bench, text);
  rest (bench, 700);

  return (double) bench->longest / G_TIME_SPAN_MILLISECOND;
}

static char *
make_text (gboolean prose, guint length)
{
  GString *text = g_string_new (NULL);
  guint32  state = 1;

  while (text->len < length)
    {
      state = state * 1103515245 + 12345;
      if (prose && (state >> 20) % 6 == 0)
        g_string_append_c (text, ' ');
      else
        g_string_append_c (text, (char) ('a' + (state >> 16) % 26));
    }

  return g_string_free (text, FALSE);
}

static GtkWidget *
find_button (GtkWidget *root, const char *label)
{
  if (GTK_IS_BUTTON (root) && gtk_widget_get_mapped (root) &&
      g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
print_text (Bench *bench, const char *name, gboolean prose, guint length, double plain)
{
  g_autofree char *text = make_text (prose, length);
  double           shown = measure_text (bench, text);
  GtkWidget       *more = find_button (GTK_WIDGET (bench->window), "Read more");

  g_print ("%-24s %7.1f ms (%.1f times a short message)", name, shown, shown / plain);
  if (more != NULL)
    {
      bench->longest = 0;
      g_signal_emit_by_name (more, "clicked");
      rest (bench, 700);
      g_print (", unfolded %7.1f ms", (double) bench->longest / G_TIME_SPAN_MILLISECOND);
      /* Scrolls to the end, where the next one is added. */
      vis_chat_send (bench->chat, vis_chat_find (bench->chat, "grace"), "Read it");
      rest (bench, 300);
    }
  g_print ("\n");
}

int
main (int argc, char *argv[])
{
  Bench                         bench = { 0 };
  g_autoptr (VisStore)          store = NULL;
  g_autoptr (VisCallController) controller = NULL;
  Burst                         burst = { &bench, MANY };
  double                        plain;
  gint64                        start;

  gtk_init ();
  adw_init ();
  store = vis_sqlite_store_new (NULL);
  bench.wire = fake_wire_new ();
  bench.chat = vis_chat_new ("ada", store, VIS_WIRE (bench.wire), NULL);
  controller = spy_controller_new ();
  while (!vis_chat_get_loaded (bench.chat))
    iterate (&bench);
  fake_wire_connect (bench.wire, 0, FALSE);
  fake_wire_ok (bench.wire,
                fake_wire_expect (bench.wire, VIS_KIND_CONTACT_LIST),
                "\"contacts\":[{\"user\":\"grace\",\"name\":\"Grace\",\"state\":\"mutual\","
                "\"presence\":\"online\"}]");

  bench.window = vis_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 1000, 700);
  vis_window_set_session (bench.window, bench.chat, controller);
  gtk_window_present (GTK_WINDOW (bench.window));
  rest (&bench, 500);
  say (&bench, "Hello");
  rest (&bench, 300);
  vis_window_open_chat (bench.window, "grace");
  rest (&bench, 500);
  plain = measure_text (&bench, "A short message");
  plain = MAX (plain, measure_text (&bench, "Another one"));
  g_print ("%-24s %7.1f ms\n", "short message", plain);

  bench.longest = 0;
  start = get_work ();
  g_idle_add_full (G_PRIORITY_DEFAULT, on_burst, &burst, NULL);
  while (count_shown (&bench) < MANY)
    iterate (&bench);
  g_print ("%-24s %7.1f ms (%.1f times a short message), all there after %.0f ms of work\n",
           "burst of 1,000",
           (double) bench.longest / G_TIME_SPAN_MILLISECOND,
           (double) bench.longest / G_TIME_SPAN_MILLISECOND / plain,
           (double) (get_work () - start) / G_TIME_SPAN_MILLISECOND);
  rest (&bench, 4000);
  g_print (
    "%-24s %7.1f ms\n", "with what follows", (double) bench.longest / G_TIME_SPAN_MILLISECOND);

  print_text (&bench, "8,000 without a space", FALSE, 8000, plain);
  print_text (&bench, "8,000 of prose", TRUE, 8000, plain);
  print_text (&bench, "2,000 without a space", FALSE, 2000, plain);

  gtk_window_destroy (GTK_WINDOW (bench.window));
  g_object_unref (bench.chat);
  g_object_unref (bench.wire);

  return 0;
}
