/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Shows a screen with made-up people and messages, or saves it as a picture: vis-ui-preview
 * --screen NAME [--dark] [--width N] [--height N] [--save FILE] */

#include "config.h"

#include "preview-screens.h"

static char              *screen;
static char              *save;
static gboolean           dark;
static gboolean           list;
static int                width = 1200;
static int                height = 760;

static const GOptionEntry options[] = {
  { "screen", 's', 0, G_OPTION_ARG_STRING, &screen, "which screen", "NAME" },
  { "list", 'l', 0, G_OPTION_ARG_NONE, &list, "name the screens", NULL },
  { "dark", 'd', 0, G_OPTION_ARG_NONE, &dark, "dark colours", NULL },
  { "width", 'w', 0, G_OPTION_ARG_INT, &width, "in pixels", "N" },
  { "height", 'h', 0, G_OPTION_ARG_INT, &height, "in pixels", "N" },
  { "save", 'o', 0, G_OPTION_ARG_FILENAME, &save, "write a PNG and end", "FILE" },
  { NULL },
};

static gboolean
on_action (gpointer data)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  if (g_str_equal (screen, "confirm") && focus != NULL)
    gtk_widget_activate_action (focus, "chat.clear", NULL);

  return G_SOURCE_REMOVE;
}

/* Saves the topmost window. */
static gboolean
on_save (gpointer data)
{
  GListModel               *windows = gtk_window_get_toplevels ();
  g_autoptr (GdkPaintable)  paintable = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture)    texture = NULL;
  g_autoptr (GtkSnapshot)   snapshot = gtk_snapshot_new ();
  GtkWidget                *front = GTK_WIDGET (window);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) other = g_list_model_get_item (windows, i);

      if (other != GTK_WIDGET (window) && gtk_widget_get_mapped (other))
        front = other;
    }

  paintable = gtk_widget_paintable_new (front);
  gdk_paintable_snapshot (paintable,
                          snapshot,
                          gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  /* Nothing was drawn yet: tries again. */
  if (node == NULL)
    return G_SOURCE_CONTINUE;

  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (front)), node, NULL);
  if (!gdk_texture_save_to_png (texture, save))
    g_printerr ("can't write %s\n", save);

  g_application_quit (g_application_get_default ());
  return G_SOURCE_REMOVE;
}

static void
on_activate (GtkApplication *application)
{
  const PreviewScreen *found = NULL;

  for (guint i = 0; preview_screens[i].name != NULL; i++)
    if (g_str_equal (preview_screens[i].name, screen))
      found = &preview_screens[i];
  if (found == NULL)
    {
      g_printerr ("no screen “%s”; --list names them\n", screen);
      return;
    }

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  /* A picture of an animation would show neither its beginning nor its end. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", save == NULL, NULL);
  stage = stage_new ();
  stage_fill (stage);
  window = vis_window_new (application);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  vis_window_set_session (window, stage->chat, stage->controller);
  gtk_window_present (GTK_WINDOW (window));
  found->show ();

  g_timeout_add (300, on_action, NULL);
  if (save != NULL)
    g_timeout_add (1200, on_save, NULL);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError)         error = NULL;
  int                        status;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  if (list)
    {
      for (guint i = 0; preview_screens[i].name != NULL; i++)
        g_print ("%s\n", preview_screens[i].name);
      return 0;
    }
  if (screen == NULL)
    screen = g_strdup ("chat");

  application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_clear_pointer (&stage, stage_free);

  return status;
}
