/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Finds and uses widgets of this process by their accessible names. */

typedef gboolean (*DriverCondition) (gpointer data);

void       driver_settle (void);
void       driver_draw (GtkWidget *widget);
void       driver_until (DriverCondition condition, gpointer data);
gboolean   driver_is_named (GtkWidget *widget, const char *name);
GtkWidget *driver_look_for (GtkWidget *root, GType type, const char *name);
GtkWidget *driver_find (GtkWidget *root, GType type, const char *name);
GtkWidget *driver_look_for_window (GType type);
void       driver_gone (GtkWidget *root, GType type, const char *name);
void       driver_click (GtkWidget *root, const char *name);
gboolean   driver_press (GtkWidget *widget, guint keyval, GdkModifierType state);
void       driver_write (GtkWidget *root, const char *name, const char *text);

G_END_DECLS
