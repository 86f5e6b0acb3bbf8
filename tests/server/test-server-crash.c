/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "test-people.h"
#include "vis-id.h"

/* The server is killed in the middle of a flood of messages, several times. Everything that it has
 * acknowledged has to be there afterwards, once, in order and without a gap. */

#define ROUNDS 4
#define WINDOW 64

static void
send_one (TestClient *client, GHashTable *sent)
{
  char            *id = vis_id_new ();
  g_autofree char *text =
    g_strdup_printf ("{\"id\":\"%s\",\"type\":\"chat:send\",\"chat\":\"grace\",\"message\":{\"id\":"
                     "\"%s\",\"kind\":\"text\",\"text\":\"x\"}}",
                     id,
                     id);

  test_client_text (client, text);
  g_hash_table_add (sent, id);
}

/* The id of the next request that is acknowledged; NULL once the connection is lost. */
static char *
read_ok (TestClient *client)
{
  char byte;

  while (client->in->len > 0 || recv (client->fd, &byte, 1, MSG_PEEK) > 0)
    {
      g_autoptr (VisMessage) message = NULL;
      const char            *request;

      /* The output of a killed server may end in half a frame. */
      if (client->in->len > 0 && recv (client->fd, &byte, 1, MSG_PEEK) == 0)
        return NULL;
      message = test_client_read (client);
      request = vis_message_get_request (message);
      if (request == NULL)
        continue;
      g_assert_cmpint (vis_message_get_kind (message), ==, VIS_KIND_OK);
      return g_strndup (request + 1, strlen (request) - 2);
    }
  return NULL;
}

static void
flood (TestServer *server, GHashTable *acknowledged, guint n)
{
  g_autoptr (TestClient) client = test_client_new (server, ADA, -1, NULL);
  g_autoptr (GHashTable) sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < WINDOW; i++)
    send_one (client, sent);
  for (guint i = 0; i < n; i++)
    {
      char *id = read_ok (client);

      g_assert_nonnull (id);
      g_hash_table_add (acknowledged, id);
      send_one (client, sent);
    }
  /* The window is full: some requests are in the kernel's buffers, some in the queue, some in a
   * transaction. */
  test_server_kill (server, SIGKILL);
}

static guint
count_acknowledged (TestServer *server, GHashTable *acknowledged)
{
  g_autoptr (VisMessage) hello = NULL;
  g_autoptr (TestClient) client = test_client_new (server, GRACE, 0, &hello);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64                 last = vis_message_get_seq (hello);
  guint                  found = 0;

  /* test_client_read() asserts that no `seq` is left out. */
  while (client->seq < last)
    {
      g_autoptr (VisMessage) event = test_client_read (client);
      const char            *id;

      if (vis_message_get_kind (event) != VIS_KIND_CHAT_MESSAGE)
        continue;
      id = vis_message_get_string (vis_message_get_object (event, VIS_FIELD_MESSAGE), VIS_FIELD_ID);
      g_assert_true (g_hash_table_add (seen, g_strdup (id)));
      found += g_hash_table_contains (acknowledged, id);
    }
  return found;
}

static void
test_sigkill (void)
{
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autoptr (GHashTable) acknowledged =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  test_server_import (server, PEOPLE);
  for (guint i = 0; i < ROUNDS; i++)
    {
      flood (server, acknowledged, 200 + 150 * i);
      test_server_start (server, "--rate-limits off");
      g_assert_cmpuint (
        count_acknowledged (server, acknowledged), ==, g_hash_table_size (acknowledged));
    }
}

/* SIGTERM loses nothing either, and closes with 1001. */
static void
test_sigterm (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autoptr (TestClient) client = NULL;

  test_server_import (server, PEOPLE);
  client = test_client_new (server, ADA, -1, NULL);
  kill (server->pid, SIGTERM);
  g_assert_cmpint (test_client_read_close (client), ==, 1001);
  test_server_kill (server, SIGTERM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/sigkill", test_sigkill);
  g_test_add_func ("/crash/sigterm", test_sigterm);
  return g_test_run ();
}
