/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-timeline-private.h"

#include "vis-chat-message-private.h"

struct _VisTimeline
{
  GObject           parent_instance;

  GPtrArray        *messages; /* by position, oldest first */
  GHashTable       *by_id;    /* borrowed id → borrowed message */

  VisTimelineLoader loader;
  gpointer          loader_data;
  GDestroyNotify    loader_destroy;

  gboolean          opened : 1;
  gboolean          loading : 1;
  gboolean          complete : 1;
};

static void vis_timeline_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisTimeline,
                               vis_timeline,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      vis_timeline_list_model_init))

enum
{
  PROP_LOADING = 1,
  PROP_COMPLETE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* The index after all messages up to @position, where one of that position is inserted. */
static guint
find_place (VisTimeline *self, gint64 position)
{
  guint low = 0;
  guint high = self->messages->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (vis_chat_message_get_position (self->messages->pdata[middle]) <= position)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static void
move (VisTimeline *self, VisChatMessage *message)
{
  guint from = 0;
  guint to;
  guint first;
  guint count;

  /* A linear search: the message's position may have changed since it was inserted. */
  g_ptr_array_find (self->messages, message, &from);
  g_object_ref (message);
  g_ptr_array_remove_index (self->messages, from);
  to = find_place (self, vis_chat_message_get_position (message));
  g_ptr_array_insert (self->messages, (int) to, message);

  /* One change that covers both places: a selection would lose an item that is removed and added
   * again. */
  first = MIN (from, to);
  count = MAX (from, to) - first + 1;
  if (from != to)
    g_list_model_items_changed (G_LIST_MODEL (self), first, count, count);
}

static GType
vis_timeline_get_item_type (GListModel *model)
{
  return VIS_TYPE_CHAT_MESSAGE;
}

static guint
vis_timeline_get_n_items (GListModel *model)
{
  return VIS_TIMELINE (model)->messages->len;
}

static gpointer
vis_timeline_get_item (GListModel *model, guint index)
{
  VisTimeline *self = VIS_TIMELINE (model);

  return index < self->messages->len ? g_object_ref (self->messages->pdata[index]) : NULL;
}

static void
vis_timeline_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = vis_timeline_get_item_type;
  iface->get_n_items = vis_timeline_get_n_items;
  iface->get_item = vis_timeline_get_item;
}

static void
vis_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisTimeline *self = VIS_TIMELINE (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, self->complete);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_timeline_dispose (GObject *object)
{
  vis_timeline_set_loader (VIS_TIMELINE (object), NULL, NULL, NULL);

  G_OBJECT_CLASS (vis_timeline_parent_class)->dispose (object);
}

static void
vis_timeline_finalize (GObject *object)
{
  VisTimeline *self = VIS_TIMELINE (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->messages);

  G_OBJECT_CLASS (vis_timeline_parent_class)->finalize (object);
}

static void
vis_timeline_class_init (VisTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_timeline_get_property;
  object_class->dispose = vis_timeline_dispose;
  object_class->finalize = vis_timeline_finalize;

  /**
   * VisTimeline:loading:
   *
   * Whether older messages are on their way.
   */
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);

  /**
   * VisTimeline:complete:
   *
   * Whether there is no older message.
   */
  props[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vis_timeline_init (VisTimeline *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * vis_timeline_new: (skip)
 *
 * Makes an empty, closed timeline.
 *
 * Returns: (transfer full): a new timeline
 */
VisTimeline *
vis_timeline_new (void)
{
  return g_object_new (VIS_TYPE_TIMELINE, NULL);
}

/**
 * vis_timeline_set_loader: (skip)
 * @self: a timeline
 * @loader: (nullable): loads older messages
 * @data: handed to @loader
 * @destroy: (nullable): frees @data
 *
 * Sets the function that loads older messages.
 */
void
vis_timeline_set_loader (VisTimeline      *self,
                         VisTimelineLoader loader,
                         gpointer          data,
                         GDestroyNotify    destroy)
{
  gpointer       old_data = self->loader_data;
  GDestroyNotify old_destroy = self->loader_destroy;

  self->loader = loader;
  self->loader_data = data;
  self->loader_destroy = destroy;
  if (old_destroy != NULL)
    old_destroy (old_data);
}

void
vis_timeline_set_loading (VisTimeline *self, gboolean loading)
{
  g_return_if_fail (VIS_IS_TIMELINE (self));

  if (self->loading == !!loading)
    return;

  self->loading = !!loading;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

void
vis_timeline_set_complete (VisTimeline *self, gboolean complete)
{
  g_return_if_fail (VIS_IS_TIMELINE (self));

  if (self->complete == !!complete)
    return;

  self->complete = !!complete;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPLETE]);
}

/**
 * vis_timeline_open: (skip)
 * @self: a timeline
 *
 * Opens the timeline, which loads the newest page.
 */
void
vis_timeline_open (VisTimeline *self)
{
  g_return_if_fail (VIS_IS_TIMELINE (self));

  if (self->opened)
    return;

  self->opened = TRUE;
  vis_timeline_load_older (self);
}

gboolean
vis_timeline_get_opened (VisTimeline *self)
{
  g_return_val_if_fail (VIS_IS_TIMELINE (self), FALSE);

  return self->opened;
}

/**
 * vis_timeline_insert: (skip)
 * @self: a timeline
 * @message: a message
 *
 * Inserts @message at its position, after others of the same one. A message that is in the timeline
 * is moved if its position has changed.
 */
void
vis_timeline_insert (VisTimeline *self, VisChatMessage *message)
{
  const char     *id;
  VisChatMessage *known;
  guint           place;

  g_return_if_fail (VIS_IS_TIMELINE (self));
  g_return_if_fail (VIS_IS_CHAT_MESSAGE (message));

  id = vis_chat_message_get_id (message);
  known = g_hash_table_lookup (self->by_id, id);
  if (known == message)
    {
      move (self, message);
      return;
    }
  if (known != NULL)
    vis_timeline_remove (self, id);

  place = find_place (self, vis_chat_message_get_position (message));
  g_ptr_array_insert (self->messages, (int) place, g_object_ref (message));
  g_hash_table_insert (self->by_id, (gpointer) id, message);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/**
 * vis_timeline_prepend: (skip)
 * @self: a timeline
 * @messages: (element-type VisChatMessage): a page of older messages, oldest first
 *
 * Inserts a page at the beginning, in one change, without messages that are in the timeline.
 */
void
vis_timeline_prepend (VisTimeline *self, GPtrArray *messages)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new ();
  guint                 count;

  g_return_if_fail (VIS_IS_TIMELINE (self));

  for (guint i = 0; i < messages->len; i++)
    {
      VisChatMessage *message = messages->pdata[i];
      const char     *id = vis_chat_message_get_id (message);

      if (!g_hash_table_contains (self->by_id, id))
        {
          g_hash_table_insert (self->by_id, (gpointer) id, message);
          g_ptr_array_add (page, g_object_ref (message));
        }
    }
  if (page->len == 0)
    return;

  /* Appends and swaps the arrays: one copy, rather than one for each message. */
  count = page->len;
  g_ptr_array_extend_and_steal (page, g_steal_pointer (&self->messages));
  g_ptr_array_set_free_func (page, g_object_unref);
  self->messages = g_steal_pointer (&page);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, count);
}

/**
 * vis_timeline_remove: (skip)
 * @self: a timeline
 * @id: a message's id
 *
 * Removes a message, if it is in the timeline.
 */
void
vis_timeline_remove (VisTimeline *self, const char *id)
{
  VisChatMessage *message;
  guint           index;

  g_return_if_fail (VIS_IS_TIMELINE (self));

  message = g_hash_table_lookup (self->by_id, id);
  if (message == NULL || !g_ptr_array_find (self->messages, message, &index))
    return;

  g_hash_table_remove (self->by_id, id);
  g_ptr_array_remove_index (self->messages, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
}

void
vis_timeline_clear (VisTimeline *self)
{
  guint count;

  g_return_if_fail (VIS_IS_TIMELINE (self));

  count = self->messages->len;
  g_hash_table_remove_all (self->by_id);
  g_ptr_array_set_size (self->messages, 0);
  if (count > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, count, 0);
}

/**
 * vis_timeline_lookup: (skip)
 * @self: a timeline
 * @id: a message's id
 *
 * Returns: (transfer none) (nullable): the message, if it is here
 */
VisChatMessage *
vis_timeline_lookup (VisTimeline *self, const char *id)
{
  g_return_val_if_fail (VIS_IS_TIMELINE (self), NULL);

  return g_hash_table_lookup (self->by_id, id);
}

/**
 * vis_timeline_peek: (skip)
 * @self: a timeline
 * @index: from 0, the oldest
 *
 * Returns: (transfer none) (nullable): the message at @index
 */
VisChatMessage *
vis_timeline_peek (VisTimeline *self, guint index)
{
  g_return_val_if_fail (VIS_IS_TIMELINE (self), NULL);

  return index < self->messages->len ? self->messages->pdata[index] : NULL;
}

/**
 * vis_timeline_get_loading:
 * @self: a timeline
 *
 * Returns: [property@Vis.Timeline:loading]
 */
gboolean
vis_timeline_get_loading (VisTimeline *self)
{
  g_return_val_if_fail (VIS_IS_TIMELINE (self), FALSE);

  return self->loading;
}

/**
 * vis_timeline_get_complete:
 * @self: a timeline
 *
 * Returns: [property@Vis.Timeline:complete]
 */
gboolean
vis_timeline_get_complete (VisTimeline *self)
{
  g_return_val_if_fail (VIS_IS_TIMELINE (self), FALSE);

  return self->complete;
}

/**
 * vis_timeline_load_older:
 * @self: a timeline
 *
 * Loads the page before the oldest message, which comes as one `items-changed` at the beginning.
 * Nothing happens while a page is being loaded, or when there is none.
 */
void
vis_timeline_load_older (VisTimeline *self)
{
  g_return_if_fail (VIS_IS_TIMELINE (self));

  self->opened = TRUE;
  if (!self->loading && !self->complete && self->loader != NULL)
    self->loader (self, self->loader_data);
}
