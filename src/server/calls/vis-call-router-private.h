/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-router.h"

G_BEGIN_DECLS

struct _VisCallRouter
{
  char       *node;
  GHashTable *routes;       /* call → VisCallRoute */
  GHashTable *ended;        /* call → Ended */
  GQueue      ended_ids;    /* oldest first; the keys of the table */
  GQueue      pending_ends; /* of PendingEnd, oldest first */
};

typedef struct
{
  gint64 caller;
  gint64 callee;
} Ended;

/* A `call:end` held for a device that is offline. */
typedef struct
{
  gint64   device;
  VisHeld *held;
} PendingEnd;

void vis_pending_end_free (gpointer data);

void vis_call_router_remember (VisCallRouter *self, const VisStoreCall *record);
void vis_call_router_finish (VisCallRouter           *self,
                             VisCallRoute            *route,
                             const char              *reason,
                             const char              *outcome,
                             const VisCallRouteParty *from,
                             gint64                   age,
                             const VisCallRouteTime  *now,
                             VisCallRouteResult      *result);
void vis_call_router_end (VisCallRouter           *self,
                          VisCallRoute            *route,
                          const VisCallRouteParty *from,
                          VisMessage              *frame,
                          const VisCallRouteTime  *now,
                          VisCallRouteResult      *result);

G_END_DECLS
