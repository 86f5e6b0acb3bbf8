/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codec.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisCallRouter:
 *
 * Which device hears what of which call (protocol, section 5). Pure: it knows no sockets, no disk
 * and no clock; frames, comings, goings and time go in, and what is to be done comes out.
 */
typedef struct _VisCallRouter VisCallRouter;

/**
 * VisCallRouteParty:
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
} VisCallRouteParty;

/**
 * VisCallRouteTarget:
 *
 * Who is called, and with which devices they are here.
 */
typedef struct
{
  gint64        user;
  const char   *user_name;
  const gint64 *devices;
  guint         n_devices;
} VisCallRouteTarget;

typedef struct
{
  gint64 mono; /* milliseconds of a clock that never jumps */
  gint64 wall; /* milliseconds since 1970 */
} VisCallRouteTime;

typedef struct
{
  gint64      device;
  VisMessage *message;
} VisCallRouteDelivery;

/**
 * VisCallRouteResult:
 * @error: what to answer, `VIS_N_PROTOCOL_ERRORS` for `ok`
 * @ringing: what the `ok` says, -1 for nothing
 * @deliveries: (element-type VisCallRouteDelivery): after the answer, in this order
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
} VisCallRouteResult;

void           vis_call_route_result_init (VisCallRouteResult *self);
void           vis_call_route_result_clear (VisCallRouteResult *self);

VisCallRouter *vis_call_router_new (void) G_GNUC_WARN_UNUSED_RESULT;
void           vis_call_router_free (VisCallRouter *self);
guint          vis_call_router_get_n_calls (VisCallRouter *self);
gboolean       vis_call_router_is_idle (VisCallRouter *self);

void           vis_call_router_frame (VisCallRouter            *self,
                                      const VisCallRouteParty  *from,
                                      VisMessage               *frame,
                                      const VisCallRouteTarget *target,
                                      const VisCallRouteTime   *now,
                                      VisCallRouteResult       *result);
void           vis_call_router_online (VisCallRouter           *self,
                                       const VisCallRouteParty *who,
                                       const VisCallRouteTime  *now,
                                       VisCallRouteResult      *result);
void vis_call_router_offline (VisCallRouter *self, gint64 device, const VisCallRouteTime *now);
void
vis_call_router_tick (VisCallRouter *self, const VisCallRouteTime *now, VisCallRouteResult *result);
void vis_call_router_part (VisCallRouter          *self,
                           gint64                  user,
                           gint64                  other,
                           const VisCallRouteTime *now,
                           VisCallRouteResult     *result);
void vis_call_router_revoke (VisCallRouter          *self,
                             const char             *call,
                             const VisCallRouteTime *now,
                             VisCallRouteResult     *result);
void vis_call_router_restore (VisCallRouter          *self,
                              const VisStoreCall     *call,
                              gint64                  seen,
                              const VisCallRouteTime *now,
                              VisCallRouteResult     *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VisCallRouteResult, vis_call_route_result_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCallRouter, vis_call_router_free)

G_END_DECLS
