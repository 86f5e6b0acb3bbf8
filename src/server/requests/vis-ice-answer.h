/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer.h"
#include "vis-server-config.h"

G_BEGIN_DECLS

void vis_ice_answer_add (const VisServerConfig *config, VisPeer *peer, VisMessage *answer);

G_END_DECLS
