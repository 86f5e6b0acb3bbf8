/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-seek.h"

/* How many pages of history are asked for, and how long they are waited for, to find the first
 * unread message. After that the list begins further down. */
#define PAGES_MAX 8
#define TIME_US   (2 * G_USEC_PER_SEC)

/* The most that one frame counts for in TIME_US: while the computer hangs, no page can arrive. */
#define FRAME_US (G_USEC_PER_SEC / 30)

/* After this many layouts the list is shown as it is. It usually takes three or four, but never
 * ends in a chat that changes with each frame. */
#define LAYOUTS_MAX 30

struct _VisSeek
{
  GObject          parent_instance;

  GtkListView     *list;
  GListModel      *messages; /* of `list`; follows the timeline frame by frame */
  VisMessageRows  *rows;

  VisConversation *conversation; /* NULL while not seeking */
  guint            tick_id; /* only while seeking and mapped: an unmapped list is not laid out */
  gboolean         changed; /* there are rows without a layout */
  guint            layouts; /* since all pages were there */
  gint64           waited;  /* time spent on pages, in us */
  gint64           frame;   /* frame time of the last tick, 0 before the first */
  guint            pages;   /* asked for so far */
  guint            n;       /* length of the timeline when the last page was asked for */
};

G_DEFINE_FINAL_TYPE (VisSeek, vis_seek, G_TYPE_OBJECT)

static guint found_signal;

static void
stop (VisSeek *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick_id);
  self->tick_id = 0;
  g_clear_object (&self->conversation);
  gtk_widget_set_opacity (GTK_WIDGET (self->list), 1);
}

/* Whether a page of older messages is on its way, asking for one if that makes sense: not if the
 * last one brought nothing, since the server can't be reached. */
static gboolean
seek_page (VisSeek *self)
{
  VisTimeline *timeline = vis_conversation_get_timeline (self->conversation);
  guint        n = g_list_model_get_n_items (G_LIST_MODEL (timeline));

  if (self->waited > TIME_US)
    return FALSE;
  if (vis_timeline_get_loading (timeline))
    return TRUE;
  if (vis_timeline_get_complete (timeline) || self->pages == PAGES_MAX ||
      (self->pages > 0 && n == self->n))
    return FALSE;

  self->pages++;
  self->n = n;
  vis_timeline_load_older (timeline);

  return vis_timeline_get_loading (timeline);
}

/* Whether the whole row of the message is visible when the list is scrolled to its end. */
static gboolean
is_in_sight (VisSeek *self, VisChatMessage *message)
{
  GtkWidget      *row = vis_message_rows_find (self->rows, message);
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_get_mapped (row) &&
         gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds) && bounds.origin.y >= 0;
}

/* Ends the seeking: scrolls to @first, unless a list at its end shows it. @position is that of the
 * timeline; while the list is behind it, it is not scrolled, since its rows may have no layout yet.
 */
static void
show (VisSeek *self, VisChatMessage *first, guint position)
{
  gboolean                   at_end = first == NULL || is_in_sight (self, first);
  g_autoptr (VisChatMessage) listed = g_list_model_get_item (self->messages, position);

  if (!at_end && listed == first)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  stop (self);
  g_signal_emit (self, found_signal, 0, at_end);
}

/* Whether the list, with all rows laid out, is at its end. If not, takes one step towards it. */
static gboolean
settle (VisSeek *self, VisChatMessage *first)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
  GListModel    *timeline = G_LIST_MODEL (vis_conversation_get_timeline (self->conversation));
  double         page = gtk_adjustment_get_page_size (adjustment);
  double         end = gtk_adjustment_get_upper (adjustment) - page;

  if (page <= 0 || g_list_model_get_n_items (self->messages) != g_list_model_get_n_items (timeline))
    return FALSE;
  if (vis_message_rows_set_first_unread (self->rows, first) || self->changed)
    {
      self->changed = FALSE;
      return FALSE;
    }
  if (gtk_adjustment_get_value (adjustment) < end - 1)
    {
      gtk_adjustment_set_value (adjustment, end);
      return FALSE;
    }

  return TRUE;
}

/* One step for each frame, before its layout; the next tick sees the result. The list goes to its
 * end and from there, if need be, to the first unread message. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  VisSeek    *self = data;
  GListModel *timeline = G_LIST_MODEL (vis_conversation_get_timeline (self->conversation));
  guint       missing;
  guint       position = vis_conversation_find_first_unread (self->conversation, &missing);
  gint64      now = gdk_frame_clock_get_frame_time (clock);
  g_autoptr (VisChatMessage) first = g_list_model_get_item (timeline, position);

  if (self->frame != 0)
    self->waited += MIN (now - self->frame, FRAME_US);
  self->frame = now;
  if (missing > 0 && seek_page (self))
    return G_SOURCE_CONTINUE;
  if (settle (self, first) || ++self->layouts > LAYOUTS_MAX)
    show (self, first, position);

  return G_SOURCE_CONTINUE;
}

static void
on_map (VisSeek *self)
{
  self->changed = TRUE;
  if (self->conversation != NULL && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_tick, self, NULL);
}

static void
on_unmap (VisSeek *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick_id);
  self->tick_id = 0;
}

static void
on_items_changed (VisSeek *self)
{
  self->changed = TRUE;
}

static void
vis_seek_dispose (GObject *object)
{
  VisSeek *self = VIS_SEEK (object);

  if (self->list != NULL)
    stop (self);
  g_clear_object (&self->list);
  g_clear_object (&self->messages);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (vis_seek_parent_class)->dispose (object);
}

static void
vis_seek_class_init (VisSeekClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_seek_dispose;

  found_signal = g_signal_new (
    "found", VIS_TYPE_SEEK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
vis_seek_init (VisSeek *self)
{
}

/**
 * vis_seek_new:
 * @list: the list of messages
 * @messages: the model of @list
 * @rows: the rows of @list
 *
 * Returns: (transfer full): a new object that is not active
 */
VisSeek *
vis_seek_new (GtkListView *list, GListModel *messages, VisMessageRows *rows)
{
  VisSeek *self = g_object_new (VIS_TYPE_SEEK, NULL);

  self->list = g_object_ref (list);
  self->messages = g_object_ref (messages);
  self->rows = g_object_ref (rows);
  g_signal_connect_object (
    messages, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "map", G_CALLBACK (on_map), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "unmap", G_CALLBACK (on_unmap), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * vis_seek_begin:
 * @conversation: (nullable): what is opened; %NULL to stop and to remove the line
 *
 * Seeks the first unread message of @conversation, or the end if there is none.
 */
void
vis_seek_begin (VisSeek *self, VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_SEEK (self));

  stop (self);
  vis_message_rows_set_first_unread (self->rows, NULL);
  if (conversation == NULL)
    return;

  self->conversation = g_object_ref (conversation);
  self->waited = 0;
  self->frame = 0;
  self->pages = 0;
  self->layouts = 0;
  gtk_widget_set_opacity (GTK_WIDGET (self->list), 0);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->list)))
    on_map (self);
}

/**
 * vis_seek_get_active:
 *
 * Returns: whether it is seeking, with the list hidden
 */
gboolean
vis_seek_get_active (VisSeek *self)
{
  g_return_val_if_fail (VIS_IS_SEEK (self), FALSE);

  return self->conversation != NULL;
}
