/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-feedback.h"
#include "vis-media-flags.h"
#include "vis-sender.h"
#include "vis-stats.h"

G_BEGIN_DECLS

/**
 * VisSenders:
 *
 * All that a session sends: one [struct@Vis.Sender] for each section. Their valves are shut until
 * the session knows who is at the other end.
 */
typedef struct _VisSenders VisSenders;

VisSenders                *vis_senders_new (VisFeed               *feeds[VIS_N_ROLES],
                                            const VisMediaSection *sections) G_GNUC_WARN_UNUSED_RESULT;
void                       vis_senders_free (VisSenders *self);

gboolean vis_senders_link (VisSenders *self, GstBin *pipeline, GstElement *webrtc, GError **error);
void     vis_senders_unlink (VisSenders *self);
void     vis_senders_open (VisSenders *self);
void     vis_senders_set_sending (VisSenders *self, VisMediaFlags sending);
void     vis_senders_set_budget (VisSenders *self, guint bits_per_second);
void     vis_senders_take_feedback (VisSenders *self, const VisFeedback *feedback);
void     vis_senders_get_stats (VisSenders *self, VisStats *stats);

void vis_senders_divide (guint budget, VisMediaFlags sending, VisSenderTarget targets[VIS_N_ROLES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSenders, vis_senders_free)

G_END_DECLS
