/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-application-private.h"

#include <glib/gi18n.h>

/* The start of the process, which may meet a running instance, also one that is about to end. */

/* How long the running instance may take to answer. It has answered to the registration, so it does
 * not hang; but its own start, or its end with a device that closes slowly, takes seconds. */
#define ANSWER_MS 10000

/* Whether the running instance has ended before it answered. */
static gboolean
has_ended (const GError *error)
{
  static const GDBusError codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_NO_REPLY,
    G_DBUS_ERROR_UNKNOWN_OBJECT,  G_DBUS_ERROR_UNKNOWN_INTERFACE, G_DBUS_ERROR_UNKNOWN_METHOD
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, (int) codes[i]))
      return TRUE;

  return FALSE;
}

/* The activation token of the desktop, by which the window of the running instance may come to the
 * front. */
static GVariant *
make_platform_data (GApplication *application)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  G_APPLICATION_GET_CLASS (application)->add_platform_data (application, &builder);
  return g_variant_builder_end (&builder);
}

/* Like GApplication, but waits for the answer: what is sent to an instance that ends at this moment
 * would be lost. */
static gboolean
ask_running (GApplication *application, GFile *link, GError **error)
{
  GVariant            *platform = make_platform_data (application);
  g_autofree char     *uri = link != NULL ? g_file_get_uri (link) : NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_sync (
    g_application_get_dbus_connection (application),
    g_application_get_application_id (application),
    g_application_get_dbus_object_path (application),
    "org.gtk.Application",
    uri != NULL ? "Open" : "Activate",
    uri != NULL ? g_variant_new ("(^ass@a{sv})", (const char *[]){ uri, NULL }, "", platform)
                : g_variant_new ("(@a{sv})", platform),
    NULL,
    G_DBUS_CALL_FLAGS_NO_AUTO_START,
    ANSWER_MS,
    NULL,
    error);

  return answer != NULL;
}

/* Returns an exit status if the running instance was asked, -1 if this process is the one to run.
 */
int
vis_application_meet_running (VisApplication *self, const char *link)
{
  GApplication      *application = G_APPLICATION (self);
  g_autoptr (GFile)  file = link != NULL ? g_file_new_for_commandline_arg (link) : NULL;
  g_autoptr (GError) error = NULL;

  if (g_application_register (application, NULL, &error))
    {
      if (!g_application_get_is_remote (application))
        {
          if (file != NULL)
            g_application_open (application, &file, 1, "");
          return -1;
        }
      if (ask_running (application, file, &error))
        return 0;
    }

  self->unanswered = has_ended (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_printerr ("visavis: %s\n",
                _ ("Visavis is running but does not answer. End it, and start it again."));
  else if (!self->unanswered)
    g_printerr ("visavis: %s\n", error->message);
  return 1;
}

/**
 * vis_application_get_unanswered:
 * @self: the app, after its main loop
 *
 * Returns: whether the running instance ended before it answered: the start has to be repeated
 */
gboolean
vis_application_get_unanswered (VisApplication *self)
{
  return self->unanswered;
}
