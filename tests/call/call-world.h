/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-classify.h"
#include "vis-protocol-error.h"

/* The world: what is around the two machines, in as few bits as will do. Whatever is on, armed or
 * open is here because an effect asked for it; the invariants compare it with the states. Each
 * side may call, answer, decline and hang up whenever it likes. Frames travel in order; what goes
 * beyond that is a disturbance, of which there are only so many in one history: a frame lost,
 * repeated or overtaken, an offer refused, a timer that runs out early, a socket lost, a path that
 * stalls, for a while or for good, or turns out insecure, a program that crashes. */

#define CHANNEL         16
#define MAX_GENERATIONS 8

typedef struct
{
  gint8  gen;
  guint8 described;  /* our description is out */
  guint8 remote;     /* theirs is known */
  guint8 candidates; /* theirs are known */
  guint8 up;
  guint8 dead; /* it does not come up again, whatever the other end does */
} Media;

typedef struct
{
  guint8 kind;
  gint8  call;
  gint8  gen;
  guint8 reason;
  guint8 own; /* said by another device of the one that hears it */
} Frame;

typedef struct
{
  VisCallContext context;
  guint8         ended; /* a bit for each call */
  guint8         ring;
  guint8         ring_timer;
  guint8         media_timer;
  guint8         retry_timer;
  guint8         capture;
  guint8         counting;
  guint8         kept; /* a bit for each generation whose candidates came early */
  guint8         over; /* a bit for each call that must not begin (again) */
  guint8         told; /* the other side was told what is sent over the path that is up */
  guint8         starts;
  Media          media[2]; /* the current one, the next one */
} Side;

typedef struct
{
  Side   sides[2];
  Frame  channels[2][CHANNEL]; /* towards that side */
  guint8 lengths[2];
  guint8 disturbances;
  guint8 overflow;
} World;

#define STRANGERS_CALL 4

extern const char *const world_users[2];

/* Each returns NULL, or what is wrong. */
gint8 world_call_index (const char *call);
void world_put_frame (World *world, int to, VisKind kind, gint8 call, int gen, VisEndReason reason);
void world_put_elsewhere (World *world, int to, gint8 call, VisEndReason reason);
Frame       world_take_frame (World *world, int from, guint index);
gboolean    world_is_complete (const Media *media);
gboolean    world_is_end_on_its_way (const World *world, int who, gint8 call);
const char *world_happen (const VisCallTable *table,
                          World              *world,
                          int                 who,
                          VisCallEvent        event,
                          const VisCallFrame *frame,
                          int                 gen);
const char *world_start (const VisCallTable *table, World *world, int who);
const char *world_deliver (const VisCallTable *table, World *world, int who, guint index);
const char *world_stranger (const VisCallTable *table, World *world, int who);
const char *world_describe (const VisCallTable *table, World *world, int who, guint slot);
gboolean    world_can_connect (const World *world, int who, guint slot);
gboolean    world_must_stall (const World *world, int who, guint slot);
const char *
world_report (const VisCallTable *table, World *world, int who, guint slot, VisSessionState state);
const char *world_die (const VisCallTable *table, World *world, int who, guint slot);
const char *world_wire (const VisCallTable *table, World *world, int who, gboolean online);
const char *
world_timer (const VisCallTable *table, World *world, int who, guint8 *timer, VisCallEvent event);
const char *world_retry (const VisCallTable *table, World *world, int who);
void        world_crash (World *world, int who);
const char *world_repeat (World *world, int who);
const char *world_refuse (
  const VisCallTable *table, World *world, int who, VisKind kind, VisProtocolError code);
gboolean    world_is_talking (const World *world);
const char *world_check (const World *world);
const char *world_check_future (const VisCallTable *table, const World *world);
