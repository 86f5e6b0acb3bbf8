/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-server-process.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
program (void)
{
  const char *path = g_getenv ("VISAVISD");

  g_assert_nonnull (path);
  return path;
}

/* The server is killed when the test ends (PR_SET_PDEATHSIG). */
static void
prepare_child (gpointer data)
{
  const TestServer *self = data;
  struct rlimit     files = { self->files, self->files };

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (self->files > 0)
    setrlimit (RLIMIT_NOFILE, &files);
  if (self->log != NULL)
    dup2 (open (self->log, O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
}

/* Starts the server; a restart takes the same port. */
void
test_server_start (TestServer *self, const char *arguments)
{
  g_autofree char   *command = g_strdup_printf ("%s serve --data %s --listen 127.0.0.1:%d %s",
                                              program (),
                                              self->folder,
                                              self->first_port,
                                              arguments);
  g_auto (GStrv)     argv = NULL;
  g_autoptr (GError) error = NULL;
  char               line[256] = "";
  FILE              *out;
  int                fd;

  g_assert_true (g_shell_parse_argv (command, NULL, &argv, NULL));
  g_spawn_async_with_pipes (NULL,
                            argv,
                            NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD,
                            prepare_child,
                            self,
                            &self->pid,
                            NULL,
                            &fd,
                            NULL,
                            &error);
  g_assert_no_error (error);
  out = fdopen (fd, "r");
  g_assert_nonnull (fgets (line, sizeof line, out));
  fclose (out);
  g_assert_true (g_str_has_prefix (line, "visavisd ready ws"));
  g_assert_true (g_str_has_suffix (line, "/v1/socket\n"));
  self->port = self->first_port = (guint16) atoi (strrchr (line, ':') + 1);
}

/* A server that is not started. */
TestServer *
test_server_prepare (void)
{
  TestServer *self = g_new0 (TestServer, 1);

  self->folder = g_dir_make_tmp ("visavisd-XXXXXX", NULL);
  return self;
}

TestServer *
test_server_new (const char *arguments)
{
  TestServer *self = test_server_prepare ();

  test_server_start (self, arguments);
  return self;
}

/* Writes the server's log to a file from the next start on, instead of standard error. */
void
test_server_keep_log (TestServer *self)
{
  self->log = g_build_filename (self->folder, "log", NULL);
}

/* Waits until the log has this text. */
void
test_server_wait_for_log (TestServer *self, const char *words)
{
  for (;;)
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents (self->log, &text, NULL, NULL) && strstr (text, words) != NULL)
        return;
      g_usleep (G_USEC_PER_SEC / 50);
    }
}

/* Ends the server; after a signal other than SIGKILL its exit status has to be 0. */
void
test_server_kill (TestServer *self, int signal)
{
  int status = 0;

  if (self->pid == 0)
    return;
  kill (self->pid, signal);
  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);
  if (self->log != NULL && signal != SIGKILL && status != 0)
    {
      g_autofree char *text = NULL;

      g_file_get_contents (self->log, &text, NULL, NULL);
      g_printerr ("%s", text);
    }
  if (signal != SIGKILL)
    g_assert_cmpint (status, ==, 0);
  self->pid = 0;
}

/* Sets RLIMIT_FSIZE: writes fail as on a full disk. */
void
test_server_set_file_size (TestServer *self, rlim_t most)
{
  struct rlimit limit;

  g_assert_cmpint (prlimit (self->pid, RLIMIT_FSIZE, NULL, &limit), ==, 0);
  limit.rlim_cur = most;
  g_assert_cmpint (prlimit (self->pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
}

void
test_server_free (TestServer *self)
{
  g_autoptr (GDir) folder = NULL;
  const char      *name;

  test_server_kill (self, SIGTERM);
  folder = g_dir_open (self->folder, 0, NULL);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->forwarded);
  g_free (self->log);
  g_free (self);
}

/* `visavisd user import` */
void
test_server_import (TestServer *self, const char *lines)
{
  g_autofree char *file = g_build_filename (self->folder, "import", NULL);
  g_autofree char *command = NULL;
  g_autofree char *words = NULL;
  int              status = -1;

  g_assert_true (g_file_set_contents (file, lines, -1, NULL));
  command = g_strdup_printf ("%s user import %s --data %s", program (), file, self->folder);
  g_assert_true (g_spawn_command_line_sync (command, &words, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}
