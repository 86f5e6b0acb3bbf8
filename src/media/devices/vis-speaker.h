/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-device-pipeline.h"

G_BEGIN_DECLS

/**
 * VisSpeaker:
 *
 * Plays the sound of a call, and outlives the sessions that make it. Without a sound server it
 * plays nothing, quietly.
 */
#define VIS_TYPE_SPEAKER (vis_speaker_get_type ())
G_DECLARE_FINAL_TYPE (VisSpeaker, vis_speaker, VIS, SPEAKER, VisDevicePipeline)

VisSpeaker *vis_speaker_new (void) G_GNUC_WARN_UNUSED_RESULT;
void        vis_speaker_open (VisSpeaker *self, GstElement *sink);
GstElement *vis_speaker_get_probe (VisSpeaker *self);
void        vis_speaker_set_owner (VisSpeaker *self, gpointer owner);
void        vis_speaker_play (VisSpeaker *self, gpointer owner, GstSample *sample);

G_END_DECLS
