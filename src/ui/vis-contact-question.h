/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-chat.h"
#include "vis-confirm-dialog.h"

G_BEGIN_DECLS

GtkWindow *vis_contact_question_show (GtkWidget     *parent,
                                      VisContact    *contact,
                                      VisContactVerb verb,
                                      VisConfirmFunc confirmed,
                                      gpointer       data,
                                      GDestroyNotify destroy);

G_END_DECLS
