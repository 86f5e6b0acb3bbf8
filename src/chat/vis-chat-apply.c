/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-error.h"

typedef struct
{
  GWeakRef       chat;
  gint64         since;
  char          *mark;
  VisEditKind    kind;
  char          *conversation;
  char          *message; /* the id of one that is shown already */
  VisChatThen    then;
  gpointer       data;
  GDestroyNotify destroy;
} Apply;

static void
apply_free (Apply *apply)
{
  if (apply->destroy != NULL)
    apply->destroy (apply->data);
  g_weak_ref_clear (&apply->chat);
  g_free (apply->mark);
  g_free (apply->conversation);
  g_free (apply->message);
  g_free (apply);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Apply, apply_free)

/**
 * vis_chat_mend: (skip)
 * @self: the chat
 * @error: why the store failed
 *
 * If the store had to begin anew, asks the server for everything again. What waits to be sent it
 * has saved.
 */
void
vis_chat_mend (VisChat *self, const GError *error)
{
  if (!g_error_matches (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED) || !self->loaded)
    return;

  self->frozen = FALSE;
  if (self->online && !self->reload)
    {
      vis_chat_reset (self, FALSE);
    }
  else if (!self->online)
    {
      self->stored = -1;
      g_clear_pointer (&self->stored_mark, g_free);
      if (self->wire != NULL)
        {
          vis_chat_turns_rewind (self->turns, -1, NULL);
          vis_wire_set_since (self->wire, -1, NULL);
        }
    }
}

/* The disk does not take it. A message says so; an event is asked for again at the next connection,
 * so nothing after it may be counted before. */
static void
on_failed (VisChat *self, const Apply *apply, const GError *error)
{
  g_info ("The store failed: %s", error->message);
  vis_chat_set_problem (self, error);
  if (apply->since >= 0)
    self->frozen = TRUE;
  vis_chat_mend (self, error);
  if (apply->message != NULL)
    vis_chat_show_failed (self->model, apply->conversation, apply->message);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Apply)          apply = data;
  g_autoptr (VisChat)        self = g_weak_ref_get (&apply->chat);
  g_autoptr (GError)         error = NULL;
  g_autoptr (VisStoreChange) change = vis_store_apply_finish (VIS_STORE (source), result, &error);

  if (self == NULL || self->store == NULL)
    return;

  if (change == NULL)
    {
      on_failed (self, apply, error);
    }
  else
    {
      vis_chat_set_problem (self, NULL);
      if (change->counted && self->wire != NULL)
        {
          self->stored = apply->since;
          g_free (self->stored_mark);
          self->stored_mark = g_strdup (apply->mark);
          vis_wire_set_since (self->wire, apply->since, apply->mark);
        }
      vis_chat_show_change (self->model, change, apply->kind);
      for (guint i = 0; i < change->requests->len; i++)
        vis_outbox_add (self->outbox, g_ptr_array_index (change->requests, i));
    }
  if (apply->then != NULL)
    apply->then (self, change, apply->data);

  vis_chat_deliver (self);
}

/**
 * vis_chat_apply: (skip)
 * @self: the chat
 * @edit: (transfer full): what to change
 * @then: (nullable): what to do afterwards
 * @data: handed to @then
 * @destroy: (nullable): frees @data
 *
 * Changes the store, and shows what has changed. All changes go this way; they are shown in the
 * order in which they were made.
 */
void
vis_chat_apply (
  VisChat *self, VisStoreEdit *edit, VisChatThen then, gpointer data, GDestroyNotify destroy)
{
  Apply *apply = g_new0 (Apply, 1);

  if (self->frozen)
    edit->since = -1;
  if (edit->since >= 0)
    {
      /* After a reset everything is asked for anew, whatever was missed before. */
      edit->follows = self->chained && edit->kind != VIS_EDIT_RESET ? self->link : 0;
      edit->link = ++self->link;
      self->chained = TRUE;
    }
  edit->now = vis_clock_wall (self->clock);

  g_weak_ref_init (&apply->chat, self);
  apply->since = edit->since;
  apply->mark = g_strdup (edit->mark);
  apply->kind = edit->kind;
  apply->conversation = g_strdup (edit->chat);
  apply->message = edit->kind == VIS_EDIT_QUEUE ? g_strdup (edit->message->id) : NULL;
  apply->then = then;
  apply->data = data;
  apply->destroy = destroy;
  vis_store_apply_async (self->store, edit, NULL, on_applied, apply);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Apply)            apply = data;
  g_autoptr (VisChat)          self = g_weak_ref_get (&apply->chat);
  g_autoptr (GError)           error = NULL;
  g_autoptr (VisStoreContents) contents =
    vis_store_load_finish (VIS_STORE (source), result, &error);

  if (self == NULL || self->store == NULL)
    return;

  /* A new one was begun. */
  if (g_error_matches (error, VIS_ERROR, VIS_ERROR_STORE_DAMAGED) && self->problem == NULL)
    {
      vis_chat_set_problem (self, error);
      vis_chat_load (self);
      return;
    }
  if (contents == NULL)
    {
      g_info ("The store could not be read: %s", error->message);
      vis_chat_set_problem (self, error);
      contents = vis_store_contents_new ();
      self->frozen = TRUE;
    }
  self->stored = contents->since;
  self->stored_mark = g_strdup (contents->mark);
  if (self->turns != NULL)
    vis_chat_turns_rewind (self->turns, contents->since, contents->mark);
  self->want_chats = contents->stale;
  self->reload = contents->stale;
  if (contents->name != NULL)
    vis_chat_model_set_name (self->model, contents->name);
  vis_chat_show_contents (self->model, contents);
  for (guint i = 0; i < contents->requests->len; i++)
    vis_outbox_add (self->outbox, g_ptr_array_index (contents->requests, i));
  vis_chat_set_loaded (self);
  vis_chat_follow_loaded (self);
}

/**
 * vis_chat_load: (skip)
 * @self: the chat
 *
 * Reads the store, once.
 */
void
vis_chat_load (VisChat *self)
{
  Apply *apply = g_new0 (Apply, 1);

  g_weak_ref_init (&apply->chat, self);
  vis_store_load_async (self->store, NULL, on_loaded, apply);
}
