/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-rows.h"

#include "vis-message-row.h"

struct _VisMessageRows
{
  GObject         parent_instance;

  GListModel     *messages;
  GPtrArray      *items; /* of GtkListItem: the bound ones */
  VisContact     *contact;
  GSignalGroup   *contact_signals;
  VisChatMessage *first_unread; /* as of when the chat was opened */
};

G_DEFINE_FINAL_TYPE (VisMessageRows, vis_message_rows, G_TYPE_OBJECT)

static void
update_item (VisMessageRows *self, GtkListItem *item)
{
  VisMessageRow             *row = VIS_MESSAGE_ROW (gtk_list_item_get_child (item));
  guint                      position = gtk_list_item_get_position (item);
  g_autoptr (VisChatMessage) previous = NULL;
  g_autoptr (VisChatMessage) next = NULL;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (position > 0)
    previous = g_list_model_get_item (self->messages, position - 1);
  next = g_list_model_get_item (self->messages, position + 1);

  vis_message_row_set_neighbours (row, previous, next);
  vis_message_row_set_first_unread (
    row, self->first_unread != NULL && gtk_list_item_get_item (item) == self->first_unread);
}

static void
on_setup (VisMessageRows *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, vis_message_row_new ());
  gtk_list_item_set_activatable (item, FALSE);
}

static void
show_message (VisMessageRows *self, GtkListItem *item)
{
  vis_message_row_set_message (VIS_MESSAGE_ROW (gtk_list_item_get_child (item)),
                               gtk_list_item_get_item (item),
                               self->contact != NULL ? vis_contact_get_name (self->contact) : NULL);
}

static void
on_name (VisMessageRows *self)
{
  for (guint i = 0; i < self->items->len; i++)
    show_message (self, g_ptr_array_index (self->items, i));
}

static void
on_bind (VisMessageRows *self, GtkListItem *item)
{
  g_ptr_array_add (self->items, item);
  show_message (self, item);
  update_item (self, item);
}

static void
on_unbind (VisMessageRows *self, GtkListItem *item)
{
  g_ptr_array_remove_fast (self->items, item);
  vis_message_row_set_message (VIS_MESSAGE_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
vis_message_rows_finalize (GObject *object)
{
  VisMessageRows *self = VIS_MESSAGE_ROWS (object);

  g_ptr_array_unref (self->items);
  g_clear_object (&self->first_unread);
  g_clear_object (&self->messages);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->contact);

  G_OBJECT_CLASS (vis_message_rows_parent_class)->finalize (object);
}

static void
vis_message_rows_class_init (VisMessageRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_message_rows_finalize;
}

static void
vis_message_rows_init (VisMessageRows *self)
{
  self->items = g_ptr_array_new ();
  self->contact_signals = g_signal_group_new (VIS_TYPE_CONTACT);
  g_signal_group_connect_swapped (
    self->contact_signals, "notify::name", G_CALLBACK (on_name), self);
}

/**
 * vis_message_rows_new:
 * @list: the list whose rows are made
 * @messages: the model of @list
 *
 * Becomes the factory of @list. Call the update functions after @list has handled a change of
 * @messages.
 *
 * Returns: (transfer full): the rows of @list
 */
VisMessageRows *
vis_message_rows_new (GtkListView *list, GListModel *messages)
{
  VisMessageRows                *self = g_object_new (VIS_TYPE_MESSAGE_ROWS, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->messages = g_object_ref (messages);
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (list, factory);

  return self;
}

/**
 * vis_message_rows_find:
 * @message: one of the messages
 *
 * Returns: (transfer none) (nullable): its row, %NULL if it is too far outside of the visible part
 * to have one
 */
GtkWidget *
vis_message_rows_find (VisMessageRows *self, VisChatMessage *message)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_ROWS (self), NULL);

  for (guint i = 0; i < self->items->len; i++)
    if (gtk_list_item_get_item (self->items->pdata[i]) == message)
      return gtk_list_item_get_child (self->items->pdata[i]);

  return NULL;
}

/**
 * vis_message_rows_set_contact:
 * @contact: (nullable): the other person, for the accessible names of the rows; those of bound rows
 *   follow when the name changes
 */
void
vis_message_rows_set_contact (VisMessageRows *self, VisContact *contact)
{
  g_return_if_fail (VIS_IS_MESSAGE_ROWS (self));

  g_set_object (&self->contact, contact);
  g_signal_group_set_target (self->contact_signals, contact);
}

/**
 * vis_message_rows_set_first_unread:
 * @message: (nullable): the first of those that were not read when the chat was opened
 *
 * Puts the line "New messages" above @message.
 *
 * Returns: whether the line has moved, so that rows have to be laid out again
 */
gboolean
vis_message_rows_set_first_unread (VisMessageRows *self, VisChatMessage *message)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_ROWS (self), FALSE);

  if (!g_set_object (&self->first_unread, message))
    return FALSE;

  vis_message_rows_update (self);
  return TRUE;
}

/**
 * vis_message_rows_update:
 *
 * Updates all rows: at midnight, "Today" has become "Yesterday".
 */
void
vis_message_rows_update (VisMessageRows *self)
{
  g_return_if_fail (VIS_IS_MESSAGE_ROWS (self));

  for (guint i = 0; i < self->items->len; i++)
    update_item (self, g_ptr_array_index (self->items, i));
}

/**
 * vis_message_rows_update_edges:
 * @position: where the list has changed
 * @added: how many are new there
 *
 * Updates the rows whose neighbours have changed.
 */
void
vis_message_rows_update_edges (VisMessageRows *self, guint position, guint added)
{
  g_return_if_fail (VIS_IS_MESSAGE_ROWS (self));

  for (guint i = 0; i < self->items->len; i++)
    {
      GtkListItem *item = g_ptr_array_index (self->items, i);
      guint        place = gtk_list_item_get_position (item);

      if (place + 1 == position || (place >= position && place <= position + added))
        update_item (self, item);
    }
}
