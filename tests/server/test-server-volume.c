/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/socket.h>

#include "test-people.h"
#include "vis-id.h"

/* Chats longer than a page, or than the output buffer of a client. */

/* Texts that are six times as long in JSON as on disk: answers stay below what a client accepts,
 * which the codec of the test checks, and go on with the next page. */
static void
test_history_pages (People *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char    *before = g_strdup ("");
  g_autofree char    *after = g_strdup ("");
  guint               n = 0;
  gboolean            more = TRUE;

  for (guint i = 0; i < 8000; i++)
    g_string_append (text, "\\u0001");
  for (guint i = 0; i < 24; i++)
    g_string_append_printf (
      lines, "{\"user\":\"friend%u\"}\n{\"user\":\"ada\",\"contacts\":[\"friend%u\"]}\n", i, i);
  test_server_import (self->server, lines->str);

  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *friend = g_strdup_printf ("friend%u", i);

      g_free (people_send (self->ada, "grace", text->str));
      g_free (people_send (self->ada, friend, text->str));
    }
  while (more)
    {
      g_autoptr (VisMessage) page = test_client_request (
        self->ada, "\"type\":\"chat:history\",\"chat\":\"grace\",\"limit\":200%s", before);
      GPtrArray *messages = vis_message_get_array (page, VIS_FIELD_MESSAGES);

      n += messages->len;
      more = vis_message_get_boolean (page, VIS_FIELD_MORE);
      g_free (before);
      before =
        g_strdup_printf (",\"before\":\"%s\"",
                         vis_message_get_string (messages->pdata[messages->len - 1], VIS_FIELD_ID));
    }
  g_assert_cmpuint (n, ==, 24);

  for (n = 0, more = TRUE; more;)
    {
      g_autoptr (VisMessage) page =
        test_client_request (self->ada, "\"type\":\"chat:list\"%s", after);
      GPtrArray *chats = vis_message_get_array (page, VIS_FIELD_CHATS);

      n += chats->len;
      more = vis_message_get_boolean (page, VIS_FIELD_MORE);
      g_free (after);
      after = g_strdup_printf (
        ",\"after\":\"%s\"", vis_message_get_string (chats->pdata[chats->len - 1], VIS_FIELD_CHAT));
    }
  g_assert_cmpuint (n, ==, 25);
}

/* Sends many texts at once, then waits for the answers. */
static void
send_many (TestClient *from, const char *chat, const char *text, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = vis_id_new ();
      g_autofree char *frame = g_strdup_printf (
        "{\"id\":1,\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{\"id\":\"%s\","
        "\"kind\":\"text\",\"text\":\"%s\"}}",
        chat,
        id,
        text);

      test_client_text (from, frame);
    }
  for (guint i = 0; i < n;)
    {
      g_autoptr (VisMessage) answer = test_client_read (from);

      /* The other client may be dropped meanwhile: presence. */
      if (vis_message_get_kind (answer) == VIS_KIND_PRESENCE)
        continue;
      g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
      i++;
    }
}

/* Reconnecting to more events than the output buffer of a client takes: they come in pages. */
static void
test_resume_in_pages (People *self, gconstpointer data)
{
  g_autoptr (GString)    escaped = g_string_new (NULL);
  g_autofree char       *text = g_strnfill (8000, '\1');
  g_autoptr (TestClient) back = NULL;
  gint64                 seq = self->grace->seq;

  for (guint i = 0; i < 8000; i++)
    g_string_append (escaped, "\\u0001");
  g_clear_pointer (&self->grace, test_client_free);
  for (guint i = 0; i < 12; i++)
    send_many (self->ada, "grace", escaped->str, 5);
  back = test_client_new (self->server, GRACE, seq, NULL);
  for (guint i = 0; i < 60; i++)
    people_expect (back, "ada", "ada", text);
  g_free (people_send (self->ada, "grace", "live"));
  people_expect (back, "ada", "ada", "live");
}

/* Many requests in one write, before anything is read: all are answered. */
static void
test_pipelined_requests (People *self, gconstpointer data)
{
  g_autofree char         *text = g_strnfill (1200, 'x');
  static const char *const asks[] = {
    "\"type\":\"chat:history\",\"chat\":\"grace\",\"limit\":200",
    "\"type\":\"chat:list\"",
    "\"type\":\"contact:list\"",
  };
  g_autoptr (GString) frames = g_string_new (NULL);
  const guint         n = 60;

  for (guint i = 0; i < 10; i++)
    send_many (self->ada, "grace", text, 20);
  for (guint i = 0; i < n * 2; i++)
    {
      g_autofree char *frame =
        g_strdup_printf ("{\"id\":%u,%s}", i, asks[i % 2 == 0 ? 0 : 1 + i / 2 % 2]);

      g_assert_cmpuint (strlen (frame), <, 126);
      g_string_append_printf (frames, "\x81%c", (char) (0x80 | strlen (frame)));
      g_string_append_len (frames, "\0\0\0\0", 4);
      g_string_append (frames, frame);
    }
  test_client_write (self->ada, frames->str, frames->len);
  for (guint i = 0; i < n * 2; i++)
    {
      g_autoptr (VisMessage) answer = test_client_read (self->ada);
      g_autofree char       *id = g_strdup_printf ("%u", i);

      g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
      g_assert_cmpstr (vis_message_get_request (answer), ==, id);
      if (i % 2 == 0)
        g_assert_cmpuint (vis_message_get_array (answer, VIS_FIELD_MESSAGES)->len, >, 150);
    }
}

/* A device that does not read is dropped, and gets everything when it reconnects. */
static void
test_client_never_reads (People *self, gconstpointer data)
{
  g_autofree char       *text = g_strnfill (7900, 'x');
  g_autoptr (TestClient) back = NULL;
  char                   buffer[65536];
  gint64                 seq = self->grace->seq;
  ssize_t                got;
  guint                  n = 25;
  guint                  rounds = 40; /* more than both kernels' buffers and ours hold */

  test_client_narrow (self->grace->fd);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_PRESENCE));
  for (guint i = 0; i < rounds; i++)
    send_many (self->ada, "grace", text, n);
  /* The connection ends, perhaps in the middle of a frame. */
  while ((got = recv (self->grace->fd, buffer, sizeof buffer, 0)) > 0)
    ;
  g_assert_cmpint (got, ==, 0);
  back = test_client_new (self->server, GRACE, seq, NULL);
  for (guint i = 0; i < n * rounds; i++)
    people_expect (back, "ada", "ada", text);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    const char *arguments;
    void (*test) (People *self, gconstpointer data);
  } tests[] = {
    { "/volume/history-pages", NULL, test_history_pages },
    { "/volume/resume-in-pages", "--rate-limits off", test_resume_in_pages },
    { "/volume/pipelined-requests", "--rate-limits off", test_pipelined_requests },
    { "/volume/client-never-reads", "--rate-limits off", test_client_never_reads },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (
      tests[i].path, People, tests[i].arguments, people_set_up, tests[i].test, people_tear_down);
  return g_test_run ();
}
