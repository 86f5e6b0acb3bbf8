/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ui.h"

#include "vis-ui-resources.h"

/**
 * vis_ui_init:
 *
 * Makes templates, icons and style of this layer known. Called by each window of the layer before
 * its first template is read; calling it again is harmless. Needs a display.
 */
void
vis_ui_init (void)
{
  static gboolean done;
  g_autoptr (GtkCssProvider) provider = NULL;
  GdkDisplay *display = gdk_display_get_default ();

  if (done || display == NULL)
    return;
  done = TRUE;

  /* Registered by hand: the linker drops constructors of a static library that nobody names. */
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
 * @widget: where it happened
 * @sentence: what went wrong and what to do
 *
 * Tells the person something, in a toast of the window that @widget is in.
 */
void
vis_ui_say (GtkWidget *widget, const char *sentence)
{
  gtk_widget_activate_action (widget, "win.say", "s", sentence);
}
