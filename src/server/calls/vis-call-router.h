/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-route.h"

G_BEGIN_DECLS

/**
 * VisCallRouter:
 *
 * Routes the frames of calls between devices (protocol, section 5). Free of I/O and of a clock: the
 * input is frames, connects, disconnects and the time, the output a #VisCallRouteResult.
 */
typedef struct _VisCallRouter VisCallRouter;

VisCallRouter                *vis_call_router_new (const char *node) G_GNUC_WARN_UNUSED_RESULT;
void                          vis_call_router_free (VisCallRouter *self);
guint                         vis_call_router_get_n_calls (VisCallRouter *self);
GPtrArray *vis_call_router_list_calls (VisCallRouter *self, gint64 user) G_GNUC_WARN_UNUSED_RESULT;
gboolean   vis_call_router_is_idle (VisCallRouter *self);

void       vis_call_router_frame (VisCallRouter            *self,
                                  const VisCallRouteParty  *from,
                                  VisMessage               *frame,
                                  const VisCallRouteTarget *target,
                                  const VisCallRouteTime   *now,
                                  VisCallRouteResult       *result);
void       vis_call_router_online (VisCallRouter           *self,
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCallRouter, vis_call_router_free)

G_END_DECLS
