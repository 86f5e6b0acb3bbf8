/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-status-private.h"

G_DEFINE_ENUM_TYPE (VisChatStatus,
                    vis_chat_status,
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_SYNCING, "syncing"),
                    G_DEFINE_ENUM_VALUE (VIS_CHAT_STATUS_ONLINE, "online"))

/**
 * vis_chat_status_of_wire: (skip)
 * @state: the state of the wire
 * @whole: whether nothing is missing or still requested
 *
 * Returns: the status to show
 */
VisChatStatus
vis_chat_status_of_wire (VisWireState state, gboolean whole)
{
  switch (state)
    {
    case VIS_WIRE_CONNECTING:
    case VIS_WIRE_AUTHENTICATING:
      return VIS_CHAT_STATUS_CONNECTING;
    case VIS_WIRE_ONLINE:
      return whole ? VIS_CHAT_STATUS_ONLINE : VIS_CHAT_STATUS_SYNCING;
    case VIS_WIRE_OFFLINE:
    case VIS_WIRE_WAITING:
    default:
      return VIS_CHAT_STATUS_OFFLINE;
    }
}
