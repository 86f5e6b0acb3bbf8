/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "vis-application-private.h"
#include "vis-gst-ringer.h"
#include "vis-id.h"

/* File in the folder of the profile with decisions about servers, see VisTrust. */
#define DECISIONS "servers.ini"

G_DEFINE_FINAL_TYPE (VisApplication, vis_application, ADW_TYPE_APPLICATION)

static void
restore_size (VisApplication *self)
{
  GSettings *settings = vis_profile_get_settings (self->profile);

  if (settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self->window),
                               g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self->window));
}

/* Signs in after the first frame: the rest is loaded once the window is on the screen. */
static gboolean
on_tick (GtkWidget *window, GdkFrameClock *frame_clock, gpointer user_data)
{
  VisApplication *self = user_data;

  if (++self->frames < 2)
    return G_SOURCE_CONTINUE;

  vis_application_sign_in (self);
  return G_SOURCE_REMOVE;
}

static void
make_window (VisApplication *self)
{
  self->window = vis_window_new (GTK_APPLICATION (self));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  self->frames = 0;
  restore_size (self);
  gtk_widget_add_tick_callback (GTK_WIDGET (self->window), on_tick, self, NULL);
  g_signal_connect_object (self->window,
                           "close-request",
                           G_CALLBACK (vis_application_on_close_request),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
vis_application_activate (GApplication *application)
{
  VisApplication *self = VIS_APPLICATION (application);

  if (self->window != NULL)
    {
      vis_application_present (self);
      return;
    }

  make_window (self);
  vis_application_present (self);
}

/* SIGTERM (the session ends) or SIGINT: closes the window without asking. */
static gboolean
on_signal (gpointer user_data)
{
  VisApplication *self = user_data;

  if (self->window != NULL)
    vis_application_close (self);
  else
    g_application_quit (G_APPLICATION (self));

  return G_SOURCE_CONTINUE;
}

static int
vis_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  VisApplication    *self = VIS_APPLICATION (application);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv)     links = NULL;
  g_autofree char   *name = NULL;
  const char        *user;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("visavis %s\n", VIS_VERSION);
      return 0;
    }

  g_variant_dict_lookup (options, "profile", "s", &name);
  self->profile = vis_profile_new (name, &error);
  if (self->profile == NULL)
    {
      g_printerr ("visavis: %s\n", error->message);
      return 1;
    }
  g_application_set_application_id (application, vis_profile_get_application_id (self->profile));
  g_variant_dict_lookup (options, "server", "s", &self->server);
  if (g_variant_dict_lookup (options, "user", "&s", &user))
    self->user = vis_user_from_text (user);
  g_variant_dict_lookup (options, "camera", "s", &self->camera);
  g_variant_dict_lookup (options, "microphone", "s", &self->microphone);
  g_variant_dict_lookup (options, G_OPTION_REMAINING, "^as", &links);

  if (links != NULL && g_strv_length (links) > 1)
    {
      g_printerr ("visavis: %s\n", _ ("Open one link at a time."));
      return 1;
    }

  return vis_application_meet_running (self, links != NULL ? links[0] : NULL);
}

static void
vis_application_startup (GApplication *application)
{
  VisApplication  *self = VIS_APPLICATION (application);
  VisGstEngine    *engine;
  g_autofree char *decisions =
    g_build_filename (vis_profile_get_data_dir (self->profile), DECISIONS, NULL);

  G_APPLICATION_CLASS (vis_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (VIS_APPLICATION_ID);
  if (self->camera == NULL)
    self->camera = vis_profile_dup_string (self->profile, "camera");
  if (self->microphone == NULL)
    self->microphone = vis_profile_dup_string (self->profile, "microphone");
  engine = vis_gst_engine_new (self->camera, self->microphone);
  self->engine = VIS_MEDIA_ENGINE (engine);
  self->ringer = VIS_RINGER (vis_gst_ringer_new (vis_gst_engine_get_devices (engine)));
  self->trust = vis_trust_new (decisions);
  self->login = vis_login_new (self->profile, self->trust);
  g_signal_connect_object (g_network_monitor_get_default (),
                           "network-changed",
                           G_CALLBACK (vis_application_tell_connection),
                           self,
                           G_CONNECT_SWAPPED);
  vis_application_add_actions (self);
  self->terminated = g_unix_signal_add (SIGTERM, on_signal, self);
  self->interrupted = g_unix_signal_add (SIGINT, on_signal, self);
}

static void
vis_application_shutdown (GApplication *application)
{
  VisApplication *self = VIS_APPLICATION (application);

  vis_application_release_name (self);
  g_clear_handle_id (&self->terminated, g_source_remove);
  g_clear_handle_id (&self->interrupted, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  vis_application_clear_session (self);
  g_clear_object (&self->engine);
  g_clear_object (&self->ringer);
  g_clear_object (&self->login);
  g_clear_object (&self->trust);

  G_APPLICATION_CLASS (vis_application_parent_class)->shutdown (application);
}

static void
vis_application_dispose (GObject *object)
{
  VisApplication *self = VIS_APPLICATION (object);

  g_clear_weak_pointer ((gpointer *) &self->window);
  g_clear_weak_pointer (&self->question);
  g_clear_weak_pointer (&self->trust_question);
  g_clear_weak_pointer (&self->close_question);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->pending, vis_server_address_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->camera, g_free);
  g_clear_pointer (&self->microphone, g_free);

  G_OBJECT_CLASS (vis_application_parent_class)->dispose (object);
}

static void
vis_application_class_init (VisApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_application_dispose;
  application_class->activate = vis_application_activate;
  application_class->open = vis_application_open;
  application_class->handle_local_options = vis_application_handle_local_options;
  application_class->startup = vis_application_startup;
  application_class->shutdown = vis_application_shutdown;
}

static void
vis_application_init (VisApplication *self)
{
  static const GOptionEntry options[] = {
    { "profile",
      'p',
      0,
      G_OPTION_ARG_STRING,
      NULL,
      N_ ("Use a separate place for data"),
      N_ ("NAME") },
    { "server",
      's',
      0,
      G_OPTION_ARG_STRING,
      NULL,
      N_ ("The server to sign in to"),
      N_ ("ADDRESS") },
    { "user",
      'u',
      0,
      G_OPTION_ARG_STRING,
      NULL,
      N_ ("The user name to sign in with"),
      N_ ("NAME") },
    { "camera", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("A camera, “test” or “none”"), N_ ("DEVICE") },
    { "microphone",
      0,
      0,
      G_OPTION_ARG_STRING,
      NULL,
      N_ ("A microphone, “test” or “none”"),
      N_ ("DEVICE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[LINK]") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * vis_application_new:
 *
 * Makes the app.
 *
 * Returns: (transfer full): a new application
 */
VisApplication *
vis_application_new (void)
{
  return g_object_new (VIS_TYPE_APPLICATION,
                       "application-id",
                       VIS_APPLICATION_ID,
                       "resource-base-path",
                       "/org/visavis/Visavis",
                       "flags",
                       G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
