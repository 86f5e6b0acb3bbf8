/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-calls.h"
#include "vis-server-config.h"
#include "vis-server-counters.h"

G_BEGIN_DECLS

/**
 * VisDispatcher:
 *
 * Hands the requests of devices to the store, the calls or the registry, and limits the rate of
 * each user.
 */
typedef struct _VisDispatcher VisDispatcher;

VisDispatcher                *vis_dispatcher_new (VisServerStore        *store,
                                                  VisDeviceRegistry     *registry,
                                                  VisPresence           *presence,
                                                  VisBus                *bus,
                                                  VisCalls              *calls,
                                                  VisServerCounters     *counters,
                                                  const VisServerConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void                          vis_dispatcher_free (VisDispatcher *self);
void vis_dispatcher_request (VisDispatcher *self, VisPeer *peer, VisMessage *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisDispatcher, vis_dispatcher_free)

G_END_DECLS
