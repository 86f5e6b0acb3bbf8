/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat-status.h"
#include "vis-wire.h"

G_BEGIN_DECLS

VisChatStatus vis_chat_status_of_wire (VisWireState state, gboolean whole);

G_END_DECLS
