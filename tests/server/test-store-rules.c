/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

#include <string.h>

#include "vis-id.h"
#include "vis-protocol-error.h"

/* Who may do what, what is answered and what is told to whom: the same over every store. Ada is
 * user 1, Grace is 2, Eve is 3; the first two are in each other's contacts. */

#define ADA   1
#define GRACE 2
#define EVE   3

static const char first[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01";
static const char second[] = "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a02";

static void
set_up (StoreFixture *self, gconstpointer data)
{
  store_fixture_set_up (self, data);
  store_import (self, "ada", NULL);
  store_import (self, "grace", "ada");
  store_import (self, "eve", NULL);
}

static VisServerStoreOp *
ask (StoreFixture *self, VisStoreVerb verb, gint64 user, VisMessage *request)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, NULL, NULL);

  op->user = user;
  op->request = request;
  return store_run (self, op);
}

static VisServerStoreOp *
contact (StoreFixture *self, VisStoreVerb verb, gint64 user, const char *other)
{
  VisMessage *request = vis_message_new (VIS_KIND_CONTACT_ADD);

  vis_message_set_string (request, VIS_FIELD_USER, other);
  return ask (self, verb, user, request);
}

static VisMessage *
chat_request (VisKind kind, const char *chat, const char *id)
{
  VisMessage *request = vis_message_new (kind);

  vis_message_set_string (request, VIS_FIELD_CHAT, chat);
  if (id != NULL)
    vis_message_set_string (request, VIS_FIELD_MESSAGE_ID, id);
  return request;
}

static VisServerStoreOp *
delete_message (StoreFixture *self, gint64 user, const char *chat, const char *id, const char *whom)
{
  VisMessage *request = chat_request (VIS_KIND_CHAT_DELETE, chat, id);

  vis_message_set_string (request, VIS_FIELD_FOR, whom);
  return ask (self, VIS_STORE_CHAT_DELETE, user, request);
}

/* How many events each of them is told. */
static void
assert_told (VisServerStoreOp *done, guint ada, guint grace, guint eve)
{
  const guint expected[] = { 0, ada, grace, eve };
  guint       told[4] = { 0 };

  g_assert_no_error (done->error);
  for (guint i = 0; done->events != NULL && i < done->events->len; i++)
    told[g_array_index (done->events, VisStoreEvent, i).user]++;
  g_assert_cmpmem (told, sizeof told, expected, sizeof expected);
}

/* The texts of a history, newest first; `-` for one that is deleted. */
static void
assert_history (StoreFixture *self, gint64 user, const char *chat, const char *expected)
{
  VisMessage         *request = chat_request (VIS_KIND_CHAT_HISTORY, chat, NULL);
  g_auto (Done)       done = NULL;
  g_autoptr (GString) texts = g_string_new (NULL);
  GPtrArray          *messages;

  vis_message_set_integer (request, VIS_FIELD_LIMIT, 100);
  done = ask (self, VIS_STORE_CHAT_HISTORY, user, request);
  g_assert_no_error (done->error);
  messages = vis_message_get_array (done->answer, VIS_FIELD_MESSAGES);
  for (guint i = 0; i < messages->len; i++)
    {
      const char *text = vis_message_get_string (g_ptr_array_index (messages, i), VIS_FIELD_TEXT);

      g_string_append_printf (texts, "%s ", text != NULL ? text : "-");
    }
  g_assert_cmpstr (texts->str, ==, expected);
}

static void
write_text (StoreFixture *self, gint64 user, const char *chat, const char *id, const char *text)
{
  g_auto (Done) done = store_run (self, store_message_new (user, chat, id, text));

  g_assert_no_error (done->error);
}

/* Also one without a number. */
static void
test_unknown_user (StoreFixture *self, gconstpointer data)
{
  static const gint64 users[] = { 0, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_auto (Done) events = ask (self, VIS_STORE_EVENTS, users[i], NULL);
      g_auto (Done) people = ask (self, VIS_STORE_PEOPLE, users[i], NULL);
      g_auto (Done) add = contact (self, VIS_STORE_CONTACT_ADD, users[i], "ada");
      g_auto (Done) sent = store_send (self, users[i], "ada", first);

      g_assert_error (events->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAUTHORIZED);
      g_assert_no_error (people->error);
      g_assert_null (people->people);
      g_assert_error (add->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND);
      g_assert_error (sent->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN);
    }
}

/* A request is accepted, taken away and blocked; who is blocked is told what a stranger would be.
 */
static void
test_contacts (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) add = contact (self, VIS_STORE_CONTACT_ADD, EVE, "ada");
  g_auto (Done) again = contact (self, VIS_STORE_CONTACT_ADD, EVE, "ada");
  g_auto (Done) accept = contact (self, VIS_STORE_CONTACT_ACCEPT, ADA, "eve");
  g_auto (Done) none = contact (self, VIS_STORE_CONTACT_ACCEPT, GRACE, "eve");
  g_auto (Done) block = contact (self, VIS_STORE_CONTACT_BLOCK, ADA, "eve");
  g_auto (Done) retry = contact (self, VIS_STORE_CONTACT_ADD, EVE, "ada");
  g_auto (Done) sent = store_send (self, EVE, "ada", first);
  g_auto (Done) own = store_send (self, ADA, "eve", first);

  assert_told (add, 1, 0, 1);
  assert_told (again, 0, 0, 0);
  assert_told (accept, 1, 0, 1);
  g_assert_cmpuint (accept->people->len, ==, 1);
  g_assert_true (g_array_index (accept->people, VisStorePerson, 0).mutual);
  g_assert_error (none->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND);
  assert_told (block, 1, 0, 1);
  assert_told (retry, 0, 0, 1);
  g_assert_error (sent->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN);
  g_assert_error (own->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BLOCKED);
}

/* An operation that ends with an error has written nothing: Eve's id is hers no more than before,
 * though the chat with Ada had been made for it. */
static void
test_error_writes_nothing (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) add = contact (self, VIS_STORE_CONTACT_ADD, EVE, "ada");
  g_auto (Done) accept = contact (self, VIS_STORE_CONTACT_ACCEPT, ADA, "eve");
  g_auto (Done) list = NULL;
  g_auto (Done) taken = NULL;

  write_text (self, ADA, "grace", first, "one");
  taken = store_send (self, EVE, "ada", first);
  g_assert_error (taken->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_CONFLICT);
  g_assert_null (taken->events);
  list = ask (self, VIS_STORE_CHAT_LIST, EVE, vis_message_new (VIS_KIND_CHAT_LIST));
  g_assert_no_error (list->error);
  g_assert_cmpuint (vis_message_get_array (list->answer, VIS_FIELD_CHATS)->len, ==, 0);
}

static void
test_marks (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) delivered = NULL;
  g_auto (Done) read = NULL;
  g_auto (Done) late = NULL;
  g_auto (Done) stranger = NULL;

  write_text (self, ADA, "grace", first, "one");
  write_text (self, ADA, "grace", second, "two");
  delivered = ask (
    self, VIS_STORE_CHAT_DELIVERED, GRACE, chat_request (VIS_KIND_CHAT_DELIVERED, "ada", second));
  read = ask (self, VIS_STORE_CHAT_READ, GRACE, chat_request (VIS_KIND_CHAT_READ, "ada", second));
  late = ask (self, VIS_STORE_CHAT_READ, GRACE, chat_request (VIS_KIND_CHAT_READ, "ada", first));
  stranger = ask (self, VIS_STORE_CHAT_READ, EVE, chat_request (VIS_KIND_CHAT_READ, "ada", first));
  assert_told (delivered, 1, 1, 0);
  assert_told (read, 1, 1, 0);
  assert_told (late, 0, 0, 0);
  g_assert_error (stranger->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_NOT_FOUND);
}

/* For oneself, for both by who wrote it, and all of a chat. */
static void
test_delete (StoreFixture *self, gconstpointer data)
{
  g_auto (Done) own = NULL;
  g_auto (Done) again = NULL;
  g_auto (Done) forbidden = NULL;
  g_auto (Done) both = NULL;
  g_auto (Done) cleared = NULL;

  write_text (self, ADA, "grace", first, "one");
  write_text (self, GRACE, "ada", second, "two");
  own = delete_message (self, GRACE, "ada", first, "me");
  again = delete_message (self, GRACE, "ada", first, "me");
  forbidden = delete_message (self, GRACE, "ada", first, "everyone");
  assert_told (own, 0, 1, 0);
  assert_told (again, 0, 0, 0);
  g_assert_error (forbidden->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_FORBIDDEN);
  assert_history (self, GRACE, "ada", "two ");
  assert_history (self, ADA, "grace", "two one ");

  both = delete_message (self, ADA, "grace", first, "everyone");
  assert_told (both, 1, 1, 0);
  assert_history (self, ADA, "grace", "two - ");

  cleared =
    ask (self, VIS_STORE_CHAT_CLEAR, ADA, chat_request (VIS_KIND_CHAT_CLEAR, "grace", second));
  assert_told (cleared, 1, 0, 0);
  assert_history (self, ADA, "grace", "");
  assert_history (self, GRACE, "ada", "two ");
}

/* What was written while a user was away comes as events, as it is now. */
static void
test_events_of_deleted (StoreFixture *self, gconstpointer data)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_EVENTS, NULL, NULL);
  g_auto (Done)     deleted = NULL;
  g_auto (Done)     page = NULL;
  VisMessage       *message;

  write_text (self, ADA, "grace", first, "one");
  deleted = delete_message (self, ADA, "grace", first, "everyone");
  op->user = GRACE;
  op->limit = 10;
  page = store_run (self, op);
  g_assert_no_error (page->error);
  /* The contact, the message and that it is deleted. */
  g_assert_cmpuint (page->events->len, ==, 3);
  message = vis_message_get_object (g_array_index (page->events, VisStoreEvent, 1).message,
                                    VIS_FIELD_MESSAGE);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_ID), ==, first);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_FROM), ==, "ada");
  g_assert_true (vis_message_get_boolean (message, VIS_FIELD_DELETED));
  g_assert_false (vis_message_has (message, VIS_FIELD_TEXT));
}

static VisServerStoreOp *
sign_up (StoreFixture *self, const char *user, const char *invite, const char *device)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_REGISTER, NULL, NULL);

  op->account = vis_store_account_new ();
  op->account->user = g_strdup (user);
  op->account->password = g_strdup ("hash");
  op->account->invite = g_strdup (invite);
  op->account->device_id = g_strdup (device);
  op->account->token = g_bytes_new (device, strlen (device));
  return store_run (self, op);
}

static VisServerStoreOp *
token (StoreFixture *self, VisStoreVerb verb, const char *device, gint64 since, const char *mark)
{
  VisServerStoreOp *op = vis_server_store_op_new (verb, NULL, NULL);

  op->account = vis_store_account_new ();
  op->account->token = g_bytes_new (device, strlen (device));
  op->request = vis_message_new (VIS_KIND_HELLO);
  vis_message_set_integer (op->request, VIS_FIELD_SINCE, since);
  if (mark != NULL)
    vis_message_set_string (op->request, VIS_FIELD_MARK, mark);
  return store_run (self, op);
}

/* An invite is good for as many accounts as it says, and not used up by a name that is taken. */
static void
test_register (StoreFixture *self, gconstpointer data)
{
  VisServerStoreOp *invite = vis_server_store_op_new (VIS_STORE_ADD_INVITE, NULL, NULL);
  g_auto (Done)     invited = NULL;
  g_auto (Done)     taken = NULL;
  g_auto (Done)     made = NULL;
  g_auto (Done)     used = NULL;
  g_auto (Done)     hello = NULL;
  g_auto (Done)     ahead = NULL;
  g_auto (Done)     removed = NULL;
  g_auto (Done)     gone = NULL;

  invite->account = vis_store_account_new ();
  invite->account->invite = g_strdup ("code");
  invite->account->uses = 1;
  invite->account->expires = G_MAXINT64;
  invited = store_run (self, invite);
  taken = sign_up (self, "ada", "code", "d1");
  made = sign_up (self, "alan", "code", "d1");
  used = sign_up (self, "barbara", "code", "d2");
  g_assert_error (taken->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_USER_TAKEN);
  g_assert_no_error (made->error);
  g_assert_cmpint (made->account->id, ==, 4);
  g_assert_error (used->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_INVITE);

  hello = token (self, VIS_STORE_HELLO, "d1", 0, NULL);
  ahead = token (self, VIS_STORE_HELLO, "d1", 7, NULL);
  removed = token (self, VIS_STORE_REMOVE_DEVICE, "d1", 0, NULL);
  gone = token (self, VIS_STORE_HELLO, "d1", 0, NULL);
  g_assert_no_error (hello->error);
  g_assert_cmpstr (hello->account->user, ==, "alan");
  g_assert_false (hello->reset);
  g_assert_true (ahead->reset && ahead->lost);
  g_assert_no_error (removed->error);
  g_assert_error (gone->error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNAUTHORIZED);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (StoreFixture *self, gconstpointer data);
  } tests[] = {
    { "/store-rules/unknown-user", test_unknown_user },
    { "/store-rules/contacts", test_contacts },
    { "/store-rules/error-writes-nothing", test_error_writes_nothing },
    { "/store-rules/marks", test_marks },
    { "/store-rules/delete", test_delete },
    { "/store-rules/events-of-deleted", test_events_of_deleted },
    { "/store-rules/register", test_register },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < N_STORES; j++)
      {
        const StoreImplementation *store = &store_implementations[j];
        g_autofree char           *path = g_strconcat (tests[i].path, "/", store->name, NULL);

        g_test_add (path, StoreFixture, store, set_up, tests[i].test, store_fixture_tear_down);
      }
  return g_test_run ();
}
