/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sdp-transport.h"

G_BEGIN_DECLS

#define VIS_SDP_BUNDLE "BUNDLE" /* RFC 9143, section 5 */
#define VIS_SDP_NONE   (-1)

/**
 * VisSdpEntry:
 * @section: a section of the wire
 * @mid: (nullable): its tag, %NULL for none or one that cannot be used
 * @transport: what stands there of its transport
 * @understood: whether anything in it makes sense here
 * @grouped: whether it is in the group
 * @usable: whether it is understood, not rejected, and can be reached
 * @mline: which section of webrtcbin it is, %VIS_SDP_NONE if it is not there
 * @taker: whose section of webrtcbin takes its candidates, or %VIS_SDP_NONE
 *
 * What is known of one section.
 */
typedef struct
{
  const VisSdpSection *section;
  const char          *mid;
  VisSdpTransport      transport;
  gboolean             understood;
  gboolean             grouped;
  gboolean             usable;
  int                  mline;
  int                  taker;
} VisSdpEntry;

/**
 * VisSdpEntries:
 * @list: (element-type VisSdpEntry): all sections of a description
 * @group: (nullable) (array zero-terminated=1): the tags of those that share a transport, in the
 *   order of the description; %NULL if none do
 *
 * Which sections of a description can be used, and which of them are reached the same way.
 */
typedef struct
{
  GArray *list;
  GStrv   group;
} VisSdpEntries;

void         vis_sdp_entries_init (VisSdpEntries *self, const VisSdpDocument *document);
void         vis_sdp_entries_clear (VisSdpEntries *self);
VisSdpEntry *vis_sdp_entries_get (const VisSdpEntries *self, guint index);
VisSdpEntry *vis_sdp_entries_find (const VisSdpEntries *self, const char *mid);
guint        vis_sdp_entries_count (const VisSdpEntries *self);
void         vis_sdp_entries_get_transport (const VisSdpEntries *self, VisSdpTransport *transport);

G_END_DECLS
