/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-message-private.h"
#include "vis-format.h"

#include <string.h>

#include <locale.h>

#define MINUTE (G_GINT64_CONSTANT (60) * 1000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Sunday, 22 November 2026, 12:00 UTC */
#define NOW G_GINT64_CONSTANT (1795348800000)

static void
test_times (void)
{
  static const struct
  {
    gint64      ts;
    const char *day;
    const char *row;
  } cases[] = {
    { NOW, "Today", "12:00" },
    { NOW - 12 * HOUR, "Today", "00:00" },
    { NOW - 12 * HOUR - 1000, "Yesterday", "Yesterday" },
    { NOW - 2 * DAY, "Friday", "Fri" },
    { NOW - 6 * DAY, "Monday", "Mon" },
    { NOW - 7 * DAY, "Sunday, November 15", "15 Nov" },
    { NOW - 400 * DAY, "October 18, 2025", "10/18/25" },
    { NOW + 5 * MINUTE, "Today", "12:05" },
    { 0, "January 1, 1970", "01/01/70" },
    { G_MININT64, "January 1, 1970", "01/01/70" },
    { G_MAXINT64, "January 1, 1970", "01/01/70" },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *day = vis_format_day (cases[i].ts, NOW, zone);
      g_autofree char *row = vis_format_row_time (cases[i].ts, NOW, zone);

      g_assert_cmpstr (day, ==, cases[i].day);
      g_assert_cmpstr (row, ==, cases[i].row);
    }
}

static void
test_same_day (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GTimeZone) east = g_time_zone_new_offset (3 * 3600);

  g_assert_true (vis_format_same_day (NOW, NOW + 11 * HOUR, utc));
  g_assert_false (vis_format_same_day (NOW, NOW + 12 * HOUR, utc));
  g_assert_false (vis_format_same_day (NOW, NOW + 9 * HOUR, east));
}

static void
test_duration (void)
{
  static const struct
  {
    guint       seconds;
    const char *words;
  } cases[] = {
    { 0, "0:00" },     { 42, "0:42" },      { 60, "1:00" },      { 725, "12:05" },
    { 3599, "59:59" }, { 3600, "1:00:00" }, { 3723, "1:02:03" }, { 360000, "100:00:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vis_format_duration (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_presence (void)
{
  static const struct
  {
    VisPresence presence;
    gint64      ago;
    const char *words;
  } cases[] = {
    { VIS_PRESENCE_ONLINE, 0, "Online" },
    { VIS_PRESENCE_AWAY, HOUR, "Away" },
    { VIS_PRESENCE_OFFLINE, NOW, "Offline" },
    { VIS_PRESENCE_OFFLINE, 5000, "Last seen just now" },
    { VIS_PRESENCE_OFFLINE, -5000, "Last seen just now" },
    { VIS_PRESENCE_OFFLINE, MINUTE, "Last seen 1 minute ago" },
    { VIS_PRESENCE_OFFLINE, 25 * MINUTE, "Last seen 25 minutes ago" },
    { VIS_PRESENCE_OFFLINE, 2 * HOUR, "Last seen at 10:00" },
    { VIS_PRESENCE_OFFLINE, 20 * HOUR, "Last seen yesterday at 16:00" },
    { VIS_PRESENCE_OFFLINE, 3 * DAY, "Last seen Thursday" },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words =
        vis_format_presence (cases[i].presence, NOW - cases[i].ago, NOW, zone);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_unread (void)
{
  static const struct
  {
    guint       unread;
    const char *words;
  } cases[] = { { 0, "" }, { 1, "1" }, { 99, "99" }, { 100, "99+" }, { G_MAXUINT, "99+" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vis_format_unread (cases[i].unread);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_call_record (void)
{
  static const struct
  {
    const char *outcome;
    gboolean    outgoing;
    gboolean    video;
    guint       duration;
    const char *words;
    const char *icon;
  } cases[] = {
    { "answered", TRUE, TRUE, 252, "Video call, 4:12", "call-outgoing-symbolic" },
    { "answered", FALSE, FALSE, 7, "Voice call, 0:07", "call-incoming-symbolic" },
    { "answered", FALSE, FALSE, 0, "Voice call", "call-incoming-symbolic" },
    { "missed", FALSE, TRUE, 0, "Missed video call", "call-missed-symbolic" },
    { "missed", FALSE, FALSE, 0, "Missed voice call", "call-missed-symbolic" },
    { "missed", TRUE, TRUE, 0, "Video call, no answer", "call-outgoing-symbolic" },
    { "declined", TRUE, FALSE, 0, "Voice call declined", "call-outgoing-symbolic" },
    { "declined", FALSE, FALSE, 0, "Declined voice call", "call-missed-symbolic" },
    { "busy", TRUE, TRUE, 0, "Video call, busy", "call-outgoing-symbolic" },
    { "busy", FALSE, TRUE, 0, "Missed video call", "call-missed-symbolic" },
    { "unreachable", TRUE, FALSE, 0, "Voice call, not reached", "call-outgoing-symbolic" },
    { "failed", TRUE, TRUE, 0, "Video call failed", "call-outgoing-symbolic" },
    { "failed", FALSE, TRUE, 0, "Video call failed", "call-missed-symbolic" },
    { "nonsense", TRUE, FALSE, 9, "Voice call", "call-outgoing-symbolic" },
    { NULL, TRUE, TRUE, 0, "Video call", "call-outgoing-symbolic" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vis_format_call_record (
        cases[i].outcome, cases[i].outgoing, cases[i].video, cases[i].duration);

      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (
        vis_format_call_icon (cases[i].outcome, cases[i].outgoing), ==, cases[i].icon);
    }
}

static void
test_message (void)
{
  g_autoptr (GTimeZone)      zone = g_time_zone_new_utc ();
  g_autoptr (VisChatMessage) own = vis_chat_message_new ("a", "ada", TRUE, VIS_MESSAGE_TEXT);
  g_autoptr (VisChatMessage) other = vis_chat_message_new ("b", "grace", FALSE, VIS_MESSAGE_TEXT);
  g_autoptr (VisChatMessage) newer =
    vis_chat_message_new ("c", "grace", FALSE, VIS_MESSAGE_UNKNOWN);
  g_autofree char *nothing = vis_format_preview (NULL);
  g_autofree char *unknown = NULL;
  g_autofree char *first = NULL, *second = NULL, *gone = NULL, *spoken = NULL, *heard = NULL;

  g_assert_cmpstr (nothing, ==, "");

  vis_chat_message_set_ts (own, NOW);
  vis_chat_message_set_text (own, "  one\ntwo\t");
  vis_chat_message_set_delivery (own, VIS_DELIVERY_READ);
  first = vis_format_preview (own);
  g_assert_cmpstr (first, ==, "You: one two");
  spoken = vis_format_message_name (own, "Grace", zone);
  g_assert_cmpstr (spoken, ==, "You, 12:00:   one\ntwo\t, read");

  vis_chat_message_set_ts (other, NOW);
  vis_chat_message_set_text (other, "Grüße");
  second = vis_format_preview (other);
  g_assert_cmpstr (second, ==, "Grüße");
  heard = vis_format_message_name (other, "Grace", zone);
  g_assert_cmpstr (heard, ==, "Grace, 12:00: Grüße");

  vis_chat_message_set_deleted (other, TRUE);
  gone = vis_format_preview (other);
  g_assert_cmpstr (gone, ==, "Message deleted");

  unknown = vis_format_preview (newer);
  g_assert_cmpstr (unknown, ==, "This message needs a newer version");
}

static void
test_row_name (void)
{
  static const struct
  {
    guint           unread;
    gboolean        draft;
    VisPresence     presence;
    VisContactState state;
    const char     *words;
  } cases[] = {
    { 2, FALSE, VIS_PRESENCE_ONLINE, VIS_CONTACT_MUTUAL, "Grace, 2 unread messages, online" },
    { 1, FALSE, VIS_PRESENCE_AWAY, VIS_CONTACT_MUTUAL, "Grace, 1 unread message, away" },
    { 0, FALSE, VIS_PRESENCE_OFFLINE, VIS_CONTACT_MUTUAL, "Grace, offline" },
    { 0, TRUE, VIS_PRESENCE_AWAY, VIS_CONTACT_MUTUAL, "Grace, draft, away" },
    { 2, TRUE, VIS_PRESENCE_ONLINE, VIS_CONTACT_MUTUAL, "Grace, 2 unread messages, draft, online" },
    { 0, FALSE, VIS_PRESENCE_ONLINE, VIS_CONTACT_INCOMING, "Grace, wants to talk to you" },
    { 0, FALSE, VIS_PRESENCE_OFFLINE, VIS_CONTACT_REQUESTED, "Grace, has not accepted yet" },
    { 0, FALSE, VIS_PRESENCE_OFFLINE, VIS_CONTACT_BLOCKED, "Grace, blocked" },
    { 3, FALSE, VIS_PRESENCE_OFFLINE, VIS_CONTACT_NONE, "Grace, 3 unread messages, not a contact" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vis_format_row_name (
        "Grace", cases[i].unread, cases[i].draft, cases[i].presence, cases[i].state);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* A name in a sentence is isolated, and can't change its direction. */
static void
test_direction (void)
{
  g_autoptr (VisChatMessage) own = vis_chat_message_new ("a", "ada", TRUE, VIS_MESSAGE_TEXT);
  g_autofree char           *preview = NULL, *row = NULL, *body = NULL;

  vis_chat_message_set_text (own, "\u202eעדה\u2069\n");
  preview = vis_format_preview (own);
  g_assert_cmpstr (preview, ==, "You: \u2068עדה\u2069");
  row = vis_format_row_name ("עדה", 2, FALSE, VIS_PRESENCE_ONLINE, VIS_CONTACT_MUTUAL);
  g_assert_cmpstr (row, ==, "\u2068עדה\u2069, 2 unread messages, online");
  body = vis_format_end_body (VIS_END_BUSY, VIS_CALL_FAULT_UNKNOWN, "עדה");
  g_assert_cmpstr (body, ==, "\u2068עדה\u2069 is in another call.");
}

static void
test_call_state (void)
{
  static const struct
  {
    VisCallState  state;
    VisMediaState media;
    gboolean      ringing;
    guint         devices;
    guint         duration;
    const char   *words;
  } cases[] = {
    { VIS_CALL_CALLING, VIS_MEDIA_NONE, FALSE, 0, 0, "Calling…" },
    { VIS_CALL_CALLING, VIS_MEDIA_NONE, FALSE, 2, 0, "Calling…" },
    { VIS_CALL_CALLING, VIS_MEDIA_NONE, TRUE, 0, 0, "Ringing…" },
    { VIS_CALL_CALLING, VIS_MEDIA_NONE, TRUE, 1, 0, "Ringing…" },
    { VIS_CALL_CALLING, VIS_MEDIA_NONE, TRUE, 3, 0, "Ringing… (on 3 devices)" },
    { VIS_CALL_RINGING, VIS_MEDIA_NONE, FALSE, 0, 0, "Voice call" },
    { VIS_CALL_IN_CALL, VIS_MEDIA_NONE, FALSE, 0, 0, "Connecting…" },
    { VIS_CALL_IN_CALL, VIS_MEDIA_CONNECTING, FALSE, 0, 3, "Connecting…" },
    { VIS_CALL_IN_CALL, VIS_MEDIA_CONNECTED, FALSE, 0, 42, "0:42" },
    { VIS_CALL_IN_CALL, VIS_MEDIA_RECONNECTING, FALSE, 0, 42, "Reconnecting…" },
    { VIS_CALL_IDLE, VIS_MEDIA_NONE, FALSE, 0, 42, "Call ended" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = vis_format_call_state (cases[i].state,
                                                      cases[i].media,
                                                      TRUE,
                                                      FALSE,
                                                      cases[i].ringing,
                                                      cases[i].devices,
                                                      cases[i].duration);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* Each reason has either no text at all, or both a title and a sentence. */
static void
test_ends (void)
{
  for (VisEndReason reason = VIS_END_NONE; reason < VIS_N_END_REASONS; reason++)
    {
      const char      *title = vis_format_end_title (reason, VIS_CALL_FAULT_UNKNOWN);
      g_autofree char *body = vis_format_end_body (reason, VIS_CALL_FAULT_UNKNOWN, "Grace");

      g_assert_cmpint (title != NULL, ==, *body != '\0');
    }

  g_assert_cmpstr (vis_format_end_title (VIS_END_TIMEOUT, VIS_CALL_FAULT_UNKNOWN), ==, "No answer");
  g_assert_null (vis_format_end_title (VIS_END_HANGUP, VIS_CALL_FAULT_UNKNOWN));
}

/* Each fault has a sentence with its cause; no two are the same. */
static void
test_faults (void)
{
  static const char *const words[VIS_N_CALL_FAULTS] = {
    [VIS_CALL_FAULT_UNKNOWN] = "could not be restored",
    [VIS_CALL_FAULT_OWN_NETWORK] = "Check your network",
    [VIS_CALL_FAULT_OTHER_NETWORK] = "The network there",
    [VIS_CALL_FAULT_PATH] = "both online",
    [VIS_CALL_FAULT_SERVER] = "The server",
    [VIS_CALL_FAULT_INCOMPATIBLE] = "Your app and that of",
    [VIS_CALL_FAULT_OWN_MEDIA] = "on this computer",
  };

  for (VisCallFault fault = VIS_CALL_FAULT_UNKNOWN; fault < VIS_N_CALL_FAULTS; fault++)
    {
      g_autofree char *body = vis_format_end_body (VIS_END_FAILED, fault, "Grace");

      g_assert_nonnull (vis_format_end_title (VIS_END_FAILED, fault));
      if (fault != VIS_CALL_FAULT_OWN_NETWORK && fault != VIS_CALL_FAULT_OWN_MEDIA)
        g_assert_nonnull (strstr (body, "Grace"));
      for (VisCallFault other = VIS_CALL_FAULT_UNKNOWN; other < VIS_N_CALL_FAULTS; other++)
        g_assert_cmpint (strstr (body, words[other]) != NULL, ==, other == fault);
    }
}

static void
test_connection (void)
{
  g_assert_null (vis_format_connection (VIS_CHAT_STATUS_ONLINE));
  g_assert_nonnull (vis_format_connection (VIS_CHAT_STATUS_OFFLINE));
  g_assert_nonnull (vis_format_connection (VIS_CHAT_STATUS_CONNECTING));
  g_assert_nonnull (vis_format_connection (VIS_CHAT_STATUS_SYNCING));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/format/times", test_times);
  g_test_add_func ("/format/same-day", test_same_day);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/presence", test_presence);
  g_test_add_func ("/format/unread", test_unread);
  g_test_add_func ("/format/call-record", test_call_record);
  g_test_add_func ("/format/message", test_message);
  g_test_add_func ("/format/row-name", test_row_name);
  g_test_add_func ("/format/direction", test_direction);
  g_test_add_func ("/format/call-state", test_call_state);
  g_test_add_func ("/format/ends", test_ends);
  g_test_add_func ("/format/faults", test_faults);
  g_test_add_func ("/format/connection", test_connection);

  return g_test_run ();
}
