/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-route.h"

G_BEGIN_DECLS

/**
 * VisCallRouter:
 *
 * Which device hears what of which call (protocol, section 5). Pure: it knows no sockets, no disk
 * and no clock; frames, comings, goings and time go in, and what is to be done comes out.
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
