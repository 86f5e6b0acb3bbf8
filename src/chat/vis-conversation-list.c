/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-conversation-list-private.h"

#include "vis-conversation-private.h"

struct _VisConversationList
{
  GObject     parent_instance;

  GPtrArray  *items;
  GHashTable *by_chat; /* borrowed chat → borrowed conversation */
};

static void vis_conversation_list_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisConversationList,
                               vis_conversation_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      vis_conversation_list_list_model_init))

static int
compare (VisConversation *a, VisConversation *b)
{
  gint64 a_time = vis_conversation_get_activity (a);
  gint64 b_time = vis_conversation_get_activity (b);
  int    by_name;

  if (a_time != b_time)
    return a_time > b_time ? -1 : 1;

  by_name = g_utf8_collate (vis_contact_get_name (vis_conversation_get_contact (a)),
                            vis_contact_get_name (vis_conversation_get_contact (b)));
  if (by_name != 0)
    return by_name;
  return g_strcmp0 (vis_conversation_get_chat (a), vis_conversation_get_chat (b));
}

static int
compare_pointers (gconstpointer a, gconstpointer b)
{
  return compare (*(VisConversation *const *) a, *(VisConversation *const *) b);
}

static guint
find_place (VisConversationList *self, VisConversation *conversation)
{
  guint low = 0;
  guint high = self->items->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (self->items->pdata[middle], conversation) <= 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static GType
vis_conversation_list_get_item_type (GListModel *model)
{
  return VIS_TYPE_CONVERSATION;
}

static guint
vis_conversation_list_get_n_items (GListModel *model)
{
  return VIS_CONVERSATION_LIST (model)->items->len;
}

static gpointer
vis_conversation_list_get_item (GListModel *model, guint index)
{
  VisConversationList *self = VIS_CONVERSATION_LIST (model);

  return index < self->items->len ? g_object_ref (self->items->pdata[index]) : NULL;
}

static void
vis_conversation_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = vis_conversation_list_get_item_type;
  iface->get_n_items = vis_conversation_list_get_n_items;
  iface->get_item = vis_conversation_list_get_item;
}

static void
vis_conversation_list_finalize (GObject *object)
{
  VisConversationList *self = VIS_CONVERSATION_LIST (object);

  g_hash_table_unref (self->by_chat);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (vis_conversation_list_parent_class)->finalize (object);
}

static void
vis_conversation_list_class_init (VisConversationListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_conversation_list_finalize;
}

static void
vis_conversation_list_init (VisConversationList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_chat = g_hash_table_new (g_str_hash, g_str_equal);
}

VisConversationList *
vis_conversation_list_new (void)
{
  return g_object_new (VIS_TYPE_CONVERSATION_LIST, NULL);
}

VisConversation *
vis_conversation_list_lookup (VisConversationList *self, const char *chat)
{
  return g_hash_table_lookup (self->by_chat, chat);
}

VisConversation *
vis_conversation_list_peek (VisConversationList *self, guint index)
{
  return index < self->items->len ? self->items->pdata[index] : NULL;
}

guint
vis_conversation_list_get_size (VisConversationList *self)
{
  return self->items->len;
}

/* Inserts a conversation that is not in the list. */
void
vis_conversation_list_add (VisConversationList *self, VisConversation *conversation)
{
  guint place = find_place (self, conversation);

  g_return_if_fail (
    !g_hash_table_contains (self->by_chat, vis_conversation_get_chat (conversation)));

  g_ptr_array_insert (self->items, (int) place, g_object_ref (conversation));
  g_hash_table_insert (
    self->by_chat, (gpointer) vis_conversation_get_chat (conversation), conversation);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/* Fills an empty list in one change. */
void
vis_conversation_list_add_many (VisConversationList *self, GPtrArray *conversations)
{
  g_return_if_fail (self->items->len == 0);

  for (guint i = 0; i < conversations->len; i++)
    {
      VisConversation *conversation = conversations->pdata[i];

      if (g_hash_table_insert (
            self->by_chat, (gpointer) vis_conversation_get_chat (conversation), conversation))
        g_ptr_array_add (self->items, g_object_ref (conversation));
    }
  g_ptr_array_sort (self->items, compare_pointers);
  if (self->items->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->items->len);
}

void
vis_conversation_list_remove (VisConversationList *self, VisConversation *conversation)
{
  guint index;

  if (!g_ptr_array_find (self->items, conversation, &index))
    return;

  g_hash_table_remove (self->by_chat, vis_conversation_get_chat (conversation));
  g_ptr_array_remove_index (self->items, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
}

/* Moves a conversation after its activity or its name has changed. */
void
vis_conversation_list_resort (VisConversationList *self, VisConversation *conversation)
{
  guint from;
  guint to;

  if (!g_ptr_array_find (self->items, conversation, &from))
    return;

  g_object_ref (conversation);
  g_ptr_array_remove_index (self->items, from);
  to = find_place (self, conversation);
  g_ptr_array_insert (self->items, (int) to, conversation);

  /* One change that covers both places: a selection would lose an item that is removed and added
   * again. */
  if (from != to)
    {
      guint count = MAX (from, to) - MIN (from, to) + 1;

      g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to), count, count);
    }
}
