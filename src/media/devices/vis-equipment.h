/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-devices.h"
#include "vis-feed.h"
#include "vis-media-flags.h"
#include "vis-speaker.h"
#include "vis-video-paintable.h"

G_BEGIN_DECLS

#define VIS_TYPE_EQUIPMENT (vis_equipment_get_type ())

/**
 * VisEquipment:
 *
 * Camera, microphone and speaker: which of each is chosen, which are wanted, which are open, and
 * which do not work.
 */
G_DECLARE_FINAL_TYPE (VisEquipment, vis_equipment, VIS, EQUIPMENT, GObject)

VisEquipment *vis_equipment_new (VisFeed *microphone, VisFeed *camera) G_GNUC_WARN_UNUSED_RESULT;
VisDevices   *vis_equipment_get_devices (VisEquipment *self);
VisSpeaker   *vis_equipment_get_speaker (VisEquipment *self);
VisVideoPaintable *vis_equipment_get_preview (VisEquipment *self);

gboolean           vis_equipment_choose (VisEquipment *self, VisDeviceKind kind, const char *name);
const char        *vis_equipment_get_choice (VisEquipment *self, VisDeviceKind kind);

void               vis_equipment_want (VisEquipment *self, VisMediaFlags wanted);
void               vis_equipment_open (VisEquipment *self);
void               vis_equipment_retry_failed (VisEquipment *self);

gboolean           vis_equipment_has_failed (VisEquipment *self, VisDeviceKind kind);
gboolean           vis_equipment_is_broken (VisEquipment *self, VisDeviceKind kind);
gboolean           vis_equipment_has_device (VisEquipment *self, VisDeviceKind kind);
gboolean           vis_equipment_lacks_sound (VisEquipment *self);

G_END_DECLS
