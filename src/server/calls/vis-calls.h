/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-device-registry.h"

G_BEGIN_DECLS

/**
 * VisCalls:
 *
 * The calls of this server: passes frames, connects, disconnects and time to the router, and its
 * results to the writer.
 */
typedef struct _VisCalls VisCalls;

typedef void (*VisCallsRestored) (gpointer data);

VisCalls *vis_calls_new (VisDeviceRegistry *registry,
                         VisPresence       *presence,
                         VisBus            *bus,
                         VisServerStore    *store) G_GNUC_WARN_UNUSED_RESULT;
void      vis_calls_free (VisCalls *self);
void      vis_calls_restore (VisCalls *self, int lock, VisCallsRestored restored, gpointer data);
void      vis_calls_request (VisCalls *self, VisPeer *peer, VisMessage *request);
void      vis_calls_join (VisCalls *self, VisPeer *peer);
void      vis_calls_leave (VisCalls *self, gint64 device);
guint     vis_calls_get_n_calls (VisCalls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisCalls, vis_calls_free)

G_END_DECLS
