/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-session.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "vis-sqlite-store.h"

#define DATABASE "chat.db"

struct _VisSession
{
  GObject            parent_instance;

  VisLink           *link;
  VisStore          *store;
  VisChat           *chat;
  VisCallController *controller;
  char              *dir;
  gboolean           closed;
};

G_DEFINE_FINAL_TYPE (VisSession, vis_session, G_TYPE_OBJECT)

static void
vis_session_dispose (GObject *object)
{
  VisSession *self = VIS_SESSION (object);

  vis_session_close (self);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);
  g_clear_object (&self->store);
  g_clear_object (&self->link);

  G_OBJECT_CLASS (vis_session_parent_class)->dispose (object);
}

static void
vis_session_finalize (GObject *object)
{
  g_free (VIS_SESSION (object)->dir);

  G_OBJECT_CLASS (vis_session_parent_class)->finalize (object);
}

static void
vis_session_class_init (VisSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = vis_session_finalize;
}

static void
vis_session_init (VisSession *self)
{
}

static const char *
name_of (const char *user, gpointer chat)
{
  return vis_chat_name_of (chat, user);
}

/* Only the store knows from where on to follow the server. */
static void
on_loaded (VisSession *self)
{
  if (vis_chat_get_loaded (self->chat) && !self->closed)
    vis_link_start (self->link);
}

/**
 * vis_session_new:
 * @user: who is signed in
 * @dir: the account's folder
 * @link: the connection, not started yet
 * @engine: makes media sessions
 * @ringer: makes the sounds around calls
 *
 * Puts an account together and connects it. What is stored is there at once; the server follows.
 *
 * Returns: (transfer full): a new session
 */
VisSession *
vis_session_new (
  const char *user, const char *dir, VisLink *link, VisMediaEngine *engine, VisRinger *ringer)
{
  VisSession      *self = g_object_new (VIS_TYPE_SESSION, NULL);
  VisClock        *clock = vis_clock_get_system ();
  g_autofree char *path = g_build_filename (dir, DATABASE, NULL);

  self->dir = g_strdup (dir);
  self->link = g_object_ref (link);
  self->store = vis_sqlite_store_new (path);
  self->chat = vis_chat_new (user, self->store, VIS_WIRE (link), clock);
  self->controller = vis_call_controller_new (VIS_WIRE (link), engine, ringer, clock);
  vis_call_controller_set_name_func (
    self->controller, name_of, g_object_ref (self->chat), g_object_unref);
  g_signal_connect_object (
    self->chat, "notify::loaded", G_CALLBACK (on_loaded), self, G_CONNECT_SWAPPED);
  on_loaded (self);

  return self;
}

/**
 * vis_session_get_link:
 * @self: a session
 *
 * Its connection.
 *
 * Returns: (transfer none): the link
 */
VisLink *
vis_session_get_link (VisSession *self)
{
  return self->link;
}

/**
 * vis_session_get_chat:
 * @self: a session
 *
 * Its people and messages.
 *
 * Returns: (transfer none): the chat
 */
VisChat *
vis_session_get_chat (VisSession *self)
{
  return self->chat;
}

/**
 * vis_session_get_controller:
 * @self: a session
 *
 * Its calls.
 *
 * Returns: (transfer none): the controller
 */
VisCallController *
vis_session_get_controller (VisSession *self)
{
  return self->controller;
}

/**
 * vis_session_close:
 * @self: a session
 *
 * Hangs up and closes the connection. Doing it again is harmless.
 */
void
vis_session_close (VisSession *self)
{
  self->closed = TRUE;
  if (self->controller != NULL)
    vis_call_controller_hang_up (self->controller);
  if (self->link != NULL)
    vis_link_stop (self->link);
}

/* One account's folder has files alone. */
static void
erase_folder (GTask *task, gpointer source, gpointer dir, GCancellable *cancellable)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char      *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      if (g_unlink (path) != 0)
        g_warning ("%s could not be deleted: %s", path, g_strerror (errno));
    }
  g_rmdir (dir);
  g_task_return_boolean (task, TRUE);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer data)
{
  g_application_release (G_APPLICATION (data));
  g_object_unref (data);
}

static void
on_store_closed (gpointer dir)
{
  g_autoptr (GTask) task =
    g_task_new (NULL, NULL, on_erased, g_object_ref (g_application_get_default ()));

  g_task_set_task_data (task, dir, g_free);
  g_task_run_in_thread (task, erase_folder);
}

/* Its files are closed when it is finalized, which follows at once. */
static void
on_store_gone (gpointer dir, GObject *store)
{
  g_idle_add_once (on_store_closed, dir);
}

/**
 * vis_session_erase:
 * @self: a session
 *
 * Deletes all that is kept of the account on this computer, once the session has ended. The program
 * does not end before that.
 */
void
vis_session_erase (VisSession *self)
{
  g_application_hold (g_application_get_default ());
  g_object_weak_ref (G_OBJECT (self->store), on_store_gone, g_strdup (self->dir));
}
