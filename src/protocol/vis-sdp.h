/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisSdpFacts:
 * @fingerprints: (element-type utf8): every distinct `a=fingerprint` of the best hash function
 *   at its place, as [func@sdp_fingerprint_parse] writes them
 * @mids: (element-type utf8): the `a=mid` of each section in order, "" where there is none
 * @kinds: (element-type utf8): the media of each section in order: "audio", "video", "application"
 * @ufrag: (nullable): the ICE user name fragment of the first section that has one
 *
 * The few facts that Visavis itself reads from a session description (RFC 8866).
 */
typedef struct
{
  GPtrArray *fingerprints;
  GPtrArray *mids;
  GPtrArray *kinds;
  char      *ufrag;
} VisSdpFacts;

VisSdpFacts *vis_sdp_facts_new (const char *sdp, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void         vis_sdp_facts_free (VisSdpFacts *self);
gboolean     vis_sdp_facts_has_fingerprint (const VisSdpFacts *self, const char *fingerprint);

char        *vis_sdp_fingerprint_parse (const char *value) G_GNUC_WARN_UNUSED_RESULT;

gboolean     vis_sdp_candidate_is_valid (const char *candidate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSdpFacts, vis_sdp_facts_free)

G_END_DECLS
