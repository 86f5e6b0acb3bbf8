/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "stage.h"

#include "vis-id.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    (24 * HOUR)

Stage *
stage_new (void)
{
  Stage *stage = g_new0 (Stage, 1);

  stage->chat = vis_chat_new ("ada", NULL, NULL, NULL);
  vis_chat_model_set_name (stage->chat->model, "Ada Lovelace");
  vis_chat_set_connection (stage->chat, VIS_CHAT_STATUS_ONLINE);
  stage->controller = spy_controller_new ();

  return stage;
}

void
stage_free (Stage *stage)
{
  g_object_unref (stage->chat);
  g_object_unref (stage->controller);
  g_free (stage);
}

VisConversation *
stage_add (
  Stage *stage, const char *user, const char *name, VisContactState state, VisPresence presence)
{
  g_autoptr (VisContact)      contact = vis_contact_new (user);
  g_autoptr (VisConversation) conversation = NULL;
  VisTimeline                *timeline;

  vis_contact_set_name (contact, name);
  vis_contact_set_state (contact, state);
  vis_contact_set_presence (
    contact, presence, g_get_real_time () / 1000 - (gint64) 25 * MINUTE * 1000);
  conversation = vis_conversation_new (contact);
  timeline = vis_conversation_peek_timeline (conversation);
  vis_timeline_open (timeline);
  vis_timeline_set_complete (timeline, TRUE);
  vis_timeline_set_loading (timeline, FALSE);
  vis_chat_model_add (stage->chat->model, conversation);

  return conversation;
}

static VisChatMessage *
add (
  Stage *stage, VisConversation *conversation, gboolean outgoing, VisMessageKind kind, gint64 ago_s)
{
  static gint64              position;
  g_autofree char           *id = vis_id_new ();
  g_autoptr (VisChatMessage) message = vis_chat_message_new (
    id,
    outgoing ? vis_chat_get_user (stage->chat) : vis_conversation_get_chat (conversation),
    outgoing,
    kind);

  vis_chat_message_set_ts (message, g_get_real_time () / 1000 - ago_s * 1000);
  vis_chat_message_set_position (message, ++position);

  return g_steal_pointer (&message);
}

static VisChatMessage *
put (Stage *stage, VisConversation *conversation, VisChatMessage *message)
{
  vis_timeline_insert (vis_conversation_peek_timeline (conversation), message);
  vis_conversation_set_last_message (conversation, message);
  vis_chat_model_place (stage->chat->model, conversation);
  g_object_unref (message);

  return message;
}

VisChatMessage *
stage_say (Stage *stage, VisConversation *conversation, const char *text, gint64 ago_s)
{
  VisChatMessage *message = add (stage, conversation, FALSE, VIS_MESSAGE_TEXT, ago_s);

  vis_chat_message_set_text (message, text);

  return put (stage, conversation, message);
}

VisChatMessage *
stage_own (
  Stage *stage, VisConversation *conversation, const char *text, gint64 ago_s, VisDelivery delivery)
{
  VisChatMessage *message = add (stage, conversation, TRUE, VIS_MESSAGE_TEXT, ago_s);

  vis_chat_message_set_text (message, text);
  vis_chat_message_set_delivery (message, delivery);

  return put (stage, conversation, message);
}

VisChatMessage *
stage_call (Stage           *stage,
            VisConversation *conversation,
            gboolean         outgoing,
            const char      *outcome,
            gboolean         video,
            guint            duration,
            gint64           ago_s)
{
  VisChatMessage *message = add (stage, conversation, outgoing, VIS_MESSAGE_CALL, ago_s);

  vis_chat_message_set_call (message, outcome, video, duration);

  return put (stage, conversation, message);
}

static void
fill_grace (Stage *stage)
{
  VisConversation *grace =
    stage_add (stage, "grace", "Grace Hopper", VIS_CONTACT_MUTUAL, VIS_PRESENCE_ONLINE);

  stage_say (stage, grace, "The compiler works!", 2 * DAY + 2 * HOUR);
  stage_own (stage,
             grace,
             "Congratulations. They told me that computers could only do arithmetic.",
             2 * DAY + 2 * HOUR - MINUTE,
             VIS_DELIVERY_READ);
  stage_say (stage, grace, "That is what they told me as well.", 2 * DAY + HOUR);
  stage_call (stage, grace, FALSE, "missed", TRUE, 0, DAY + HOUR);
  stage_own (stage, grace, "Sorry, I was with Babbage.", DAY, VIS_DELIVERY_READ);
  stage_own (stage, grace, "Later today?", DAY - 30, VIS_DELIVERY_READ);
  stage_call (stage, grace, TRUE, "answered", TRUE, 754, DAY - 2 * HOUR);
  vis_chat_message_set_deleted (stage_say (stage, grace, "x", 25 * MINUTE), TRUE);
  stage_say (stage, grace, "Look at what we found in relay 70:", 12 * MINUTE);
  stage_say (stage,
             grace,
             "a moth. I have taped it into the log book and written below it: “First actual case "
             "of bug being found.” Nobody will ever believe that it was a real one.",
             11 * MINUTE);
  stage_own (stage, grace, "A real bug?", 9 * MINUTE, VIS_DELIVERY_READ);
  stage_own (stage, grace, "Show it to me, I have time now", 8 * MINUTE, VIS_DELIVERY_DELIVERED);
  stage_own (stage, grace, "Calling you in a minute", 7 * MINUTE, VIS_DELIVERY_SENT);
  stage_own (stage, grace, "…", 20, VIS_DELIVERY_PENDING);
}

void
stage_fill (Stage *stage)
{
  VisConversation *other;

  other = stage_add (stage, "annie", "Annie Easley", VIS_CONTACT_MUTUAL, VIS_PRESENCE_OFFLINE);
  stage_say (stage, other, "Here are the numbers for the Centaur", 40 * DAY);
  other = stage_add (stage, "karen", "Karen Spärck Jones", VIS_CONTACT_MUTUAL, VIS_PRESENCE_AWAY);
  stage_own (
    stage, other, "Computing is too important to be left to men", 3 * DAY, VIS_DELIVERY_READ);
  other = stage_add (stage, "kat", "Katherine Johnson", VIS_CONTACT_MUTUAL, VIS_PRESENCE_ONLINE);
  stage_say (stage, other, "If she says the numbers are good, I am ready to go", 5 * HOUR);
  stage_say (stage, other, "Have you checked them?", 4 * HOUR);
  vis_conversation_set_unread (other, 2);
  other = stage_add (stage, "hedy", "Hedy Lamarr", VIS_CONTACT_MUTUAL, VIS_PRESENCE_OFFLINE);
  stage_call (stage, other, FALSE, "missed", FALSE, 0, 26 * HOUR);
  vis_conversation_set_unread (other, 1);
  other = stage_add (stage, "radia", "Radia Perlman", VIS_CONTACT_INCOMING, VIS_PRESENCE_OFFLINE);
  other =
    stage_add (stage, "barbara", "Barbara Liskov", VIS_CONTACT_REQUESTED, VIS_PRESENCE_OFFLINE);
  other = stage_add (stage, "mary", "Mary Kenneth Keller", VIS_CONTACT_MUTUAL, VIS_PRESENCE_ONLINE);
  vis_conversation_set_typing (other, TRUE);
  fill_grace (stage);
}
