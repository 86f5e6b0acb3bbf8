/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-confirm-dialog.h"

G_BEGIN_DECLS

GtkWindow *vis_trust_dialog_show_plain (GtkWidget     *parent,
                                        const char    *server,
                                        VisConfirmFunc confirmed,
                                        gpointer       data,
                                        GDestroyNotify destroy);
GtkWindow *vis_trust_dialog_show_certificate (GtkWidget     *parent,
                                              const char    *server,
                                              const char    *reason,
                                              const char    *fingerprint,
                                              const char    *trusted,
                                              VisConfirmFunc confirmed,
                                              gpointer       data,
                                              GDestroyNotify destroy);

G_END_DECLS
