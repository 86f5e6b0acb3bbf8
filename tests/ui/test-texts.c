/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-incoming-call.h"
#include "vis-message-body.h"
#include "vis-message-row.h"
#include "vis-text.h"
#include "vis-window.h"

#include <string.h>

/* Texts that nobody would write, but somebody may send. */

static const struct
{
  const char *name, *first, *part;
  guint       times;
} hostile[] = {
  { "men-joined", "", "👨\u200d", 200 },
  { "men-and-women-joined", "", "👨🏿\u200d❤\ufe0f\u200d👩🏿\u200d", 60 },
  { "tibetan-stack", "ཀ", "ུ", 200 },
  { "accents", "e", "\u0301", 400 },
  { "hangul-leads", "", "ᄀ", 200 },
  { "number-signs", "", "\u0600", 200 },
  { "conjuncts", "", "क\u094d", 200 },
  { "bismillah", "", "﷽", 40 },
  { "cuneiform", "", "𒐫", 40 },
  { "one-word", "", "W", 800 },
  { "no-break-spaces", "", "W\u00a0", 400 },
  { "word-joiners", "", "W\u2060", 400 },
  { "line-feeds", "", "\n", 800 },
  { "tabs", "", "\t", 200 },
  { "overrides", "\u202e", "W\u202e", 100 },
  { "isolates", "", "\u2066\u2068W", 100 },
  { "markup", "", "<b>&", 100 },
  { "emoji", "", "👨🏿\u200d❤\ufe0f\u200d👩🏿", 3 },
};

static char *
dup_hostile (guint index)
{
  GString *text = g_string_new (hostile[index].first);

  for (guint i = 0; i < hostile[index].times; i++)
    g_string_append (text, hostile[index].part);

  return g_string_free (text, FALSE);
}

static int
get_minimum (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

/* Places that show texts of other people. Each function shows @text and returns the widget with it.
 */

static GtkWidget *
place_message (Fixture *fixture, const char *text)
{
  VisConversation *grace = vis_chat_find (fixture->stage->chat, "grace");

  vis_window_open_chat (fixture->window, "grace");
  stage_say (fixture->stage, grace, text, 0);
  stage_own (fixture->stage, grace, text, 0, VIS_DELIVERY_FAILED);

  return fixture->widget;
}

static GtkWidget *
place_preview (Fixture *fixture, const char *text)
{
  stage_say (fixture->stage, vis_chat_find (fixture->stage->chat, "kat"), text, 0);

  return fixture->widget;
}

static GtkWidget *
place_name (Fixture *fixture, const char *text)
{
  vis_window_open_chat (fixture->window, "grace");
  vis_contact_set_name (
    vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "grace")), text);
  vis_chat_model_set_name (fixture->stage->chat->model, text);

  return fixture->widget;
}

static GtkWidget *
place_request (Fixture *fixture, const char *text)
{
  vis_window_open_chat (fixture->window, "radia");
  vis_contact_set_name (
    vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "radia")), text);

  return fixture->widget;
}

static GtkWidget *
place_draft (Fixture *fixture, const char *text)
{
  vis_window_open_chat (fixture->window, "grace");
  driver_write (fixture->widget, "Message", text);

  return fixture->widget;
}

static GtkWidget *
place_toast (Fixture *fixture, const char *text)
{
  vis_window_show_error (fixture->window, text);

  return fixture->widget;
}

static VisCall *
begin_call (Fixture *fixture, const char *name, VisCallState state)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", name, FALSE, TRUE);

  vis_call_set_state (call, state);
  if (state == VIS_CALL_IN_CALL)
    vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  spy_controller_set_call (fixture->stage->controller, call);

  return vis_call_controller_get_call (fixture->stage->controller);
}

static GtkWidget *
place_call (Fixture *fixture, const char *text)
{
  begin_call (fixture, text, VIS_CALL_IN_CALL);

  return fixture->widget;
}

static GtkWidget *
place_call_bar (Fixture *fixture, const char *text)
{
  begin_call (fixture, text, VIS_CALL_IN_CALL);
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);

  return fixture->widget;
}

static GtkWidget *
place_call_over (Fixture *fixture, const char *text)
{
  begin_call (fixture, text, VIS_CALL_IN_CALL);
  spy_controller_end (fixture->stage->controller, VIS_END_UNREACHABLE);

  return fixture->widget;
}

static GtkWidget *
place_incoming (Fixture *fixture, const char *text)
{
  begin_call (fixture, text, VIS_CALL_RINGING);

  return driver_look_for_window (VIS_TYPE_INCOMING_CALL);
}

typedef GtkWidget *(*Place) (Fixture *fixture, const char *text);

static const struct
{
  const char *name;
  Place       show;
} places[] = {
  { "message", place_message },   { "preview", place_preview },   { "name", place_name },
  { "request", place_request },   { "draft", place_draft },       { "toast", place_toast },
  { "call", place_call },         { "call-bar", place_call_bar }, { "call-over", place_call_over },
  { "incoming", place_incoming },
};

/* The minimum width of the window with @text at that place. */
static int
measure_place (Fixture *fixture, Place show, const char *text)
{
  GtkWidget *holder;

  if (vis_call_controller_get_call (fixture->stage->controller) != NULL)
    spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);
  holder = show (fixture, text);
  g_assert_nonnull (holder);
  driver_settle ();

  return get_minimum (holder);
}

static void
test_minimum_width (Fixture *fixture, gconstpointer data)
{
  Place show = places[GPOINTER_TO_UINT (data)].show;
  int   plain;

  fixture_sign_in (fixture);
  plain = measure_place (fixture, show, "Grace");
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *text = dup_hostile (i);
      int              minimum = measure_place (fixture, show, text);

      g_test_message ("%s: %d", hostile[i].name, minimum);
      if (minimum > plain)
        g_test_fail ();
    }
  if (vis_call_controller_get_call (fixture->stage->controller) != NULL)
    spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);
}

/* Measures the width of a label for each height, down to one letter in a line. */
static void
measure_for_heights (GtkLabel *label)
{
  g_autofree char  *accents = dup_hostile (3);
  const char *const texts[] = { "i", "Declined", "It could not be reached.", accents };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gtk_label_set_label (label, texts[i]);
      for (int height = 16; height < 1000; height += height / 3)
        {
          int minimum, natural;

          gtk_widget_measure (
            GTK_WIDGET (label), GTK_ORIENTATION_HORIZONTAL, height, &minimum, &natural, NULL, NULL);
          g_assert_cmpint (minimum, <=, natural);
        }
    }
}

static guint
measure_labels (GtkWidget *widget)
{
  guint n = 0;

  /* VisMessageBody never measures its label's width for a height. */
  if (VIS_IS_MESSAGE_BODY (widget))
    return 0;
  if (GTK_IS_LABEL (widget) && gtk_label_get_wrap (GTK_LABEL (widget)))
    {
      gtk_widget_set_visible (widget, TRUE);
      measure_for_heights (GTK_LABEL (widget));
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += measure_labels (child);

  return n;
}

/* In GTK 4.8, an ellipsizing label without `width-chars` measures less than its ellipsis for a
 * large height, and warns. */
static void
test_narrow_and_high (Fixture *fixture, gconstpointer data)
{
  guint             n = 0;
  g_autoptr (GList) toplevels = NULL;

  n += measure_labels (fixture->widget);
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  vis_window_show_error (fixture->window, "It could not be sent.");
  place_call (fixture, "Grace");
  gtk_widget_activate_action (fixture->widget, "win.new-chat", NULL);
  driver_settle ();

  toplevels = gtk_window_list_toplevels ();
  for (GList *l = toplevels; l != NULL; l = l->next)
    n += measure_labels (l->data);
  g_assert_cmpuint (n, >, 20);
  spy_controller_end (fixture->stage->controller, VIS_END_HANGUP);
}

/* A right-to-left name does not reorder the sentence around it. */
static void
test_toast_isolates (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = vis_text_isolate ("עדה");
  g_autofree char *sentence = g_strdup_printf ("Sent to %s: 3", name);
  GtkWidget       *label;
  PangoRectangle   digit, letter;

  vis_window_show_error (fixture->window, sentence);
  label = driver_find (fixture->widget, GTK_TYPE_LABEL, sentence);
  driver_settle ();
  pango_layout_index_to_pos (
    gtk_label_get_layout (GTK_LABEL (label)), (int) strlen (sentence) - 1, &digit);
  pango_layout_index_to_pos (
    gtk_label_get_layout (GTK_LABEL (label)), (int) strlen ("Sent to \u2068"), &letter);
  g_assert_cmpint (digit.x, >, letter.x);

  vis_window_show_error (fixture->window, "over\u202eridden \u2068עדה\u2069");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "overridden \u2068עדה\u2069");
}

static int
get_height (VisMessageBody *body)
{
  int height;

  gtk_widget_measure (GTK_WIDGET (body), GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);

  return height;
}

/* A message of a few emoji alone is large; the row is not once it shows another message. */
static void
test_emoji (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gboolean    large;
  } cases[] = {
    { "👍", TRUE }, { "👍👍👍", TRUE },   { "👍👍👍👍", FALSE },      { "👍 well", FALSE },
    { "☕", TRUE }, { "well", FALSE }, { "👩\u200d🔬🇪🇪", TRUE }, { "", FALSE },
  };
  g_autoptr (GtkWidget) body = g_object_ref_sink (vis_message_body_new ());
  int                   plain;

  vis_message_body_set_message (VIS_MESSAGE_BODY (body), "well 👍", FALSE);
  plain = get_height (VIS_MESSAGE_BODY (body));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int height;

      vis_message_body_set_message (VIS_MESSAGE_BODY (body), cases[i].text, FALSE);
      height = get_height (VIS_MESSAGE_BODY (body));
      g_test_message ("%s: %d of %d", cases[i].text, height, plain);
      if (cases[i].large)
        g_assert_cmpint (height * 2, >=, plain * 3);
      else
        g_assert_cmpint (height, <=, plain);
    }
}

/* Long texts */

static VisMessageBody *
find_body (Fixture *fixture, const char *shown)
{
  GtkWidget *label = driver_find (fixture->widget, GTK_TYPE_LABEL, shown);

  return VIS_MESSAGE_BODY (gtk_widget_get_ancestor (label, VIS_TYPE_MESSAGE_BODY));
}

static const char *
get_shown (VisMessageBody *body)
{
  return gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (GTK_WIDGET (body))));
}

static char *
make_long (const char *part, guint length)
{
  GString *text = g_string_new (NULL);

  while (text->len + strlen (part) <= length)
    g_string_append (text, part);

  return g_string_free (text, FALSE);
}

/* A long text is folded to a screen until "Read more" is pressed. */
static void
test_folds (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *part;
    guint       length;
    gboolean    folds;
  } cases[] = {
    { "word ", 1400, FALSE },  { "word ", 8000, TRUE },  { "A7+/", 8000, TRUE },
    { "line\n", 100, FALSE },  { "line\n", 1000, TRUE }, { "http://a.example/", 2000, TRUE },
    { "👨\u200d", 8000, TRUE }, { "ཀུུུུུུ", 8000, TRUE },
  };
  VisConversation *conversation;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  vis_window_open_chat (fixture->window, "mary");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GtkWidget) body = g_object_ref_sink (vis_message_body_new ());
      g_autofree char      *text = make_long (cases[i].part, cases[i].length);
      glong                 shown;

      vis_message_body_set_message (VIS_MESSAGE_BODY (body), text, FALSE);
      shown = g_utf8_strlen (get_shown (VIS_MESSAGE_BODY (body)), -1);
      if (cases[i].folds)
        {
          g_assert_cmpint (shown, <=, 1001);
          g_assert_true (g_str_has_suffix (get_shown (VIS_MESSAGE_BODY (body)), "…"));
        }
      else
        {
          g_assert_cmpint (shown, ==, g_utf8_strlen (text, -1));
        }
      vis_message_body_set_message (VIS_MESSAGE_BODY (body), text, TRUE);
      shown = g_utf8_strlen (get_shown (VIS_MESSAGE_BODY (body)), -1);
      g_assert_cmpint (shown, ==, g_utf8_strlen (text, -1));
    }

  stage_say (fixture->stage, conversation, "short", 0);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "short");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Read more"));
}

typedef struct
{
  GtkWidget *body;
  GtkWidget *time;
  gboolean   beside;
} Placing;

/* Once both are allocated. */
static gboolean
is_placed (gpointer data)
{
  Placing        *placing = data;
  GtkWidget      *row = gtk_widget_get_parent (placing->body);
  graphene_rect_t words, clock;

  if (!gtk_widget_compute_bounds (placing->body, row, &words) || words.size.height == 0 ||
      !gtk_widget_compute_bounds (placing->time, row, &clock) || clock.size.height == 0)
    return FALSE;
  if (placing->beside)
    return clock.origin.x >= words.origin.x + words.size.width;

  return clock.origin.y >= words.origin.y + words.size.height;
}

/* The time is beside a single line and below several, which have the whole width of the bubble. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gboolean    beside;
  } cases[] = { { "one line", TRUE }, { "two\nlines", FALSE }, { "", FALSE } };
  VisConversation *conversation;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  vis_window_open_chat (fixture->window, "mary");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
        *cases[i].text != '\0' ? g_strdup (cases[i].text) : make_long ("many words ", 400);
      Placing placing = { .beside = cases[i].beside };

      stage_say (fixture->stage, conversation, text, 0);
      placing.body = GTK_WIDGET (find_body (fixture, text));
      placing.time = gtk_widget_get_next_sibling (placing.body);
      driver_until (is_placed, &placing);
    }
}

/* An expanded text stays so in another row. */
static void
test_read_more (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  g_autofree char *text = make_long ("many words ", 8000);

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  vis_window_open_chat (fixture->window, "mary");
  stage_say (fixture->stage, conversation, text, 0);
  driver_click (fixture->widget, "Read more");
  driver_find (fixture->widget, GTK_TYPE_LABEL, text);
  vis_window_open_chat (fixture->window, "grace");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, text);
  vis_window_open_chat (fixture->window, "mary");
  driver_find (fixture->widget, GTK_TYPE_LABEL, text);
  driver_click (fixture->widget, "Show less");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, text);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Read more");
}

/* Following */

/* An unambiguous address is opened; for another one, the person confirms where it leads. An address
 * that is cut by the fold is no link. */
static void
test_links (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text, *uri, *target;
  } cases[] = {
    { "see http://bank.example@evil.example/.",
      "http://bank.example@evil.example/",
      "It leads to evil.example, which may only look like an address that you know." },
    { "see http://аррӏе.example/ now",
      "http://аррӏе.example/",
      "It leads to xn--80ak6aa92e.example, which may only look like an address that you know." },
  };
  VisConversation      *conversation;
  g_autofree char      *filling = g_strnfill (990, 'a');
  g_autofree char      *cut = g_strconcat ("a ", filling, " http://a.example/", filling, NULL);
  g_autoptr (GtkWidget) body = g_object_ref_sink (vis_message_body_new ());

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  vis_window_open_chat (fixture->window, "mary");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *label, *dialog;
      gboolean   taken = FALSE;

      stage_say (fixture->stage, conversation, cases[i].text, 0);
      label = driver_find (fixture->widget, GTK_TYPE_LABEL, cases[i].text);
      g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (label)), "<a href="));
      g_signal_emit_by_name (label, "activate-link", cases[i].uri, &taken);
      g_assert_true (taken);
      dialog = driver_look_for_window (ADW_TYPE_MESSAGE_DIALOG);
      g_assert_nonnull (dialog);
      driver_find (dialog, GTK_TYPE_LABEL, cases[i].target);
      driver_click (dialog, "Cancel");
      driver_settle ();
    }

  vis_message_body_set_message (VIS_MESSAGE_BODY (body), cut, FALSE);
  g_assert_null (
    strstr (gtk_label_get_label (GTK_LABEL (gtk_widget_get_first_child (body))), "href"));
  vis_message_body_set_message (VIS_MESSAGE_BODY (body), cut, TRUE);
  g_assert_nonnull (
    strstr (gtk_label_get_label (GTK_LABEL (gtk_widget_get_first_child (body))), "href"));
  g_assert_nonnull (find_body (fixture, cases[0].text));
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_strconcat ("/texts/minimum-width/", places[i].name, NULL);

      g_test_add (
        path, Fixture, GUINT_TO_POINTER (i), fixture_set_up, test_minimum_width, fixture_tear_down);
    }
  FIXTURE_ADD ("/texts/narrow-and-high", test_narrow_and_high);
  FIXTURE_ADD ("/texts/toast-isolates", test_toast_isolates);
  FIXTURE_ADD ("/texts/emoji", test_emoji);
  FIXTURE_ADD ("/texts/folds", test_folds);
  FIXTURE_ADD ("/texts/time", test_time);
  FIXTURE_ADD ("/texts/read-more", test_read_more);
  FIXTURE_ADD ("/texts/links", test_links);

  return g_test_run ();
}
