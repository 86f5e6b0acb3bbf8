/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vis-limits.h"
#include "vis-request-id.h"
#include "vis-server-limits.h"
#include "vis-socket.h"

/* When sockets are read: sockets with an engine, and the test as their owner and client. */

typedef struct
{
  VisSocket *socket;
  int        fd;     /* client side of the socket pair */
  guint      n;      /* texts that were received */
  gsize      length; /* of the last one */
  gboolean   closed;
} Client;

static guint n_texts;

static void
on_text (VisSocket *socket, const char *data, gsize length, gpointer owner)
{
  Client *client = owner;

  client->n++;
  client->length = length;
  n_texts++;
}

static void
on_closed (VisSocket *socket, gpointer owner)
{
  Client *client = owner;

  client->closed = TRUE;
}

static const VisSocketHandler handler = { .text = on_text, .closed = on_closed };

static void
client_open (Client *self, VisEngine *engine)
{
  g_autoptr (GSocket)           socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  int                           fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket = g_socket_new_from_fd (fds[0], NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  *self = (Client){ .fd = fds[1] };
  self->socket = vis_socket_new_adopted (engine, G_IO_STREAM (connection), socket, &handler, self);
}

/* A client's frame, with a masking key of zeros. */
static GString *
frame (guint8 first, gsize length)
{
  GString *out = g_string_new (NULL);

  g_string_append_c (out, (char) first);
  if (length < 126)
    g_string_append_c (out, (char) (0x80 | length));
  else
    {
      g_string_append_c (out, (char) (0x80 | 126));
      g_string_append_c (out, (char) (length >> 8));
      g_string_append_c (out, (char) length);
    }
  g_string_append_len (out, "\0\0\0\0", 4);
  for (gsize i = 0; i < length; i++)
    g_string_append_c (out, 'x');
  return out;
}

/* Writes as much as the kernel takes; returns how much that was. */
static gsize
client_write (Client *self, const GString *data, gsize from)
{
  ssize_t n = write (self->fd, data->str + from, data->len - from);

  if (n < 0)
    g_assert_cmpint (errno, ==, EAGAIN);
  return (gsize) MAX (0, n);
}

static void
run (void)
{
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
test_first_frame_alone (void)
{
  VisEngine          *engine = vis_engine_new (NULL);
  Client              client;
  g_autoptr (GString) data = frame (0x81, 100);
  g_autoptr (GString) second = frame (0x81, 60000);

  client_open (&client, engine);
  g_string_append_len (data, second->str, (gssize) second->len);
  g_assert_cmpuint (client_write (&client, data, 0), ==, data->len);
  run ();
  g_assert_cmpuint (client.n, ==, 1);
  g_assert_cmpuint (client.length, ==, 100);
  vis_socket_set_greeted (client.socket);
  run ();
  g_assert_cmpuint (client.n, ==, 2);
  g_assert_cmpuint (client.length, ==, 60000);
  vis_engine_free (engine);
  g_assert_true (client.closed);
  close (client.fd);
}

/* Anything but one short text message closes the connection before it is read as a whole. */
static void
test_before_hello (void)
{
  static const struct
  {
    guint8 first;
    gsize  length;
    gsize  sent; /* how many bytes of the frame */
    guint  n;
    int    code;
  } cases[] = {
    { 0x81, VIS_SERVER_HELLO_BYTES, VIS_SERVER_HELLO_BYTES + 8, 1, 0 },
    { 0x81, VIS_SERVER_HELLO_BYTES + 1, 9, 0, VIS_CLOSE_TOO_LARGE },
    { 0x81, 60000, 9, 0, VIS_CLOSE_TOO_LARGE },
    { 0x01, 10, 7, 0, VIS_CLOSE_POLICY }, /* a fragment */
    { 0x82, 10, 7, 0, VIS_CLOSE_POLICY }, /* binary */
    { 0x89, 0, 6, 0, VIS_CLOSE_POLICY },  /* ping */
    { 0x8a, 0, 6, 0, VIS_CLOSE_POLICY },  /* pong */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VisEngine          *engine = vis_engine_new (NULL);
      Client              client;
      g_autoptr (GString) data = frame (cases[i].first, cases[i].length);
      guint8              answer[4] = { 0 };

      client_open (&client, engine);
      g_string_truncate (data, cases[i].sent);
      g_assert_cmpuint (client_write (&client, data, 0), ==, cases[i].sent);
      run ();
      g_test_message ("case %u", i);
      g_assert_cmpuint (client.n, ==, cases[i].n);
      g_assert_true (client.closed == (cases[i].code != 0));
      if (cases[i].code != 0)
        {
          g_assert_cmpint (read (client.fd, answer, sizeof answer), ==, 4);
          g_assert_cmpuint (answer[0], ==, 0x88);
          g_assert_cmpint (answer[2] << 8 | answer[3], ==, cases[i].code);
        }
      vis_engine_free (engine);
      close (client.fd);
    }
}

/* Sixty clients send long frames at full speed: a client that sends short ones is read in the same
 * iteration, which ends after a few of the long frames. */
static void
test_light_before_heavy (void)
{
  const guint         n_heavy = 60;
  VisEngine          *engine = vis_engine_new (NULL);
  g_autofree Client  *heavy = g_new0 (Client, n_heavy);
  g_autofree gsize   *at = g_new0 (gsize, n_heavy);
  g_autoptr (GString) longest = frame (0x81, 60000);
  g_autoptr (GString) word = frame (0x81, 10);
  Client              light;
  gsize               total = 0;

  client_open (&light, engine);
  vis_socket_set_greeted (light.socket);
  for (guint i = 0; i < n_heavy; i++)
    {
      client_open (&heavy[i], engine);
      vis_socket_set_greeted (heavy[i].socket);
    }
  for (guint turn = 0; turn < 2000; turn++)
    {
      guint before = n_texts;

      for (guint i = 0; i < n_heavy; i++)
        {
          gsize n = client_write (&heavy[i], longest, at[i]);

          at[i] = (at[i] + n) % longest->len;
          total += n;
        }
      /* Once the input rate of all of them is known. */
      if (turn >= 200)
        g_assert_cmpuint (client_write (&light, word, 0), ==, word->len);
      g_main_context_iteration (NULL, FALSE);
      if (turn < 200)
        continue;
      g_assert_cmpuint (light.n, ==, turn - 200 + 1);
      g_assert_cmpuint (n_texts - before - 1, <=, 2);
    }
  /* The heavy clients are read too, and equally. */
  for (guint i = 0; i < n_heavy; i++)
    g_assert_cmpuint (heavy[i].n, >=, (n_texts - light.n) / n_heavy / 2);
  g_assert_cmpuint (total, >, 2000 * VIS_SERVER_TURN_BYTES / 4);
  vis_engine_free (engine);
  for (guint i = 0; i < n_heavy; i++)
    close (heavy[i].fd);
  close (light.fd);
}

static void
test_id_of_refused_frame (void)
{
  static const struct
  {
    const char *text;
    const char *id;
  } cases[] = {
    { "{\"type\":\"chat:send\",\"id\":17,\"chat\":\"ada\"}", "17" },
    { " { \"id\" : \"a-b\" , \"type\":\"x\"}", "\"a-b\"" },
    { "{\"since\":1.5e3,\"flag\":true,\"none\":null,\"id\":0}", "0" },
    { "{\"id\":\"\"}", NULL },
    { "{\"id\":-1}", NULL },
    { "{\"id\":01}", NULL },
    { "{\"id\":1.5}", NULL },
    { "{\"id\":9007199254740993}", NULL },
    { "{\"id\":\"a\\\"b\"}", NULL },
    { "{\"id\":\"\xc3\xa4\"}", NULL },
    { "{\"id\":{\"id\":1}}", NULL },
    { "{\"message\":{\"id\":1},\"id\":2}", NULL },
    { "{\"type\":\"id\",\"x\":1}", NULL },
    { "{\"id\":1", NULL },
    { "{\"id\"", NULL },
    { "{", NULL },
    { "", NULL },
    { "[\"id\",1]", NULL },
  };
  g_autofree char *spaces = g_strnfill (VIS_SERVER_ID_BYTES, ' ');
  g_autofree char *late = g_strdup_printf ("{%s\"id\":1}", spaces);
  g_autofree char *name = g_strnfill (65, 'x');
  g_autofree char *longer = g_strdup_printf ("{\"id\":\"%s\"}", name);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *exact = g_memdup2 (cases[i].text, MAX (1, strlen (cases[i].text)));
      g_autofree char *id = vis_request_id_find (exact, strlen (cases[i].text));

      g_assert_cmpstr (id, ==, cases[i].id);
    }
  g_assert_null (vis_request_id_find (late, strlen (late)));
  g_assert_null (vis_request_id_find (longer, strlen (longer)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/first-frame-alone", test_first_frame_alone);
  g_test_add_func ("/socket/before-hello", test_before_hello);
  g_test_add_func ("/socket/light-before-heavy", test_light_before_heavy);
  g_test_add_func ("/socket/id-of-refused-frame", test_id_of_refused_frame);
  return g_test_run ();
}
