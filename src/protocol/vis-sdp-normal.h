/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisSdpNormal:
 *
 * The description of another side in the one form that webrtcbin understands, whatever form it came
 * in. What is rejected or not understood is not in it; an answer of ours gets it back.
 *
 * GStreamer 1.22: that form has all that is reached the same way in one group, in the order of its
 * sections, the transport of the group spelled out in each of them, and nothing else.
 *
 * Sections are counted twice: those of the wire, and those of webrtcbin.
 */
typedef struct _VisSdpNormal VisSdpNormal;

VisSdpNormal                *vis_sdp_normal_new_offer (const char *offer,
                                                       GError    **error) G_GNUC_WARN_UNUSED_RESULT;
VisSdpNormal                *vis_sdp_normal_new_answer (const char *answer,
                                                        const char *offer,
                                                        GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void                         vis_sdp_normal_free (VisSdpNormal *self);

const char                  *vis_sdp_normal_get_text (const VisSdpNormal *self);
char                        *vis_sdp_normal_restore (VisSdpNormal *self,
                                                     const char   *answer,
                                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;

int                          vis_sdp_normal_find_taker (const VisSdpNormal *self, guint section);
guint                        vis_sdp_normal_find_origin (const VisSdpNormal *self, guint mline);
const char                  *vis_sdp_normal_get_mid (const VisSdpNormal *self, guint section);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSdpNormal, vis_sdp_normal_free)

G_END_DECLS
