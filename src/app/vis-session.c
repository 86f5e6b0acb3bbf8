/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-session.h"

#include "vis-sqlite-store.h"

#define DATABASE "chat.db"

struct _VisSession
{
  GObject            parent_instance;

  VisLink           *link;
  VisStore          *store;
  VisChat           *chat;
  VisCallController *controller;
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
vis_session_class_init (VisSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vis_session_dispose;
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
