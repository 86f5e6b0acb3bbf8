/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <unistd.h>

#include "vis-application.h"
#include "vis-background.h"

/* Each retry is for a running instance that ended just when it was asked: that does not happen so
 * often in a row. */
#define STARTS_MAX 10

/* Whether the start was served, by this process or by the running instance. */
static gboolean
run (int argc, char **argv, int *status)
{
  g_autoptr (VisApplication) application = vis_application_new ();

  *status = g_application_run (G_APPLICATION (application), argc, argv);
  return !vis_application_get_unanswered (application);
}

int
main (int argc, char *argv[])
{
  gboolean done = FALSE;
  int      status = 1;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, VIS_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Visavis");

  for (guint i = 0; i < STARTS_MAX && !done; i++)
    done = run (argc, argv, &status);
  if (!done)
    g_printerr ("visavis: the one that runs does not answer\n");

  /* The driver of a device or a connection hangs: exit handlers of libraries would wait for it for
   * ever, or crash. */
  if (!vis_background_wait ())
    _exit (status);

  return status;
}
