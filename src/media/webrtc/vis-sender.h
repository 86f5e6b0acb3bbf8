/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/gst.h>

#include "vis-feed.h"
#include "vis-media-sections.h"

G_BEGIN_DECLS

/**
 * VisSender:
 *
 * What turns a feed into RTP for one section: valve, encoder, payloader.
 */
typedef struct _VisSender VisSender;

/**
 * VisSenderTarget:
 * @bitrate: what the encoder aims at, bits/s
 *
 * What a sender should make of what it is fed.
 */
typedef struct
{
  guint bitrate;
} VisSenderTarget;

VisSender *vis_sender_new (GstBin                *pipeline,
                           GstElement            *webrtc,
                           VisFeed               *feed,
                           const VisMediaSection *section,
                           VisRole                role,
                           GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void       vis_sender_free (VisSender *self);
void       vis_sender_set_mode (VisSender *self, VisTapMode mode);
void       vis_sender_set_target (VisSender *self, const VisSenderTarget *target);
guint32    vis_sender_get_ssrc (VisSender *self);
void       vis_sender_get_sent (VisSender *self, guint64 *packets, guint64 *bytes);

G_END_DECLS
