/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-route.h"

G_BEGIN_DECLS

struct _VisRouter
{
  GHashTable *routes;    /* call → VisRoute */
  GHashTable *ended;     /* call → Ended */
  GQueue      ended_ids; /* oldest first; the keys of the table */
  GQueue      farewells; /* of Farewell, oldest first */
};

typedef struct
{
  gint64 caller;
  gint64 callee;
} Ended;

/* The end of a call for a device that is away. */
typedef struct
{
  gint64   device;
  VisHeld *held;
} Farewell;

void vis_farewell_free (gpointer data);

void vis_router_remember (VisRouter *self, const VisStoreCall *record);
void vis_router_finish (VisRouter           *self,
                        VisRoute            *route,
                        const char          *reason,
                        const char          *outcome,
                        const VisRouteParty *from,
                        gint64               age,
                        const VisRouteTime  *now,
                        VisRouteResult      *result);
void vis_router_end (VisRouter           *self,
                     VisRoute            *route,
                     const VisRouteParty *from,
                     VisMessage          *frame,
                     const VisRouteTime  *now,
                     VisRouteResult      *result);

G_END_DECLS
