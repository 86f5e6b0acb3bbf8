/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-private.h"

#include "vis-backoff.h"
#include "vis-chat-records.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

typedef struct
{
  GWeakRef chat;
  guint    session;
} Question;

static void
question_free (Question *question)
{
  g_weak_ref_clear (&question->chat);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
question_new (VisChat *self)
{
  Question *question = g_new0 (Question, 1);

  g_weak_ref_init (&question->chat, self);
  question->session = self->session;
  return question;
}

void
vis_chat_update_connection (VisChat *self)
{
  VisChatStatus connection = VIS_CHAT_STATUS_OFFLINE;

  switch (vis_wire_get_state (self->wire))
    {
    case VIS_WIRE_CONNECTING:
    case VIS_WIRE_AUTHENTICATING:
      connection = VIS_CHAT_STATUS_CONNECTING;
      break;
    case VIS_WIRE_ONLINE:
      connection = self->online && vis_chat_turns_is_whole (self->turns) && !self->want_contacts &&
                       !self->want_chats
                     ? VIS_CHAT_STATUS_ONLINE
                     : VIS_CHAT_STATUS_SYNCING;
      break;
    case VIS_WIRE_OFFLINE:
    case VIS_WIRE_WAITING:
    default:
      break;
    }
  vis_chat_set_connection (self, connection);
}

static void
on_retry (gpointer data)
{
  VisChat *self = data;

  self->lists_id = 0;
  vis_chat_ask_lists (self);
}

static void
on_refused (VisChat *self, const GError *error, gboolean contacts)
{
  VisRetry retry = vis_error_get_retry (error);

  if (retry == VIS_RETRY_NEVER)
    {
      /* A server without it: what is known has to do. */
      if (contacts)
        self->want_contacts = FALSE;
      else
        {
          self->want_chats = FALSE;
          self->reload = FALSE;
          vis_chat_reload_history (self);
        }
    }
  else if (retry == VIS_RETRY_LATER && self->lists_id == 0)
    {
      self->lists_id = vis_clock_add_timeout (
        self->clock,
        vis_backoff_delay (self->lists_attempts++, 1000, 60000, g_random_double ()),
        on_retry,
        self);
    }
  vis_chat_update_connection (self);
}

static void
on_contacts_stored (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChat *self = owner;

  /* Only now: whoever waits to be online finds the people. */
  self->asking_contacts = FALSE;
  self->want_contacts = FALSE;
  vis_chat_update_connection (self);
}

static void
store_contacts (VisChat *self, VisMessage *answer)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_CONTACTS, NULL);
  GPtrArray    *contacts = vis_message_get_array (answer, VIS_FIELD_CONTACTS);

  /* One that was not understood is somebody all the same: the list is not whole then. */
  edit->more =
    vis_message_get_boolean (answer, VIS_FIELD_MORE) || vis_message_get_skipped (answer) > 0;
  edit->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_contact_free);
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    {
      VisStoredContact *contact = vis_stored_contact_from_wire (
        g_ptr_array_index (contacts, i), vis_chat_model_get_user (self->model));

      vis_chat_model_note_presence (self->model, g_ptr_array_index (contacts, i));
      if (contact != NULL)
        g_ptr_array_add (edit->contacts, contact);
    }
  vis_chat_journal_apply_then (self->journal, edit, on_contacts_stored, self, NULL, NULL);
}

static void
on_chats_stored (gpointer owner, const VisStoreChange *change, gpointer data)
{
  VisChat *self = owner;

  self->asking_chats = FALSE;
  if (self->chats_again)
    {
      self->chats_again = FALSE;
      vis_chat_ask_lists (self);
      return;
    }
  self->want_chats = FALSE;
  if (change != NULL && self->reload)
    {
      self->reload = FALSE;
      vis_chat_reload_history (self);
      vis_chat_compare_history (self, change);
    }
  vis_chat_update_connection (self);
}

static void
forget_pages (VisChat *self)
{
  g_clear_pointer (&self->chats, g_ptr_array_unref);
  g_clear_pointer (&self->chats_after, g_free);
}

/* A long list comes in pages, and counts once all of it is here. */
static void
store_chats (VisChat *self, VisMessage *answer)
{
  VisStoreEdit *edit;
  GPtrArray    *chats = vis_message_get_array (answer, VIS_FIELD_CHATS);

  if (self->chats == NULL)
    self->chats = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_stored_chat_free);
  for (guint i = 0; chats != NULL && i < chats->len; i++)
    {
      VisStoredChat *chat = vis_stored_chat_from_wire (g_ptr_array_index (chats, i),
                                                       vis_chat_model_get_user (self->model));

      if (chat != NULL)
        g_ptr_array_add (self->chats, chat);
    }
  if (vis_message_get_boolean (answer, VIS_FIELD_MORE) && chats != NULL && chats->len > 0 &&
      self->chats->len < VIS_LIMIT_CHATS)
    {
      const char *last = vis_message_get_string (chats->pdata[chats->len - 1], VIS_FIELD_CHAT);

      /* A server that does not know of pages would say the same again for ever. */
      if (g_strcmp0 (self->chats_after, last) != 0)
        {
          g_free (self->chats_after);
          self->chats_after = g_strdup (last);
          self->asking_chats = FALSE;
          vis_chat_ask_lists (self);
          return;
        }
    }

  edit = vis_store_edit_new (VIS_EDIT_CHATS, NULL);
  edit->chats = g_steal_pointer (&self->chats);
  forget_pages (self);
  vis_chat_journal_apply_then (self->journal, edit, on_chats_stored, self, NULL, NULL);
}

static void
on_contacts (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question)   question = data;
  g_autoptr (VisChat)    self = g_weak_ref_get (&question->chat);
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);

  if (self == NULL || question->session != self->session)
    return;

  if (answer == NULL)
    {
      self->asking_contacts = FALSE;
      on_refused (self, error, TRUE);
      return;
    }
  self->lists_attempts = 0;
  store_contacts (self, answer);
}

/* The list has things in it that are on their way here still. What comes behind it would be taken
 * for newer than it, and counted once more. */
static void
put_off_chats (VisChat *self)
{
  self->chats_early = TRUE;
  self->asking_chats = FALSE;
  forget_pages (self);
  vis_chat_turns_watch (self->turns);
  vis_chat_update_connection (self);
}

static void
on_chats (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question)   question = data;
  g_autoptr (VisChat)    self = g_weak_ref_get (&question->chat);
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) answer = vis_wire_request_finish (VIS_WIRE (source), result, &error);

  if (self == NULL || question->session != self->session)
    return;

  if (answer == NULL)
    {
      self->asking_chats = FALSE;
      forget_pages (self);
      on_refused (self, error, FALSE);
      return;
    }
  self->lists_attempts = 0;
  if (self->chats_again)
    {
      self->chats_again = FALSE;
      self->asking_chats = FALSE;
      forget_pages (self);
      vis_chat_ask_lists (self);
      return;
    }
  vis_chat_turns_expect (self->turns, vis_message_get_seq (answer));
  if (!vis_chat_turns_is_whole (self->turns))
    {
      put_off_chats (self);
      return;
    }
  store_chats (self, answer);
}

/**
 * vis_chat_ask_lists: (skip)
 * @self: the chat
 *
 * Asks for the lists that are wanted and not on their way.
 */
void
vis_chat_ask_lists (VisChat *self)
{
  if (!self->online || self->lists_id != 0)
    return;

  if (self->want_contacts && !self->asking_contacts)
    {
      g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CONTACT_LIST);

      self->asking_contacts = TRUE;
      vis_wire_request_async (
        self->wire, request, self->cancellable, on_contacts, question_new (self));
    }
  if (self->want_chats && !self->asking_chats)
    {
      g_autoptr (VisMessage) request = vis_message_new (VIS_KIND_CHAT_LIST);

      if (self->chats_after != NULL)
        vis_message_set_string (request, VIS_FIELD_AFTER, self->chats_after);
      self->asking_chats = TRUE;
      vis_wire_request_async (
        self->wire, request, self->cancellable, on_chats, question_new (self));
    }
  vis_chat_update_connection (self);
}

/* Asks once more for a list that was ahead of what is here by now. */
void
vis_chat_ask_early_chats (VisChat *self)
{
  if (!self->chats_early || !vis_chat_turns_is_whole (self->turns))
    return;

  self->chats_early = FALSE;
  vis_chat_ask_lists (self);
}

void
vis_chat_want_contacts (VisChat *self)
{
  self->want_contacts = TRUE;
  vis_chat_ask_lists (self);
}

/* The connection is gone, and the answers with it. */
void
vis_chat_stop_lists (VisChat *self)
{
  vis_clock_clear (self->clock, &self->lists_id);
  self->lists_attempts = 0;
  self->asking_contacts = FALSE;
  self->asking_chats = FALSE;
  self->chats_again = FALSE;
  self->chats_early = FALSE;
  forget_pages (self);
}

/**
 * vis_chat_reset: (skip)
 * @self: the chat
 * @keep: whether the server itself may have lost something
 *
 * Something was missed that nobody can tell any more: asks for everything anew. What is stored is
 * kept, but only shown again as the server confirms it.
 */
void
vis_chat_reset (VisChat *self, gboolean keep)
{
  VisStoreEdit *edit = vis_store_edit_new (VIS_EDIT_RESET, NULL);

  edit->keep = keep;
  vis_chat_turns_count (self->turns, edit);
  vis_chat_journal_apply (self->journal, edit);

  self->reload = TRUE;
  self->want_contacts = TRUE;
  self->want_chats = TRUE;
  self->chats_again = self->asking_chats;
  vis_chat_ask_lists (self);
}

/**
 * vis_chat_get_listed:
 * @self: the chat
 *
 * Whether the server has ever said who there is, now or at an earlier start: if so, nobody in
 * [property@Vis.Chat:conversations] means that there is nobody. Ask again when
 * [property@Vis.Chat:loaded] or [property@Vis.Chat:connection] changes.
 *
 * Returns: whether the list is known
 */
gboolean
vis_chat_get_listed (VisChat *self)
{
  g_return_val_if_fail (VIS_IS_CHAT (self), FALSE);

  return self->connection == VIS_CHAT_STATUS_ONLINE ||
         (vis_chat_journal_get_since (self->journal) >= 0 && !self->want_chats);
}
