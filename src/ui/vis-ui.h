/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define VIS_UI_RESOURCE_PATH "/org/visavis/Visavis/ui/"

void        vis_ui_init (void);
const char *vis_ui_get_user_rule (void);
void        vis_ui_say (GtkWidget *widget, const char *sentence);
void        vis_ui_drop_hyphens (GtkLabel *label);
void        vis_ui_hide_unseen (GtkWidget *page);
void        vis_ui_hide_unseen_pages (GtkStack *stack);
gboolean    vis_ui_focus_child (GtkWidget *widget, GtkDirectionType direction);
char *vis_ui_dup_decoration_layout (GtkWidget *widget, gboolean narrow) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
