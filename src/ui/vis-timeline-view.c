/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-timeline-view.h"

#include "vis-frame-model.h"
#include "vis-message-menu.h"
#include "vis-message-rows.h"
#include "vis-seek.h"
#include "vis-ui.h"
#include "vis-wall-clock.h"

#include <glib/gi18n.h>

/* In pixels: this close to the end counts as at the end, for rounding and rows that grow by a line.
 */
#define NEAR_BOTTOM 24.0

/* Older messages are loaded when the top is this many screens away. */
#define PAGES_AHEAD 2.0

struct _VisTimelineView
{
  AdwBin             parent_instance;

  VisChat           *chat;
  VisConversation   *conversation;
  GSignalGroup      *chat_signals;
  GSignalGroup      *conversation_signals;
  GSignalGroup      *timeline_signals;
  GSignalGroup      *contact_signals;
  gulong             window_handler;
  VisFrameModel     *messages;
  GtkNoSelection    *selection;
  VisMessageRows    *rows;
  VisSeek           *seek;
  VisMessageMenu    *menu;

  gboolean           sticky; /* the list follows new messages */
  gboolean           grown;  /* older messages arrived since they were asked for */
  double             value;  /* of the adjustment, when it last changed */
  gboolean           dirty;  /* rows have changed that have no layout yet */
  guint              frame_id;
  guint              stick_id;
  guint              read_id;
  guint              fresh; /* messages that arrived while not sticky */

  GtkScrolledWindow *scroller;
  GtkListView       *list;
  GtkWidget         *empty;
  GtkSpinner        *spinner;
  GtkRevealer       *jump_revealer;
  GtkButton         *jump_button;
  GtkLabel          *jump_count;
};

G_DEFINE_FINAL_TYPE (VisTimelineView, vis_timeline_view, ADW_TYPE_BIN)

static GtkAdjustment *
get_adjustment (VisTimelineView *self)
{
  return gtk_scrolled_window_get_vadjustment (self->scroller);
}

static gboolean
is_near_bottom (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
         gtk_adjustment_get_upper (adjustment) - NEAR_BOTTOM;
}

/* Marks the chat as read if its end is visible in the active window. */
static void
mark_read (VisTimelineView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->conversation == NULL || !self->sticky || vis_seek_get_active (self->seek) ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)) || !GTK_IS_WINDOW (root) ||
      !gtk_window_is_active (GTK_WINDOW (root)) ||
      vis_conversation_get_unread (self->conversation) == 0)
    return;

  vis_chat_mark_read (self->chat, self->conversation);
}

static gboolean
on_read (gpointer user_data)
{
  VisTimelineView *self = user_data;

  self->read_id = 0;
  mark_read (self);

  return G_SOURCE_REMOVE;
}

/* Once for all messages before the next layout. */
static void
queue_read (VisTimelineView *self)
{
  if (self->read_id == 0)
    self->read_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_read, self, NULL);
}

static void
update_jump (VisTimelineView *self)
{
  g_autofree char *count = g_strdup_printf ("%u", self->fresh);
  g_autofree char *name = NULL;

  if (!self->sticky)
    gtk_widget_set_visible (GTK_WIDGET (self->jump_revealer), TRUE);
  gtk_revealer_set_reveal_child (self->jump_revealer, !self->sticky);

  gtk_label_set_label (self->jump_count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->jump_count), self->fresh > 0);
  if (self->fresh > 0)
    name = g_strdup_printf (ngettext ("Jump to the newest message, %u new",
                                      "Jump to the newest message, %u new",
                                      self->fresh),
                            self->fresh);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->jump_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : _ ("Jump to the newest message"),
                                  -1);
}

static void
cancel_stick (VisTimelineView *self)
{
  g_clear_handle_id (&self->stick_id, g_source_remove);
  if (self->frame_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->frame_id);
  self->frame_id = 0;
}

static void
set_sticky (VisTimelineView *self, gboolean sticky)
{
  if (self->sticky == sticky)
    return;

  self->sticky = sticky;
  if (sticky)
    self->fresh = 0;
  else
    cancel_stick (self);
  update_jump (self);
  mark_read (self);
}

/* Hides the button once it has faded out, also from screen readers. */
static void
on_jump_revealed (VisTimelineView *self)
{
  if (!gtk_revealer_get_child_revealed (self->jump_revealer) &&
      !gtk_revealer_get_reveal_child (self->jump_revealer))
    gtk_widget_set_visible (GTK_WIDGET (self->jump_revealer), FALSE);
}

static void queue_stick (VisTimelineView *self);

static gboolean
on_frame (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  VisTimelineView *self = user_data;

  self->frame_id = 0;
  self->dirty = FALSE;
  queue_stick (self);

  return G_SOURCE_REMOVE;
}

static gboolean
on_stick (gpointer user_data)
{
  VisTimelineView *self = user_data;
  GtkAdjustment   *adjustment = get_adjustment (self);

  self->stick_id = 0;
  /* An empty list has no end to scroll to. */
  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return G_SOURCE_REMOVE;
  /* The adjustment is outdated: waits for the layout. Tick callbacks run just before that of the
   * same frame. */
  if (self->dirty)
    {
      self->frame_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_frame, self, NULL);
      return G_SOURCE_REMOVE;
    }

  gtk_adjustment_set_value (
    adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));

  return G_SOURCE_REMOVE;
}

/* GtkListView sets its own position during layout and would undo one that is set before. An idle
 * just before the drawing runs after all layouts of the frame. */
static void
queue_stick (VisTimelineView *self)
{
  if (self->stick_id == 0 && self->frame_id == 0)
    self->stick_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, on_stick, self, NULL);
}

static void
load_older (VisTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double         page = gtk_adjustment_get_page_size (adjustment);
  VisTimeline   *timeline;

  if (self->conversation == NULL || vis_seek_get_active (self->seek) || page <= 0 ||
      gtk_adjustment_get_value (adjustment) > page * PAGES_AHEAD)
    return;

  timeline = vis_conversation_get_timeline (self->conversation);
  if (!vis_timeline_get_complete (timeline) && !vis_timeline_get_loading (timeline))
    vis_timeline_load_older (timeline);
}

static void
on_value_changed (VisTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double         value = gtk_adjustment_get_value (adjustment);
  gboolean       up = value < self->value - 1;

  self->value = value;
  if (is_near_bottom (adjustment))
    set_sticky (self, TRUE);
  /* While a scroll to the end is pending, the list moves by itself; otherwise the person has
   * scrolled. */
  else if (up && self->stick_id == 0 && self->frame_id == 0 && !vis_seek_get_active (self->seek))
    set_sticky (self, FALSE);

  load_older (self);
}

static void
on_size_changed (VisTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  self->dirty = FALSE;
  if (vis_seek_get_active (self->seek))
    return;
  if (self->sticky && gtk_adjustment_get_page_size (adjustment) > 0)
    queue_stick (self);
  else
    load_older (self);
}

/* Scrolling up ends the following of new messages at once, before the value of the adjustment has
 * changed. While seeking, the list is not shown and can't be scrolled. */
static gboolean
on_scroll (VisTimelineView *self, double dx, double dy)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  if (vis_seek_get_active (self->seek))
    return GDK_EVENT_STOP;
  if (dy < 0 && gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment))
    set_sticky (self, FALSE);

  return GDK_EVENT_PROPAGATE;
}

static void
update_empty (VisTimelineView *self)
{
  VisTimeline *timeline =
    self->conversation != NULL ? vis_conversation_get_timeline (self->conversation) : NULL;
  gboolean loading = timeline != NULL && vis_timeline_get_loading (timeline);
  /* An incomplete timeline may have messages on the server. */
  gboolean empty = timeline != NULL && vis_timeline_get_complete (timeline) &&
                   g_list_model_get_n_items (G_LIST_MODEL (timeline)) == 0;
  /* Not over messages: older pages are loaded long before they are visible. */
  gboolean waiting = loading && (vis_seek_get_active (self->seek) ||
                                 g_list_model_get_n_items (G_LIST_MODEL (self->messages)) == 0);

  gtk_widget_set_visible (self->empty,
                          empty && !loading &&
                            vis_contact_get_state (vis_conversation_get_contact (
                              self->conversation)) == VIS_CONTACT_MUTUAL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), waiting);
  gtk_spinner_set_spinning (self->spinner, waiting);
}

static void
on_items_changed (VisTimelineView *self, guint position, guint removed, guint added)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint       n = g_list_model_get_n_items (model);

  self->dirty = TRUE;
  vis_message_rows_update_edges (self->rows, position, added);
  if (position == 0 && added > 0)
    self->grown = TRUE;

  /* Messages at the end are new ones. An own one scrolls to the end from wherever the list is. */
  if (added > 0 && position + added == n && n > added)
    {
      g_autoptr (VisChatMessage) last = g_list_model_get_item (model, n - 1);

      if (vis_chat_message_get_outgoing (last) &&
          vis_chat_message_get_delivery (last) == VIS_DELIVERY_PENDING)
        {
          vis_seek_begin (self->seek, NULL);
          vis_timeline_view_jump_to_bottom (self);
        }
      else if (!self->sticky && removed < added)
        self->fresh += added - removed;
      update_jump (self);
    }

  update_empty (self);
}

/* Loads another page if one did not fill the window, unless it brought nothing. */
static void
on_timeline_notify (VisTimelineView *self)
{
  update_empty (self);
  if (!self->grown || vis_timeline_get_loading (vis_conversation_get_timeline (self->conversation)))
    return;

  self->grown = FALSE;
  load_older (self);
}

/* Pages that could not be loaded offline. */
static void
on_connection (VisTimelineView *self)
{
  if (vis_chat_get_connection (self->chat) == VIS_CHAT_STATUS_ONLINE)
    load_older (self);
}

/* The chat is shown: begins to load older messages and to mark as read. */
static void
on_found (VisTimelineView *self, gboolean at_end)
{
  set_sticky (self, at_end);
  update_empty (self);
  load_older (self);
  mark_read (self);
}

static void
on_stay (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_sticky (VIS_TIMELINE_VIEW (widget), FALSE);
}

static void
vis_timeline_view_root (GtkWidget *widget)
{
  VisTimelineView *self = VIS_TIMELINE_VIEW (widget);
  GtkRoot         *root;

  GTK_WIDGET_CLASS (vis_timeline_view_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    self->window_handler =
      g_signal_connect_swapped (root, "notify::is-active", G_CALLBACK (mark_read), self);
}

static void
vis_timeline_view_unroot (GtkWidget *widget)
{
  VisTimelineView *self = VIS_TIMELINE_VIEW (widget);

  if (self->window_handler != 0)
    g_signal_handler_disconnect (gtk_widget_get_root (widget), self->window_handler);
  self->window_handler = 0;

  GTK_WIDGET_CLASS (vis_timeline_view_parent_class)->unroot (widget);
}

static void
vis_timeline_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (vis_timeline_view_parent_class)->map (widget);

  mark_read (VIS_TIMELINE_VIEW (widget));
}

static void
vis_timeline_view_dispose (GObject *object)
{
  VisTimelineView *self = VIS_TIMELINE_VIEW (object);

  g_clear_handle_id (&self->read_id, g_source_remove);
  if (self->list != NULL)
    {
      cancel_stick (self);
      gtk_list_view_set_model (self->list, NULL);
    }
  g_clear_object (&self->menu);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->timeline_signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->selection);
  g_clear_object (&self->messages);
  g_clear_object (&self->conversation);
  g_clear_object (&self->chat);
  g_clear_object (&self->seek);
  g_clear_object (&self->rows);
  self->list = NULL;

  G_OBJECT_CLASS (vis_timeline_view_parent_class)->dispose (object);
}

static void
vis_timeline_view_class_init (VisTimelineViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_timeline_view_dispose;
  widget_class->root = vis_timeline_view_root;
  widget_class->unroot = vis_timeline_view_unroot;
  widget_class->map = vis_timeline_view_map;

  gtk_widget_class_install_action (widget_class, "timeline.stay", NULL, on_stay);
  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, scroller);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, list);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, empty);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, spinner);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, jump_revealer);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, jump_button);
  gtk_widget_class_bind_template_child (widget_class, VisTimelineView, jump_count);
  gtk_widget_class_bind_template_callback (widget_class, vis_timeline_view_jump_to_bottom);
}

static void
add_controllers (VisTimelineView *self)
{
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), scroll);
}

static void
add_list (VisTimelineView *self)
{
  self->messages = vis_frame_model_new ();
  self->selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->messages)));
  self->rows = vis_message_rows_new (self->list, G_LIST_MODEL (self->messages));
  self->seek = vis_seek_new (self->list, G_LIST_MODEL (self->messages), self->rows);
  g_signal_connect_object (self->seek, "found", G_CALLBACK (on_found), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  /* After GtkListView's own handler, which moves its rows to their new positions. */
  g_signal_connect_object (self->selection,
                           "items-changed",
                           G_CALLBACK (on_items_changed),
                           self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static GSignalGroup *
watch (VisTimelineView *self, GType type, const char *signal, GCallback callback)
{
  GSignalGroup *group = g_signal_group_new (type);

  g_signal_group_connect_swapped (group, signal, callback, self);

  return group;
}

static void
vis_timeline_view_init (VisTimelineView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->sticky = TRUE;
  self->chat_signals =
    watch (self, VIS_TYPE_CHAT, "notify::connection", G_CALLBACK (on_connection));
  self->conversation_signals =
    watch (self, VIS_TYPE_CONVERSATION, "notify::unread", G_CALLBACK (queue_read));
  self->contact_signals =
    watch (self, VIS_TYPE_CONTACT, "notify::state", G_CALLBACK (update_empty));
  self->timeline_signals =
    watch (self, VIS_TYPE_TIMELINE, "notify", G_CALLBACK (on_timeline_notify));

  add_list (self);
  self->menu = vis_message_menu_new (GTK_WIDGET (self));
  add_controllers (self);
  update_jump (self);

  g_signal_connect_object (
    get_adjustment (self), "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    get_adjustment (self), "changed", G_CALLBACK (on_size_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (vis_wall_clock_get_default (),
                           "day",
                           G_CALLBACK (vis_message_rows_update),
                           self->rows,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jump_revealer,
                           "notify::child-revealed",
                           G_CALLBACK (on_jump_revealed),
                           self,
                           G_CONNECT_SWAPPED);
}

/**
 * vis_timeline_view_set_conversation:
 * @chat: (nullable): marks as read, deletes and sends messages
 * @conversation: (nullable): whose messages are shown
 */
void
vis_timeline_view_set_conversation (VisTimelineView *self,
                                    VisChat         *chat,
                                    VisConversation *conversation)
{
  VisTimeline *timeline =
    conversation != NULL ? vis_conversation_get_timeline (conversation) : NULL;
  VisContact *contact = conversation != NULL ? vis_conversation_get_contact (conversation) : NULL;

  g_return_if_fail (VIS_IS_TIMELINE_VIEW (self));

  vis_message_menu_set_conversation (self->menu, chat, conversation);
  g_set_object (&self->chat, chat);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->chat_signals, chat);
  g_signal_group_set_target (self->conversation_signals, conversation);
  g_signal_group_set_target (self->timeline_signals, timeline);
  g_signal_group_set_target (self->contact_signals, contact);

  cancel_stick (self);
  self->sticky = TRUE;
  self->grown = FALSE;
  self->fresh = 0;
  self->value = 0;
  vis_message_rows_set_contact (self->rows, contact);
  vis_seek_begin (self->seek, conversation);
  vis_frame_model_set_model (self->messages, G_LIST_MODEL (timeline));
  update_jump (self);
  update_empty (self);
  mark_read (self);
}

void
vis_timeline_view_jump_to_bottom (VisTimelineView *self)
{
  g_return_if_fail (VIS_IS_TIMELINE_VIEW (self));

  set_sticky (self, TRUE);
  queue_stick (self);
}
