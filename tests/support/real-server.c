/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "real-server.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "server-process.h"

static const char users[] =
  "{\"user\":\"ada\",\"name\":\"Ada\",\"contacts\":[\"grace\"],"
  "\"tokens\":[\"" ADA_TOKEN "\",\"" ADA_TOKEN_2 "\"]}\n"
  "{\"user\":\"grace\",\"name\":\"Grace\",\"tokens\":[\"" GRACE_TOKEN "\"]}\n";

static const char *
program (void)
{
  const char *path = g_getenv ("VISAVISD");

  g_assert_nonnull (path);
  return path;
}

static void
import_users (RealServer *self)
{
  g_autofree char   *file = g_build_filename (self->folder, "users", NULL);
  const char        *argv[] = { program (), "user", "import", file, "--data", self->data, NULL };
  g_autoptr (GError) error = NULL;
  int                status;

  g_assert_true (g_file_set_contents (file, users, -1, NULL));
  g_spawn_sync (NULL,
                (char **) argv,
                NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL,
                NULL,
                NULL,
                NULL,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* Starts the server; a restart takes the same port, where clients find it again. */
void
real_server_start (RealServer *self)
{
  g_clear_pointer (&self->url, g_free);
  self->process = server_process_start (program (), self->data, self->listen, NULL, &self->url);
  g_assert_true (g_str_has_prefix (self->url, "ws://"));
  g_free (self->listen);
  self->listen = g_strndup (self->url + strlen ("ws://"), strcspn (self->url + 5, "/"));
}

void
real_server_stop (RealServer *self, int signal_number)
{
  g_subprocess_send_signal (self->process, signal_number);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

static void
copy_data (RealServer *self, const char *from, const char *to)
{
  g_autofree char *command = g_strdup_printf ("sh -c 'rm -rf %s/%s && cp -a %s/%s %s/%s'",
                                              self->folder,
                                              to,
                                              self->folder,
                                              from,
                                              self->folder,
                                              to);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

void
real_server_back_up (RealServer *self)
{
  copy_data (self, "data", "backup");
}

void
real_server_put_back (RealServer *self)
{
  copy_data (self, "backup", "data");
}

void
real_server_set_up (RealServer *self)
{
  self->folder = g_dir_make_tmp ("visavis-server-XXXXXX", NULL);
  self->data = g_build_filename (self->folder, "data", NULL);
  self->listen = g_strdup ("127.0.0.1:0");
  import_users (self);
  real_server_start (self);
}

static void
remove_tree (const char *path)
{
  GDir       *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
real_server_tear_down (RealServer *self)
{
  real_server_stop (self, SIGTERM);
  remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->data);
  g_free (self->listen);
  g_free (self->url);
}
