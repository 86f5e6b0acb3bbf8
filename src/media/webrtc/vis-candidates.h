/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sdp.h"

G_BEGIN_DECLS

/**
 * VisCandidates:
 *
 * The ICE candidates of the other side: checked, bounded in number, and held until its description
 * is there (RFC 8838, section 11: they may overtake it). And when those of this side are at an end.
 */
typedef struct _VisCandidates VisCandidates;

/**
 * VisCandidatesFunc:
 * @candidate: a candidate, or "" for the end of them
 * @mline: the index of its section in the description
 * @data: what was given to [func@Vis.candidates_new]
 *
 * Called with each candidate that may be used now.
 */
typedef void (*VisCandidatesFunc) (const char *candidate, guint mline, gpointer data);

VisCandidates *vis_candidates_new (VisCandidatesFunc func, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void           vis_candidates_free (VisCandidates *self);

void vis_candidates_add (VisCandidates *self, const char *candidate, const char *mid, guint mline);
void vis_candidates_open (VisCandidates *self, const VisSdpFacts *facts);
void vis_candidates_close (VisCandidates *self);

void vis_candidates_note_own (VisCandidates *self);
void vis_candidates_note_gathered (VisCandidates *self);
gboolean vis_candidates_take_end (VisCandidates *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCandidates, vis_candidates_free)

G_END_DECLS
