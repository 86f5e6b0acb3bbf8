/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-session.h"

#include <glib/gi18n.h>

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

/* The link asks for events from where the store ends, so the store is loaded first. */
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
 * Makes the parts of an account and connects. What is stored can be seen without the server.
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
 * Hangs up and closes the connection. Closing twice is no error.
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

/* A missing file is no error here: it was to be deleted. */
static void
keep_first (GError **first, GError *error)
{
  if (*first == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    *first = error;
  else
    g_error_free (error);
}

/* The folder of an account has no subfolders. One file that can't be deleted does not stop the
 * rest. */
static void
erase_files (GFileEnumerator *files, GError **first)
{
  GError *error = NULL;
  GFile  *file;

  while (g_file_enumerator_iterate (files, NULL, &file, NULL, &error) && file != NULL)
    if (!g_file_delete (file, NULL, &error))
      keep_first (first, g_steal_pointer (&error));
  if (error != NULL)
    keep_first (first, error);
}

static void
erase_folder (GTask *task, gpointer source, gpointer dir, GCancellable *cancellable)
{
  g_autoptr (GFile)           folder = g_file_new_for_path (dir);
  g_autoptr (GFileEnumerator) files = NULL;
  g_autoptr (GError)          first = NULL;
  GError                     *error = NULL;

  files = g_file_enumerate_children (
    folder, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, &error);
  if (files != NULL)
    erase_files (files, &first);
  else
    keep_first (&first, g_steal_pointer (&error));
  if (!g_file_delete (folder, NULL, &error))
    keep_first (&first, error);

  if (first == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (
      task,
      G_IO_ERROR,
      first->code,
      _ ("Not all of your messages could be deleted from this computer. Delete the folder %s "
         "yourself. (%s)"),
      (const char *) dir,
      first->message);
}

static void
on_store_closed (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_run_in_thread (task, erase_folder);
}

/* The store closes its files when it is finalized, right after this. */
static void
on_store_gone (gpointer task, GObject *store)
{
  g_idle_add_once (on_store_closed, task);
}

/**
 * vis_session_erase_async:
 * @self: a session
 * @callback: what to call when it is done
 * @user_data: data for @callback
 *
 * Deletes all that is stored of the account on this computer, once the session is finalized: the
 * caller has to release it.
 */
void
vis_session_erase_async (VisSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, vis_session_erase_async);
  g_task_set_task_data (task, g_strdup (self->dir), g_free);
  g_object_weak_ref (G_OBJECT (self->store), on_store_gone, task);
}

/**
 * vis_session_erase_finish:
 * @result: what the callback was given
 * @error: what could not be deleted, as a sentence that says what to do
 *
 * Returns: whether nothing is left
 */
gboolean
vis_session_erase_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
