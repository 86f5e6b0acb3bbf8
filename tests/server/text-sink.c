/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "text-sink.h"

#include <string.h>

static void
sink_send (gpointer sink, const char *text, gsize length)
{
  TextSink *self = sink;

  g_assert_cmpuint (strlen (text), ==, length);
  g_ptr_array_add (self->texts, g_strdup (text));
}

static void
sink_owe (gpointer sink, gssize bytes)
{
  TextSink *self = sink;

  self->owed += bytes;
  g_assert_cmpint (self->owed, >=, 0);
}

static gsize
sink_get_pending (gpointer sink)
{
  return ((TextSink *) sink)->pending;
}

static void
sink_set_greeted (gpointer sink)
{
  ((TextSink *) sink)->greeted = TRUE;
}

static void
sink_close (gpointer sink, guint16 code)
{
  text_sink_disconnect (sink, code);
}

/* Creates a peer for the sink, and drops the previous one with its texts. */
void
text_sink_connect (TextSink *self, const VisPeerContext *context)
{
  static const VisPeerSink sink = {
    .send = sink_send,
    .owe = sink_owe,
    .get_pending = sink_get_pending,
    .set_greeted = sink_set_greeted,
    .close = sink_close,
  };

  text_sink_clear (self);
  *self = (TextSink){
    .peer = vis_peer_new (context, "test"),
    .texts = g_ptr_array_new_with_free_func (g_free),
  };
  vis_peer_set_sink (self->peer, &sink, self);
}

void
text_sink_disconnect (TextSink *self, guint16 code)
{
  if (self->peer == NULL)
    return;
  self->code = code;
  vis_peer_disconnect (g_steal_pointer (&self->peer));
}

void
text_sink_clear (TextSink *self)
{
  text_sink_disconnect (self, 0);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
}

/* Takes the texts since the last call, one a line; NULL for none. */
char *
text_sink_hear (TextSink *self)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < self->texts->len; i++)
    g_string_append_printf (lines, "%s\n", (const char *) g_ptr_array_index (self->texts, i));
  g_ptr_array_set_size (self->texts, 0);
  return g_string_free (lines, lines->len == 0);
}
