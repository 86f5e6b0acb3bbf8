/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VIS_TYPE_MESSAGE_LAYOUT (vis_message_layout_get_type ())

G_DECLARE_FINAL_TYPE (VisMessageLayout, vis_message_layout, VIS, MESSAGE_LAYOUT, GtkLayoutManager)

GtkLayoutManager *vis_message_layout_new (void);

G_END_DECLS
