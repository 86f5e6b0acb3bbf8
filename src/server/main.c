/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "vis-admin.h"
#include "vis-server-limits.h"
#include "vis-server.h"

static int
complain (const GError *error)
{
  g_printerr ("visavisd: %s\n", error->message);
  return 1;
}

static gboolean
on_deadline (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Raises the soft limit of descriptors to the hard limit. */
static void
raise_limits (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

typedef struct
{
  VisServer *server;
  int        argc;
  char     **argv;
  gboolean   stopping;
  gboolean   reloading;
  gboolean   again; /* SIGHUP came while reloading */
} Run;

static gboolean
on_stop (gpointer data)
{
  Run *run = data;

  run->stopping = TRUE;
  vis_server_drain (run->server);
  return G_SOURCE_CONTINUE;
}

static void
say_unchanged (const GError *error)
{
  g_message ("Nothing was reloaded, all stays as it was: %s", error->message);
}

static void reload (Run *run);

static void
on_reloaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Run               *run = data;
  g_autoptr (GError) error = NULL;

  run->reloading = FALSE;
  if (vis_server_reload_finish (result, &error))
    g_message ("Certificate and configuration are read again");
  else
    say_unchanged (error);
  if (run->again && !run->stopping)
    reload (run);
}

/* Reads the configuration again: the command line has the paths of its files. */
static void
reload (Run *run)
{
  g_autoptr (GError) error = NULL;
  VisServerConfig   *config = vis_server_config_new (run->argc, run->argv, &error);

  run->again = FALSE;
  if (config == NULL)
    {
      say_unchanged (error);
      return;
    }
  run->reloading = TRUE;
  vis_server_reload_async (run->server, config, on_reloaded, run);
}

static gboolean
on_reload (gpointer data)
{
  Run *run = data;

  if (run->reloading)
    run->again = TRUE;
  else
    reload (run);
  return G_SOURCE_CONTINUE;
}

static void
run_until_stopped (VisServer *server, int argc, char **argv)
{
  Run              run = { .server = server, .argc = argc, .argv = argv };
  guint            sources[] = { g_unix_signal_add (SIGTERM, on_stop, &run),
                                 g_unix_signal_add (SIGINT, on_stop, &run),
                                 g_unix_signal_add (SIGHUP, on_reload, &run) };
  g_autofree char *announcement = vis_server_announce (server);
  gboolean         late = FALSE;
  guint            deadline;

  /* A program that reads the first line may send SIGTERM at once, or close the pipe. */
  g_print ("visavisd ready %s\n%s", vis_server_get_address (server), announcement);
  fflush (stdout);
  while (!run.stopping)
    g_main_context_iteration (NULL, TRUE);

  deadline = g_timeout_add (VIS_SERVER_DRAIN_MS, on_deadline, &late);
  while (!late && !vis_server_is_drained (server))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (deadline);
  while (run.reloading)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
}

static int
serve (int argc, char **argv)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (VisServer) server = NULL;
  VisServerConfig      *config = vis_server_config_new (argc, argv, &error);

  if (config == NULL)
    return complain (error);
  raise_limits ();
  server = vis_server_new (config, &error);
  if (server == NULL)
    return complain (error);
  run_until_stopped (server, argc, argv);
  return 0;
}

static int
usage (void)
{
  g_print ("%s\n\n"
           "  visavisd serve [OPTION…]          %s\n"
           "  visavisd user add NAME            %s\n"
           "  visavisd user import FILE         %s\n"
           "           [--overwrite-passwords]  %s\n"
           "  visavisd user list                %s\n"
           "  visavisd invite                   %s\n"
           "           [--uses N] [--days N]    %s\n"
           "  visavisd status                   %s\n"
           "  visavisd --version\n\n%s\n",
           _ ("visavisd: the server of Visavis"),
           _ ("run the server"),
           _ ("make an account; the password is read from standard input"),
           _ ("make accounts in bulk, one JSON object a line; all of them or none"),
           _ ("change also the passwords that accounts have already"),
           _ ("list the accounts"),
           _ ("make a code for one registration"),
           _ ("N registrations, 1 to 1000000 (1), within N days, 1 to 36500 (7)"),
           _ ("say whether a server answers"),
           _ ("All of them take --data DIR; “visavisd serve --help” names all options."));
  return 0;
}

int
main (int argc, char **argv)
{
  const char *command = argc > 1 ? argv[1] : "help";

  /* Files are readable by this user alone, whatever the folder's permissions. */
  umask (0077);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, VIS_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A write over RLIMIT_FSIZE then fails with EFBIG instead of ending the process. */
  signal (SIGXFSZ, SIG_IGN);
  /* Few threads allocate much: more arenas of malloc() only hold more memory. */
  mallopt (M_ARENA_MAX, 2);
  if (sodium_init () < 0)
    {
      g_printerr ("visavisd: %s\n", _ ("There is no source of random numbers."));
      return 1;
    }

  if (strcmp (command, "serve") == 0)
    return serve (argc - 1, argv + 1);
  if (strcmp (command, "user") == 0 || strcmp (command, "invite") == 0 ||
      strcmp (command, "status") == 0)
    return vis_admin_main (argc - 1, argv + 1);
  if (strcmp (command, "--version") == 0)
    {
      g_print ("visavisd %s\n", VIS_VERSION);
      return 0;
    }
  if (strcmp (command, "help") == 0 || strcmp (command, "--help") == 0)
    return usage ();
  g_printerr ("visavisd: ");
  g_printerr (_ ("“%s” is no command of visavisd. Try “visavisd help”."), command);
  g_printerr ("\n");
  return 1;
}
