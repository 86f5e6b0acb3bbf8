/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-chat-message.h"
#include "vis-contact.h"

G_BEGIN_DECLS

/**
 * VIS_STORE_PENDING:
 *
 * Positions from here on are of messages that are not sent yet: they come after all others.
 */
#define VIS_STORE_PENDING (G_GINT64_CONSTANT (1) << 61)

/**
 * VIS_STORE_NOWHERE:
 *
 * A position before all others, also that of a mark that is not set.
 */
#define VIS_STORE_NOWHERE G_MININT64

/**
 * VisStoredState:
 * @VIS_STORED_CONFIRMED: the server has it
 * @VIS_STORED_PENDING: waits to be sent
 * @VIS_STORED_FAILED: was refused for good
 * @VIS_STORED_HIDDEN: deleted for this person; kept without its content, so that a late repetition
 *   does not bring it back, and never handed out
 *
 * The state of a stored message. Whether it was delivered or read follows from the marks of the
 * conversation.
 */
typedef enum
{
  VIS_STORED_CONFIRMED,
  VIS_STORED_PENDING,
  VIS_STORED_FAILED,
  VIS_STORED_HIDDEN,
} VisStoredState;

/**
 * VisStoredMessage:
 * @position: its place in the conversation, given by the store in the order of the server
 *
 * A message as it is stored; the other fields are those of [class@Vis.ChatMessage].
 */
typedef struct
{
  char          *id;
  char          *from;
  char          *text;
  char          *call_outcome;
  gint64         ts;
  gint64         position;
  guint          call_duration;
  VisMessageKind kind;
  VisStoredState state;
  gboolean       outgoing;
  gboolean       deleted;
  gboolean       call_video;
} VisStoredMessage;

/**
 * VisStoredContact:
 * @since: the time of @state, in milliseconds since 1970, 0 for unknown
 *
 * A contact as it is stored.
 */
typedef struct
{
  char           *user;
  char           *name;
  VisContactState state;
  gint64          last_seen;
  gint64          since;
} VisStoredContact;

/**
 * VisStoredConversation:
 * @chat: the other person's user name
 * @last: (nullable): the newest message
 * @newest: (nullable): the id of the newest message that the server has
 * @floor: (nullable): the id of the oldest message after which none is missing. Pages have only
 *   messages from there on; older ones are asked of the server, before @floor
 * @complete: there is no message before @floor
 * @torn: the server may have lost messages, and its history was not compared yet
 * @unread: how many messages of the other person are not read
 * @delivered: the position up to which messages were delivered to the other side
 * @read: the position up to which the other side has read them
 *
 * A conversation as it is stored.
 */
typedef struct
{
  char             *chat;
  VisStoredMessage *last;
  char             *newest;
  char             *floor;
  gboolean          complete;
  gboolean          torn;
  guint             unread;
  gint64            delivered;
  gint64            read;
} VisStoredConversation;

/**
 * VisRequestKind:
 *
 * The kinds of requests that are stored until the server has them.
 */
typedef enum
{
  VIS_REQUEST_SEND,
  VIS_REQUEST_READ,
  VIS_REQUEST_DELIVERED,
  VIS_REQUEST_DELETE_FOR_ME,
  VIS_REQUEST_DELETE_FOR_ALL,
  VIS_REQUEST_CLEAR,
} VisRequestKind;

/**
 * VisStoredRequest:
 * @number: counts up; the order in which requests were made
 * @message: (nullable): the id of the message in question
 * @text: (nullable): what is to be sent
 *
 * A request that is stored until the server has it.
 */
typedef struct
{
  gint64         number;
  VisRequestKind kind;
  char          *chat;
  char          *message;
  char          *text;
} VisStoredRequest;

/**
 * VisStoredDraft:
 *
 * The draft of a conversation.
 */
typedef struct
{
  char *chat;
  char *text;
} VisStoredDraft;

/**
 * VisStoredChat:
 * @last: (nullable): the newest message, %NULL for none
 * @partial: there is a newest message that could not be read
 * @read: (nullable): the id up to which the other side has read
 * @delivered: (nullable): the id up to which messages were delivered
 *
 * An entry of the server's list of chats.
 */
typedef struct
{
  char             *chat;
  VisStoredMessage *last;
  guint             unread;
  char             *read;
  char             *delivered;
  gboolean          partial;
} VisStoredChat;

/**
 * VisEditKind:
 * @VIS_EDIT_NOTE: `since` alone
 * @VIS_EDIT_RECEIVE: the server has `message`: a new one, or the confirmation of an own one. With
 *   `queue`, a new one of the other person is to be reported as delivered
 * @VIS_EDIT_QUEUE: `message` is to be sent
 * @VIS_EDIT_FAIL: the message `id` was refused for good
 * @VIS_EDIT_DROP: the message `id`, which was never sent, is deleted
 * @VIS_EDIT_READ_BY_ME: this person has read up to `id`; with `queue`, the server is to be told
 * @VIS_EDIT_READ_BY_PEER: the other side has read up to `id`
 * @VIS_EDIT_DELIVERED_TO_PEER: messages up to `id` were delivered to the other side
 * @VIS_EDIT_ERASE: `id` is deleted for everyone; with `queue`, the server is to be told
 * @VIS_EDIT_HIDE: `id` is deleted for this person; with `queue`, the server is to be told, and with
 *   `for_all` that it is deleted for everyone
 * @VIS_EDIT_CLEAR: the history is deleted for this person up to and including the message `id`
 *   (%NULL: all of it); with `queue`, all of it, with messages that are not sent, and the server is
 *   to be told up to which message
 * @VIS_EDIT_DRAFT: `text` is the draft of `chat`; %NULL for none
 * @VIS_EDIT_NAME: `text` is the display name of this person
 * @VIS_EDIT_DONE: the request `number` is settled
 * @VIS_EDIT_CONTACT: `contacts` has a contact that has changed
 * @VIS_EDIT_CONTACTS: `contacts` has all of them; with `more`, only some
 * @VIS_EDIT_RESET: messages may be missing: those that are stored are not shown until the server's
 *   list and history confirm them. With `keep`, the server itself may have lost data: messages that
 *   it lacks stay, and own ones are to be sent again
 * @VIS_EDIT_CHATS: `chats` is the server's list, the answer to a reset
 * @VIS_EDIT_HISTORY: `messages`, newest first, are those before `id` (%NULL: the newest); with
 *   `more`, there are older ones before the message `oldest`
 *
 * The kinds of edits of the store.
 */
typedef enum
{
  VIS_EDIT_NOTE,
  VIS_EDIT_RECEIVE,
  VIS_EDIT_QUEUE,
  VIS_EDIT_FAIL,
  VIS_EDIT_DROP,
  VIS_EDIT_READ_BY_ME,
  VIS_EDIT_READ_BY_PEER,
  VIS_EDIT_DELIVERED_TO_PEER,
  VIS_EDIT_ERASE,
  VIS_EDIT_HIDE,
  VIS_EDIT_CLEAR,
  VIS_EDIT_DRAFT,
  VIS_EDIT_NAME,
  VIS_EDIT_DONE,
  VIS_EDIT_CONTACT,
  VIS_EDIT_CONTACTS,
  VIS_EDIT_RESET,
  VIS_EDIT_CHATS,
  VIS_EDIT_HISTORY,
} VisEditKind;

/**
 * VisStoreEdit:
 * @since: the `seq` up to which events are stored with this edit, -1 for no change. Stored in the
 *   same transaction, so an event is either stored and counted, or neither
 * @mark: (nullable): the mark of @since
 * @link: a number for each edit that has a @since, counting up from 1; 0 for none
 * @follows: the link of the edit before it that has a @since: if that one was not stored, this one
 *   is not counted. 0: counted in any case
 * @oldest: (nullable): the id of the last message of the server's page of history, also of one that
 *   is not in @messages because it could not be read
 * @now: the time of day, for records with a time
 *
 * One change, in one transaction. Must not be changed once it was given to the store.
 */
typedef struct
{
  VisEditKind       kind;
  gint64            since;
  gint64            link;
  gint64            follows;
  gint64            now;
  gint64            number;
  char             *chat;
  char             *id;
  char             *text;
  char             *oldest;
  char             *mark;
  VisStoredMessage *message;
  GPtrArray        *messages;
  GPtrArray        *contacts;
  GPtrArray        *chats;
  gboolean          queue;
  gboolean          for_all;
  gboolean          more;
  gboolean          keep;
} VisStoreEdit;

/**
 * VisStoreChange:
 * @conversations: (element-type VisStoredConversation): those that have changed
 * @messages: (element-type VisStoredMessage): new and changed ones of the edit's conversation
 * @removed: (element-type utf8): the ids of deleted ones
 * @contacts: (element-type VisStoredContact): those that have changed
 * @requests: (element-type VisStoredRequest): requests that are to be sent
 * @fresh: a new message was stored
 * @cleared: all messages were deleted, apart from those in @messages
 * @refresh: the number of unread messages is unknown until the server's list was fetched
 * @counted: the edit's `since` is stored
 *
 * The result of an edit: enough to update the objects of the model.
 */
typedef struct
{
  char      *chat;
  GPtrArray *conversations;
  GPtrArray *messages;
  GPtrArray *removed;
  GPtrArray *contacts;
  GPtrArray *requests;
  gboolean   fresh;
  gboolean   cleared;
  gboolean   refresh;
  gboolean   counted;
} VisStoreChange;

/**
 * VisStoreContents:
 * @since: the last `seq` that is stored, -1 for none
 * @mark: (nullable): the mark of @since
 * @name: (nullable): the display name of this person
 * @stale: a reset is not completed by the server's list yet
 *
 * What is read at the start: everything but the messages.
 */
typedef struct
{
  gint64     since;
  char      *mark;
  char      *name;
  gboolean   stale;
  GPtrArray *contacts;
  GPtrArray *conversations;
  GPtrArray *drafts;
  GPtrArray *requests;
} VisStoreContents;

/**
 * VisStorePage:
 * @messages: (element-type VisStoredMessage): newest first
 * @floor: (nullable): see `VisStoredConversation`
 * @exhausted: the store can't hand out an older message now
 * @complete: there is no older message
 *
 * Some messages of one conversation.
 */
typedef struct
{
  GPtrArray *messages;
  char      *floor;
  gboolean   exhausted;
  gboolean   complete;
} VisStorePage;

gboolean          vis_stored_message_counts (const VisStoredMessage *self);
void              vis_stored_message_free (VisStoredMessage *self);
void              vis_stored_contact_free (VisStoredContact *self);
void              vis_stored_conversation_free (VisStoredConversation *self);
void              vis_stored_request_free (VisStoredRequest *self);
void              vis_stored_chat_free (VisStoredChat *self);
void              vis_stored_draft_free (VisStoredDraft *self);
VisStoreEdit     *vis_store_edit_new (VisEditKind kind, const char *chat) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_edit_free (VisStoreEdit *self);
VisStoreChange   *vis_store_change_new (const char *chat) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_change_free (VisStoreChange *self);
VisStoreContents *vis_store_contents_new (void) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_contents_free (VisStoreContents *self);
VisStorePage     *vis_store_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_page_free (VisStorePage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoredMessage, vis_stored_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoredContact, vis_stored_contact_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoredConversation, vis_stored_conversation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoredRequest, vis_stored_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoredChat, vis_stored_chat_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoreEdit, vis_store_edit_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoreChange, vis_store_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoreContents, vis_store_contents_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStorePage, vis_store_page_free)

#define VIS_TYPE_STORE (vis_store_get_type ())
G_DECLARE_INTERFACE (VisStore, vis_store, VIS, STORE, GObject)

/**
 * VisStore:
 *
 * The records of one account on this computer: contacts, conversations, messages, requests that are
 * to be sent, and the `seq` up to which events are stored.
 *
 * All calls are asynchronous, and are run and answered in their order. What was answered survives a
 * crash of the program.
 */
struct _VisStoreInterface
{
  GTypeInterface parent_iface;

  void (*load_async) (VisStore           *self,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data);
  VisStoreContents *(*load_finish) (VisStore *self, GAsyncResult *result, GError **error);
  void (*apply_async) (VisStore           *self,
                       VisStoreEdit       *edit,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
  VisStoreChange *(*apply_finish) (VisStore *self, GAsyncResult *result, GError **error);
  void (*page_async) (VisStore           *self,
                      const char         *chat,
                      gint64              before,
                      guint               limit,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data);
  VisStorePage *(*page_finish) (VisStore *self, GAsyncResult *result, GError **error);
};

void              vis_store_load_async (VisStore           *self,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
VisStoreContents *vis_store_load_finish (VisStore     *self,
                                         GAsyncResult *result,
                                         GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_apply_async (VisStore           *self,
                                         VisStoreEdit       *edit,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
VisStoreChange   *vis_store_apply_finish (VisStore     *self,
                                          GAsyncResult *result,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void              vis_store_page_async (VisStore           *self,
                                        const char         *chat,
                                        gint64              before,
                                        guint               limit,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
VisStorePage     *vis_store_page_finish (VisStore     *self,
                                         GAsyncResult *result,
                                         GError      **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
