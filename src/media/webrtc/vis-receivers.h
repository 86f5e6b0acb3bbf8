/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-sections.h"
#include "vis-receiver.h"
#include "vis-stats.h"

G_BEGIN_DECLS

/**
 * VisReceivers:
 *
 * All that a session receives: one [struct@Vis.Receiver] for each section that something comes in.
 * What comes before the session knows who is at the other end waits in front of them, unseen.
 */
typedef struct _VisReceivers VisReceivers;

/**
 * VisReceiversFunc:
 * @role: which picture it is, camera or screen
 * @picture: what can be painted
 * @data: what was given to [func@Vis.receivers_new]
 *
 * Called on the main context when the first picture of a section is there.
 */
typedef void (*VisReceiversFunc) (VisRole role, VisVideoPaintable *picture, gpointer data);

VisReceivers *vis_receivers_new (const VisMediaSection *sections,
                                 VisSpeaker            *speaker,
                                 VisReceiversFunc       func,
                                 gpointer               data) G_GNUC_WARN_UNUSED_RESULT;
void          vis_receivers_free (VisReceivers *self);

void          vis_receivers_start (VisReceivers *self, GstBin *pipeline);
void          vis_receivers_prepare (VisReceivers *self);
void vis_receivers_add_jitterbuffer (VisReceivers *self, guint ssrc, GstElement *jitterbuffer);
void vis_receivers_add_pad (VisReceivers *self, GstPad *pad, gulong probe);
void vis_receivers_open (VisReceivers *self);
void vis_receivers_close (VisReceivers *self);
void vis_receivers_get_stats (VisReceivers *self, VisStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisReceivers, vis_receivers_free)

G_END_DECLS
