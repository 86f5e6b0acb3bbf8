/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-router.h"

G_BEGIN_DECLS

#define CALL  "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01"
#define OTHER "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a02"

/**
 * World:
 *
 * A router, a clock, and the last result. Ada has the devices 11 and 12, Grace 21 and 22, and Eve
 * 31.
 */
typedef struct
{
  VisCallRouter     *router;
  VisCallRouteTime   now;
  VisCallRouteResult result;
  gint64             online[2];
  guint              n_online;
} World;

void        world_set_up (World *self, gconstpointer data);
void        world_tear_down (World *self, gconstpointer data);
void        world_begin (World *self);
void        world_say (World *self, gint64 device, VisMessage *frame);
void        world_pass_time (World *self, gint64 ms);
void        world_come (World *self, gint64 device);
void        world_go (World *self, gint64 device);
VisMessage *frame_of (VisKind kind, const char *call);
VisMessage *frame_offer (gint64 gen);
VisMessage *frame_answer (gint64 gen);
VisMessage *frame_end (const char *reason);
VisMessage *frame_ice (void);
void        world_expect (World *self, const char *words);
void        world_start_call (World *self);
void        world_answer_call (World *self);

G_END_DECLS
