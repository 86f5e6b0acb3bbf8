/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gst/sdp/sdp.h>

#include "vis-codecs.h"

G_BEGIN_DECLS

/**
 * VisRole:
 *
 * What a section of a description is for.
 */
typedef enum
{
  VIS_ROLE_AUDIO,
  VIS_ROLE_VIDEO,
  VIS_ROLE_SCREEN,
  VIS_N_ROLES,
} VisRole;

/**
 * VisMediaSection:
 * @mline: its index in the description
 * @codec: (nullable): what is sent in it, %NULL if nothing can be
 * @payload: the payload type of @codec
 * @twcc: id of the transport-wide congestion control extension, 0 for none
 * @rtx: whether retransmissions of @codec are understood
 * @present: whether there is such a section, not rejected
 *
 * One section of a description, as far as sending needs it.
 */
typedef struct
{
  guint           mline;
  const VisCodec *codec;
  guint           payload;
  guint           twcc;
  gboolean        rtx;
  gboolean        present;
} VisMediaSection;

void vis_media_sections_for_offer (VisMediaSection sections[VIS_N_ROLES], const char *video_codec);
void vis_media_sections_from_offer (VisMediaSection      sections[VIS_N_ROLES],
                                    const GstSDPMessage *offer);
void vis_media_sections_apply_answer (VisMediaSection      sections[VIS_N_ROLES],
                                      const GstSDPMessage *answer);
gboolean       vis_media_sections_any (const VisMediaSection sections[VIS_N_ROLES]);
VisRole        vis_media_sections_find (const VisMediaSection sections[VIS_N_ROLES], guint mline);

GstSDPMessage *vis_media_sections_parse (const char *sdp, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define VIS_TWCC_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

G_END_DECLS
