/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-codec.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisCallRouteParty:
 *
 * The device that sends a frame.
 */
typedef struct
{
  gint64      user;
  gint64      device;
  const char *user_name;
  const char *name; /* nullable: the display name of the user */
  const char *device_id;
} VisCallRouteParty;

/**
 * VisCallRouteTarget:
 *
 * The callee, with their online devices.
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
  gint64 mono; /* milliseconds of the monotonic clock */
  gint64 wall; /* milliseconds since 1970 */
} VisCallRouteTime;

typedef struct
{
  gint64      user;
  gint64      device;
  VisMessage *message;
} VisCallRouteDelivery;

/**
 * VisCallRouteResult:
 * @error: error of the answer, `VIS_N_PROTOCOL_ERRORS` for `ok`
 * @ringing: the field `ringing` of the `ok`, -1 for none
 * @deliveries: (element-type VisCallRouteDelivery): frames to send after the answer, in this order
 * @saves: (element-type VisStoreCall): calls to write to the store
 * @finishes: (element-type VisStoreCall): ended calls to record in the histories
 *
 * What the router wants done after one input.
 */
typedef struct
{
  VisProtocolError error;
  int              ringing;
  GArray          *deliveries;
  GPtrArray       *saves;
  GPtrArray       *finishes;
} VisCallRouteResult;

/* One side of a call: a device, and whether it is online. Frames are held while it is not. */
typedef struct
{
  gint64     user;
  gint64     device;
  gboolean   here;
  gint64     here_since;
  gint64     gone_since;
  gint64     away; /* when a broken connection was first noticed since the answer; 0: never */
  GPtrArray *held; /* of VisHeld */
  gsize      held_bytes;
} VisCallRouteEnd;

typedef struct
{
  VisMessage *message;
  gint64      since;
  gsize       bytes;  /* encoded size; set where the total is limited */
  gint64      device; /* the sender; set in VisCallRoute.early */
} VisHeld;

/* A call that rings or is answered. */
typedef struct
{
  VisStoreCall   *record;
  VisCallRouteEnd caller;
  VisCallRouteEnd callee;  /* its device is 0 before an answer */
  GArray         *ringing; /* device ids */
  GArray         *refused; /* devices of the callee that have ended it for themselves */
  GPtrArray      *offer;   /* of VisHeld: offer and candidates, for devices that connect later */
  GPtrArray      *early;   /* of VisHeld: frames of ringing devices, until one of them answers */
  gsize           early_bytes;
  guint           n_candidates;
  gint64          started;
  gint64          answered; /* 0: not yet, or before a restart */
  gint64 seen; /* after a restart, milliseconds since 1970: when the server last ran with this call;
                * 0 once a device has confirmed the call */
  gint64 gen;
} VisCallRoute;

void          vis_call_route_result_init (VisCallRouteResult *self);
void          vis_call_route_result_clear (VisCallRouteResult *self);

VisHeld      *vis_held_new (VisMessage *message, gint64 since) G_GNUC_WARN_UNUSED_RESULT;
void          vis_held_free (VisHeld *self);

VisCallRoute *vis_call_route_new (VisStoreCall *record, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
void          vis_call_route_free (VisCallRoute *self);
gboolean      vis_call_route_is_answered (const VisCallRoute *self);

gboolean      vis_devices_contain (GArray *devices, gint64 device);
gboolean      vis_devices_remove (GArray *devices, gint64 device);

void          vis_call_route_deliver (
           VisCallRouteResult *result, gint64 user, gint64 device, VisMessage *message, gint64 age);
void        vis_call_route_deliver_end (VisCallRouteEnd    *end,
                                        VisMessage         *message,
                                        gint64              now,
                                        VisCallRouteResult *result);
void        vis_call_route_leave (VisCallRouteEnd *end, gint64 now);
void        vis_call_route_return (VisCallRouteEnd *end, gint64 now, VisCallRouteResult *result);

VisMessage *vis_call_route_stamp (VisMessage              *frame,
                                  const VisCallRouteParty *from) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *vis_call_route_end_frame (const char              *call,
                                      const char              *reason,
                                      const VisCallRouteParty *from) G_GNUC_WARN_UNUSED_RESULT;
void        vis_call_route_offer (VisCallRoute            *route,
                                  const VisCallRouteParty *from,
                                  VisMessage              *frame,
                                  const VisCallRouteTime  *now,
                                  VisCallRouteResult      *result);
void        vis_call_route_answer (VisCallRoute            *route,
                                   const VisCallRouteParty *from,
                                   VisMessage              *frame,
                                   const VisCallRouteTime  *now,
                                   VisCallRouteResult      *result);
void        vis_call_route_pass (VisCallRoute            *route,
                                 const VisCallRouteParty *from,
                                 VisMessage              *frame,
                                 const VisCallRouteTime  *now,
                                 VisCallRouteResult      *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VisCallRouteResult, vis_call_route_result_clear)

G_END_DECLS
