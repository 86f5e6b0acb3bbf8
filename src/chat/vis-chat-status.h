/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisChatStatus:
 * @VIS_CHAT_STATUS_OFFLINE: no connection; the wire tries again by itself
 * @VIS_CHAT_STATUS_CONNECTING: connecting or signing in
 * @VIS_CHAT_STATUS_SYNCING: connected; missed events or lists are on their way
 * @VIS_CHAT_STATUS_ONLINE: connected and up to date
 *
 * The state of the connection, as it is shown.
 */
typedef enum
{
  VIS_CHAT_STATUS_OFFLINE,
  VIS_CHAT_STATUS_CONNECTING,
  VIS_CHAT_STATUS_SYNCING,
  VIS_CHAT_STATUS_ONLINE,
} VisChatStatus;

#define VIS_TYPE_CHAT_STATUS (vis_chat_status_get_type ())
GType vis_chat_status_get_type (void);

G_END_DECLS
