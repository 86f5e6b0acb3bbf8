/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-router.h"

G_BEGIN_DECLS

/* One end of a call: a device, and whether it is here. What it misses while it is away is held. */
typedef struct
{
  gint64     device;
  gboolean   here;
  gint64     here_since;
  gint64     gone_since;
  gint64     away; /* when its connection was first found broken since the answer; 0: it was not */
  GPtrArray *held; /* of VisHeld */
  gsize      held_bytes;
} VisRouteEnd;

typedef struct
{
  VisMessage *message;
  gint64      since;
  gsize       bytes;  /* counted where there is a bound */
  gint64      device; /* who says it, where that is asked */
} VisHeld;

/* A call that goes on. */
typedef struct
{
  VisStoreCall *record;
  VisRouteEnd   caller;
  VisRouteEnd   callee;  /* its device is 0 before an answer */
  GArray       *ringing; /* device ids */
  GArray       *refused; /* devices of the callee that do not ring (any more) */
  GPtrArray    *offer;   /* of VisHeld: the offer and what followed, for devices that come late */
  GPtrArray    *early;   /* of VisHeld: what devices that ring say before one of them answers */
  gsize         early_bytes;
  guint         n_candidates;
  gint64        started;
  gint64        answered; /* 0: not yet, or before a restart */
  gint64        seen; /* after a restart, milliseconds since 1970: when it was last known to go on;
                       * 0 once it is known again */
  gint64 gen;
} VisRoute;

VisHeld  *vis_held_new (VisMessage *message, gint64 since) G_GNUC_WARN_UNUSED_RESULT;
void      vis_held_free (VisHeld *self);

VisRoute *vis_route_new (VisStoreCall *record, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
void      vis_route_free (VisRoute *self);
gboolean  vis_route_is_answered (const VisRoute *self);

gboolean  vis_devices_contain (GArray *devices, gint64 device);
gboolean  vis_devices_remove (GArray *devices, gint64 device);

void vis_route_deliver (VisRouteResult *result, gint64 device, VisMessage *message, gint64 age);
void
vis_route_deliver_end (VisRouteEnd *end, VisMessage *message, gint64 now, VisRouteResult *result);
void        vis_route_leave (VisRouteEnd *end, gint64 now);
void        vis_route_return (VisRouteEnd *end, gint64 now, VisRouteResult *result);

VisMessage *vis_route_stamp (VisMessage          *frame,
                             const VisRouteParty *from) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_route_end_frame (const char          *call,
                                 const char          *reason,
                                 const VisRouteParty *from) G_GNUC_WARN_UNUSED_RESULT;
void        vis_route_offer (VisRoute            *route,
                             const VisRouteParty *from,
                             VisMessage          *frame,
                             const VisRouteTime  *now,
                             VisRouteResult      *result);
void        vis_route_answer (VisRoute            *route,
                              const VisRouteParty *from,
                              VisMessage          *frame,
                              const VisRouteTime  *now,
                              VisRouteResult      *result);
void        vis_route_pass (VisRoute            *route,
                            const VisRouteParty *from,
                            VisMessage          *frame,
                            const VisRouteTime  *now,
                            VisRouteResult      *result);

G_END_DECLS
