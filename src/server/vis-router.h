/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codec.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisRouter:
 *
 * Which device hears what of which call (protocol, section 5). Pure: it knows no sockets, no disk
 * and no clock; frames, comings, goings and time go in, and what is to be done comes out.
 */
typedef struct _VisRouter VisRouter;

/**
 * VisRouteParty:
 *
 * A device that says something.
 */
typedef struct
{
  gint64      user;
  gint64      device;
  const char *user_name;
  const char *name; /* nullable: what people call the user */
  const char *device_id;
} VisRouteParty;

/**
 * VisRouteTarget:
 *
 * Who is called, and with which devices they are here.
 */
typedef struct
{
  gint64        user;
  const char   *user_name;
  const gint64 *devices;
  guint         n_devices;
} VisRouteTarget;

typedef struct
{
  gint64 mono; /* milliseconds of a clock that never jumps */
  gint64 wall; /* milliseconds since 1970 */
} VisRouteTime;

typedef struct
{
  gint64      device;
  VisMessage *message;
} VisRouteDelivery;

/**
 * VisRouteResult:
 * @error: what to answer, `VIS_N_PROTOCOL_ERRORS` for `ok`
 * @ringing: what the `ok` says, -1 for nothing
 * @deliveries: (element-type VisRouteDelivery): after the answer, in this order
 * @saves: (element-type VisStoreCall): calls that the store has to remember
 * @finishes: (element-type VisStoreCall): calls that are over
 */
typedef struct
{
  VisProtocolError error;
  int              ringing;
  GArray          *deliveries;
  GPtrArray       *saves;
  GPtrArray       *finishes;
} VisRouteResult;

void       vis_route_result_init (VisRouteResult *self);
void       vis_route_result_clear (VisRouteResult *self);

VisRouter *vis_router_new (void) G_GNUC_WARN_UNUSED_RESULT;
void       vis_router_free (VisRouter *self);
guint      vis_router_get_n_calls (VisRouter *self);
gboolean   vis_router_is_idle (VisRouter *self);

void       vis_router_frame (VisRouter            *self,
                             const VisRouteParty  *from,
                             VisMessage           *frame,
                             const VisRouteTarget *target,
                             const VisRouteTime   *now,
                             VisRouteResult       *result);
void       vis_router_online (VisRouter           *self,
                              const VisRouteParty *who,
                              const VisRouteTime  *now,
                              VisRouteResult      *result);
void       vis_router_offline (VisRouter *self, gint64 device, const VisRouteTime *now);
void       vis_router_tick (VisRouter *self, const VisRouteTime *now, VisRouteResult *result);
void       vis_router_part (
        VisRouter *self, gint64 user, gint64 other, const VisRouteTime *now, VisRouteResult *result);
void vis_router_revoke (VisRouter          *self,
                        const char         *call,
                        const VisRouteTime *now,
                        VisRouteResult     *result);
void vis_router_restore (VisRouter          *self,
                         const VisStoreCall *call,
                         gint64              seen,
                         const VisRouteTime *now,
                         VisRouteResult     *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VisRouteResult, vis_route_result_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisRouter, vis_router_free)

G_END_DECLS
