/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-row.h"

#include "vis-format.h"
#include "vis-text.h"
#include "vis-ui.h"
#include "vis-wall-clock.h"

#include <glib/gi18n.h>

struct _VisChatRow
{
  AdwBin           parent_instance;

  VisConversation *conversation;
  gboolean         connected; /* presences are known only then */
  GSignalGroup    *conversation_signals;
  GSignalGroup    *contact_signals;
  GSignalGroup    *message_signals;
  guint            update_id;

  AdwAvatar       *avatar;
  GtkWidget       *presence;
  GtkLabel        *name;
  GtkLabel        *time;
  GtkImage        *ticks;
  GtkLabel        *preview;
  GtkLabel        *unread;
};

G_DEFINE_FINAL_TYPE (VisChatRow, vis_chat_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_CONNECTED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static VisPresence
get_presence (VisChatRow *self, VisContact *contact)
{
  return self->connected ? vis_contact_get_presence (contact) : VIS_PRESENCE_OFFLINE;
}

/* Whether the draft is shown in place of the last message: only where the person can write, and
 * nobody is typing. */
static gboolean
shows_draft (VisChatRow *self, VisContact *contact)
{
  return vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL &&
         vis_conversation_get_draft (self->conversation) != NULL &&
         !vis_conversation_get_typing (self->conversation);
}

static char *
dup_preview (VisChatRow *self, VisContact *contact, VisChatMessage *message)
{
  g_autofree char *name = vis_text_isolate (vis_contact_get_name (contact));

  if (vis_conversation_get_typing (self->conversation))
    return g_strdup (_ ("Typing…"));
  if (shows_draft (self, contact))
    return vis_format_draft (vis_conversation_get_draft (self->conversation));

  switch (vis_contact_get_state (contact))
    {
    case VIS_CONTACT_INCOMING:
      return g_strdup (_ ("Wants to talk to you"));
    case VIS_CONTACT_REQUESTED:
      return g_strdup_printf (_ ("Waiting for %s"), name);
    case VIS_CONTACT_BLOCKED:
      return g_strdup (_ ("Blocked"));
    case VIS_CONTACT_NONE:
    case VIS_CONTACT_MUTUAL:
    default:
      break;
    }
  if (message == NULL)
    return g_strconcat ("@", vis_contact_get_user (contact), NULL);

  return vis_format_preview (message);
}

static void
update_presence (VisChatRow *self, VisContact *contact)
{
  VisPresence presence = get_presence (self, contact);
  gboolean    mutual = vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL;

  gtk_widget_set_visible (self->presence, mutual && presence != VIS_PRESENCE_OFFLINE);
  gtk_widget_set_css_classes (
    self->presence,
    (const char *[]){ "vis-presence", presence == VIS_PRESENCE_AWAY ? "away" : "online", NULL });
}

static void
update_message (VisChatRow *self, VisContact *contact, VisChatMessage *message)
{
  VisWallClock    *minute = vis_wall_clock_get_default ();
  g_autofree char *preview = dup_preview (self, contact, message);
  g_autofree char *time = NULL;
  const char      *ticks = NULL;
  gboolean         typing = vis_conversation_get_typing (self->conversation);
  gboolean         draft = shows_draft (self, contact);
  gboolean         lively;

  lively = typing || vis_contact_get_state (contact) == VIS_CONTACT_INCOMING;
  gtk_label_set_label (self->preview, preview);
  gtk_widget_set_css_classes (GTK_WIDGET (self->preview),
                              (const char *[]){ "vis-preview",
                                                lively  ? "vis-lively"
                                                : draft ? "vis-draft"
                                                        : "dim-label",
                                                NULL });

  if (message != NULL)
    {
      time = vis_format_row_time (vis_chat_message_get_ts (message),
                                  vis_wall_clock_get_now (minute),
                                  vis_wall_clock_get_zone (minute));
      if (!typing && !draft && vis_chat_message_get_kind (message) == VIS_MESSAGE_TEXT &&
          !vis_chat_message_get_deleted (message) && vis_chat_message_get_outgoing (message) &&
          vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL)
        ticks = vis_format_delivery_icon (vis_chat_message_get_delivery (message));
    }
  gtk_label_set_label (self->time, time != NULL ? time : "");
  gtk_image_set_from_icon_name (self->ticks, ticks);
  gtk_widget_set_visible (GTK_WIDGET (self->ticks), ticks != NULL);
}

static void
update (VisChatRow *self)
{
  VisContact      *contact;
  VisChatMessage  *message;
  guint            unread;
  guint            waiting;
  GtkWidget       *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *badge = NULL, *spoken = NULL;

  if (self->conversation == NULL)
    return;

  contact = vis_conversation_get_contact (self->conversation);
  message = vis_conversation_get_last_message (self->conversation);
  unread = vis_conversation_get_unread (self->conversation);
  g_signal_group_set_target (self->contact_signals, contact);
  g_signal_group_set_target (self->message_signals, message);

  adw_avatar_set_text (self->avatar, vis_contact_get_name (contact));
  gtk_label_set_label (self->name, vis_contact_get_name (contact));
  update_presence (self, contact);
  update_message (self, contact, message);

  /* A contact request counts like an unread message. */
  waiting = unread + (vis_contact_get_state (contact) == VIS_CONTACT_INCOMING ? 1 : 0);
  badge = vis_format_unread (waiting);
  gtk_label_set_label (self->unread, badge);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), waiting > 0);

  spoken = vis_format_row_name (vis_contact_get_name (contact),
                                unread,
                                shows_draft (self, contact),
                                get_presence (self, contact),
                                vis_contact_get_state (contact));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  /* The accessible is the list item around this row: it takes the focus. */
  if (parent != NULL)
    gtk_accessible_update_property (
      GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static gboolean
on_update (gpointer data)
{
  VisChatRow *self = data;

  self->update_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* One update before the next layout: a hundred messages change a row as often. */
static void
queue_update (VisChatRow *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_update, self, NULL);
}

static void
vis_chat_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisChatRow *self = VIS_CHAT_ROW (object);

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
vis_chat_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VisChatRow *self = VIS_CHAT_ROW (object);

  switch (id)
    {
    case PROP_CONNECTED:
      if (self->connected == g_value_get_boolean (value))
        break;
      self->connected = g_value_get_boolean (value);
      update (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_chat_row_dispose (GObject *object)
{
  VisChatRow *self = VIS_CHAT_ROW (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->message_signals);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (vis_chat_row_parent_class)->dispose (object);
}

static void
vis_chat_row_class_init (VisChatRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vis_chat_row_get_property;
  object_class->set_property = vis_chat_row_set_property;
  object_class->dispose = vis_chat_row_dispose;

  properties[PROP_CONNECTED] =
    g_param_spec_boolean ("connected",
                          NULL,
                          NULL,
                          TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-chat-row.ui");
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, presence);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, name);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, time);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, ticks);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, preview);
  gtk_widget_class_bind_template_child (widget_class, VisChatRow, unread);
}

static GSignalGroup *
watch (VisChatRow *self, GType type)
{
  GSignalGroup *group = g_signal_group_new (type);

  g_signal_group_connect_swapped (group, "notify", G_CALLBACK (queue_update), self);

  return group;
}

static void
vis_chat_row_init (VisChatRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->connected = TRUE;
  self->conversation_signals = watch (self, VIS_TYPE_CONVERSATION);
  self->contact_signals = watch (self, VIS_TYPE_CONTACT);
  self->message_signals = watch (self, VIS_TYPE_CHAT_MESSAGE);
  g_signal_connect_object (
    vis_wall_clock_get_default (), "day", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

GtkWidget *
vis_chat_row_new (void)
{
  return g_object_new (VIS_TYPE_CHAT_ROW, NULL);
}

VisConversation *
vis_chat_row_get_conversation (VisChatRow *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_ROW (self), NULL);

  return self->conversation;
}

/**
 * vis_chat_row_set_conversation:
 * @conversation: (nullable): what to show; %NULL when the row is put aside
 */
void
vis_chat_row_set_conversation (VisChatRow *self, VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_CHAT_ROW (self));

  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  if (conversation == NULL)
    {
      g_signal_group_set_target (self->contact_signals, NULL);
      g_signal_group_set_target (self->message_signals, NULL);
    }
  update (self);
}
