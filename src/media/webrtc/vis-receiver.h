/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codecs.h"
#include "vis-speaker.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

/**
 * VisReceiver:
 *
 * What turns the RTP of one section into pictures or sound.
 */
typedef struct _VisReceiver VisReceiver;

/* Called on the main context when the first picture is there. */
typedef void (*VisReceiverFunc) (VisReceiver *self, gpointer data);

VisReceiver       *vis_receiver_new (GstBin         *pipeline,
                                     const VisCodec *codec,
                                     VisSpeaker     *speaker,
                                     gpointer        owner,
                                     VisReceiverFunc func,
                                     gpointer        data) G_GNUC_WARN_UNUSED_RESULT;
void               vis_receiver_link (VisReceiver *self, GstPad *pad);
void               vis_receiver_free (VisReceiver *self);

const VisCodec    *vis_receiver_find_codec (GstPad *pad);
const VisCodec    *vis_receiver_get_codec (VisReceiver *self);
gboolean           vis_receiver_is_audio (VisReceiver *self);
VisVideoPaintable *vis_receiver_get_paintable (VisReceiver *self);
guint64            vis_receiver_get_frames (VisReceiver *self);
double             vis_receiver_get_level (VisReceiver *self);

G_END_DECLS
