/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "test-people.h"
#include "vis-id.h"
#include "vis-limits.h"

/* What the server stores and erases on disk, and what clients are told when its database was
 * replaced. */

/* The size at which the write-ahead log is checkpointed (VIS_SERVER_WAL_PAGES). */
#define WAL_BYTES (4000 * 4096)

static char *
database (TestServer *server, const char *suffix)
{
  return g_strconcat (server->folder, G_DIR_SEPARATOR_S "visavis.sqlite", suffix, NULL);
}

/* Sends a text; returns the answer. */
static VisMessage *
send_text (TestClient *from, const char *chat, const char *id, const char *text)
{
  VisMessage *answer = test_client_request (from,
                                            "\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{"
                                            "\"id\":\"%s\",\"kind\":\"text\",\"text\":\"%s\"}",
                                            chat,
                                            id,
                                            text);

  g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
  return answer;
}

static void
send_texts (TestServer *server, guint n, const char *text)
{
  g_autoptr (TestClient) ada = test_client_new (server, ADA, -1, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char       *id = vis_id_new ();
      g_autofree char       *numbered = g_strdup_printf ("%s %u", text, i);
      g_autoptr (VisMessage) sent = send_text (ada, "grace", id, numbered);
    }
}

/* The `ok` of Grace's `hello`, with `since` and `mark`. */
static VisMessage *
say_hello (TestServer *server, gint64 since, const char *mark)
{
  g_autoptr (TestClient) client = test_client_connect (server);
  g_autofree char *said = mark != NULL ? g_strdup_printf (",\"mark\":\"%s\"", mark) : g_strdup ("");
  VisMessage      *hello =
    test_client_request (client,
                         "\"type\":\"hello\",\"token\":\"" GRACE
                         "\",\"features\":[\"mark\",\"flying\"],\"since\":%" G_GINT64_FORMAT "%s",
                         since,
                         said);

  g_assert_cmpint (vis_message_get_kind (hello), ==, VIS_KIND_OK);
  g_assert_true (vis_message_has_string (hello, VIS_FIELD_FEATURES, VIS_FEATURE_MARK));
  return hello;
}

static gboolean
is_reset (TestServer *server, gint64 since, const char *mark)
{
  g_autoptr (VisMessage) hello = say_hello (server, since, mark);

  return vis_message_get_boolean (hello, VIS_FIELD_RESET);
}

/* Whether `hello` is answered with `lost`. */
static gboolean
is_lost (TestServer *server, gint64 since, const char *mark)
{
  g_autoptr (VisMessage) hello = say_hello (server, since, mark);

  return vis_message_get_boolean (hello, VIS_FIELD_LOST);
}

/* The number of messages in Grace's history whose texts begin with @text. */
static guint
count_history (TestServer *server, const char *text)
{
  g_autoptr (TestClient) grace = test_client_new (server, GRACE_2, -1, NULL);
  g_autoptr (VisMessage) page =
    test_client_request (grace, "\"type\":\"chat:history\",\"chat\":\"ada\",\"limit\":200");
  GPtrArray *messages = vis_message_get_array (page, VIS_FIELD_MESSAGES);
  guint      n = 0;

  for (guint i = 0; i < messages->len; i++)
    {
      const char *found = vis_message_get_string (g_ptr_array_index (messages, i), VIS_FIELD_TEXT);

      n += found != NULL && g_str_has_prefix (found, text);
    }
  return n;
}

/* Copies the database as a backup, or restores it. */
static void
copy_database (TestServer *server, gboolean back)
{
  g_autofree char *path = database (server, "");
  g_autofree char *copy = database (server, ".copy");
  g_autofree char *bytes = NULL;
  gsize            length;

  test_server_kill (server, SIGTERM);
  g_assert_true (g_file_get_contents (back ? copy : path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (back ? path : copy, bytes, (gssize) length, NULL));
  test_server_start (server, "--rate-limits off");
}

/* A database that was restored from a backup assigns the same `seq` again: a device is told,
 * whether the new ones have reached its `since` or not. */
static void
test_database_restored (void)
{
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autoptr (VisMessage) known = NULL;
  const char            *mark;
  gint64                 since;

  test_server_import (server, PEOPLE);
  send_texts (server, 5, "before");
  copy_database (server, FALSE);
  send_texts (server, 13, "lost");
  known = say_hello (server, 1, NULL);
  since = vis_message_get_seq (known);
  mark = vis_message_get_mark (known);
  g_assert_nonnull (mark);
  g_assert_false (is_reset (server, since, mark));
  g_assert_false (is_lost (server, since, mark));

  copy_database (server, TRUE);
  send_texts (server, 3, "after");
  g_assert_true (is_reset (server, since, mark));
  g_assert_true (is_lost (server, since, mark));
  send_texts (server, 20, "after");
  g_assert_true (is_reset (server, since, mark));
  g_assert_true (is_reset (server, since - 5, mark));
  /* A device that sends no mark can't be told. */
  g_assert_false (is_reset (server, since, NULL));
  g_assert_cmpuint (count_history (server, "after"), ==, 23);
  g_assert_cmpuint (count_history (server, "before"), ==, 5);
}

/* Events have the marks that the answers announce: live, stored, and after a restart. */
static void
test_marks (void)
{
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autoptr (TestClient) ada = NULL;
  g_autoptr (TestClient) other = NULL;
  g_autoptr (VisMessage) sent = NULL;
  g_autoptr (VisMessage) again = NULL;
  g_autoptr (VisMessage) live = NULL;
  g_autofree char       *id = vis_id_new ();

  test_server_import (server, PEOPLE);
  ada = test_client_new (server, ADA, -1, NULL);
  other = test_client_new (server, ADA_2, -1, NULL);
  sent = send_text (ada, "grace", id, "once");
  live = test_client_event (other, VIS_KIND_CHAT_MESSAGE);
  g_assert_nonnull (vis_message_get_mark (sent));
  g_assert_cmpstr (vis_message_get_mark (live), ==, vis_message_get_mark (sent));
  g_assert_cmpint (vis_message_get_seq (live), ==, vis_message_get_seq (sent));

  /* The same message id again, with another text. */
  test_client_ok (ada, "\"type\":\"contact:block\",\"user\":\"grace\"");
  again = send_text (ada, "grace", id, "something else");
  g_assert_cmpstr (vis_message_get_mark (again), ==, vis_message_get_mark (sent));
  g_assert_cmpint (vis_message_get_seq (again), ==, vis_message_get_seq (sent));
  g_assert_cmpstr (
    vis_message_get_string (vis_message_get_object (again, VIS_FIELD_MESSAGE), VIS_FIELD_TEXT),
    ==,
    "once");
}

/* Whether a text is in any file of the server's folder. */
static gboolean
is_on_disk (TestServer *server, const char *text)
{
  g_autoptr (GDir) folder = g_dir_open (server->folder, 0, NULL);
  const char      *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (server->folder, name, NULL);
      g_autofree char *bytes = NULL;
      gsize            length;

      if (g_file_get_contents (path, &bytes, &length, NULL) &&
          memmem (bytes, length, text, strlen (text)) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
wait_until_erased (TestServer *server, const char *text)
{
  gint64 end = g_get_monotonic_time () + 60 * (gint64) G_USEC_PER_SEC;

  while (is_on_disk (server, text))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (G_USEC_PER_SEC / 10);
    }
}

/* A text that was deleted for everyone, or in a chat that both have cleared, is in no file within a
 * minute, while the server runs. What only one side has cleared, and what came later, stays. */
static void
test_erased_from_disk (void)
{
  g_autoptr (TestServer)   server = test_server_new ("--rate-limits off");
  g_autoptr (TestClient)   ada = NULL;
  g_autoptr (TestClient)   grace = NULL;
  g_autoptr (TestClient)   other = NULL;
  g_autoptr (VisMessage)   cleared = NULL;
  g_auto (GStrv)           ids = g_new0 (char *, 5);
  static const char *const texts[] = {
    "heron-is-deleted", "stork-is-cleared", "crane-is-last", "egret-stays-here"
  };

  test_server_import (server, PEOPLE);
  ada = test_client_new (server, ADA, -1, NULL);
  grace = test_client_new (server, GRACE, -1, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (VisMessage) sent = NULL;

      ids[i] = vis_id_new ();
      sent = send_text (ada, "grace", ids[i], texts[i]);
      g_assert_true (is_on_disk (server, texts[i]));
    }
  test_client_ok (
    ada,
    "\"type\":\"chat:delete\",\"chat\":\"grace\",\"message\":\"%s\",\"for\":\"everyone\"",
    ids[0]);
  wait_until_erased (server, texts[0]);

  other = test_client_new (server, ADA_2, -1, NULL);
  test_client_error (ada,
                     "not_found",
                     "\"type\":\"chat:clear\",\"chat\":\"grace\",\"message\":\"%s\"",
                     "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01");
  test_client_ok (ada, "\"type\":\"chat:clear\",\"chat\":\"grace\",\"message\":\"%s\"", ids[2]);
  cleared = test_client_event (other, VIS_KIND_CHAT_CLEARED);
  g_assert_cmpstr (vis_message_get_string (cleared, VIS_FIELD_MESSAGE_ID), ==, ids[2]);
  g_assert_cmpuint (count_history (server, ""), ==, 3);
  g_assert_true (is_on_disk (server, texts[1]));

  test_client_ok (grace, "\"type\":\"chat:clear\",\"chat\":\"ada\"");
  wait_until_erased (server, texts[1]);
  wait_until_erased (server, texts[2]);
  g_assert_true (is_on_disk (server, texts[3]));
  test_server_kill (server, SIGTERM);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (is_on_disk (server, texts[i]), ==, i == 3);
}

static goffset
log_size (TestServer *server)
{
  g_autofree char *path = database (server, "-wal");
  GStatBuf         info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

/* The write-ahead log stays short under load, also while /healthz is polled. */
static void
test_wal_size (void)
{
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autoptr (TestClient) ada = NULL;
  g_autofree char       *text = g_strnfill (8000, 'x');

  test_server_import (server, PEOPLE);
  ada = test_client_new (server, ADA, -1, NULL);
  for (guint i = 0; i < 25; i++)
    {
      g_assert_cmpuint (test_server_http (server, "GET", "/healthz", NULL, NULL, NULL), ==, 200);
      for (guint j = 0; j < 100; j++)
        {
          g_autofree char *id = vis_id_new ();
          g_autofree char *frame =
            g_strdup_printf ("{\"id\":1,\"type\":\"chat:send\",\"chat\":\"grace\",\"message\":{"
                             "\"id\":\"%s\",\"kind\":\"text\",\"text\":\"%s\"}}",
                             id,
                             text);

          test_client_text (ada, frame);
          if (j % 10 == 9)
            for (guint k = 0; k < 10; k++)
              {
                g_autoptr (VisMessage) answer = test_client_read (ada);

                g_assert_cmpint (vis_message_get_kind (answer), ==, VIS_KIND_OK);
              }
        }
      g_assert_cmpint (log_size (server), <, WAL_BYTES * 5 / 4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-store/database-restored", test_database_restored);
  g_test_add_func ("/server-store/marks", test_marks);
  g_test_add_func ("/server-store/erased-from-disk", test_erased_from_disk);
  g_test_add_func ("/server-store/wal-size", test_wal_size);
  return g_test_run ();
}
