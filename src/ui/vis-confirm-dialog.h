/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Called when the person has confirmed, never otherwise. */
typedef void (*VisConfirmFunc) (gpointer data);

GtkWindow *vis_confirm_dialog_show (GtkWidget     *parent,
                                    const char    *heading,
                                    const char    *body,
                                    const char    *verb,
                                    VisConfirmFunc confirmed,
                                    gpointer       data,
                                    GDestroyNotify destroy);

G_END_DECLS
