/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisNewChat:
 *
 * The dialog that asks for a user name and sends a contact request. Signal `added (const char
 * *user)`: the request was sent, or the person is a contact already.
 */
#define VIS_TYPE_NEW_CHAT (vis_new_chat_get_type ())
G_DECLARE_FINAL_TYPE (VisNewChat, vis_new_chat, VIS, NEW_CHAT, AdwWindow)

GtkWindow *vis_new_chat_new (GtkWindow *parent, VisChat *chat, const char *user);

G_END_DECLS
