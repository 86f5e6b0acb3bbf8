/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer.h"

G_BEGIN_DECLS

/**
 * TextSink:
 *
 * What a peer has in place of a socket: a list of what it says.
 */
typedef struct
{
  VisPeer   *peer;  /* NULL once it is closed */
  GPtrArray *texts; /* since they were heard last */
  gssize     owed;
  gboolean   greeted;
  guint16    code; /* of its end, 0 before */
} TextSink;

void  text_sink_connect (TextSink *self, const VisPeerContext *context);
void  text_sink_disconnect (TextSink *self, guint16 code);
void  text_sink_clear (TextSink *self);
char *text_sink_hear (TextSink *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
