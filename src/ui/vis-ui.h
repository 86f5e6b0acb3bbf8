/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VIS_UI_RESOURCE_PATH "/org/visavis/Visavis/ui/"

void vis_ui_init (void);
void vis_ui_say (GtkWidget *widget, const char *sentence);

G_END_DECLS
