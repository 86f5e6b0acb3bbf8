/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-peer.h"
#include "vis-socket.h"

G_BEGIN_DECLS

void vis_peer_accept (const VisPeerContext *context,
                      VisEngine            *engine,
                      GIOStream            *stream,
                      GSocket              *connection,
                      const char           *client);

G_END_DECLS
