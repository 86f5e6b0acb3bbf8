/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"
#include "vis-chat-records.h"
#include "vis-conversation-private.h"

#include "vis-contact-private.h"

/* Presence is never stored, and may come for a contact whose record is still on its way to the
 * disk: the newest one of each user is kept, and applied with the record. */

typedef struct
{
  VisPresence presence;
  gint64      last_seen;
} Word;

/* What was said about a contact, once it is one. */
void
vis_chat_show_presence (VisChat *self, VisContact *contact)
{
  const Word *word = g_hash_table_lookup (self->presences, vis_contact_get_user (contact));

  if (vis_contact_get_state (contact) != VIS_CONTACT_MUTUAL)
    vis_contact_set_presence (contact, VIS_PRESENCE_OFFLINE, 0);
  else if (word != NULL)
    vis_contact_set_presence (contact, word->presence, word->last_seen);
}

/* A presence event, or a contact of which it is told. */
void
vis_chat_note_presence (VisChat *self, VisMessage *object)
{
  const char      *user = vis_message_get_string (object, VIS_FIELD_USER);
  VisConversation *conversation = vis_chat_find (self, user);
  Word            *word;

  if (!vis_message_has (object, VIS_FIELD_PRESENCE))
    return;

  word = g_new (Word, 1);
  word->presence = vis_presence_from_wire (object);
  word->last_seen = vis_message_get_integer (object, VIS_FIELD_LAST_SEEN);
  g_hash_table_insert (self->presences, g_strdup (user), word);
  if (conversation != NULL)
    vis_chat_show_presence (self, vis_conversation_get_contact (conversation));
}

/* Nobody tells any more who is there. */
void
vis_chat_forget_presence (VisChat *self)
{
  g_hash_table_remove_all (self->presences);
  for (guint i = 0; i < vis_conversation_list_get_size (self->conversations); i++)
    {
      VisConversation *conversation = vis_conversation_list_peek (self->conversations, i);

      vis_contact_set_presence (
        vis_conversation_get_contact (conversation), VIS_PRESENCE_OFFLINE, 0);
    }
}
