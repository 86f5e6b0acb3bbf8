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
 * Positions from here on belong to messages that are not sent yet: they stand behind all others.
 */
#define VIS_STORE_PENDING (G_GINT64_CONSTANT (1) << 61)

/**
 * VIS_STORE_NOWHERE:
 *
 * The position before all others, and of a mark that was not set yet.
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
 * What has become of a stored message. How far it came on the other side is not stored with it but
 * follows from the marks of the conversation.
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
 * @position: its place in the conversation; the store gives it, in the order of the server
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
 * @since: when @state came to be, in milliseconds since 1970, 0 for unknown
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
 * @floor: (nullable): the id of the oldest message of the unbroken run of messages that reaches up
 *   to now. Only these are handed out; what is older is asked of the server, from @floor on
 * @complete: there is nothing older than that run
 * @torn: the server may have lost messages of it, and its history was not compared yet
 * @unread: how many messages of the other person are not read
 * @delivered: the position up to which the other side has got the messages
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
 * What the server is still to be told.
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
 * Something that the server is still to be told.
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
 * What this person has written in a conversation and not sent.
 */
typedef struct
{
  char *chat;
  char *text;
} VisStoredDraft;

/**
 * VisStoredChat:
 * @last: (nullable): the newest message, %NULL for none
 * @partial: there may be a newest message all the same, which was not understood
 * @read: (nullable): the id up to which the other side has read
 * @delivered: (nullable): the id up to which the other side has got the messages
 *
 * What the server says of one conversation.
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
 * @VIS_EDIT_NOTE: nothing but how far the server was followed
 * @VIS_EDIT_RECEIVE: the server has `message`: a new one, or the confirmation of an own one. With
 *   `queue`, a new one of the other person is to be reported as delivered
 * @VIS_EDIT_QUEUE: `message` is to be sent
 * @VIS_EDIT_FAIL: the message `id` was refused for good
 * @VIS_EDIT_DROP: the message `id`, which the server never got, goes away
 * @VIS_EDIT_READ_BY_ME: this person has read up to `id`; with `queue`, the server is to be told
 * @VIS_EDIT_READ_BY_PEER: the other side has read up to `id`
 * @VIS_EDIT_DELIVERED_TO_PEER: the other side has got the messages up to `id`
 * @VIS_EDIT_ERASE: `id` is deleted for everyone; with `queue`, the server is to be told
 * @VIS_EDIT_HIDE: `id` is deleted for this person; with `queue`, the server is to be told, and with
 *   `for_all` that it goes for everyone
 * @VIS_EDIT_CLEAR: the history goes up to and including the message `id` (%NULL: the whole of it),
 *   for this person; with `queue`, the whole goes, what was waiting to be sent as well, and the
 *   server is to be told how far that was
 * @VIS_EDIT_DRAFT: `text` is what is written and not sent in `chat`; %NULL for nothing
 * @VIS_EDIT_NAME: `text` is what others call this person
 * @VIS_EDIT_DONE: the request `number` is settled
 * @VIS_EDIT_CONTACT: `contacts` has a contact that has changed
 * @VIS_EDIT_CONTACTS: `contacts` has all of them; with `more`, only some
 * @VIS_EDIT_RESET: what is stored may have holes: from now on only what comes in is trusted, until
 *   the server has said more. With `keep`, the server itself may have lost something: what it lacks
 *   stays, and own messages that it lacks are to be sent again
 * @VIS_EDIT_CHATS: `chats` is the server's list, the answer to a reset
 * @VIS_EDIT_HISTORY: `messages`, newest first, are what comes before `id` (%NULL: the newest); with
 *   `more` there are still older ones, before the message `oldest`
 *
 * The ways in which the store changes.
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
 * @since: how far the server was followed with this edit, -1 to leave it. Stored in the same
 *   transaction, so an event is either stored and counted, or neither
 * @mark: (nullable): the mark of @since
 * @link: a number for each edit that has a @since, counting up from 1; 0 for none
 * @follows: the link of the edit before it that has a @since: if that one was not stored, this one
 *   is not counted. 0: it counts whatever became of others
 * @oldest: (nullable): the id of the last message that the server named in a page of history, also
 *   of one that is not among @messages, since it was not understood
 * @now: the time of day, for what is stored with the time at which it was seen
 *
 * One change, all or nothing. Not touched any more once it was given to the store.
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
 * @conversations: (element-type VisStoredConversation): those that are no longer what they were
 * @messages: (element-type VisStoredMessage): new and changed ones of the edit's conversation
 * @removed: (element-type utf8): the ids of those that went away
 * @contacts: (element-type VisStoredContact): those that have changed
 * @requests: (element-type VisStoredRequest): what is to be told to the server from now on
 * @fresh: a message came that was not there before
 * @cleared: all messages went away, apart from those in @messages
 * @refresh: the number of unread messages can't be known without asking the server for its list
 * @counted: the edit's `since` is stored
 *
 * What an edit has done: enough to bring objects in line with the store.
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
 * @since: how far the server was followed, -1 for not at all
 * @mark: (nullable): the mark of @since
 * @name: (nullable): what others call this person, as the server said it last
 * @stale: a reset was not answered by the server's list yet
 *
 * What is read when an account is opened: everything but the messages.
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
 * @exhausted: nothing older can be had from the store now
 * @complete: nothing older can be had at all
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
 * What this computer remembers of one account: people, conversations, messages, what is still to be
 * told to the server, and how far the server was followed.
 *
 * All calls are asynchronous; they are carried out and answered in the order in which they were
 * made. What was answered survives a crash of the program.
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
