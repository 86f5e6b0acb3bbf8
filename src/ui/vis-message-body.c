/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-body.h"

#include "vis-confirm-dialog.h"
#include "vis-links.h"
#include "vis-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* How much of a long text is shown until "Read more" is pressed: about a screen. Folded only if the
 * text is half as long again, so that more than a few lines are hidden. */
#define FOLD_CHARS 1000
#define FOLD_LINES 24
#define FOLD_SPARE 1.5

/* A fold looks this far back for a space, in bytes. */
#define FOLD_BACK 80

/* Longer texts get a fixed minimum width. GTK finds it out by breaking the text after each
 * character, which takes seconds for a long one. */
#define WIDTH_FROM  100 /* characters of text */
#define WIDTH_CHARS 16

/* Pango's time to break a run of letters grows with the square of its length. */
#define RUN_MAX 128 /* bytes */

/* The width of a line of text that is comfortable to read. */
#define LINE_CHARS 60

/* The smallest width that is readable. */
#define WIDTH_MIN 48 /* pixels */

/* Up to this many emoji, and nothing else, are drawn this many times as large. */
#define LARGE_MAX   3
#define LARGE_SCALE 2.2

/* GtkLabel goes through all links for each motion of the pointer. */
#define LINKS_MAX 64

struct _VisMessageBody
{
  GtkWidget  parent_instance;

  char      *text; /* as written; NULL while set_words() is shown */
  gboolean   expanded;

  GtkLabel  *label;
  GtkButton *more; /* made for the first long text: most messages are short */
};

G_DEFINE_FINAL_TYPE (VisMessageBody, vis_message_body, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_EXPANDED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* Folding */

static const char *
end_of_lines (const char *text, guint lines)
{
  const char *p = text;

  for (guint i = 0; i < lines && p != NULL; i++)
    p = strchr (i == 0 ? p : p + 1, '\n');

  return p;
}

/* The end of the folded part of @text; NULL if @text is not folded. */
static const char *
find_fold (const char *text)
{
  glong       length = g_utf8_strlen (text, -1);
  const char *fold = text + strlen (text);
  const char *space = NULL;

  if (length > FOLD_CHARS * FOLD_SPARE)
    fold = g_utf8_offset_to_pointer (text, FOLD_CHARS);
  if (end_of_lines (text, (guint) (FOLD_LINES * FOLD_SPARE)) != NULL)
    fold = MIN (fold, end_of_lines (text, FOLD_LINES));
  if (*fold == '\0')
    return NULL;

  for (const char *p = fold; p > text && fold - p < FOLD_BACK && space == NULL; p--)
    if (g_ascii_isspace (*p))
      space = p;
  if (space != NULL)
    return space;
  /* Not between a letter and its combining marks. */
  while (fold > text && g_unichar_ismark (g_utf8_get_char (fold)))
    fold = g_utf8_prev_char (fold);

  return fold;
}

/* The text of the label: the same number of characters as the text, which a selection is counted
 * in, and "…" if folded. */
static char *
dup_shown (const char *text, const char *fold)
{
  g_autofree char *cut = fold != NULL ? g_strndup (text, (gsize) (fold - text)) : g_strdup (text);
  char            *shown = vis_text_disarm (cut);
  char            *folded;

  if (fold == NULL)
    return shown;

  folded = g_strconcat (shown, "…", NULL);
  g_free (shown);
  return folded;
}

/* An address that is cut by the fold is no link: it would lead elsewhere than written. */
static char *
dup_markup (const char *shown, gboolean folded)
{
  g_autoptr (GArray) links = vis_links_find (shown, LINKS_MAX);
  gsize              length = strlen (shown) - (folded ? strlen ("…") : 0);
  gsize              done = 0;
  GString           *markup = NULL;

  for (guint i = 0; i < links->len; i++)
    {
      const VisLink   *link = &g_array_index (links, VisLink, i);
      g_autofree char *before = NULL, *address = NULL, *escaped = NULL;

      if (folded && link->end >= length)
        break;
      if (markup == NULL)
        markup = g_string_new (NULL);
      before = g_markup_escape_text (shown + done, (gssize) (link->start - done));
      address = g_strndup (shown + link->start, link->end - link->start);
      escaped = g_markup_escape_text (address, -1);
      g_string_append_printf (markup, "%s<a href=\"%s\">%s</a>", before, escaped, escaped);
      done = link->end;
    }
  if (markup != NULL)
    {
      g_autofree char *rest = g_markup_escape_text (shown + done, -1);

      g_string_append (markup, rest);
    }

  return markup != NULL ? g_string_free (markup, FALSE) : NULL;
}

/* Cuts long runs into items, which Pango breaks one by one. The attribute is the default value;
 * only its ends matter, since no item reaches across them. */
static void
cut_runs (PangoAttrList *attributes, const char *shown)
{
  const char *run = shown;
  gboolean    marked = FALSE;

  for (const char *p = shown; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          run = p;
        }
      else if (p - run >= RUN_MAX && g_unichar_isalnum (c))
        {
          marked = !marked;
          if (marked)
            {
              PangoAttribute *attribute = pango_attr_fallback_new (TRUE);

              attribute->start_index = (guint) (run - shown);
              attribute->end_index = (guint) (p - shown);
              pango_attr_list_insert (attributes, attribute);
            }
          run = p;
        }
    }
}

static void
show (VisMessageBody *self, const char *shown, const char *markup)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  /* No hyphens where a word is broken: they would be taken for part of it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  if (vis_text_is_emoji (shown, LARGE_MAX))
    pango_attr_list_insert (attributes, pango_attr_scale_new (LARGE_SCALE));
  cut_runs (attributes, shown);
  gtk_label_set_width_chars (self->label,
                             g_utf8_strlen (shown, -1) > WIDTH_FROM ? WIDTH_CHARS : -1);
  gtk_label_set_attributes (self->label, attributes);
  if (markup != NULL)
    gtk_label_set_markup (self->label, markup);
  else
    gtk_label_set_text (self->label, shown);
}

static void
on_more_clicked (VisMessageBody *self)
{
  vis_message_body_set_message (self, self->text, !self->expanded);
  /* Expanding must not scroll to the end. */
  gtk_widget_activate_action (GTK_WIDGET (self), "timeline.stay", NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPANDED]);
}

static void
update_more (VisMessageBody *self, gboolean long_text)
{
  if (long_text && self->more == NULL)
    {
      self->more = GTK_BUTTON (gtk_button_new ());
      gtk_widget_add_css_class (GTK_WIDGET (self->more), "flat");
      gtk_widget_add_css_class (GTK_WIDGET (self->more), "vis-more");
      gtk_widget_set_halign (GTK_WIDGET (self->more), GTK_ALIGN_START);
      gtk_widget_set_parent (GTK_WIDGET (self->more), GTK_WIDGET (self));
      g_signal_connect_object (
        self->more, "clicked", G_CALLBACK (on_more_clicked), self, G_CONNECT_SWAPPED);
    }
  if (self->more == NULL)
    return;

  gtk_button_set_label (self->more, self->expanded ? _ ("Show less") : _ ("Read more"));
  gtk_widget_set_visible (GTK_WIDGET (self->more), long_text);
}

/* Links */

typedef struct
{
  GtkWidget *widget;
  char      *uri;
} Visit;

static void
visit_free (gpointer data)
{
  Visit *visit = data;

  g_object_unref (visit->widget);
  g_free (visit->uri);
  g_free (visit);
}

static void
on_visit_confirmed (gpointer data)
{
  Visit   *visit = data;
  GtkRoot *root = gtk_widget_get_root (visit->widget);

  gtk_show_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, visit->uri, GDK_CURRENT_TIME);
}

/* GtkLabel opens unambiguous addresses itself; for others the person confirms where they lead. */
static gboolean
on_activate_link (VisMessageBody *self, const char *uri)
{
  g_autofree char *target = NULL, *body = NULL;
  Visit           *visit;
  GtkWindow       *dialog;

  if (vis_links_is_plain (uri))
    return GDK_EVENT_PROPAGATE;

  target = vis_links_dup_target (uri);
  body = g_strdup_printf (_ ("It leads to %s, which may only look like an address that you know."),
                          target);
  visit = g_new0 (Visit, 1);
  visit->widget = g_object_ref (GTK_WIDGET (self));
  visit->uri = g_strdup (uri);
  dialog = vis_confirm_dialog_show (GTK_WIDGET (self),
                                    _ ("Open this link?"),
                                    body,
                                    _ ("Open"),
                                    on_visit_confirmed,
                                    visit,
                                    visit_free);
  adw_message_dialog_set_response_appearance (
    ADW_MESSAGE_DIALOG (dialog), "confirm", ADW_RESPONSE_DEFAULT);

  return GDK_EVENT_STOP;
}

/* Selecting */

static void
on_copy (VisMessageBody *self)
{
  g_autofree char *selection = vis_message_body_dup_selection (self);

  if (selection == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), selection);
  /* GtkLabel's own handler would copy the displayed text. */
  g_signal_stop_emission_by_name (self->label, "copy-clipboard");
}

/* Clears the selection when the focus leaves, unless it goes to a menu that was opened on it. */
static void
on_focus_left (VisMessageBody *self)
{
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (gtk_widget_has_focus (GTK_WIDGET (self->label)) || focus == NULL ||
      gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    return;

  gtk_label_select_region (self->label, 0, 0);
}

/* Widget */

static void
measure_width (VisMessageBody *self, int *minimum, int *natural)
{
  int more = 0;

  gtk_widget_measure (
    GTK_WIDGET (self->label), GTK_ORIENTATION_HORIZONTAL, -1, minimum, natural, NULL, NULL);
  if (self->more != NULL && gtk_widget_get_visible (GTK_WIDGET (self->more)))
    gtk_widget_measure (
      GTK_WIDGET (self->more), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &more, NULL, NULL);
  *natural = MAX (*natural, more);
}

/* A label gets at least its minimum width, even beyond our edge. It gets at most its natural one:
 * to find a larger width that needs fewer lines, GtkLabel would lay out its text a dozen times. */
static int
measure_label (VisMessageBody *self, int width)
{
  int minimum, natural, height;

  measure_width (self, &minimum, &natural);
  gtk_widget_measure (GTK_WIDGET (self->label),
                      GTK_ORIENTATION_VERTICAL,
                      width < 0 ? natural : CLAMP (width, minimum, MAX (minimum, natural)),
                      &height,
                      NULL,
                      NULL,
                      NULL);

  return height;
}

static int
measure_more (VisMessageBody *self)
{
  int height = 0;

  if (self->more != NULL && gtk_widget_get_visible (GTK_WIDGET (self->more)))
    gtk_widget_measure (
      GTK_WIDGET (self->more), GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);

  return height;
}

static void
vis_message_body_measure (GtkWidget     *widget,
                          GtkOrientation orientation,
                          int            for_size,
                          int           *minimum,
                          int           *natural,
                          int           *minimum_baseline,
                          int           *natural_baseline)
{
  VisMessageBody *self = VIS_MESSAGE_BODY (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      *minimum = MIN (*minimum, WIDTH_MIN);
    }
  else
    {
      *minimum = *natural = measure_label (self, for_size) + measure_more (self);
    }
}

static void
vis_message_body_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  VisMessageBody *self = VIS_MESSAGE_BODY (widget);
  int             minimum, natural, more = measure_more (self);

  measure_width (self, &minimum, &natural);
  gtk_widget_size_allocate (GTK_WIDGET (self->label),
                            &(GtkAllocation){ 0, 0, MAX (width, minimum), MAX (height - more, 0) },
                            -1);
  if (more > 0)
    gtk_widget_size_allocate (
      GTK_WIDGET (self->more), &(GtkAllocation){ 0, height - more, width, more }, -1);
}

static GtkSizeRequestMode
vis_message_body_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
vis_message_body_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_EXPANDED:
      g_value_set_boolean (value, VIS_MESSAGE_BODY (object)->expanded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_message_body_dispose (GObject *object)
{
  VisMessageBody *self = VIS_MESSAGE_BODY (object);
  GtkWidget      *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->more = NULL;
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (vis_message_body_parent_class)->dispose (object);
}

static void
vis_message_body_class_init (VisMessageBodyClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vis_message_body_get_property;
  object_class->dispose = vis_message_body_dispose;
  widget_class->measure = vis_message_body_measure;
  widget_class->size_allocate = vis_message_body_size_allocate;
  widget_class->get_request_mode = vis_message_body_get_request_mode;

  properties[PROP_EXPANDED] =
    g_param_spec_boolean ("expanded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vis_message_body_init (VisMessageBody *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  self->label = GTK_LABEL (label);
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (self->label, GTK_NATURAL_WRAP_NONE);
  gtk_label_set_max_width_chars (self->label, LINE_CHARS);
  gtk_widget_add_css_class (label, "text");
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  g_signal_connect_object (
    label, "activate-link", G_CALLBACK (on_activate_link), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (label, "copy-clipboard", G_CALLBACK (on_copy), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
    label, "notify::has-focus", G_CALLBACK (on_focus_left), self, G_CONNECT_SWAPPED);
}

GtkWidget *
vis_message_body_new (void)
{
  return g_object_new (VIS_TYPE_MESSAGE_BODY, NULL);
}

/**
 * vis_message_body_set_words:
 * @words: a text of the app, such as "Message deleted"
 */
void
vis_message_body_set_words (VisMessageBody *self, const char *words)
{
  g_return_if_fail (VIS_IS_MESSAGE_BODY (self));

  g_clear_pointer (&self->text, g_free);
  self->expanded = FALSE;
  gtk_label_set_selectable (self->label, FALSE);
  show (self, words, NULL);
  update_more (self, FALSE);
}

/**
 * vis_message_body_set_message:
 * @text: what somebody wrote
 * @expanded: whether all of it is shown, however long it is
 */
void
vis_message_body_set_message (VisMessageBody *self, const char *text, gboolean expanded)
{
  g_autofree char *owned = NULL, *shown = NULL, *markup = NULL;
  const char      *fold;

  g_return_if_fail (VIS_IS_MESSAGE_BODY (self));

  /* Setting the text would clear the selection. */
  if (self->expanded == expanded && g_strcmp0 (self->text, text) == 0)
    return;

  owned = g_strdup (text);
  g_free (self->text);
  self->text = g_steal_pointer (&owned);
  self->expanded = expanded;

  fold = find_fold (self->text);
  shown = dup_shown (self->text, expanded ? NULL : fold);
  markup = dup_markup (shown, fold != NULL && !expanded);
  gtk_label_set_selectable (self->label, TRUE);
  show (self, shown, markup);
  update_more (self, fold != NULL);
}

gboolean
vis_message_body_get_expanded (VisMessageBody *self)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_BODY (self), FALSE);

  return self->expanded;
}

/**
 * vis_message_body_dup_selection:
 *
 * The selected text, as it was written.
 *
 * Returns: (transfer full) (nullable): the text, %NULL if nothing is selected
 */
char *
vis_message_body_dup_selection (VisMessageBody *self)
{
  int   start, end;
  glong length;

  g_return_val_if_fail (VIS_IS_MESSAGE_BODY (self), NULL);

  if (self->text == NULL || !gtk_label_get_selection_bounds (self->label, &start, &end))
    return NULL;

  /* The "…" of a fold is not part of the text. */
  length = g_utf8_strlen (self->text, -1);
  return g_utf8_substring (self->text, MIN (start, length), MIN (end, length));
}

/**
 * vis_message_body_get_link:
 *
 * Returns: (transfer none) (nullable): the address below the pointer or with the focus
 */
const char *
vis_message_body_get_link (VisMessageBody *self)
{
  g_return_val_if_fail (VIS_IS_MESSAGE_BODY (self), NULL);

  return gtk_label_get_current_uri (self->label);
}
