/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer.h"
#include "vis-token-bucket.h"

G_BEGIN_DECLS

struct _VisPeer
{
  grefcount             refs;
  const VisPeerContext *context;
  const VisPeerSink    *sink; /* NULL once it is closed */
  gpointer              sink_data;
  GCancellable         *cancellable; /* NULL until vis_peer_get_cancellable() */

  char                 *client; /* address of the client, of vis_token_bucket_key() */
  gint64                user;   /* 0 before hello */
  gint64                device;
  char                 *user_name;
  char                 *name;
  char                 *device_id;

  gint64                pushed; /* the newest seq sent to this device */
  gint64                seen;   /* the newest seq known to exist */
  GPtrArray            *later;  /* of char*: events without seq, held until caught up after hello */
  VisTokenBucket        frames;
  guint                 bad_frames;
  guint                 refused;
  gboolean              counted; /* in context->ungreeted */
  gboolean              joined;
  gboolean              catching_up; /* a VIS_STORE_EVENTS is pending */
  gboolean              behind;      /* catching up waits until the output has drained */
};

G_END_DECLS
