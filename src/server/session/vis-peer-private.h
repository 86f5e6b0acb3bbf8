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
  GCancellable         *cancellable; /* NULL until somebody asks for it */

  char                 *client; /* where it comes from, of vis_token_bucket_key() */
  gint64                user;   /* 0 before hello */
  gint64                device;
  char                 *user_name;
  char                 *name;
  char                 *device_id;

  gint64                pushed; /* the newest seq that this device has been told */
  gint64                seen;   /* the newest that there is, as far as we have heard */
  GPtrArray            *later;  /* events that wait for the first catching up */
  VisTokenBucket        frames;
  guint                 bad_frames;
  guint                 refused;
  gboolean              counted; /* among those that have not said hello */
  gboolean              joined;
  gboolean              catching_up; /* an operation is on its way */
  gboolean              behind;      /* goes on when the output has drained */
};

G_END_DECLS
