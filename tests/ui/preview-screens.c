/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "preview-extremes.h"
#include "preview-screens.h"

#include "vis-trust-dialog.h"

/* The stage and the window of the preview: set before a screen is shown. */
Stage     *stage;
VisWindow *window;

/* A test picture in place of a camera's. */
static GdkTexture *
make_picture (int columns, int rows, guint tint)
{
  g_autoptr (GBytes) bytes = NULL;
  guchar            *data = g_malloc ((gsize) columns * (gsize) rows * 4);
  double             cx = columns * 0.5, cy = rows * 0.42, head = rows * 0.2;

  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++)
      {
        guchar *p = data + ((gsize) y * (gsize) columns + (gsize) x) * 4;
        double  dx = x - cx, dy = y - cy;
        double  shoulders = (y - rows * 0.98) / (rows * 0.36), across = dx / (rows * 0.42);
        int     base = 70 + 110 * (rows - y) / rows;

        p[0] = (guchar) (base * (int) (tint & 0xff) / 255);
        p[1] = (guchar) (base * (int) (tint >> 8 & 0xff) / 255);
        p[2] = (guchar) (base * (int) (tint >> 16 & 0xff) / 255);
        p[3] = 255;
        if (across * across + shoulders * shoulders < 1)
          p[0] = 120, p[1] = 60, p[2] = 70;
        if (dx * dx + dy * dy * 0.7 < head * head)
          p[0] = 150, p[1] = 185, p[2] = 225;
      }

  bytes = g_bytes_new_take (data, (gsize) columns * (gsize) rows * 4);
  return gdk_memory_texture_new (
    columns, rows, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, (gsize) columns * 4);
}

static VisCall *
add_call (gboolean outgoing, gboolean video, VisCallState state, VisMediaState media)
{
  g_autoptr (VisCall) call = vis_call_new ("c", "grace", "Grace Hopper", outgoing, video);

  vis_call_set_microphone (call, TRUE);
  vis_call_set_camera (call, video);
  vis_call_set_remote_audio (call, TRUE);
  vis_call_set_state (call, state);
  vis_call_set_media_state (call, media);
  if (video && state != VIS_CALL_RINGING)
    {
      g_autoptr (GdkTexture) own = make_picture (320, 240, 0xc0a080);

      vis_call_set_local_picture (call, G_OBJECT (own));
    }
  if (video && state == VIS_CALL_IN_CALL)
    {
      g_autoptr (GdkTexture) other = make_picture (1280, 720, 0x90b0e0);

      vis_call_set_remote_picture (call, G_OBJECT (other));
      vis_call_set_remote_video (call, TRUE);
    }
  spy_controller_set_call (stage->controller, call);

  return vis_call_controller_get_call (stage->controller);
}

static void
show_welcome (void)
{
  vis_window_set_session (window, NULL, NULL);
  vis_welcome_set_server (vis_window_get_welcome (window), "chat.example.org");
}

static void
show_welcome_error (void)
{
  show_welcome ();
  vis_welcome_set_user (vis_window_get_welcome (window), "ada");
  vis_welcome_set_error (vis_window_get_welcome (window),
                         "The user name or the password is wrong. Check both and try again.");
}

static void
show_welcome_create (void)
{
  show_welcome ();
  vis_welcome_set_invite (vis_window_get_welcome (window), "7f3k-22ab");
}

static void
show_welcome_create_error (void)
{
  show_welcome_create ();
  vis_welcome_set_error (vis_window_get_welcome (window),
                         "This server asks for an invite code. Ask whoever runs the server for "
                         "one.");
}

static void
show_welcome_toast (void)
{
  show_welcome ();
  vis_window_show_error (window,
                         "Your messages can’t be saved. Check the free space on your disk.");
}

static void
show_welcome_busy (void)
{
  show_welcome ();
  vis_welcome_set_user (vis_window_get_welcome (window), "ada");
  vis_welcome_set_busy (vis_window_get_welcome (window), TRUE);
}

static void
show_list (void)
{
}

static void
show_chat (void)
{
  vis_window_open_chat (window, "grace");
}

static VisConversation *
add_unread (guint n)
{
  VisConversation *conversation =
    stage_add (stage, "emmy", "Emmy Noether", VIS_CONTACT_MUTUAL, VIS_PRESENCE_ONLINE);

  for (guint i = 0; i < 80; i++)
    {
      g_autofree char *text = g_strdup_printf ("Here is lemma %u of what I promised.", i);

      if (i % 7 == 3)
        stage_own (stage, conversation, "I see", (80 - i) * 60, VIS_DELIVERY_READ);
      else
        stage_say (stage, conversation, text, (80 - i) * 60);
    }
  vis_conversation_set_unread (conversation, n);

  return conversation;
}

static void
show_unread (void)
{
  add_unread (40);
  vis_window_open_chat (window, "emmy");
}

static void
show_few_unread (void)
{
  add_unread (3);
  vis_window_open_chat (window, "emmy");
}

static void
show_loading (void)
{
  show_chat ();
  vis_timeline_set_loading (vis_conversation_peek_timeline (vis_chat_find (stage->chat, "grace")),
                            TRUE);
}

static void
show_loading_empty (void)
{
  show_loading ();
  vis_timeline_clear (vis_conversation_peek_timeline (vis_chat_find (stage->chat, "grace")));
}

static void
show_offline (void)
{
  show_chat ();
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_OFFLINE);
  vis_window_show_error (window, "You are offline. Try again once you are connected.");
}

static void
show_offer (void)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new ("connect", NULL);

  g_action_map_add_action (G_ACTION_MAP (g_application_get_default ()), G_ACTION (action));
  show_chat ();
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_OFFLINE);
  vis_link_news_set_offer (vis_window_get_news (window),
                           "You are connected on another computer. Connect here instead?",
                           "Connect here",
                           "app.connect");
}

#define FIRST                                                                                      \
  "13:99:5F:64:22:73:73:01:B6:24:53:AC:D5:B4:2A:19:D1:2D:2C:53:BE:8E:33:9C:1B:39:54:41:D4:0F:E5:"  \
  "06"
#define SECOND                                                                                     \
  "EC:88:FC:05:E8:94:39:E1:D0:1A:73:02:65:BA:25:AB:9D:3F:92:7F:7F:3D:64:FB:C7:F6:39:DB:DA:9B:73:"  \
  "28"

static void
do_nothing (gpointer data)
{
}

static void
show_plain_question (void)
{
  vis_window_show_welcome (window);
  vis_trust_dialog_show_plain (GTK_WIDGET (window), "chat.example.org", do_nothing, NULL, NULL);
}

static void
show_unknown_certificate (void)
{
  vis_window_show_welcome (window);
  vis_trust_dialog_show_certificate (
    GTK_WIDGET (window),
    "chat.example.org",
    "No authority that this computer knows vouches for its certificate.",
    FIRST,
    NULL,
    do_nothing,
    NULL,
    NULL);
}

static void
show_changed_certificate (void)
{
  show_chat ();
  vis_trust_dialog_show_certificate (
    GTK_WIDGET (window), "chat.example.org", "", FIRST, SECOND, do_nothing, NULL, NULL);
}

static void
show_plain (void)
{
  show_chat ();
  vis_link_news_set_plain_server (vis_window_get_news (window), "192.168.1.20:8448");
}

static void
show_plain_list (void)
{
  vis_link_news_set_plain_server (vis_window_get_news (window), "192.168.1.20:8448");
}

static void
show_reason (void)
{
  show_chat ();
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_OFFLINE);
  vis_link_news_set_reason (vis_window_get_news (window),
                            "The server can’t be reached. Trying again…");
}

static void
show_changed (void)
{
  show_chat ();
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_OFFLINE);
  vis_link_news_set_offer (
    vis_window_get_news (window),
    "The certificate of chat.example.org has changed, so nothing was sent. Somebody may be "
    "listening in: ask whoever runs the server whether it has a new one.",
    "Details…",
    "app.connect");
}

static void
show_waiting (void)
{
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_SYNCING);
  vis_window_set_session (window, stage->chat, stage->controller);
}

static void
show_toast (void)
{
  show_chat ();
  vis_window_show_error (window, "The server did not answer in time. Please try again.");
}

static void
show_rtl (void)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  show_chat ();
}

static void
show_problem (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");

  show_chat ();
  vis_chat_journal_set_problem (stage->chat->journal, error);
}

static void
show_incoming_request (void)
{
  vis_window_open_chat (window, "radia");
}

static void
show_request (void)
{
  vis_window_open_chat (window, "barbara");
}

static void
show_empty (VisChatStatus connection)
{
  g_autoptr (Stage) empty = stage_new ();

  vis_chat_set_connection (empty->chat, connection);
  vis_window_set_session (window, empty->chat, empty->controller);
}

static void
show_nobody (void)
{
  show_empty (VIS_CHAT_STATUS_ONLINE);
}

static void
show_looking (void)
{
  show_empty (VIS_CHAT_STATUS_CONNECTING);
}

static void
show_new_chat (void)
{
  show_chat ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.new-chat", NULL);
}

static void
show_confirm (void)
{
  show_chat ();
}

static void
show_calling (void)
{
  show_chat ();
  vis_call_set_ringing_devices (add_call (TRUE, TRUE, VIS_CALL_CALLING, VIS_MEDIA_NONE), 2);
  vis_call_set_remote_ringing (vis_call_controller_get_call (stage->controller), TRUE);
}

static void
show_incoming (void)
{
  show_chat ();
  add_call (FALSE, TRUE, VIS_CALL_RINGING, VIS_MEDIA_NONE);
}

static void
show_incoming_voice (void)
{
  show_chat ();
  add_call (FALSE, FALSE, VIS_CALL_RINGING, VIS_MEDIA_NONE);
}

static void
show_video (void)
{
  show_chat ();
  vis_call_set_duration (add_call (TRUE, TRUE, VIS_CALL_IN_CALL, VIS_MEDIA_CONNECTED), 42);
}

static void
show_voice (void)
{
  VisCall *call;

  show_chat ();
  call = add_call (TRUE, FALSE, VIS_CALL_IN_CALL, VIS_MEDIA_CONNECTED);
  vis_call_set_duration (call, 3725);
  vis_call_set_remote_audio (call, FALSE);
  vis_call_set_microphone (call, FALSE);
}

static void
show_camera_off (void)
{
  VisCall *call;

  show_video ();
  call = vis_call_controller_get_call (stage->controller);
  vis_call_set_remote_video (call, FALSE);
}

static void
show_no_devices (void)
{
  VisCall *call;

  show_video ();
  call = vis_call_controller_get_call (stage->controller);
  vis_call_set_microphone_works (call, FALSE);
  vis_call_set_camera_works (call, FALSE);
}

static void
show_reconnecting (void)
{
  show_video ();
  vis_call_set_media_state (vis_call_controller_get_call (stage->controller),
                            VIS_MEDIA_RECONNECTING);
}

static void
show_call_bar (void)
{
  show_video ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-chat", NULL);
}

static void
show_over (void)
{
  show_calling ();
  spy_controller_end (stage->controller, VIS_END_TIMEOUT);
}

static void
show_insecure (void)
{
  show_video ();
  spy_controller_end (stage->controller, VIS_END_INSECURE);
}

const PreviewScreen preview_screens[] = {
  { "welcome", show_welcome },
  { "welcome-error", show_welcome_error },
  { "welcome-create", show_welcome_create },
  { "welcome-create-error", show_welcome_create_error },
  { "welcome-toast", show_welcome_toast },
  { "welcome-busy", show_welcome_busy },
  { "list", show_list },
  { "nobody", show_nobody },
  { "looking", show_looking },
  { "chat", show_chat },
  { "unread", show_unread },
  { "unread-few", show_few_unread },
  { "loading", show_loading },
  { "loading-empty", show_loading_empty },
  { "offline", show_offline },
  { "problem", show_problem },
  { "offer", show_offer },
  { "plain", show_plain },
  { "plain-list", show_plain_list },
  { "plain-question", show_plain_question },
  { "unknown-certificate", show_unknown_certificate },
  { "changed-certificate", show_changed_certificate },
  { "changed", show_changed },
  { "reason", show_reason },
  { "waiting", show_waiting },
  { "toast", show_toast },
  { "rtl", show_rtl },
  { "request-incoming", show_incoming_request },
  { "request", show_request },
  { "new-chat", show_new_chat },
  { "confirm", show_confirm },
  { "incoming", show_incoming },
  { "incoming-voice", show_incoming_voice },
  { "calling", show_calling },
  { "video", show_video },
  { "voice", show_voice },
  { "camera-off", show_camera_off },
  { "no-devices", show_no_devices },
  { "reconnecting", show_reconnecting },
  { "call-bar", show_call_bar },
  { "over", show_over },
  { "insecure", show_insecure },
  { "long", preview_show_long },
  { "long-list", preview_show_long_list },
  { "texts", preview_show_texts },
  { "long-call", preview_show_long_call },
  { "long-incoming", preview_show_long_incoming },
  { "long-over", preview_show_long_over },
  { "long-bar", preview_show_long_bar },
  { NULL },
};
