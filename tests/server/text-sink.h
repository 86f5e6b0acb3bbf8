/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer.h"

G_BEGIN_DECLS

/**
 * TextSink:
 *
 * Collects the texts of a peer, in place of a socket.
 */
typedef struct
{
  VisPeer   *peer;  /* NULL once it is closed */
  GPtrArray *texts; /* since the last text_sink_hear() */
  gssize     owed;
  gsize      pending; /* what the device has not read, as a test says */
  gboolean   greeted;
  guint16    code; /* close code, 0 while open */
} TextSink;

void  text_sink_connect (TextSink *self, const VisPeerContext *context);
void  text_sink_disconnect (TextSink *self, guint16 code);
void  text_sink_clear (TextSink *self);
char *text_sink_hear (TextSink *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
