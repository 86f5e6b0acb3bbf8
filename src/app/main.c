/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <unistd.h>

#include "vis-application.h"
#include "vis-gst.h"

int
main (int argc, char *argv[])
{
  VisApplication *application;
  gboolean        wanted;
  gboolean        quiet;
  int             status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, VIS_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Visavis");

  application = vis_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  wanted = vis_application_get_wanted (application);
  g_object_unref (application);
  quiet = vis_gst_wait ();

  /* Whoever started it while it ended has been told that it runs. */
  if (wanted)
    execv ("/proc/self/exe", argv);

  /* The driver of a device is stuck, or a connection: what libraries do at the end of a program
   * would wait for it for ever, or crash. */
  if (!quiet)
    _exit (status);

  return status;
}
