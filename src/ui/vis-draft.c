/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-draft.h"

/* How often a text that is being written is stored: after a crash at most this much is missing. */
#define KEEP_MS 1000

struct _VisDraft
{
  GObject          parent_instance;

  VisComposer     *composer;
  VisChat         *chat;
  VisConversation *conversation;
  guint            keep_id;
};

G_DEFINE_FINAL_TYPE (VisDraft, vis_draft, G_TYPE_OBJECT)

static gboolean
on_keep (gpointer data)
{
  VisDraft *self = data;

  self->keep_id = 0;
  vis_draft_keep (self);

  return G_SOURCE_REMOVE;
}

static void
on_edited (VisDraft *self)
{
  if (self->keep_id == 0)
    self->keep_id = g_timeout_add (KEEP_MS, on_keep, self);
}

static void
vis_draft_dispose (GObject *object)
{
  VisDraft *self = VIS_DRAFT (object);

  g_clear_handle_id (&self->keep_id, g_source_remove);
  g_clear_object (&self->conversation);
  g_clear_object (&self->chat);
  g_clear_object (&self->composer);

  G_OBJECT_CLASS (vis_draft_parent_class)->dispose (object);
}

static void
vis_draft_class_init (VisDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_draft_dispose;
}

static void
vis_draft_init (VisDraft *self)
{
}

/**
 * vis_draft_new:
 * @composer: whose text is stored
 *
 * Returns: (transfer full): a new object, without a conversation
 */
VisDraft *
vis_draft_new (VisComposer *composer)
{
  VisDraft *self = g_object_new (VIS_TYPE_DRAFT, NULL);

  self->composer = g_object_ref (composer);
  g_signal_connect_object (composer, "edited", G_CALLBACK (on_edited), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * vis_draft_set_conversation:
 * @chat: (nullable): stores the drafts of @conversation
 * @conversation: (nullable): whose draft the composer has from now on
 *
 * Stores the draft of the previous conversation, ends "typing" there, and puts the draft of
 * @conversation into the composer.
 */
void
vis_draft_set_conversation (VisDraft *self, VisChat *chat, VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_DRAFT (self));

  vis_draft_keep (self);
  g_set_object (&self->chat, chat);
  g_set_object (&self->conversation, conversation);
  vis_composer_set_text (self->composer,
                         conversation != NULL ? vis_conversation_get_draft (conversation) : NULL);
}

/**
 * vis_draft_keep:
 *
 * Stores the draft now.
 */
void
vis_draft_keep (VisDraft *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (VIS_IS_DRAFT (self));

  g_clear_handle_id (&self->keep_id, g_source_remove);
  if (self->conversation == NULL)
    return;

  text = vis_composer_dup_text (self->composer);
  vis_chat_set_draft (self->chat, self->conversation, text);
}
