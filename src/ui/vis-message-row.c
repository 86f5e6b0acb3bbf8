/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-row.h"

#include "vis-format.h"
#include "vis-message-body.h"
#include "vis-message-layout.h"
#include "vis-wall-clock.h"

#include <glib/gi18n.h>

/* Messages of one person are grouped if they follow each other within this time. */
#define GROUP_MS (5 * 60 * 1000)

/* Data of a VisChatMessage: whether its long text is expanded, whichever row shows it. */
#define EXPANDED "vis-expanded"

struct _VisMessageRow
{
  AdwBin          parent_instance;

  VisChatMessage *message;
  char           *name;
  GSignalGroup   *message_signals;

  gboolean        first; /* of its group: has the name and the corner */
  gboolean        last;

  GtkLabel       *day;
  GtkWidget      *unread; /* the line "New messages", made on first use */
  GtkWidget      *bubble;
  GtkImage       *icon;
  VisMessageBody *body;
  GtkWidget      *meta;
  GtkLabel       *time;
  GtkImage       *ticks;
  GtkButton      *call_button; /* made for the first call: few rows need one */
};

G_DEFINE_FINAL_TYPE (VisMessageRow, vis_message_row, ADW_TYPE_BIN)

static void
update_call_button (VisMessageRow *self, gboolean shown)
{
  if (!shown)
    {
      if (self->call_button != NULL)
        gtk_widget_set_visible (GTK_WIDGET (self->call_button), FALSE);
      return;
    }

  if (self->call_button == NULL)
    {
      self->call_button = GTK_BUTTON (gtk_button_new ());
      gtk_widget_add_css_class (GTK_WIDGET (self->call_button), "vis-call-back");
      gtk_widget_set_valign (GTK_WIDGET (self->call_button), GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (self->bubble), GTK_WIDGET (self->call_button));
    }
  gtk_button_set_label (self->call_button,
                        vis_chat_message_get_outgoing (self->message) ? _ ("Call again")
                                                                      : _ ("Call back"));
  gtk_actionable_set_action_target (
    GTK_ACTIONABLE (self->call_button), "b", vis_chat_message_get_call_video (self->message));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->call_button), "chat.call");
  gtk_widget_set_visible (GTK_WIDGET (self->call_button), TRUE);
}

static void
update_content (VisMessageRow *self)
{
  VisChatMessage  *message = self->message;
  gboolean         call = vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL;
  gboolean         outgoing = vis_chat_message_get_outgoing (message);
  const char      *outcome = vis_chat_message_get_call_outcome (message);
  const char      *text = vis_chat_message_get_text (message);
  g_autofree char *words = NULL;

  if (call || text == NULL || vis_chat_message_get_deleted (message))
    {
      words = vis_format_preview (message);
      vis_message_body_set_words (self->body, words);
    }
  else
    {
      vis_message_body_set_message (
        self->body, text, g_object_get_data (G_OBJECT (message), EXPANDED) != NULL);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->icon), call);
  gtk_widget_set_valign (self->meta, call ? GTK_ALIGN_CENTER : GTK_ALIGN_END);
  if (call)
    gtk_image_set_from_icon_name (self->icon, vis_format_call_icon (outcome, outgoing));
  update_call_button (self, call && g_strcmp0 (outcome, "answered") != 0);
}

static void
update_style (VisMessageRow *self)
{
  VisChatMessage *message = self->message;
  gboolean        outgoing = vis_chat_message_get_outgoing (message);
  gboolean        missed = vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL && !outgoing &&
                    g_strcmp0 (vis_chat_message_get_call_outcome (message), "answered") != 0 &&
                    g_strcmp0 (vis_chat_message_get_call_outcome (message), "declined") != 0;
  const char *classes[8] = { "vis-bubble" };
  guint       n = 1;

  classes[n++] = outgoing ? "outgoing" : "incoming";
  if (self->first)
    classes[n++] = "first";
  if (self->last)
    classes[n++] = "last";
  if (vis_chat_message_get_kind (message) == VIS_MESSAGE_CALL)
    classes[n++] = "call";
  if (missed)
    classes[n++] = "missed";
  if (vis_chat_message_get_deleted (message) ||
      vis_chat_message_get_kind (message) == VIS_MESSAGE_UNKNOWN)
    classes[n++] = "deleted";
  else if (outgoing && vis_chat_message_get_delivery (message) == VIS_DELIVERY_FAILED)
    classes[n++] = "failed";
  classes[n] = NULL;

  gtk_widget_set_css_classes (self->bubble, classes);
  gtk_widget_set_halign (self->bubble, outgoing ? GTK_ALIGN_END : GTK_ALIGN_START);
}

static void
update_delivery (VisMessageRow *self)
{
  VisDelivery delivery = vis_chat_message_get_delivery (self->message);
  const char *icon = NULL;

  if (vis_chat_message_get_outgoing (self->message) &&
      vis_chat_message_get_kind (self->message) == VIS_MESSAGE_TEXT &&
      !vis_chat_message_get_deleted (self->message))
    icon = vis_format_delivery_icon (delivery);

  gtk_image_set_from_icon_name (self->ticks, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->ticks), icon != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->ticks), vis_format_delivery_word (delivery));
  if (delivery == VIS_DELIVERY_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->ticks), "failed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->ticks), "failed");
}

static void
update (VisMessageRow *self)
{
  GTimeZone       *zone;
  g_autofree char *clock = NULL, *spoken = NULL;
  GtkWidget       *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (self->message == NULL)
    return;

  zone = vis_wall_clock_get_zone (vis_wall_clock_get_default ());
  clock = vis_format_clock (vis_chat_message_get_ts (self->message), zone);
  gtk_label_set_label (self->time, clock);
  update_content (self);
  update_style (self);
  update_delivery (self);

  spoken = vis_format_message_name (self->message, self->name, zone);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  if (parent != NULL)
    gtk_accessible_update_property (
      GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
vis_message_row_dispose (GObject *object)
{
  VisMessageRow *self = VIS_MESSAGE_ROW (object);

  g_clear_object (&self->message_signals);
  g_clear_object (&self->message);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (vis_message_row_parent_class)->dispose (object);
}

static void
vis_message_row_class_init (VisMessageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_message_row_dispose;
}

static GtkWidget *
add_image (GtkWidget *box)
{
  GtkWidget *image = g_object_new (
    GTK_TYPE_IMAGE, "visible", FALSE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_box_append (GTK_BOX (box), image);

  return image;
}

static GtkWidget *
add_label (GtkWidget *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
on_expanded (VisMessageRow *self)
{
  gboolean expanded = vis_message_body_get_expanded (self->body);

  g_object_set_data (G_OBJECT (self->message), EXPANDED, GINT_TO_POINTER (expanded));
}

/* Built in code: a list makes two hundred rows at once, and instantiating as many templates takes
 * noticeably long. */
static void
build (VisMessageRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->day = GTK_LABEL (add_label (box, "vis-day"));
  gtk_widget_add_css_class (GTK_WIDGET (self->day), "caption-heading");
  gtk_widget_set_halign (GTK_WIDGET (self->day), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self->day), FALSE);

  self->bubble = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_box_append (GTK_BOX (box), self->bubble);
  self->icon = GTK_IMAGE (add_image (self->bubble));
  gtk_widget_set_layout_manager (content, vis_message_layout_new ());
  gtk_widget_set_hexpand (content, TRUE);
  gtk_box_append (GTK_BOX (self->bubble), content);
  self->body = VIS_MESSAGE_BODY (vis_message_body_new ());
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->body));
  g_signal_connect_object (
    self->body, "notify::expanded", G_CALLBACK (on_expanded), self, G_CONNECT_SWAPPED);

  self->meta = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_widget_add_css_class (self->meta, "vis-meta");
  gtk_box_append (GTK_BOX (content), self->meta);
  self->time = GTK_LABEL (add_label (self->meta, "numeric"));
  self->ticks = GTK_IMAGE (add_image (self->meta));
  gtk_image_set_pixel_size (self->ticks, 14);

  adw_bin_set_child (ADW_BIN (self), box);
}

static void
vis_message_row_init (VisMessageRow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "vis-message");
  build (self);

  self->message_signals = g_signal_group_new (VIS_TYPE_CHAT_MESSAGE);
  g_signal_group_connect_swapped (self->message_signals, "notify", G_CALLBACK (update), self);
}

GtkWidget *
vis_message_row_new (void)
{
  return g_object_new (VIS_TYPE_MESSAGE_ROW, NULL);
}

VisChatMessage *
vis_message_row_get_message (VisMessageRow *self)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_ROW (self), NULL);

  return self->message;
}

/**
 * vis_message_row_get_body:
 *
 * Returns: (transfer none): the widget with the text of the message
 */
VisMessageBody *
vis_message_row_get_body (VisMessageRow *self)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_ROW (self), NULL);

  return self->body;
}

/**
 * vis_message_row_set_message:
 * @message: (nullable): what to show; %NULL when the row is unbound
 * @name: (nullable): the name of the other person
 */
void
vis_message_row_set_message (VisMessageRow *self, VisChatMessage *message, const char *name)
{
  g_return_if_fail (VIS_IS_MESSAGE_ROW (self));

  g_free (self->name);
  self->name = g_strdup (name);
  g_set_object (&self->message, message);
  g_signal_group_set_target (self->message_signals, message);
  update (self);
}

/* Whether two messages are in one group. */
static gboolean
belong_together (VisChatMessage *a, VisChatMessage *b, GTimeZone *zone)
{
  return a != NULL && b != NULL &&
         vis_chat_message_get_outgoing (a) == vis_chat_message_get_outgoing (b) &&
         vis_chat_message_get_kind (a) == vis_chat_message_get_kind (b) &&
         ABS (vis_chat_message_get_ts (b) - vis_chat_message_get_ts (a)) < GROUP_MS &&
         vis_format_same_day (vis_chat_message_get_ts (a), vis_chat_message_get_ts (b), zone);
}

/**
 * vis_message_row_set_neighbours:
 * @previous: (nullable): the message above
 * @next: (nullable): the message below
 *
 * Sets the neighbours, from which the day line and the shape of the bubble follow.
 */
void
vis_message_row_set_neighbours (VisMessageRow *self, VisChatMessage *previous, VisChatMessage *next)
{
  GTimeZone       *zone;
  g_autofree char *day = NULL;
  gint64           ts;
  gboolean         new_day;

  g_return_if_fail (VIS_IS_MESSAGE_ROW (self));

  if (self->message == NULL)
    return;

  zone = vis_wall_clock_get_zone (vis_wall_clock_get_default ());
  ts = vis_chat_message_get_ts (self->message);
  new_day = previous == NULL || !vis_format_same_day (vis_chat_message_get_ts (previous), ts, zone);
  if (new_day)
    {
      day = vis_format_day (ts, vis_wall_clock_get_now (vis_wall_clock_get_default ()), zone);
      gtk_label_set_label (self->day, day);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->day), new_day);

  self->first = !belong_together (previous, self->message, zone);
  self->last = !belong_together (self->message, next, zone);
  update_style (self);
}

/**
 * vis_message_row_set_first_unread:
 * @first_unread: whether it is the first unread one
 *
 * Shows or hides the line "New messages" above the message.
 */
void
vis_message_row_set_first_unread (VisMessageRow *self, gboolean first_unread)
{
  g_return_if_fail (VIS_IS_MESSAGE_ROW (self));

  if (first_unread && self->unread == NULL)
    {
      self->unread = gtk_label_new (_ ("New messages"));
      gtk_widget_add_css_class (self->unread, "vis-unread");
      gtk_widget_add_css_class (self->unread, "caption-heading");
      gtk_box_insert_child_after (
        GTK_BOX (adw_bin_get_child (ADW_BIN (self))), self->unread, GTK_WIDGET (self->day));
    }
  if (self->unread != NULL)
    gtk_widget_set_visible (self->unread, first_unread);
}
