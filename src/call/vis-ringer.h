/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisRing:
 * @VIS_RING_NONE: silence
 * @VIS_RING_INCOMING: somebody calls
 * @VIS_RING_BACK: the other side really rings
 * @VIS_RING_BUSY: short: busy or declined
 *
 * What is to be heard.
 */
typedef enum
{
  VIS_RING_NONE,
  VIS_RING_INCOMING,
  VIS_RING_BACK,
  VIS_RING_BUSY,
} VisRing;

#define VIS_TYPE_RINGER (vis_ringer_get_type ())
G_DECLARE_INTERFACE (VisRinger, vis_ringer, VIS, RINGER, GObject)

/**
 * VisRinger:
 *
 * Makes the sounds around a call. It is told what is wanted and goes there by itself, so that
 * asking twice or in any order is harmless.
 */
struct _VisRingerInterface
{
  GTypeInterface parent_iface;

  void (*ring) (VisRinger *self, VisRing ring);
};

void vis_ringer_ring (VisRinger *self, VisRing ring);

G_END_DECLS
