/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"

G_BEGIN_DECLS

/**
 * VisEndedCalls:
 *
 * The ids of calls that are over, for as long as a late or repeated frame of theirs could come.
 */
typedef struct _VisEndedCalls VisEndedCalls;

VisEndedCalls                *vis_ended_calls_new (VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;
void                          vis_ended_calls_free (VisEndedCalls *self);
void                          vis_ended_calls_add (VisEndedCalls *self, const char *call);
gboolean                      vis_ended_calls_contains (VisEndedCalls *self, const char *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisEndedCalls, vis_ended_calls_free)

G_END_DECLS
