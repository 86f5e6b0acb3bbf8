/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-chat-edits.h"
#include "vis-codec.h"

#define ID "00000000-0000-4000-8000-000000000001"

static VisMessage *
event_of (const char *text)
{
  g_autofree char   *id = NULL;
  g_autoptr (GError) error = NULL;
  VisMessage        *event = vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, &id, &error);

  g_assert_no_error (error);
  return event;
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *event;
    VisEditKind kind;
  } cases[] = {
    { "{\"type\":\"chat:read\",\"chat\":\"grace\",\"user\":\"grace\",\"message\":\"" ID "\"}",
      VIS_EDIT_READ_BY_PEER },
    { "{\"type\":\"chat:read\",\"chat\":\"grace\",\"user\":\"ada\",\"message\":\"" ID "\"}",
      VIS_EDIT_READ_BY_ME },
    { "{\"type\":\"chat:delivered\",\"chat\":\"grace\",\"user\":\"grace\",\"message\":\"" ID "\"}",
      VIS_EDIT_DELIVERED_TO_PEER },
    { "{\"type\":\"chat:deleted\",\"chat\":\"grace\",\"message\":\"" ID "\",\"for\":\"me\"}",
      VIS_EDIT_HIDE },
    { "{\"type\":\"chat:deleted\",\"chat\":\"grace\",\"message\":\"" ID "\",\"for\":\"everyone\"}",
      VIS_EDIT_ERASE },
    { "{\"type\":\"chat:cleared\",\"chat\":\"grace\",\"message\":\"" ID "\"}", VIS_EDIT_CLEAR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VisMessage)   event = event_of (cases[i].event);
      g_autoptr (VisStoreEdit) edit = vis_store_edit_from_event (event, "ada");

      g_assert_nonnull (edit);
      g_assert_cmpint (edit->kind, ==, cases[i].kind);
      g_assert_cmpstr (edit->chat, ==, "grace");
      g_assert_cmpstr (edit->id, ==, ID);
      g_assert_false (edit->queue);
      g_assert_cmpint (edit->since, ==, -1);
    }
}

/* Messages of this person and of the other one, for which a delivery is requested. */
static void
test_messages (void)
{
  for (guint outgoing = 0; outgoing < 2; outgoing++)
    {
      g_autofree char *text = g_strdup_printf (
        "{\"type\":\"chat:message\",\"chat\":\"grace\",\"message\":{\"id\":\"" ID
        "\",\"chat\":\"grace\",\"from\":\"%s\",\"ts\":7,\"kind\":\"text\",\"text\":\"Hello\"}}",
        outgoing ? "ada" : "grace");
      g_autoptr (VisMessage)   event = event_of (text);
      g_autoptr (VisStoreEdit) edit = vis_store_edit_from_event (event, "ada");

      g_assert_cmpint (edit->kind, ==, VIS_EDIT_RECEIVE);
      g_assert_true (edit->queue);
      g_assert_cmpstr (edit->message->text, ==, "Hello");
      g_assert_cmpint (edit->message->outgoing, ==, outgoing);
    }
}

static void
test_contact (void)
{
  g_autoptr (VisMessage)   event = event_of ("{\"type\":\"contact:changed\",\"contact\":{\"user\":"
                                             "\"grace\",\"state\":\"incoming\"}}");
  g_autoptr (VisStoreEdit) edit = vis_store_edit_from_event (event, "ada");
  VisStoredContact        *contact;

  g_assert_cmpint (edit->kind, ==, VIS_EDIT_CONTACT);
  g_assert_cmpuint (edit->contacts->len, ==, 1);
  contact = edit->contacts->pdata[0];
  g_assert_cmpstr (contact->user, ==, "grace");
  g_assert_cmpint (contact->state, ==, VIS_CONTACT_INCOMING);
}

/* A conversation with oneself, third persons, a message of another conversation. */
static void
test_nothing (void)
{
  static const char *const events[] = {
    "{\"type\":\"chat:read\",\"chat\":\"ada\",\"user\":\"ada\",\"message\":\"" ID "\"}",
    "{\"type\":\"chat:read\",\"chat\":\"grace\",\"user\":\"eve\",\"message\":\"" ID "\"}",
    "{\"type\":\"chat:delivered\",\"chat\":\"grace\",\"user\":\"ada\",\"message\":\"" ID "\"}",
    "{\"type\":\"chat:message\",\"chat\":\"grace\",\"message\":{\"id\":\"" ID
    "\",\"chat\":\"eve\",\"from\":\"eve\",\"ts\":7,\"kind\":\"text\",\"text\":\"Hello\"}}",
    "{\"type\":\"chat:message\",\"chat\":\"grace\",\"message\":{\"id\":\"" ID
    "\",\"chat\":\"grace\",\"from\":\"eve\",\"ts\":7,\"kind\":\"text\",\"text\":\"Hello\"}}",
    "{\"type\":\"contact:changed\",\"contact\":{\"user\":\"ada\",\"state\":\"mutual\"}}",
    "{\"type\":\"presence\",\"user\":\"grace\",\"presence\":\"online\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autoptr (VisMessage) event = event_of (events[i]);

      g_assert_null (vis_store_edit_from_event (event, "ada"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/edits/kinds", test_kinds);
  g_test_add_func ("/edits/messages", test_messages);
  g_test_add_func ("/edits/contact", test_contact);
  g_test_add_func ("/edits/nothing", test_nothing);

  return g_test_run ();
}
