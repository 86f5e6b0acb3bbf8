/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-frame-model.h"

#include <gtk/gtk.h>

/* One frame at 60 Hz. */
#define FRAME_US (G_USEC_PER_SEC / 60)

/* How many new items are passed on in one frame: the list makes and lays out a row for each, at
 * about a millisecond. */
#define FRAME_ITEMS 24

struct _VisFrameModel
{
  GObject     parent_instance;

  GListModel *model;
  GPtrArray  *items; /* passed on so far */

  /* Changed in `model` since: all but the first `before` and the last `after` items. */
  gboolean changed;
  guint    before;
  guint    after;
  guint    flush_id;
  gint64   flushed; /* when changes were last passed on, monotonic */
};

static void vis_frame_model_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisFrameModel,
                               vis_frame_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      vis_frame_model_list_model_init))

static GType
vis_frame_model_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
vis_frame_model_get_n_items (GListModel *model)
{
  return VIS_FRAME_MODEL (model)->items->len;
}

static gpointer
vis_frame_model_get_item (GListModel *model, guint position)
{
  VisFrameModel *self = VIS_FRAME_MODEL (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
vis_frame_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = vis_frame_model_get_item_type;
  iface->get_n_items = vis_frame_model_get_n_items;
  iface->get_item = vis_frame_model_get_item;
}

/* Replaces the items between the first @before and the last @after with @added ones. */
static void
replace (VisFrameModel *self, guint before, guint added, guint after)
{
  guint                 removed = self->items->len - before - after;
  g_autoptr (GPtrArray) items = g_ptr_array_new_full (before + added + after, g_object_unref);

  for (guint i = 0; i < before; i++)
    g_ptr_array_add (items, g_object_ref (self->items->pdata[i]));
  for (guint i = before; i < before + added; i++)
    g_ptr_array_add (items, g_list_model_get_item (self->model, i));
  for (guint i = self->items->len - after; i < self->items->len; i++)
    g_ptr_array_add (items, g_object_ref (self->items->pdata[i]));

  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&items);
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), before, removed, added);
}

static void queue_flush (VisFrameModel *self);

static void
flush (VisFrameModel *self)
{
  guint before = self->before;
  guint after = self->after;
  guint most = self->items->len - before - after + FRAME_ITEMS;
  guint added = g_list_model_get_n_items (self->model) - before - after;

  self->changed = added > most;
  if (self->changed)
    {
      added = most;
      self->before = before + added;
    }
  replace (self, before, added, after);
  self->flushed = g_get_monotonic_time ();
  if (self->changed)
    queue_flush (self);
}

static gboolean
on_flush (gpointer data)
{
  VisFrameModel *self = data;

  self->flush_id = 0;
  flush (self);

  return G_SOURCE_REMOVE;
}

/* Runs before the next layout, but at the earliest one frame after the last flush has ended: a
 * frame is drawn in between. Without that pause, rows that take longer than a frame to make would
 * be added one lot after the other without a layout, and the one in the end would measure hundreds.
 */
static void
queue_flush (VisFrameModel *self)
{
  gint64 left = self->flushed + FRAME_US - g_get_monotonic_time ();

  if (self->flush_id != 0)
    return;
  if (left <= 0)
    self->flush_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_flush, self, NULL);
  else
    self->flush_id =
      g_timeout_add_full (GDK_PRIORITY_REDRAW, (guint) (left / 1000 + 1), on_flush, self, NULL);
}

static void
on_items_changed (
  GListModel *model, guint position, guint removed, guint added, VisFrameModel *self)
{
  guint n = g_list_model_get_n_items (model);
  guint after = n - position - added;

  if (!self->changed)
    {
      self->changed = TRUE;
      self->before = position;
      self->after = after;
    }
  else
    {
      self->before = MIN (self->before, position);
      self->after = MIN (self->after, after);
    }
  queue_flush (self);
}

static void
vis_frame_model_dispose (GObject *object)
{
  VisFrameModel *self = VIS_FRAME_MODEL (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_ptr_array_set_size (self->items, 0);

  G_OBJECT_CLASS (vis_frame_model_parent_class)->dispose (object);
}

static void
vis_frame_model_finalize (GObject *object)
{
  g_ptr_array_unref (VIS_FRAME_MODEL (object)->items);

  G_OBJECT_CLASS (vis_frame_model_parent_class)->finalize (object);
}

static void
vis_frame_model_class_init (VisFrameModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_frame_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = vis_frame_model_finalize;
}

static void
vis_frame_model_init (VisFrameModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

VisFrameModel *
vis_frame_model_new (void)
{
  return g_object_new (VIS_TYPE_FRAME_MODEL, NULL);
}

/**
 * vis_frame_model_set_model:
 * @model: (nullable): whose items to show, at once
 */
void
vis_frame_model_set_model (VisFrameModel *self, GListModel *model)
{
  g_return_if_fail (VIS_IS_FRAME_MODEL (self));

  if (self->model == model)
    return;

  g_clear_handle_id (&self->flush_id, g_source_remove);
  self->changed = FALSE;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
  replace (self, 0, model != NULL ? g_list_model_get_n_items (model) : 0, 0);
}
