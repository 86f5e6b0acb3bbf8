/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-format.h"

#include "vis-text.h"

#include <glib/gi18n.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define WEEK   7 /* days */

/* Above this, a badge reads "99+". */
#define UNREAD_SHOWN 99

/* In bytes. The widget cuts the line at its width; this only bounds the work. */
#define PREVIEW_MAX 200

static GDateTime *
local_time (gint64 ts, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ts / SECOND);

  /* Times that GDateTime can't represent are shown as 1970. */
  if (utc == NULL)
    utc = g_date_time_new_from_unix_utc (0);

  return g_date_time_to_timezone (utc, zone);
}

/* Days between the dates of two times, as a person counts them: yesterday is 1. */
static int
days_between (GDateTime *then, GDateTime *now)
{
  GDate a, b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a,
                  (GDateDay) g_date_time_get_day_of_month (then),
                  (GDateMonth) g_date_time_get_month (then),
                  (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&b,
                  (GDateDay) g_date_time_get_day_of_month (now),
                  (GDateMonth) g_date_time_get_month (now),
                  (GDateYear) g_date_time_get_year (now));

  return g_date_days_between (&a, &b);
}

/**
 * vis_format_clock:
 *
 * The time of day of a message, like "14:05".
 */
char *
vis_format_clock (gint64 ts, GTimeZone *zone)
{
  g_autoptr (GDateTime) time = local_time (ts, zone);

  /* Translators: the time of day, see g_date_time_format(). */
  return g_date_time_format (time, _ ("%H:%M"));
}

/**
 * vis_format_day:
 *
 * The line above the first message of a day: "Today", "Yesterday", a weekday, or a date.
 */
char *
vis_format_day (gint64 ts, gint64 now, GTimeZone *zone)
{
  g_autoptr (GDateTime) then = local_time (ts, zone);
  g_autoptr (GDateTime) today = local_time (now, zone);
  int                   days = days_between (then, today);

  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days > 1 && days < WEEK)
    return g_date_time_format (then, "%A");
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a date of this year: weekday, month, day, see g_date_time_format(). */
    return g_date_time_format (then, _ ("%A, %B %-e"));

  /* Translators: a date of another year: month, day, year, see g_date_time_format(). */
  return g_date_time_format (then, _ ("%B %-e, %Y"));
}

/**
 * vis_format_row_time:
 *
 * The time in a row of the chat list, as short as it can be.
 */
char *
vis_format_row_time (gint64 ts, gint64 now, GTimeZone *zone)
{
  g_autoptr (GDateTime) then = local_time (ts, zone);
  g_autoptr (GDateTime) today = local_time (now, zone);
  int                   days = days_between (then, today);

  /* If this computer's clock is behind, a message is of tomorrow: it has a time of day as well. */
  if (days <= 0)
    return vis_format_clock (ts, zone);
  if (days == 1)
    return g_strdup (_ ("Yesterday"));
  if (days < WEEK)
    return g_date_time_format (then, "%a");
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a short date: day and month, see g_date_time_format(). */
    return g_date_time_format (then, _ ("%-e %b"));

  return g_date_time_format (then, "%x");
}

gboolean
vis_format_same_day (gint64 a, gint64 b, GTimeZone *zone)
{
  g_autoptr (GDateTime) first = local_time (a, zone);
  g_autoptr (GDateTime) second = local_time (b, zone);

  return days_between (first, second) == 0;
}

/**
 * vis_format_duration:
 *
 * A running time: "0:42", "12:05", "1:02:03".
 */
char *
vis_format_duration (guint seconds)
{
  guint hours = seconds / 3600;
  guint minutes = seconds / 60 % 60;

  if (hours > 0)
    return g_strdup_printf ("%u:%02u:%02u", hours, minutes, seconds % 60);

  return g_strdup_printf ("%u:%02u", minutes, seconds % 60);
}

const char *
vis_format_presence_word (VisPresence presence)
{
  switch (presence)
    {
    case VIS_PRESENCE_ONLINE:
      return _ ("online");
    case VIS_PRESENCE_AWAY:
      return _ ("away");
    case VIS_PRESENCE_OFFLINE:
    default:
      return _ ("offline");
    }
}

/**
 * vis_format_presence:
 *
 * Presence as a line under a name: "Online", "Away", "Last seen yesterday at 14:05".
 */
char *
vis_format_presence (VisPresence presence, gint64 last_seen, gint64 now, GTimeZone *zone)
{
  g_autoptr (GDateTime) then = NULL;
  g_autoptr (GDateTime) today = NULL;
  g_autofree char      *clock = NULL, *day = NULL;
  gint64                age = now - last_seen;
  int                   days;

  if (presence == VIS_PRESENCE_ONLINE)
    return g_strdup (_ ("Online"));
  if (presence == VIS_PRESENCE_AWAY)
    return g_strdup (_ ("Away"));
  if (last_seen <= 0)
    return g_strdup (_ ("Offline"));
  if (age < MINUTE)
    return g_strdup (_ ("Last seen just now"));
  if (age < HOUR)
    {
      gulong minutes = (gulong) (age / MINUTE);

      return g_strdup_printf (
        ngettext ("Last seen %lu minute ago", "Last seen %lu minutes ago", minutes), minutes);
    }

  then = local_time (last_seen, zone);
  today = local_time (now, zone);
  days = days_between (then, today);
  clock = vis_format_clock (last_seen, zone);
  if (days == 0)
    return g_strdup_printf (_ ("Last seen at %s"), clock);
  if (days == 1)
    return g_strdup_printf (_ ("Last seen yesterday at %s"), clock);

  day = vis_format_day (last_seen, now, zone);
  return g_strdup_printf (_ ("Last seen %s"), day);
}

/**
 * vis_format_unread:
 *
 * The text of a badge; empty for none.
 */
char *
vis_format_unread (guint unread)
{
  if (unread == 0)
    return g_strdup ("");
  if (unread > UNREAD_SHOWN)
    return g_strdup_printf ("%d+", UNREAD_SHOWN);

  return g_strdup_printf ("%u", unread);
}

static gboolean
outcome_is (const char *outcome, const char *word)
{
  return g_strcmp0 (outcome, word) == 0;
}

static const char *
outgoing_record (const char *outcome, gboolean video)
{
  if (outcome_is (outcome, "missed"))
    return video ? _ ("Video call, no answer") : _ ("Voice call, no answer");
  if (outcome_is (outcome, "declined"))
    return video ? _ ("Video call declined") : _ ("Voice call declined");
  if (outcome_is (outcome, "busy"))
    return video ? _ ("Video call, busy") : _ ("Voice call, busy");
  if (outcome_is (outcome, "unreachable"))
    return video ? _ ("Video call, not reached") : _ ("Voice call, not reached");
  if (outcome_is (outcome, "failed"))
    return video ? _ ("Video call failed") : _ ("Voice call failed");

  return video ? _ ("Video call") : _ ("Voice call");
}

static const char *
incoming_record (const char *outcome, gboolean video)
{
  if (outcome_is (outcome, "declined"))
    return video ? _ ("Declined video call") : _ ("Declined voice call");
  if (outcome_is (outcome, "failed"))
    return video ? _ ("Video call failed") : _ ("Voice call failed");
  if (outcome_is (outcome, "answered"))
    return video ? _ ("Video call") : _ ("Voice call");

  /* The callee has missed the call, whether the caller heard "busy" or "unreachable". */
  return video ? _ ("Missed video call") : _ ("Missed voice call");
}

/**
 * vis_format_call_record:
 *
 * A call in a history: "Missed video call", "Voice call, 4:12".
 */
char *
vis_format_call_record (const char *outcome, gboolean outgoing, gboolean video, guint duration)
{
  const char *words =
    outgoing ? outgoing_record (outcome, video) : incoming_record (outcome, video);
  g_autofree char *time = NULL;

  if (!outcome_is (outcome, "answered") || duration == 0)
    return g_strdup (words);

  time = vis_format_duration (duration);
  /* Translators: a call and how long it took, like "Video call, 4:12". */
  return g_strdup_printf (_ ("%s, %s"), words, time);
}

const char *
vis_format_call_icon (const char *outcome, gboolean outgoing)
{
  if (outgoing)
    return "call-outgoing-symbolic";
  if (outcome_is (outcome, "answered"))
    return "call-incoming-symbolic";

  return "call-missed-symbolic";
}

/* A copy in one line, cut between characters if it is long. */
static char *
one_line (const char *text)
{
  glong            length = g_utf8_strlen (text, -1);
  g_autofree char *cut = g_utf8_substring (text, 0, MIN (length, PREVIEW_MAX));

  return g_strstrip (vis_text_plain (cut));
}

/**
 * vis_format_preview:
 * @message: (nullable): the last message of a chat
 *
 * The line below a name in the chat list.
 */
char *
vis_format_preview (VisChatMessage *message)
{
  g_autofree char *line = NULL, *isolated = NULL;

  if (message == NULL)
    return g_strdup ("");
  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL)
    return vis_format_call_record (vis_chat_message_get_call_outcome (message),
                                   vis_chat_message_get_outgoing (message),
                                   vis_chat_message_get_call_video (message),
                                   vis_chat_message_get_call_duration (message));
  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_UNKNOWN &&
      !vis_chat_message_get_deleted (message))
    return g_strdup (_ ("This message needs a newer version"));
  if (vis_chat_message_get_deleted (message) || vis_chat_message_get_text (message) == NULL)
    return g_strdup (_ ("Message deleted"));

  line = one_line (vis_chat_message_get_text (message));
  if (!vis_chat_message_get_outgoing (message))
    return g_steal_pointer (&line);

  isolated = vis_text_isolate (line);
  /* Translators: a message of this person in the list of chats. */
  return g_strdup_printf (_ ("You: %s"), isolated);
}

/**
 * vis_format_draft:
 * @draft: what was written and not sent
 *
 * The line below a name in the chat list while something is written there.
 */
char *
vis_format_draft (const char *draft)
{
  g_autofree char *line = one_line (draft);
  g_autofree char *isolated = vis_text_isolate (line);

  /* Translators: what was written and not sent, in the list of chats. */
  return g_strdup_printf (_ ("Draft: %s"), isolated);
}

/**
 * vis_format_row_name:
 * @draft: whether something is written there and not sent
 *
 * What a screen reader says of a row of the chat list: "Grace, 2 unread messages, draft, online".
 */
char *
vis_format_row_name (
  const char *name, guint unread, gboolean draft, VisPresence presence, VisContactState state)
{
  g_autofree char *isolated = vis_text_isolate (name);
  GString         *text = g_string_new (isolated);

  if (unread > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (
        text, ngettext ("%u unread message", "%u unread messages", unread), unread);
    }
  if (draft)
    g_string_append_printf (text, ", %s", _ ("draft"));

  g_string_append (text, ", ");
  switch (state)
    {
    case VIS_CONTACT_INCOMING:
      g_string_append (text, _ ("wants to talk to you"));
      break;
    case VIS_CONTACT_REQUESTED:
      g_string_append (text, _ ("has not accepted yet"));
      break;
    case VIS_CONTACT_BLOCKED:
      g_string_append (text, _ ("blocked"));
      break;
    case VIS_CONTACT_NONE:
      g_string_append (text, _ ("not a contact"));
      break;
    case VIS_CONTACT_MUTUAL:
    default:
      g_string_append (text, vis_format_presence_word (presence));
      break;
    }

  return g_string_free (text, FALSE);
}

/**
 * vis_format_message_name:
 * @name: who wrote it, where it was somebody else
 *
 * What a screen reader says of a message: "Grace, 14:05: Hello", "You, 14:06: Hi, read".
 */
char *
vis_format_message_name (VisChatMessage *message, const char *name, GTimeZone *zone)
{
  gboolean         outgoing = vis_chat_message_get_outgoing (message);
  g_autofree char *who = outgoing ? g_strdup (_ ("You")) : vis_text_isolate (name);
  g_autofree char *clock = vis_format_clock (vis_chat_message_get_ts (message), zone);
  g_autofree char *text = NULL;
  const char      *delivery;

  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL ||
      vis_chat_message_get_deleted (message) || vis_chat_message_get_text (message) == NULL)
    text = vis_format_preview (message);
  else
    text = g_strdup (vis_chat_message_get_text (message));

  delivery = vis_format_delivery_word (vis_chat_message_get_delivery (message));
  if (outgoing && delivery != NULL && vis_chat_message_get_kind (message) == VIS_MESSAGE_TEXT)
    return g_strdup_printf ("%s, %s: %s, %s", who, clock, text, delivery);

  return g_strdup_printf ("%s, %s: %s", who, clock, text);
}

/* The name of the icon that shows how far a message has come; NULL for none. */
const char *
vis_format_delivery_icon (VisDelivery delivery)
{
  switch (delivery)
    {
    case VIS_DELIVERY_PENDING:
      return "vis-clock-symbolic";
    case VIS_DELIVERY_SENT:
      return "vis-tick-symbolic";
    case VIS_DELIVERY_DELIVERED:
      return "vis-ticks-symbolic";
    case VIS_DELIVERY_READ:
      return "vis-ticks-filled-symbolic";
    case VIS_DELIVERY_FAILED:
      return "vis-failed-symbolic";
    case VIS_DELIVERY_NONE:
    default:
      return NULL;
    }
}

/* How far a message has come, in words; NULL where there is nothing to say. */
const char *
vis_format_delivery_word (VisDelivery delivery)
{
  switch (delivery)
    {
    case VIS_DELIVERY_PENDING:
      return _ ("waiting to be sent");
    case VIS_DELIVERY_SENT:
      return _ ("sent");
    case VIS_DELIVERY_DELIVERED:
      return _ ("delivered");
    case VIS_DELIVERY_READ:
      return _ ("read");
    case VIS_DELIVERY_FAILED:
      return _ ("not sent");
    case VIS_DELIVERY_NONE:
    default:
      return NULL;
    }
}

/**
 * vis_format_call_state:
 *
 * The state of a call in words: "Calling…", "Ringing on 2 devices…", "Connecting…", the running
 * time, "Reconnecting…".
 */
char *
vis_format_call_state (VisCallState  state,
                       VisMediaState media,
                       gboolean      outgoing,
                       gboolean      video,
                       gboolean      ringing,
                       guint         devices,
                       guint         duration)
{
  switch (state)
    {
    case VIS_CALL_CALLING:
      if (!ringing)
        return g_strdup (_ ("Calling…"));
      if (devices > 1)
        return g_strdup_printf (
          ngettext ("Ringing… (on %u device)", "Ringing… (on %u devices)", devices), devices);
      return g_strdup (_ ("Ringing…"));
    case VIS_CALL_RINGING:
      return g_strdup (video ? _ ("Video call") : _ ("Voice call"));
    case VIS_CALL_IN_CALL:
      if (media == VIS_MEDIA_RECONNECTING)
        return g_strdup (_ ("Reconnecting…"));
      if (media != VIS_MEDIA_CONNECTED)
        return g_strdup (_ ("Connecting…"));
      return vis_format_duration (duration);
    case VIS_CALL_IDLE:
    case VIS_N_CALL_STATES:
    default:
      return g_strdup (_ ("Call ended"));
    }
}

/* The state of @call, see vis_format_call_state(). */
char *
vis_format_call (VisCall *call)
{
  return vis_format_call_state (vis_call_get_state (call),
                                vis_call_get_media_state (call),
                                vis_call_get_outgoing (call),
                                vis_call_get_video (call),
                                vis_call_get_remote_ringing (call),
                                vis_call_get_ringing_devices (call),
                                vis_call_get_duration (call));
}

/* The state of the connection in words; NULL while online. */
const char *
vis_format_connection (VisChatStatus connection)
{
  switch (connection)
    {
    case VIS_CHAT_STATUS_OFFLINE:
      return _ ("Offline. Trying again…");
    case VIS_CHAT_STATUS_CONNECTING:
      return _ ("Connecting…");
    case VIS_CHAT_STATUS_SYNCING:
      return _ ("Catching up…");
    case VIS_CHAT_STATUS_ONLINE:
    default:
      return NULL;
    }
}
