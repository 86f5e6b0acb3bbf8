/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"
#include "vis-link-news.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisConnectionBar:
 *
 * One line with the state of the connection, hidden while there is nothing to tell.
 */
#define VIS_TYPE_CONNECTION_BAR (vis_connection_bar_get_type ())
G_DECLARE_FINAL_TYPE (VisConnectionBar, vis_connection_bar, VIS, CONNECTION_BAR, AdwBin)

void vis_connection_bar_set_chat (VisConnectionBar *self, VisChat *chat);
void vis_connection_bar_set_news (VisConnectionBar *self, VisLinkNews *news);

G_END_DECLS
