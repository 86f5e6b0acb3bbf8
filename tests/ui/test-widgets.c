/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "driver.h"
#include "fixture.h"
#include "vis-call-view.h"
#include "vis-chat-row.h"
#include "vis-main-view.h"
#include "vis-sidebar.h"
#include "vis-window.h"

/* The list of chats */

static void
test_list (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GtkWidget       *row;

  fixture_sign_in (fixture);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "New chat");
  driver_find (fixture->widget, GTK_TYPE_EDITABLE, "Search");

  row = driver_find (
    fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, 2 unread messages, online");
  g_assert_nonnull (driver_look_for (row, GTK_TYPE_LABEL, "2"));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "(4) Visavis");

  conversation = vis_chat_find (fixture->stage->chat, "kat");
  vis_conversation_set_unread (conversation, 0);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, online");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "(2) Visavis");
  vis_contact_set_presence (vis_conversation_get_contact (conversation), VIS_PRESENCE_OFFLINE, 0);
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Katherine Johnson, offline");
  stage_say (fixture->stage, conversation, "Yes", 1);
  row = gtk_widget_get_ancestor (driver_find (fixture->widget, GTK_TYPE_LABEL, "Yes"),
                                 VIS_TYPE_CHAT_ROW);
  g_assert_true (driver_is_named (row, "Katherine Johnson, offline"));
}

static void
on_rows_changed (GListModel *model, guint position, guint removed, guint added, guint *changes)
{
  (*changes)++;
}

static gboolean
shows_all (gpointer data)
{
  return g_list_model_get_n_items (data) >= 300;
}

/* Changes of hundreds of chats at once move the rows once: each move makes, binds and lays out as
 * many rows as a list keeps. */
static void
test_many_chats_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) conversations = g_ptr_array_new ();
  GtkWidget            *list;
  GListModel           *model;
  guint                 changes = 0;

  fixture_sign_in (fixture);
  list = gtk_widget_get_ancestor (
    driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online"), GTK_TYPE_LIST_VIEW);
  model = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_rows_changed), &changes);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *user = g_strdup_printf ("user%u", i);

      g_ptr_array_add (
        conversations,
        stage_add (fixture->stage, user, user, VIS_CONTACT_MUTUAL, VIS_PRESENCE_OFFLINE));
    }
  driver_until (shows_all, model);
  changes = 0;
  for (guint i = 0; i < conversations->len; i++)
    stage_say (fixture->stage, conversations->pdata[i], "Now", 1);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Now");
  g_signal_handlers_disconnect_by_data (model, &changes);

  g_assert_cmpuint (changes, >, 0);
  g_assert_cmpuint (changes, <, 10);
}

/* "Nobody" is shown only once the server has sent its list; without a connection no spinner turns.
 */
static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  VisChat *chat = fixture->stage->chat;

  vis_chat_set_connection (chat, VIS_CHAT_STATUS_OFFLINE);
  vis_window_set_session (fixture->window, chat, fixture->stage->controller);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Loading your chats…");
  vis_chat_set_loaded (chat);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Your chats appear when the server answers.");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Loading your chats…");
  vis_chat_set_connection (chat, VIS_CHAT_STATUS_SYNCING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Loading your chats…");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_LABEL, "No chats yet"));
  vis_chat_set_connection (chat, VIS_CHAT_STATUS_ONLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No chats yet");
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Loading your chats…");

  /* From then on, the store has it. */
  vis_chat_journal_set_since (chat->journal, 57, NULL);
  vis_chat_set_connection (chat, VIS_CHAT_STATUS_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No chats yet");
}

/* The display name is known after the first connection. The user name, by which others can add this
 * person, can be copied. */
static void
test_own_name (Fixture *fixture, gconstpointer data)
{
  GdkClipboard   *clipboard = gtk_widget_get_clipboard (fixture->widget);
  g_auto (GValue) copied = G_VALUE_INIT;

  fixture_sign_in (fixture);
  vis_chat_model_set_name (fixture->stage->chat->model, "Countess of Lovelace");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "@ada · Countess of Lovelace");

  gtk_widget_activate_action (fixture->widget, "win.copy-user-name", NULL);
  g_assert_nonnull (gdk_clipboard_get_content (clipboard));
  g_value_init (&copied, G_TYPE_STRING);
  g_assert_true (
    gdk_content_provider_get_value (gdk_clipboard_get_content (clipboard), &copied, NULL));
  g_assert_cmpstr (g_value_get_string (&copied), ==, "ada");
  driver_find (
    fixture->widget, GTK_TYPE_LABEL, "Copied “ada”. Others can add you by this user name.");
}

static int
measure_width (GtkWidget *widget, gboolean natural)
{
  int size[2];

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &size[0], &size[1], NULL, NULL);

  return size[natural];
}

/* A long display name neither makes the list wider nor cuts the user name. */
static void
test_long_own_name (Fixture *fixture, gconstpointer data)
{
  GtkWidget  *sidebar, *label;
  const char *name = "Augusta Ada King, Countess of Lovelace, née Byron";
  const char *words = "@ada · Augusta Ada King, Countess of Lovelace, née Byron";

  fixture_sign_in (fixture);
  vis_link_news_set_plain_server (vis_window_get_news (fixture->window), "192.168.1.20:8448");
  vis_chat_model_set_name (fixture->stage->chat->model, name);
  label = driver_find (fixture->widget, GTK_TYPE_LABEL, words);
  sidebar = gtk_widget_get_ancestor (label, VIS_TYPE_SIDEBAR);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (label), ==, words);
  g_assert_cmpint (measure_width (sidebar, TRUE), ==, 300);
}

/* Each page fits into the narrowest window. */

static void
assert_narrow (Fixture *fixture, const char *page)
{
  /* The content without the frame, whose width depends on the theme. */
  GtkWidget *content =
    adw_application_window_get_content (ADW_APPLICATION_WINDOW (fixture->window));

  driver_settle ();
  g_test_message ("%s: %d", page, measure_width (content, FALSE));
  g_assert_cmpint (measure_width (content, FALSE), <=, 360);
}

static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  static const char *const people[] = { "grace", "radia", "barbara" };
  VisContact              *contact;

  vis_window_show_welcome (fixture->window);
  assert_narrow (fixture, "welcome");
  driver_click (fixture->widget, "Create account");
  assert_narrow (fixture, "create");
  fixture_sign_in (fixture);
  assert_narrow (fixture, "list");
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      vis_window_open_chat (fixture->window, people[i]);
      assert_narrow (fixture, people[i]);
    }
  contact = vis_conversation_get_contact (vis_chat_find (fixture->stage->chat, "barbara"));
  vis_contact_set_state (contact, VIS_CONTACT_BLOCKED);
  assert_narrow (fixture, "blocked");
  vis_contact_set_state (contact, VIS_CONTACT_NONE);
  assert_narrow (fixture, "no contact");
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  assert_narrow (fixture, "call");
  spy_controller_end (fixture->stage->controller, VIS_END_TIMEOUT);
  assert_narrow (fixture, "over");
}

/* The same with texts as long as in other languages. */
static void
test_narrow_translations (Fixture *fixture, gconstpointer data)
{
  static const char *const words[] = { "Accept", "Decline", "Block" };

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "radia");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    gtk_button_set_label (GTK_BUTTON (driver_find (fixture->widget, GTK_TYPE_BUTTON, words[i])),
                          "Kontaktanfragenbestätigung ein für alle Mal unwiderruflich erteilen");
  assert_narrow (fixture, "translated");
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  driver_write (fixture->widget, "Search", "LAMARR");
  driver_gone (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Hedy Lamarr, 1 unread message, offline");
  driver_write (fixture->widget, "Search", "nobody of this name");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "No one found");
  driver_write (fixture->widget, "Search", "");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

static void
test_connection (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  g_assert_true (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Video call")));
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline. Trying again…");
  /* Presences are unknown. */
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Not connected");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, offline");
  g_assert_false (
    gtk_widget_is_sensitive (driver_find (fixture->widget, GTK_TYPE_BUTTON, "Video call")));
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_SYNCING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_ONLINE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Catching up…");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Online");
  driver_find (fixture->widget, VIS_TYPE_CHAT_ROW, "Grace Hopper, online");
}

/* The store's problem is shown as long as it lasts, connected or not. */
static void
test_problem (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  const char        *words = "Your messages can’t be saved. Check the free space on your disk.";

  fixture_sign_in (fixture);
  vis_chat_journal_set_problem (fixture->stage->chat->journal, error);
  driver_find (fixture->widget, GTK_TYPE_LABEL, words);
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, words);
  vis_chat_journal_set_problem (fixture->stage->chat->journal, NULL);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline. Trying again…");
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_ONLINE);
  driver_gone (fixture->widget, GTK_TYPE_LABEL, "Offline. Trying again…");
}

/* If the sign-in is connected elsewhere, a button is shown, and no "trying again". */
static void
test_offer (Fixture *fixture, gconstpointer data)
{
  VisLinkNews *news = vis_window_get_news (fixture->window);

  fixture_sign_in (fixture);
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_OFFLINE);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Offline. Trying again…");
  g_assert_null (driver_look_for (fixture->widget, GTK_TYPE_BUTTON, "Connect here"));
  vis_link_news_set_reason (news, "The server is not running.");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "The server is not running.");
  vis_link_news_set_offer (news, "Connect here instead?", "Connect here", "app.connect");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connect here instead?");
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Connect here");
  vis_link_news_set_offer (news, NULL, NULL, NULL);
  vis_link_news_set_reason (news, NULL);
  vis_chat_set_connection (fixture->stage->chat, VIS_CHAT_STATUS_CONNECTING);
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Connecting…");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Connect here");
}

static void
on_news (VisLinkNews *news, GString *heard)
{
  g_string_append_printf (heard,
                          "%s|%s|%s\n",
                          vis_link_news_get_offer (news),
                          vis_link_news_get_verb (news),
                          vis_link_news_get_action (news));
}

/* An offer replaces another one: `changed` is emitted once it is complete. */
static void
test_offer_whole (Fixture *fixture, gconstpointer data)
{
  VisLinkNews        *news = vis_window_get_news (fixture->window);
  g_autoptr (GString) heard = g_string_new (NULL);
  gulong              handler = g_signal_connect (news, "changed", G_CALLBACK (on_news), heard);

  vis_link_news_set_offer (news, "Connect here instead?", "Connect here", "app.connect");
  vis_link_news_set_offer (news, "Trust it?", "Details…", "app.ask-for-trust");
  vis_link_news_set_offer (news, "Trust it?", "Details…", "app.ask-for-trust");
  vis_link_news_set_offer (news, "Trust the other one?", "Details…", "app.ask-for-trust");
  g_assert_cmpstr (heard->str,
                   ==,
                   "Connect here instead?|Connect here|app.connect\n"
                   "Trust it?|Details…|app.ask-for-trust\n"
                   "Trust the other one?|Details…|app.ask-for-trust\n");
  g_signal_handler_disconnect (news, handler);
}

static GtkWidget *
toast_of (GtkWidget *label)
{
  while (!g_str_equal (gtk_widget_get_css_name (label), "toast"))
    label = gtk_widget_get_parent (label);

  return label;
}

/* Once both are allocated. */
static gboolean
is_above (gpointer data)
{
  GtkWidget     **pair = data;
  GtkWidget      *window = GTK_WIDGET (gtk_widget_get_root (pair[0]));
  graphene_rect_t a, b;

  return gtk_widget_compute_bounds (pair[0], window, &a) && a.size.height > 0 &&
         gtk_widget_compute_bounds (pair[1], window, &b) && b.size.height > 0 &&
         a.origin.y + a.size.height <= b.origin.y;
}

static void
assert_above (Fixture *fixture, GtkWidget *toast, GType type, const char *name)
{
  GtkWidget *pair[] = { toast, driver_find (fixture->widget, type, name) };

  driver_until (is_above, pair);
}

/* A notice stays while an error is shown above it for a while. */
static void
test_notice (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_show_notice (fixture->window, "Calls need something to be installed.");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Calls need something to be installed.");
  vis_window_show_error (fixture->window, "Please try again.");
  driver_find (fixture->widget, GTK_TYPE_LABEL, "Please try again.");
}

/* Toasts cover neither the composer nor the call bar. */
static void
test_toast (Fixture *fixture, gconstpointer data)
{
  GtkWidget *text;
  VisCall   *call;

  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 640);
  vis_window_show_error (fixture->window, "The server did not answer in time. Please try again.");
  text = driver_find (
    fixture->widget, GTK_TYPE_LABEL, "The server did not answer in time. Please try again.");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_ROLE_ALERT);
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  assert_above (fixture, toast_of (text), GTK_TYPE_BUTTON, "Hang up");
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  gtk_widget_activate_action (fixture->widget, "win.show-chat", NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Return to the call");
  assert_above (fixture, toast_of (text), GTK_TYPE_BUTTON, "Send");
  assert_above (fixture, toast_of (text), GTK_TYPE_TEXT_VIEW, "Message");
}

static gboolean
is_low (gpointer toast)
{
  GtkWidget      *window = GTK_WIDGET (gtk_widget_get_root (toast));
  GtkWidget      *content = adw_application_window_get_content (ADW_APPLICATION_WINDOW (window));
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (toast, content, &bounds) && bounds.size.height > 0 &&
         bounds.origin.y + bounds.size.height > gtk_widget_get_height (content) - 60;
}

/* Without controls at the lower edge, a toast is there. */
static void
test_toast_low (Fixture *fixture, gconstpointer data)
{
  GtkWidget *text;

  vis_window_show_welcome (fixture->window);
  vis_window_show_error (fixture->window, "Nobody there.");
  text = driver_find (fixture->widget, GTK_TYPE_LABEL, "Nobody there.");
  driver_until (is_low, toast_of (text));
}

/* The visible page of each stack is in the accessible tree, the others are not. Returns the number
 * of these. */
static guint
assert_hidden (GtkWidget *widget)
{
  guint hidden = 0;

  if (GTK_IS_POPOVER (widget))
    return 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      /* Pages of a leaflet are these two; it also has separators and shadows as children. */
      if (GTK_IS_STACK (widget) || VIS_IS_SIDEBAR (child) ||
          (ADW_IS_LEAFLET (widget) && GTK_IS_STACK (child)))
        {
          gboolean seen = gtk_widget_get_mapped (child);

          gtk_test_accessible_assert_state (
            GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN, !seen);
          hidden += seen ? 0 : 1;
        }
      hidden += assert_hidden (child);
    }

  return hidden;
}

/* Whether there is a widget of that type, mapped or not. */
static gboolean
has_widget (GtkWidget *widget, GType type)
{
  gboolean found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !found;
       child = gtk_widget_get_next_sibling (child))
    found = has_widget (child, type);

  return found;
}

static gboolean
has_main_view (gpointer widget)
{
  return has_widget (widget, VIS_TYPE_MAIN_VIEW);
}

static gboolean
has_call_view (gpointer widget)
{
  return has_widget (widget, VIS_TYPE_CALL_VIEW);
}

/* The first frame is drawn without the pages, which are built after it. */
static void
test_first_frame (Fixture *fixture, gconstpointer data)
{
  g_assert_false (has_widget (fixture->widget, VIS_TYPE_WELCOME));
  g_assert_false (has_main_view (fixture->widget));
  driver_until (has_main_view, fixture->widget);
  driver_until (has_call_view, fixture->widget);
  g_assert_false (has_widget (fixture->widget, VIS_TYPE_WELCOME));
}

static void
test_hidden_pages (Fixture *fixture, gconstpointer data)
{
  vis_window_set_session (fixture->window, NULL, NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  g_assert_cmpuint (assert_hidden (fixture->widget), >, 3);
  fixture_sign_in (fixture);
  driver_find (fixture->widget, GTK_TYPE_LIST_VIEW, "Chats");
  g_assert_cmpuint (assert_hidden (fixture->widget), >, 3);
  fixture_open_chat (fixture, "grace");
  g_assert_cmpuint (assert_hidden (fixture->widget), >, 3);
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  driver_gone (fixture->widget, GTK_TYPE_LIST_VIEW, "Messages");
  g_assert_cmpuint (assert_hidden (fixture->widget), >, 3);
}

/* Signs out in the middle of everything, and in again. */
static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  fixture_sign_in (fixture);
  vis_window_open_chat (fixture->window, "grace");
  fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, NULL, NULL);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Sign in");
  driver_gone (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
  vis_window_set_session (fixture->window, fixture->stage->chat, fixture->stage->controller);
  driver_find (fixture->widget, GTK_TYPE_BUTTON, "Hang up");
}

/* Copying from a message */

static char *
dup_clipboard (GtkWidget *widget)
{
  GdkContentProvider *content = gdk_clipboard_get_content (gtk_widget_get_clipboard (widget));
  g_auto (GValue)     value = G_VALUE_INIT;

  g_assert_nonnull (content);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (content, &value, NULL));

  return g_value_dup_string (&value);
}

/* Copying gives the original text, not the displayed one. */
static void
test_copy (Fixture *fixture, gconstpointer data)
{
  VisConversation *conversation;
  GtkLabel        *label;
  g_autofree char *part = NULL, *whole = NULL;

  fixture_sign_in (fixture);
  conversation = vis_chat_find (fixture->stage->chat, "mary");
  vis_window_open_chat (fixture->window, "mary");
  stage_say (fixture->stage, conversation, "a \u202ecba\u202c <b>", 0);
  label = GTK_LABEL (driver_find (fixture->widget, GTK_TYPE_LABEL, "a \u202bcba\u202c <b>"));

  gtk_label_select_region (label, 1, 6);
  g_signal_emit_by_name (label, "copy-clipboard");
  part = dup_clipboard (fixture->widget);
  g_assert_cmpstr (part, ==, " \u202ecba");

  gtk_label_select_region (label, 0, -1);
  g_signal_emit_by_name (label, "copy-clipboard");
  whole = dup_clipboard (fixture->widget);
  g_assert_cmpstr (whole, ==, "a \u202ecba\u202c <b>");
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/list/rows", test_list);
  FIXTURE_ADD ("/list/many-at-once", test_many_chats_at_once);
  FIXTURE_ADD ("/list/nobody", test_nobody);
  FIXTURE_ADD ("/own-name", test_own_name);
  FIXTURE_ADD ("/own-name/long", test_long_own_name);
  FIXTURE_ADD ("/narrow/pages", test_narrow);
  FIXTURE_ADD ("/narrow/translations", test_narrow_translations);
  FIXTURE_ADD ("/list/search", test_search);
  FIXTURE_ADD ("/chat/connection", test_connection);
  FIXTURE_ADD ("/chat/problem", test_problem);
  FIXTURE_ADD ("/chat/offer", test_offer);
  FIXTURE_ADD ("/chat/offer/whole", test_offer_whole);
  FIXTURE_ADD ("/toast", test_toast);
  FIXTURE_ADD ("/toast/low", test_toast_low);
  FIXTURE_ADD ("/toast/notice", test_notice);
  FIXTURE_ADD ("/sign-out", test_sign_out);
  FIXTURE_ADD ("/window/first-frame", test_first_frame);
  FIXTURE_ADD ("/hidden-pages", test_hidden_pages);
  FIXTURE_ADD ("/widgets/copy-original-text", test_copy);

  return g_test_run ();
}
