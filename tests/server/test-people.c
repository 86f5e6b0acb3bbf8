/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-people.h"

#include "vis-id.h"

void
people_set_up (People *self, gconstpointer arguments)
{
  self->server = test_server_new (arguments != NULL ? arguments : "");
  test_server_import (self->server, PEOPLE);
  self->ada = test_client_new (self->server, ADA, -1, NULL);
  self->grace = test_client_new (self->server, GRACE, -1, NULL);
}

void
people_tear_down (People *self, gconstpointer arguments)
{
  g_clear_pointer (&self->ada, test_client_free);
  g_clear_pointer (&self->grace, test_client_free);
  test_server_free (self->server);
}

/* Sends a text; returns its id. */
char *
people_send (TestClient *from, const char *chat, const char *text)
{
  char *id = vis_id_new ();

  test_client_ok (from,
                  "\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{\"id\":\"%s\",\"kind\":"
                  "\"text\",\"text\":\"%s\"}",
                  chat,
                  id,
                  text);
  return id;
}

/* Asserts that the next event is this text. */
void
people_expect (TestClient *client, const char *chat, const char *from, const char *text)
{
  g_autoptr (VisMessage) event = test_client_event (client, VIS_KIND_CHAT_MESSAGE);
  VisMessage            *message = vis_message_get_object (event, VIS_FIELD_MESSAGE);

  g_assert_cmpstr (vis_message_get_string (event, VIS_FIELD_CHAT), ==, chat);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_CHAT), ==, chat);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_FROM), ==, from);
  g_assert_cmpstr (vis_message_get_string (message, VIS_FIELD_TEXT), ==, text);
}
