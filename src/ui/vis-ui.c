/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ui.h"

#include "vis-ui-resources.h"

#include <glib/gi18n.h>

/**
 * vis_ui_init:
 *
 * Registers the templates, icons and the style sheet of this layer. Called by each class before its
 * first template is read; later calls do nothing. Needs a display.
 */
void
vis_ui_init (void)
{
  static gboolean            done;
  g_autoptr (GtkCssProvider) provider = NULL;
  GdkDisplay                *display = gdk_display_get_default ();

  if (done || display == NULL)
    return;
  done = TRUE;

  /* Registered by hand: from a static library, the linker drops constructors that nothing refers
   * to. */
  vis_ui_register_resource ();

  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    VIS_UI_RESOURCE_PATH "icons");

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, VIS_UI_RESOURCE_PATH "style.css");
  gtk_style_context_add_provider_for_display (
    display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * vis_ui_say:
 * @widget: a widget of the window
 * @sentence: what went wrong and what to do
 *
 * Shows a toast in the window of @widget.
 */
void
vis_ui_say (GtkWidget *widget, const char *sentence)
{
  gtk_widget_activate_action (widget, "win.say", "s", sentence);
}

/**
 * vis_ui_get_user_rule:
 *
 * Returns: (transfer none): a sentence: what user names are made of, see [func@Vis.user_is_valid]
 */
const char *
vis_ui_get_user_rule (void)
{
  return _ ("User names have up to 32 lowercase letters, digits, dots, dashes and underscores, and "
            "begin with a letter or digit.");
}

/* Removes "minimize" and "maximize" from a layout such as "icon:minimize,maximize,close". */
static char *
drop_buttons (const char *layout)
{
  GString *rest = g_string_new (NULL);
  char   **sides = g_strsplit (layout, ":", 2);

  for (guint i = 0; sides[i] != NULL; i++)
    {
      char   **buttons = g_strsplit (sides[i], ",", -1);
      gboolean first = TRUE;

      if (i > 0)
        g_string_append_c (rest, ':');
      for (guint j = 0; buttons[j] != NULL; j++)
        {
          if (g_str_equal (buttons[j], "minimize") || g_str_equal (buttons[j], "maximize"))
            continue;
          g_string_append_printf (rest, "%s%s", first ? "" : ",", buttons[j]);
          first = FALSE;
        }
      g_strfreev (buttons);
    }
  g_strfreev (sides);

  return g_string_free (rest, FALSE);
}

/**
 * vis_ui_dup_decoration_layout:
 * @widget: the header bar
 * @narrow: whether there is no room for all buttons beside a name
 *
 * For the `decoration-layout` of a header bar, bound to @narrow in a template: without room, only
 * the button that closes the window is left.
 *
 * Returns: (transfer full) (nullable): the layout; %NULL for that of the settings
 */
char *
vis_ui_dup_decoration_layout (GtkWidget *widget, gboolean narrow)
{
  g_autofree char *layout = NULL;

  if (!narrow)
    return NULL;

  g_object_get (gtk_widget_get_settings (widget), "gtk-decoration-layout", &layout, NULL);
  return drop_buttons (layout != NULL ? layout : "");
}

/**
 * vis_ui_drop_hyphens:
 * @label: a label that wraps
 *
 * Lets a label break names and addresses without hyphens, which would seem to be part of them.
 */
void
vis_ui_drop_hyphens (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
}

static void
update_hidden (GtkWidget *page)
{
  gtk_accessible_update_state (
    GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_STATE_HIDDEN, !gtk_widget_get_mapped (page), -1);
}

/**
 * vis_ui_hide_unseen:
 * @page: a widget that can be out of sight, like a page of a stack
 *
 * Hides a page from screen readers while it is not on the screen. GTK 4.8 has all pages of a stack
 * in the accessible tree.
 */
void
vis_ui_hide_unseen (GtkWidget *page)
{
  g_signal_connect (page, "map", G_CALLBACK (update_hidden), NULL);
  g_signal_connect_after (page, "unmap", G_CALLBACK (update_hidden), NULL);
  update_hidden (page);
}

/**
 * vis_ui_hide_unseen_pages:
 * @stack: a stack that has its pages
 *
 * Calls vis_ui_hide_unseen() for each page.
 */
void
vis_ui_hide_unseen_pages (GtkStack *stack)
{
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (stack)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    vis_ui_hide_unseen (page);
}

/**
 * vis_ui_focus_child:
 * @widget: an #AdwBin that has no focus of its own
 * @direction: where Tab or an arrow key leads
 *
 * `GtkWidget.focus` for classes whose `grab_focus` chooses a child. With GTK's own, the focus can't
 * leave such a widget: behind its last child, `grab_focus` is called again.
 *
 * Returns: whether a child has taken the focus
 */
gboolean
vis_ui_focus_child (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));

  return child != NULL && gtk_widget_child_focus (child, direction);
}
