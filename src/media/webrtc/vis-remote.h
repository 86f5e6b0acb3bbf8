/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-sections.h"
#include "vis-sdp-normal.h"
#include "vis-sdp.h"

G_BEGIN_DECLS

/**
 * VisRemote:
 * @facts: of the description as it came
 * @normal: the same in the form of webrtcbin
 * @message: (nullable): that, parsed; whoever sets it takes it
 *
 * The other side's description, found to be of use.
 */
typedef struct
{
  VisSdpFacts   *facts;
  VisSdpNormal  *normal;
  GstSDPMessage *message;
} VisRemote;

VisRemote *vis_remote_new_offer (const char     *offer,
                                 VisMediaSection sections[VIS_N_ROLES],
                                 GError        **error) G_GNUC_WARN_UNUSED_RESULT;
VisRemote *vis_remote_new_answer (const char     *answer,
                                  const char     *offer,
                                  VisMediaSection sections[VIS_N_ROLES],
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void       vis_remote_free (VisRemote *self);

char      *vis_remote_find_origin (const VisRemote *self, guint *mline) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisRemote, vis_remote_free)

G_END_DECLS
