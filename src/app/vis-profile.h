/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisProfile:
 *
 * A folder for data, settings and an application id, so that several instances of the app can run
 * side by side.
 */
#define VIS_TYPE_PROFILE (vis_profile_get_type ())
G_DECLARE_FINAL_TYPE (VisProfile, vis_profile, VIS, PROFILE, GObject)

VisProfile *vis_profile_new (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *vis_profile_get_name (VisProfile *self);
const char *vis_profile_get_application_id (VisProfile *self);
const char *vis_profile_get_data_dir (VisProfile *self);
GSettings  *vis_profile_get_settings (VisProfile *self);
char       *vis_profile_make_account_dir (VisProfile *self,
                                          const char *user,
                                          const char *server,
                                          GError    **error) G_GNUC_WARN_UNUSED_RESULT;

char       *vis_profile_dup_string (VisProfile *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;
void        vis_profile_set_string (VisProfile *self, const char *key, const char *value);

G_END_DECLS
