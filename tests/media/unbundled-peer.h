/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "vis-media-session.h"

G_BEGIN_DECLS

/* A bare webrtcbin that calls a session and offers sound, pictures and a data channel without a
 * group: each has a transport of its own. */
typedef struct _UnbundledPeer UnbundledPeer;

UnbundledPeer                *unbundled_peer_new (VisMediaSession *callee);
void                          unbundled_peer_free (UnbundledPeer *self);
void                          unbundled_peer_call (UnbundledPeer *self);

/* Packets of the section that came, and texts of the data channel. */
guint unbundled_peer_count_packets (UnbundledPeer *self, const char *media);
guint unbundled_peer_count_texts (UnbundledPeer *self);

G_END_DECLS
