/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-session.h"

G_BEGIN_DECLS

/**
 * VisCallGenerations:
 *
 * The media sessions of the one call: the current generation, and the next one while it is being
 * built beside it. Keeps the candidates of generations that are not there yet, and gathers our own
 * to one batch for each turn of the main loop.
 *
 * Signals: `state (int gen, VisSessionState state)`, `description (int gen, const char *sdp)`,
 * `candidates (int gen, GPtrArray *candidates)`, `picture ()`: the picture of the other side may be
 * another one.
 */
#define VIS_TYPE_CALL_GENERATIONS (vis_call_generations_get_type ())
G_DECLARE_FINAL_TYPE (VisCallGenerations, vis_call_generations, VIS, CALL_GENERATIONS, GObject)

VisCallGenerations *vis_call_generations_new (VisMediaEngine *engine) G_GNUC_WARN_UNUSED_RESULT;

void vis_call_generations_offer (VisCallGenerations *self, int gen, GPtrArray *ice_servers);
void vis_call_generations_answer (VisCallGenerations *self,
                                  int                 gen,
                                  const char         *offer,
                                  GPtrArray          *ice_servers);
void vis_call_generations_take_answer (VisCallGenerations *self, int gen, const char *answer);
void
vis_call_generations_take_candidates (VisCallGenerations *self, int gen, GPtrArray *candidates);
void     vis_call_generations_set_sending (VisCallGenerations *self, VisMediaFlags sending);
void     vis_call_generations_promote (VisCallGenerations *self);
void     vis_call_generations_drop_next (VisCallGenerations *self);
void     vis_call_generations_close (VisCallGenerations *self);
void     vis_call_generations_forget (VisCallGenerations *self);
GObject *vis_call_generations_dup_picture (VisCallGenerations *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
