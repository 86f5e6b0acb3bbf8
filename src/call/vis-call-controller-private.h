/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-context.h"
#include "vis-call-controller.h"
#include "vis-call-generations.h"
#include "vis-call-input.h"
#include "vis-call-outbox.h"
#include "vis-call-private.h"
#include "vis-ended-calls.h"
#include "vis-event-queue.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/* How long a new generation may take before the next one is tried. The first: long enough for a
 * relay over TCP (0.7 s) on a bad line. The time doubles with each, so that they begin after 0, 7
 * and 21 s, and the last one has until the call is given up. */
#define VIS_CALL_RETRY_MS     7000
#define VIS_CALL_MAX_RETRY_MS 28000

/* Rate limit of generations that the other side asks for: each costs a peer connection, and a bad
 * network does not need more. */
#define VIS_CALL_MAX_RENEWALS      5
#define VIS_CALL_RENEWAL_WINDOW_MS 10000

struct _VisCallController
{
  GObject             parent_instance;

  VisWire            *wire;
  VisMediaEngine     *engine;
  VisRinger          *ringer;
  VisClock           *clock;
  VisCallOutbox      *outbox;
  VisCallGenerations *generations;
  VisEndedCalls      *ended;

  VisNameFunc         name_func;
  gpointer            name_data;
  GDestroyNotify      name_destroy;

  VisCallContext      context;
  VisCall            *call;
  char               *offer;  /* SDP of the incoming call, until it is answered */
  guint               epoch;  /* counts calls: timers and sessions of earlier ones are ignored */
  VisEventQueue      *inputs; /* of VisCallInput */
  gboolean            heard;  /* see vis_call_fault_is_heard() */
  gboolean            disposed;

  guint               ring_timer;
  guint               media_timer;
  guint               retry_timer;
  guint               count_timer;
  gint64              retry_armed_at;
  int                 newest_at_start; /* the newest generation when the path was lost */
  gint64              answered_at;
  gint64              renewals_since;
  guint               renewals;
};

/**
 * VisCallStep:
 * @before: the context before the transition
 * @event: what happened
 * @cell: what was decided
 * @input: what it came of
 * @frame: (nullable): the frame, if it came of one
 *
 * One transition, for its effects.
 */
typedef struct
{
  const VisCallContext *before;
  VisCallEvent          event;
  const VisCallCell    *cell;
  const VisCallInput   *input;
  const VisCallFrame   *frame;
} VisCallStep;

void     vis_call_controller_run_effects (VisCallController *self, const VisCallStep *step);
VisCall *vis_call_controller_commit (VisCallController *self,
                                     const VisCallStep *step) G_GNUC_WARN_UNUSED_RESULT;
const char *
vis_call_controller_name_of (VisCallController *self, const char *user, const VisMessage *offer);
void vis_call_controller_show_devices (VisCallController *self);
void vis_call_controller_show_remote_picture (VisCallController *self);
void vis_call_controller_show_media (VisCallController *self, const VisMessage *frame);
void vis_call_controller_clear_timers (VisCallController *self);

G_END_DECLS
