/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "vis-send-buffer.h"

/* Output that the kernel does not take at once. */

typedef struct
{
  VisSendBuffer  buffer;
  GOutputStream *out;
  int            in;
} World;

static void
set_up (World *self, gconstpointer data)
{
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (ends[1], TRUE, NULL));
  self->in = ends[0];
  self->out = g_unix_output_stream_new (ends[1], TRUE);
}

static void
tear_down (World *self, gconstpointer data)
{
  vis_send_buffer_clear (&self->buffer);
  g_object_unref (self->out);
  if (self->in >= 0)
    close (self->in);
}

static gboolean
write_out (World *self)
{
  return vis_send_buffer_write (&self->buffer, G_POLLABLE_OUTPUT_STREAM (self->out));
}

/* The header says the length in the shortest way (RFC 6455, section 5.2). */
static void
test_lengths (World *self, gconstpointer data)
{
  static const struct
  {
    gsize  length;
    gsize  n;
    guint8 header[10];
  } cases[] = {
    { 0, 2, { 0x81, 0 } },
    { 125, 2, { 0x81, 125 } },
    { 126, 4, { 0x81, 126, 0, 126 } },
    { 65535, 4, { 0x81, 126, 0xff, 0xff } },
    { 65536, 10, { 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strnfill (cases[i].length, 'x');
      gsize            n = cases[i].n;

      vis_send_buffer_append_text (&self->buffer, text, cases[i].length);
      g_assert_cmpuint (vis_send_buffer_get_pending (&self->buffer), ==, n + cases[i].length);
      g_assert_cmpmem (self->buffer.bytes->data, n, cases[i].header, n);
      g_assert_cmpmem (self->buffer.bytes->data + n, cases[i].length, text, cases[i].length);
      vis_send_buffer_clear (&self->buffer);
      g_assert_cmpuint (vis_send_buffer_get_pending (&self->buffer), ==, 0);
    }
}

/* A slow reader gets every byte once and in order, and what was written takes no memory. */
static void
test_slow_reader (World *self, gconstpointer data)
{
  guint8  bytes[4096];
  guint32 sent = 0;
  guint32 received = 0;
  gssize  n;

  while (received < 500000)
    {
      for (guint i = 0; i < 3000 && sent < 500000; i++, sent++)
        vis_send_buffer_append (&self->buffer, &sent, sizeof sent);
      g_assert_true (write_out (self));
      if (self->buffer.bytes != NULL)
        g_assert_cmpuint (self->buffer.bytes->len,
                          <=,
                          MAX (2 * vis_send_buffer_get_pending (&self->buffer), 16 * 1024));
      n = read (self->in, bytes, sizeof bytes);
      g_assert_cmpint (n % (gssize) sizeof sent, ==, 0);
      for (gssize at = 0; at < n; at += (gssize) sizeof sent, received++)
        {
          guint32 number;

          memcpy (&number, bytes + at, sizeof number);
          g_assert_cmpuint (number, ==, received);
        }
    }
  g_assert_cmpuint (vis_send_buffer_get_pending (&self->buffer), ==, 0);
}

/* Nothing to write is no failure; a reader that has gone is one. */
static void
test_closed (World *self, gconstpointer data)
{
  g_assert_true (write_out (self));
  vis_send_buffer_append_text (&self->buffer, "x", 1);
  close (self->in);
  self->in = -1;
  g_assert_false (write_out (self));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN); /* as visavisd does */
  g_test_add ("/send-buffer/lengths", World, NULL, set_up, test_lengths, tear_down);
  g_test_add ("/send-buffer/slow-reader", World, NULL, set_up, test_slow_reader, tear_down);
  g_test_add ("/send-buffer/closed", World, NULL, set_up, test_closed, tear_down);
  return g_test_run ();
}
