/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisSendBuffer:
 *
 * Output that is not written to the kernel yet. Zero-initialised, it is empty.
 */
typedef struct
{
  GByteArray *bytes;
  gsize       written; /* how many of @bytes */
} VisSendBuffer;

void     vis_send_buffer_clear (VisSendBuffer *self);
gsize    vis_send_buffer_get_pending (const VisSendBuffer *self);
void     vis_send_buffer_append (VisSendBuffer *self, gconstpointer data, gsize length);
void     vis_send_buffer_append_text (VisSendBuffer *self, const char *text, gsize length);
gboolean vis_send_buffer_write (VisSendBuffer *self, GPollableOutputStream *out);

G_END_DECLS
