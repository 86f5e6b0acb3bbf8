/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisApplication:
 *
 * The desktop app: takes the command line, signs in, and puts the session of the account and the
 * window together.
 */
#define VIS_TYPE_APPLICATION (vis_application_get_type ())
G_DECLARE_FINAL_TYPE (VisApplication, vis_application, VIS, APPLICATION, AdwApplication)

VisApplication *vis_application_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean        vis_application_get_unanswered (VisApplication *self);

G_END_DECLS
