/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call.h"
#include "vis-clock.h"
#include "vis-media-session.h"
#include "vis-ringer.h"

G_BEGIN_DECLS

/* Of src/protocol, which those who bind to this do not see. */
typedef struct _VisWire VisWire;

/**
 * VisCallController:
 *
 * Runs the calls of one account: feeds the call machine with what the person does, what the wire
 * says and what the media reports, and carries out its effects.
 *
 * Property `call` (read-only): the one call that is not idle, or %NULL. Signals
 * `ended (VisCall *call)`: a call is over; its `end-reason` says why, and the UI shows it for a
 * moment where it matters. `missed (const char *user, const char *name)`: somebody called while
 * there was a call.
 */
#define VIS_TYPE_CALL_CONTROLLER (vis_call_controller_get_type ())
G_DECLARE_FINAL_TYPE (VisCallController, vis_call_controller, VIS, CALL_CONTROLLER, GObject)

VisCallController *vis_call_controller_new (VisWire        *wire,
                                            VisMediaEngine *engine,
                                            VisRinger      *ringer,
                                            VisClock       *clock) G_GNUC_WARN_UNUSED_RESULT;

VisCall           *vis_call_controller_get_call (VisCallController *self);

/* Names people by something better than their user name; NULL for none. */
typedef const char *(*VisNameFunc) (const char *user, gpointer data);
void vis_call_controller_set_name_func (VisCallController *self,
                                        VisNameFunc        func,
                                        gpointer           data,
                                        GDestroyNotify     destroy);

void vis_call_controller_start (VisCallController *self, const char *user, gboolean video);
void vis_call_controller_answer (VisCallController *self, gboolean video);
void vis_call_controller_decline (VisCallController *self);
void vis_call_controller_hang_up (VisCallController *self);
void vis_call_controller_set_microphone (VisCallController *self, gboolean on);
void vis_call_controller_set_camera (VisCallController *self, gboolean on);

G_END_DECLS
