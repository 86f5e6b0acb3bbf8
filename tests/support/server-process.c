/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "server-process.h"

#include <signal.h>
#include <sys/prctl.h>

#define READY "visavisd ready "

/* The server is killed with the test, also where it is stopped (SIGSTOP): one that is left behind
 * would keep the test runner waiting. */
static void
die_with_test (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char *
read_url (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GError) error = NULL;
  g_autofree char   *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, READY));
  return g_strdup (line + strlen (READY));
}

GSubprocess *
server_process_start (
  const char *program, const char *data, const char *listen, const char *const *options, char **url)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv)           argv = NULL;
  g_autoptr (GError)       error = NULL;
  GSubprocess             *process;

  g_strv_builder_add_many (builder, program, "serve", "--data", data, "--listen", listen, NULL);
  if (options != NULL)
    g_strv_builder_addv (builder, (const char **) options);
  argv = g_strv_builder_end (builder);

  g_subprocess_launcher_set_child_setup (launcher, die_with_test, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  *url = read_url (process);

  return process;
}
