/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-send-buffer.h"

#include <string.h>

#define KEPT_BYTES (16 * 1024) /* largest buffer that is kept for later output */

void
vis_send_buffer_clear (VisSendBuffer *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  self->written = 0;
}

/**
 * vis_send_buffer_get_pending:
 * @self: a buffer
 *
 * Returns: how many bytes are still to be written
 */
gsize
vis_send_buffer_get_pending (const VisSendBuffer *self)
{
  return self->bytes != NULL ? self->bytes->len - self->written : 0;
}

/**
 * vis_send_buffer_append:
 * @self: a buffer
 * @data: whole frames
 * @length: their length in bytes
 *
 * Appends frames.
 */
void
vis_send_buffer_append (VisSendBuffer *self, gconstpointer data, gsize length)
{
  if (self->bytes == NULL)
    self->bytes = g_byte_array_new ();
  g_byte_array_append (self->bytes, data, (guint) length);
}

/**
 * vis_send_buffer_append_text:
 * @self: a buffer
 * @text: a whole text message, UTF-8
 * @length: its length in bytes
 *
 * Adds a message of one frame (RFC 6455, section 5.2).
 */
void
vis_send_buffer_append_text (VisSendBuffer *self, const char *text, gsize length)
{
  guint8 header[10] = { 0x81 };
  gsize  n = 2;

  if (length < 126)
    header[1] = length;
  else if (length <= G_MAXUINT16)
    {
      guint16 wire = GUINT16_TO_BE ((guint16) length);

      header[1] = 126;
      memcpy (header + 2, &wire, sizeof wire);
      n = 4;
    }
  else
    {
      guint64 wire = GUINT64_TO_BE ((guint64) length);

      header[1] = 127;
      memcpy (header + 2, &wire, sizeof wire);
      n = 10;
    }
  vis_send_buffer_append (self, header, n);
  vis_send_buffer_append (self, text, length);
}

/* Frees what is written and the memory it took, also if the buffer is never empty. */
static void
trim (VisSendBuffer *self)
{
  GByteArray *rest = NULL;

  if (self->written < self->bytes->len / 2 || self->bytes->len == 0)
    return;
  if (self->written == self->bytes->len && self->bytes->len <= KEPT_BYTES)
    g_byte_array_set_size (self->bytes, 0);
  else
    {
      if (self->written < self->bytes->len)
        rest = g_byte_array_append (g_byte_array_new (),
                                    self->bytes->data + self->written,
                                    (guint) vis_send_buffer_get_pending (self));
      g_byte_array_unref (self->bytes);
      self->bytes = rest;
    }
  self->written = 0;
}

/**
 * vis_send_buffer_write:
 * @self: a buffer
 * @out: the stream of the connection
 *
 * Writes as much as the stream takes without blocking.
 *
 * Returns: %FALSE if the stream has failed
 */
gboolean
vis_send_buffer_write (VisSendBuffer *self, GPollableOutputStream *out)
{
  g_autoptr (GError) error = NULL;
  gssize             n;

  if (self->bytes == NULL)
    return TRUE;
  while (self->written < self->bytes->len)
    {
      n = g_pollable_output_stream_write_nonblocking (
        out, self->bytes->data + self->written, self->bytes->len - self->written, NULL, &error);
      if (n <= 0)
        break;
      self->written += (gsize) n;
    }
  trim (self);
  return error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}
