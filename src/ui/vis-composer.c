/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-composer.h"

#include "vis-ui.h"

#include <glib/gi18n.h>

/* The longest message (protocol, section 3), and the length from which on the rest is counted down.
 */
#define TEXT_MAX  8000
#define TEXT_NEAR 7500

/* "Typing" is repeated, since it times out on the other side after 6 s. */
#define TYPING_AGAIN_US (4 * G_USEC_PER_SEC)
#define TYPING_STOPS_S  5

struct _VisComposer
{
  AdwBin         parent_instance;

  GtkTextBuffer *buffer;
  GtkTextTag    *unhyphenated; /* applied to all of the text */
  gint64         typing_since; /* monotonic, 0 while not typing */
  guint          typing_id;
  gboolean       loading; /* a draft is being set: not typing */

  GtkLabel      *counter;
  GtkTextView   *text;
  GtkWidget     *placeholder;
  GtkMenuButton *emoji_button;
  GtkWidget     *send_button;
};

G_DEFINE_FINAL_TYPE (VisComposer, vis_composer, ADW_TYPE_BIN)

enum
{
  SUBMITTED,
  TYPING,
  EDITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
set_typing (VisComposer *self, gboolean typing)
{
  gint64 now = g_get_monotonic_time ();

  g_clear_handle_id (&self->typing_id, g_source_remove);
  if (!typing)
    {
      if (self->typing_since == 0)
        return;
      self->typing_since = 0;
    }
  else
    {
      if (self->typing_since != 0 && now - self->typing_since < TYPING_AGAIN_US)
        return;
      self->typing_since = now;
    }

  g_signal_emit (self, signals[TYPING], 0, typing);
}

static gboolean
on_typing_stopped (gpointer user_data)
{
  VisComposer *self = user_data;

  self->typing_id = 0;
  set_typing (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
update_counter (VisComposer *self, int length)
{
  g_autofree char *words = NULL;
  int              left = TEXT_MAX - length;

  gtk_widget_set_visible (GTK_WIDGET (self->counter), length > TEXT_NEAR);
  if (length <= TEXT_NEAR)
    return;

  if (left >= 0)
    words =
      g_strdup_printf (ngettext ("%d character left", "%d characters left", (gulong) left), left);
  else
    words = g_strdup_printf (ngettext ("%d character too many: shorten the message to send it",
                                       "%d characters too many: shorten the message to send it",
                                       (gulong) -left),
                             -left);
  gtk_label_set_label (self->counter, words);
  if (left < 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->counter), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->counter), "error");
}

static gboolean
is_blank (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isspace (g_utf8_get_char (c)))
      return FALSE;

  return TRUE;
}

static gboolean
can_send (VisComposer *self)
{
  g_autofree char *text = vis_composer_dup_text (self);

  return !is_blank (text) && gtk_text_buffer_get_char_count (self->buffer) <= TEXT_MAX;
}

static void
on_buffer_changed (VisComposer *self)
{
  int length = gtk_text_buffer_get_char_count (self->buffer);

  gtk_widget_set_visible (self->placeholder, length == 0);
  gtk_widget_set_sensitive (self->send_button, can_send (self));
  update_counter (self, length);

  if (self->loading)
    return;
  g_signal_emit (self, signals[EDITED], 0);
  set_typing (self, length > 0);
  if (length > 0)
    self->typing_id = g_timeout_add_seconds (TYPING_STOPS_S, on_typing_stopped, self);
}

/* Tags new text, so that Pango puts no hyphens where it breaks a long word. */
static void
on_text_inserted (VisComposer *self, GtkTextIter *end, const char *text, int length)
{
  GtkTextIter start = *end;

  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (text, length));
  gtk_text_buffer_apply_tag (self->buffer, self->unhyphenated, &start, end);
}

static void
send_text (VisComposer *self)
{
  g_autofree char *text = NULL;

  if (!can_send (self))
    return;

  text = vis_composer_dup_text (self);
  gtk_text_buffer_set_text (self->buffer, "", -1);
  g_signal_emit (self, signals[SUBMITTED], 0, g_strstrip (text));
}

static void
on_send_clicked (VisComposer *self)
{
  send_text (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static gboolean
on_key_pressed (VisComposer           *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GtkEventControllerKey *keys)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (keys));
  gboolean  enter =
    keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;

  if (!enter || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  /* Enter may accept what an input method is composing. */
  if (event != NULL && gtk_text_view_im_context_filter_keypress (self->text, event))
    return GDK_EVENT_STOP;

  send_text (self);

  return GDK_EVENT_STOP;
}

static void
on_emoji_picked (VisComposer *self, const char *emoji)
{
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, emoji, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

/* The emoji chooser is made on first use: it has thousands of children. */
static void
on_create_emoji (GtkMenuButton *button, gpointer user_data)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_object (
    chooser, "emoji-picked", G_CALLBACK (on_emoji_picked), user_data, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, chooser);
}

static gboolean
vis_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (VIS_COMPOSER (widget)->text));
}

static void
vis_composer_dispose (GObject *object)
{
  VisComposer *self = VIS_COMPOSER (object);

  g_clear_handle_id (&self->typing_id, g_source_remove);
  if (self->emoji_button != NULL)
    gtk_menu_button_set_create_popup_func (self->emoji_button, NULL, NULL, NULL);
  self->emoji_button = NULL;

  G_OBJECT_CLASS (vis_composer_parent_class)->dispose (object);
}

static void
vis_composer_class_init (VisComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_composer_dispose;
  widget_class->grab_focus = vis_composer_grab_focus;
  widget_class->focus = vis_ui_focus_child;

  signals[SUBMITTED] = g_signal_new ("submitted",
                                     VIS_TYPE_COMPOSER,
                                     G_SIGNAL_RUN_LAST,
                                     0,
                                     NULL,
                                     NULL,
                                     NULL,
                                     G_TYPE_NONE,
                                     1,
                                     G_TYPE_STRING);
  signals[TYPING] = g_signal_new ("typing",
                                  VIS_TYPE_COMPOSER,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_BOOLEAN);

  signals[EDITED] = g_signal_new (
    "edited", VIS_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, VisComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, VisComposer, text);
  gtk_widget_class_bind_template_child (widget_class, VisComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, VisComposer, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, VisComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, on_send_clicked);
}

static void
vis_composer_init (VisComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  self->buffer = gtk_text_view_get_buffer (self->text);
  self->unhyphenated =
    gtk_text_buffer_create_tag (self->buffer, NULL, "insert-hyphens", FALSE, NULL);
  g_signal_connect_object (self->buffer,
                           "insert-text",
                           G_CALLBACK (on_text_inserted),
                           self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (
    self->buffer, "changed", G_CALLBACK (on_buffer_changed), self, G_CONNECT_SWAPPED);

  /* Before the text view's own handler, which inserts a newline. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_TARGET);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text), keys);

  gtk_menu_button_set_create_popup_func (self->emoji_button, on_create_emoji, self, NULL);
}

char *
vis_composer_dup_text (VisComposer *self)
{
  GtkTextIter start, end;

  g_return_val_if_fail (VIS_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

/**
 * vis_composer_set_text:
 * @text: (nullable): a draft
 *
 * Sets the text without emitting `typing`.
 */
void
vis_composer_set_text (VisComposer *self, const char *text)
{
  g_return_if_fail (VIS_IS_COMPOSER (self));

  set_typing (self, FALSE);
  self->loading = TRUE;
  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
  self->loading = FALSE;
}
