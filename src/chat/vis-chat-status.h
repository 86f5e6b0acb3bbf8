/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisChatStatus:
 * @VIS_CHAT_STATUS_OFFLINE: there is none now; it is tried again by itself
 * @VIS_CHAT_STATUS_CONNECTING: on the way
 * @VIS_CHAT_STATUS_SYNCING: connected, catching up with what was missed
 * @VIS_CHAT_STATUS_ONLINE: all is up to date
 *
 * What the person needs to know of the connection.
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
