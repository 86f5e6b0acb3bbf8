/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ringer.h"

G_DEFINE_INTERFACE (VisRinger, vis_ringer, G_TYPE_OBJECT)

static void
vis_ringer_default_init (VisRingerInterface *iface)
{
}

/**
 * vis_ringer_ring:
 * @self: a ringer
 * @ring: what is to be heard from now on
 *
 * Says what is to be heard. @VIS_RING_BUSY ends by itself.
 */
void
vis_ringer_ring (VisRinger *self, VisRing ring)
{
  g_return_if_fail (VIS_IS_RINGER (self));

  VIS_RINGER_GET_IFACE (self)->ring (self, ring);
}
