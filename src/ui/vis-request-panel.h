/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisRequestPanel:
 *
 * Stands in for the composer while two people can't write to each other: a contact request that
 * waits for an answer, or a contact who is blocked or removed. Hidden otherwise.
 */
#define VIS_TYPE_REQUEST_PANEL (vis_request_panel_get_type ())
G_DECLARE_FINAL_TYPE (VisRequestPanel, vis_request_panel, VIS, REQUEST_PANEL, AdwBin)

void vis_request_panel_set_contact (VisRequestPanel *self, VisChat *chat, VisContact *contact);

G_END_DECLS
