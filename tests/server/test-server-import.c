/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <gio/gio.h>
#include <string.h>

/* `visavisd user import`: the real program, on the data of a real server. */

#define ZOES_TOKEN "a-token-of-zoe-that-is-long-enough-to-count"
#define ADAS_TOKEN "a-token-of-ada-that-is-long-enough-to-count"
#define ORDER_MARK "\xef\xbb\xbf"
#define FILE_IN(s) g_build_filename ((s)->folder, "people", NULL)

/* Runs `visavisd user …`; returns its exit status and output. */
static int
run_user (const char *arguments, const char *folder, char **out, char **err)
{
  g_autofree char *command =
    g_strdup_printf ("%s user %s --data %s", g_getenv ("VISAVISD"), arguments, folder);
  int                status = -1;
  g_autoptr (GError) error = NULL;

  g_spawn_command_line_sync (command, out, err, &status, &error);
  g_assert_no_error (error);
  return status;
}

static int
import (TestServer *server, const char *options, const char *lines, char **out, char **err)
{
  g_autofree char *file = FILE_IN (server);
  g_autofree char *arguments = g_strdup_printf ("import %s %s", file, options);

  g_assert_true (g_file_set_contents (file, lines, -1, NULL));
  return run_user (arguments, server->folder, out, err);
}

static void
assert_people (TestServer *server, const char *list)
{
  g_autofree char *out = NULL;

  g_assert_cmpint (run_user ("list", server->folder, &out, NULL), ==, 0);
  g_assert_cmpstr (out, ==, list);
}

static guint
sign_in (TestServer *server, const char *user, const char *password)
{
  g_autofree char *body = g_strdup_printf ("{\"user\":\"%s\",\"password\":\"%s\"}", user, password);

  return test_server_http (server, "POST", "/v1/login", NULL, body, NULL);
}

/* With one bad line nothing is imported, and the error names the line. */
static void
test_bad_lines (void)
{
  static const struct
  {
    const char *lines;
    const char *sentence;
  } cases[] = {
    { "{\"user\":\"ada\"}\n\n{\"user\":\"bob\",\"contacts\":[\"ada\",\"grace\"]}\n",
      ":3: “grace” can’t be a contact of “bob”" },
    { "{\"user\":\"eve\",\"contacts\":[\"eve\"]}\n", ":1: “eve” can’t be a contact of “eve”" },
    { "{\"user\":\"ada\"}\n{\"user\":\"A!\"}\n", ":2: The field “user”" },
    { "{\"user\":\"ada\"}\n{\"user\":\"bob\",\"password\":\"short\"}\n",
      ":2: The field “password”" },
    { "{\"user\":\"ada\"}\n{\"user\":\"a\",\"tokens\":[\"short\"]}\n", ":2: A token has" },
    { "{\"user\":\"ada\",\"tokens\":[\"" ADAS_TOKEN "\"]}\n"
      "{\"user\":\"bob\",\"tokens\":[\"" ADAS_TOKEN "\"]}\n",
      ":2: “ada” and “bob” have a token in common" },
    { "{\"user\":\"ada\"}\n{\"user\":\"bob\",\"tokens\":[\"" ZOES_TOKEN "\"]}\n",
      ":2: “bob” has a token of somebody else" },
    { "{\"user\":\"ada\",\"password\":\"correct horse\"}\n{\"user\":\"bob\"}\n"
      "{\"user\":\"ada\",\"password\":\"another horse\"}\n",
      ":3: “ada” has a password in line 1 already" },
    { "{\"user\":\"ada\"}\n{\"user\":\"bob\",\"pasword\":\"correct horse\"}\n",
      ":2: “pasword” is no field of an account" },
    { "{\"user\":\"ada\"}\nada\n", ":2: That is no JSON object" },
    { ORDER_MARK "{\"user\":\"ada\"}\r\n\r\nada\r\n", ":3: That is no JSON object" },
    { "{\"user\":\"ada\"}\n" ORDER_MARK "{\"user\":\"bob\"}\n", ":2: " },
    { "{\"user\":\"zoe\",\"name\":\"Ada\"}\n{\"user\":\"ada\"\n", ":2: That is no JSON object" },
    { "{\"user\":\"ada\"}\n{\"user\":\"bob\",\"name\":\"Ren\xe9\"}\n",
      ":2: This is no text in UTF-8" },
    { "\xff\xfe{", ":1: This is no text in UTF-8" },
  };
  g_autoptr (TestServer) server = test_server_new ("");

  test_server_import (server,
                      "{\"user\":\"zoe\",\"name\":\"Zoe\",\"tokens\":[\"" ZOES_TOKEN "\"]}\n");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = NULL;

      g_assert_cmpint (import (server, "", cases[i].lines, NULL, &words), !=, 0);
      if (strstr (words, cases[i].sentence) == NULL)
        g_error ("“%s” instead of “%s”", words, cases[i].sentence);
      assert_people (server, "zoe\tZoe\n");
    }
}

/* Lines behind a zero byte are not ignored silently. */
static void
test_zero_byte (void)
{
  static const char      lines[] = "{\"user\":\"ada\"}\n\0{\"user\":\"bob\"}\n";
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *file = FILE_IN (server);
  g_autofree char       *arguments = g_strdup_printf ("import %s", file);
  g_autofree char       *words = NULL;

  g_assert_true (g_file_set_contents (file, lines, sizeof lines - 1, NULL));
  g_assert_cmpint (run_user (arguments, server->folder, NULL, &words), !=, 0);
  g_assert_nonnull (strstr (words, ":2: This is no text in UTF-8"));
  assert_people (server, "");
}

/* A refused file creates no folder of data. */
static void
test_bad_file_creates_no_data (void)
{
  g_autoptr (TestServer) server = test_server_prepare ();
  g_autofree char       *file = FILE_IN (server);
  g_autofree char       *folder = g_build_filename (server->folder, "data", NULL);
  g_autofree char       *arguments = g_strdup_printf ("import %s", file);

  g_assert_true (g_file_set_contents (file, "ada\n", -1, NULL));
  g_assert_cmpint (run_user (arguments, folder, NULL, NULL), !=, 0);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* A file with a byte order mark, CR LF, and no end of the last line. */
static void
test_byte_order_mark (void)
{
  g_autoptr (TestServer) server = test_server_new ("");
  g_autofree char       *out = NULL;

  g_assert_cmpint (import (server,
                           "",
                           ORDER_MARK
                           "{\"user\":\"ada\",\"name\":\"Ada\",\"contacts\":[\"bob\"]}\r\n"
                           "\r\n"
                           "{\"user\":\"bob\",\"name\":\"Bob\","
                           "\"password\":\"correct horse\"}",
                           &out,
                           NULL),
                   ==,
                   0);
  g_assert_cmpstr (out, ==, "2 accounts\n");
  assert_people (server, "ada\tAda\nbob\tBob\n");
  g_assert_cmpuint (sign_in (server, "bob", "correct horse"), ==, 200);
}

/* Existing passwords stay without --overwrite-passwords; everything else in the file is imported.
 */
static void
test_existing_passwords (void)
{
  static const char before[] = "{\"user\":\"ada\",\"password\":\"correct horse\"}\n"
                               "{\"user\":\"zoe\"}\n";
  static const char after[] = "{\"user\":\"ada\",\"name\":\"Ada\",\"password\":\"another horse\"}\n"
                              "{\"user\":\"zoe\",\"password\":\"horse of zoe\"}\n"
                              "{\"user\":\"bob\",\"password\":\"horse of bob\"}\n";
  g_autoptr (TestServer) server = test_server_new ("--rate-limits off");
  g_autofree char       *first = NULL;
  g_autofree char       *again = NULL;
  g_autofree char       *kept = NULL;
  g_autofree char       *overwritten = NULL;

  g_assert_cmpint (import (server, "", before, &first, NULL), ==, 0);
  g_assert_cmpint (import (server, "", before, &again, NULL), ==, 0);
  g_assert_cmpstr (first, ==, "2 accounts\n");
  g_assert_cmpstr (again, ==, first);

  g_assert_cmpint (import (server, "", after, &kept, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (kept, "3 accounts\n1 of them has another password"));
  g_assert_nonnull (strstr (kept, "--overwrite-passwords"));
  assert_people (server, "ada\tAda\nbob\t\nzoe\t\n");
  g_assert_cmpuint (sign_in (server, "ada", "correct horse"), ==, 200);
  g_assert_cmpuint (sign_in (server, "ada", "another horse"), ==, 401);
  g_assert_cmpuint (sign_in (server, "zoe", "horse of zoe"), ==, 200);
  g_assert_cmpuint (sign_in (server, "bob", "horse of bob"), ==, 200);

  g_assert_cmpint (import (server, "--overwrite-passwords", after, &overwritten, NULL), ==, 0);
  g_assert_cmpstr (overwritten, ==, "3 accounts\n");
  g_assert_cmpuint (sign_in (server, "ada", "another horse"), ==, 200);
  g_assert_cmpuint (sign_in (server, "ada", "correct horse"), ==, 401);
  g_assert_cmpuint (sign_in (server, "bob", "horse of bob"), ==, 200);
}

static void
assert_contact (TestClient *client, const char *state)
{
  g_autoptr (VisMessage) answer = test_client_request (client, "\"type\":\"contact:list\"");
  GPtrArray             *contacts = vis_message_get_array (answer, VIS_FIELD_CONTACTS);

  g_assert_cmpuint (contacts->len, ==, 1);
  g_assert_cmpstr (
    vis_message_get_string (g_ptr_array_index (contacts, 0), VIS_FIELD_STATE), ==, state);
}

/* An import does not undo a block. */
static void
test_blocked_contact (void)
{
  static const char lines[] =
    "{\"user\":\"ada\",\"tokens\":[\"" ADAS_TOKEN "\"],\"contacts\":[\"zoe\"]}\n"
    "{\"user\":\"zoe\",\"contacts\":[\"ada\"]}\n";
  g_autoptr (TestServer) server = test_server_new ("");
  g_autoptr (TestClient) client = NULL;

  test_server_import (server, lines);
  client = test_client_new (server, ADAS_TOKEN, -1, NULL);
  assert_contact (client, "mutual");
  test_client_ok (client, "\"type\":\"contact:block\",\"user\":\"zoe\"");
  test_server_import (server, lines);
  assert_contact (client, "blocked");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/bad-lines", test_bad_lines);
  g_test_add_func ("/import/zero-byte", test_zero_byte);
  g_test_add_func ("/import/bad-file-creates-no-data", test_bad_file_creates_no_data);
  g_test_add_func ("/import/byte-order-mark", test_byte_order_mark);
  g_test_add_func ("/import/existing-passwords", test_existing_passwords);
  g_test_add_func ("/import/blocked-contact", test_blocked_contact);
  return g_test_run ();
}
