/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sidebar.h"

#include "vis-chat-row.h"
#include "vis-connection-bar.h"
#include "vis-frame-model.h"
#include "vis-padlock.h"
#include "vis-text.h"
#include "vis-ui.h"

#include <string.h>

struct _VisSidebar
{
  VisPane             parent_instance;

  GtkCustomFilter    *filter;
  VisFrameModel      *conversations; /* of the chat; passes changes on once a frame */
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
  VisConversation    *selected; /* the open chat, in the list or not */
  char               *needle;   /* case folded search text; NULL for none */
  gboolean            at_top;   /* the list stays at its top when rows are inserted there */
  guint               top_id;
  gboolean            connected; /* presences are known only then */

  GtkLabel           *account;
  GBindingGroup      *own_name;
  GSignalGroup       *chat_signals;
  VisPadlock         *padlock;
  GtkEditable        *search;
  VisConnectionBar   *connection_bar;
  GtkStack           *stack;
  GtkSpinner         *spinner;
  GtkListView        *list;
};

G_DEFINE_FINAL_TYPE (VisSidebar, vis_sidebar, VIS_TYPE_PANE)

enum
{
  PROP_0,
  PROP_CONNECTED,
  N_PROPS,
};

enum
{
  OPENED,
  NEW_CHAT,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static gboolean
matches (gpointer item, gpointer user_data)
{
  VisSidebar      *self = user_data;
  VisContact      *contact = vis_conversation_get_contact (item);
  g_autofree char *name = NULL;

  if (self->needle == NULL)
    return TRUE;

  name = g_utf8_casefold (vis_contact_get_name (contact), -1);

  return strstr (name, self->needle) != NULL ||
         strstr (vis_contact_get_user (contact), self->needle) != NULL;
}

static guint
find_position (VisSidebar *self, VisConversation *conversation)
{
  GListModel *model = G_LIST_MODEL (self->selection);
  guint       n = g_list_model_get_n_items (model);

  for (guint i = 0; conversation != NULL && i < n; i++)
    {
      g_autoptr (VisConversation) item = g_list_model_get_item (model, i);

      if (item == conversation)
        return i;
    }

  return GTK_INVALID_LIST_POSITION;
}

/* Only the open chat is selected, wherever it moves in the list. Keys and the pointer do not select
 * rows, but a click or Enter opens one. While folded, no chat is open. */
static void
sync_selection (VisSidebar *self)
{
  gboolean folded = vis_pane_get_folded (VIS_PANE (self));
  guint    position = folded ? GTK_INVALID_LIST_POSITION : find_position (self, self->selected);

  if (gtk_single_selection_get_selected (self->selection) != position)
    gtk_single_selection_set_selected (self->selection, position);
}

/* The page of an empty list. "Nobody" only if the server has sent its list of contacts, now or at
 * an earlier start. */
static const char *
choose_empty_page (VisChat *chat)
{
  if (chat == NULL || !vis_chat_get_loaded (chat))
    return "waiting";
  if (vis_chat_get_listed (chat))
    return "nobody";

  return vis_chat_get_connection (chat) >= VIS_CHAT_STATUS_SYNCING ? "waiting" : "unasked";
}

static void
update_stack (VisSidebar *self)
{
  g_autoptr (VisChat) chat = g_signal_group_dup_target (self->chat_signals);
  const char         *page = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->filtered)) == 0)
    page = self->needle != NULL ? "nothing" : choose_empty_page (chat);

  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "waiting"));
  gtk_stack_set_visible_child_name (self->stack, page);
}

static GtkAdjustment *
get_adjustment (VisSidebar *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
}

static gboolean
on_top (gpointer data)
{
  VisSidebar *self = data;

  self->top_id = 0;
  gtk_adjustment_set_value (get_adjustment (self), 0);

  return G_SOURCE_REMOVE;
}

/* Keeps the list at its top. When rows are inserted above, GtkListView keeps the first visible row
 * in place, and scrolls away from the new ones. "list.scroll-to-item" takes effect in the next
 * layout; a list without a layout is scrolled after its first one, by on_size_changed(). */
static void
keep_top (VisSidebar *self)
{
  if (self->at_top && gtk_adjustment_get_page_size (get_adjustment (self)) > 0 &&
      g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
}

static void
on_size_changed (VisSidebar *self)
{
  if (self->list != NULL && self->at_top && self->top_id == 0)
    self->top_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, on_top, self, NULL);
}

/* Until `on_top` has run, the list moves by itself; otherwise it was scrolled by the person. */
static void
on_value_changed (VisSidebar *self)
{
  if (self->top_id == 0)
    self->at_top = gtk_adjustment_get_value (get_adjustment (self)) < 1;
}

/* Scrolling down ends that at once, before the value of the adjustment has changed. */
static gboolean
on_scroll (VisSidebar *self, double dx, double dy)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  if (dy > 0 && gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment))
    {
      self->at_top = FALSE;
      g_clear_handle_id (&self->top_id, g_source_remove);
    }

  return GDK_EVENT_PROPAGATE;
}

static void
on_items_changed (VisSidebar *self)
{
  if (self->list == NULL)
    return;

  keep_top (self);
  update_stack (self);
  sync_selection (self);
}

static void
open_position (VisSidebar *self, guint position)
{
  g_autoptr (VisConversation) conversation =
    g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (conversation != NULL)
    g_signal_emit (self, signals[OPENED], 0, conversation);
}

static void
on_activate (VisSidebar *self, guint position)
{
  open_position (self, position);
}

static void
on_new_clicked (VisSidebar *self)
{
  g_signal_emit (self, signals[NEW_CHAT], 0);
}

static void
on_search_changed (VisSidebar *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (self->search));

  g_clear_pointer (&self->needle, g_free);
  if (*g_strstrip (text) != '\0')
    self->needle = g_utf8_casefold (text, -1);

  self->at_top = TRUE;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  on_items_changed (self);
}

/* Enter opens the first row that was found. */
static void
on_search_activate (VisSidebar *self)
{
  /* GtkSearchEntry delays its signal: updates the list first. */
  on_search_changed (self);
  if (self->needle != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    {
      open_position (self, 0);
      gtk_editable_set_text (self->search, "");
    }
}

static void
on_search_stopped (VisSidebar *self)
{
  vis_sidebar_stop_search (self);
}

static void
on_setup (VisSidebar *self, GtkListItem *item)
{
  GtkWidget *row = vis_chat_row_new ();

  g_object_bind_property (self, "connected", row, "connected", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (VisSidebar *self, GtkListItem *item)
{
  vis_chat_row_set_conversation (VIS_CHAT_ROW (gtk_list_item_get_child (item)),
                                 gtk_list_item_get_item (item));
}

static void
on_unbind (VisSidebar *self, GtkListItem *item)
{
  vis_chat_row_set_conversation (VIS_CHAT_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
on_connection (VisSidebar *self)
{
  g_autoptr (VisChat) chat = g_signal_group_dup_target (self->chat_signals);
  gboolean connected = chat != NULL && vis_chat_get_connection (chat) >= VIS_CHAT_STATUS_SYNCING;

  update_stack (self);
  if (self->connected == connected)
    return;
  self->connected = connected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

static void
vis_sidebar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisSidebar *self = VIS_SIDEBAR (object);

  switch (id)
    {
    case PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_sidebar_dispose (GObject *object)
{
  VisSidebar *self = VIS_SIDEBAR (object);

  g_clear_handle_id (&self->top_id, g_source_remove);
  /* The filter's function uses this object. */
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  if (self->filtered != NULL)
    {
      gtk_filter_list_model_set_model (self->filtered, NULL);
      gtk_filter_list_model_set_filter (self->filtered, NULL);
    }
  self->list = NULL;
  g_clear_object (&self->own_name);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->filter);
  g_clear_object (&self->filtered);
  g_clear_object (&self->conversations);
  g_clear_object (&self->selection);
  g_clear_object (&self->selected);
  g_clear_pointer (&self->needle, g_free);

  G_OBJECT_CLASS (vis_sidebar_parent_class)->dispose (object);
}

static void
vis_sidebar_class_init (VisSidebarClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vis_sidebar_get_property;
  object_class->dispose = vis_sidebar_dispose;

  properties[PROP_CONNECTED] = g_param_spec_boolean (
    "connected", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[OPENED] = g_signal_new ("opened",
                                  VIS_TYPE_SIDEBAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  VIS_TYPE_CONVERSATION);
  signals[NEW_CHAT] = g_signal_new (
    "new-chat", VIS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  vis_ui_init ();
  g_type_ensure (VIS_TYPE_CONNECTION_BAR);
  g_type_ensure (VIS_TYPE_PADLOCK);
  gtk_widget_class_set_template_from_resource (widget_class, VIS_UI_RESOURCE_PATH "vis-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, account);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, padlock);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, search);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, spinner);
  gtk_widget_class_bind_template_child (widget_class, VisSidebar, list);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_new_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, vis_ui_dup_decoration_layout);
}

/* The account below the title: the user name, by which others add one, comes first, since the end
 * is ellipsized; then the display name. */
static gboolean
to_account (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_autoptr (VisChat) chat = VIS_CHAT (g_binding_dup_source (binding));
  const char         *name = g_value_get_string (from);
  const char         *user = vis_chat_get_user (chat);

  if (name == NULL || strcmp (name, user) == 0)
    g_value_take_string (to, g_strconcat ("@", user, NULL));
  else
    {
      g_autofree char *isolated = vis_text_isolate (name);

      g_value_take_string (to, g_strdup_printf ("@%s · %s", user, isolated));
    }

  return TRUE;
}

static void
watch_place (VisSidebar *self)
{
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->at_top = TRUE;
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), scroll);
  g_signal_connect_object (
    get_adjustment (self), "changed", G_CALLBACK (on_size_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    get_adjustment (self), "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
}

static void
vis_sidebar_init (VisSidebar *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  static const char *const       shown[] = { "label", "tooltip-text" };

  gtk_widget_init_template (GTK_WIDGET (self));
  vis_ui_hide_unseen_pages (self->stack);
  self->chat_signals = g_signal_group_new (VIS_TYPE_CHAT);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::connection", G_CALLBACK (on_connection), self);
  g_signal_group_connect_swapped (
    self->chat_signals, "notify::loaded", G_CALLBACK (update_stack), self);
  self->own_name = g_binding_group_new ();
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    g_binding_group_bind_full (self->own_name,
                               "name",
                               self->account,
                               shown[i],
                               G_BINDING_SYNC_CREATE,
                               to_account,
                               NULL,
                               NULL,
                               NULL);

  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->conversations = vis_frame_model_new ();
  self->filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->conversations)),
                                              GTK_FILTER (g_object_ref (self->filter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->filtered)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  g_signal_connect_object (
    self->selection, "notify::selected", G_CALLBACK (sync_selection), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    self->selection, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::folded", G_CALLBACK (sync_selection), NULL);
  watch_place (self);
  update_stack (self);
}

/**
 * vis_sidebar_set_chat:
 * @chat: (nullable): whose conversations are listed
 */
void
vis_sidebar_set_chat (VisSidebar *self, VisChat *chat)
{
  g_return_if_fail (VIS_IS_SIDEBAR (self));

  g_clear_object (&self->selected);
  self->at_top = TRUE;
  g_signal_group_set_target (self->chat_signals, chat);
  on_connection (self);
  vis_frame_model_set_model (self->conversations,
                             chat != NULL ? vis_chat_get_conversations (chat) : NULL);
  vis_connection_bar_set_chat (self->connection_bar, chat);
  gtk_label_set_label (self->account, "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->account), NULL);
  g_binding_group_set_source (self->own_name, chat);
  gtk_editable_set_text (self->search, "");
  on_items_changed (self);
}

/**
 * vis_sidebar_set_news:
 * @news: what is known of the connection
 */
void
vis_sidebar_set_news (VisSidebar *self, VisLinkNews *news)
{
  g_return_if_fail (VIS_IS_SIDEBAR (self));

  vis_connection_bar_set_news (self->connection_bar, news);
  vis_padlock_set_news (self->padlock, news);
}

/**
 * vis_sidebar_select:
 * @conversation: (nullable): the open chat
 *
 * Selects the row of the open chat, without emitting `opened`.
 */
void
vis_sidebar_select (VisSidebar *self, VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_SIDEBAR (self));

  g_set_object (&self->selected, conversation);
  sync_selection (self);
}

/**
 * vis_sidebar_step:
 * @step: -1 for the chat above the open one, 1 for the one below
 */
void
vis_sidebar_step (VisSidebar *self, int step)
{
  guint  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint  position = find_position (self, self->selected);
  gint64 wanted;

  g_return_if_fail (VIS_IS_SIDEBAR (self));

  if (n == 0)
    return;
  if (position == GTK_INVALID_LIST_POSITION)
    wanted = step > 0 ? 0 : (gint64) n - 1;
  else
    wanted = CLAMP ((gint64) position + step, 0, (gint64) n - 1);

  open_position (self, (guint) wanted);
}

void
vis_sidebar_search (VisSidebar *self)
{
  g_return_if_fail (VIS_IS_SIDEBAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  gtk_editable_select_region (self->search, 0, -1);
}

void
vis_sidebar_stop_search (VisSidebar *self)
{
  g_return_if_fail (VIS_IS_SIDEBAR (self));

  gtk_editable_set_text (self->search, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}
