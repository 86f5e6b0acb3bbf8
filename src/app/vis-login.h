/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-keyring.h"
#include "vis-profile.h"
#include "vis-trust.h"

G_BEGIN_DECLS

/**
 * VisLogin:
 *
 * Turns server, user name and password into a sign-in, and stores that for the next start: the
 * token in the keyring, server and user name in the settings as well.
 *
 * The server is probed first: a password is sent only to a trusted one. For another one, the
 * methods fail with [error@Vis.TrustError].
 */
#define VIS_TYPE_LOGIN (vis_login_get_type ())
G_DECLARE_FINAL_TYPE (VisLogin, vis_login, VIS, LOGIN, GObject)

VisLogin  *vis_login_new (VisProfile *profile, VisTrust *trust) G_GNUC_WARN_UNUSED_RESULT;

void       vis_login_restore_async (VisLogin           *self,
                                    const char         *server,
                                    const char         *user,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
VisSignIn *vis_login_restore_finish (VisLogin     *self,
                                     GAsyncResult *result,
                                     GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void       vis_login_login_async (VisLogin           *self,
                                  const char         *server,
                                  const char         *user,
                                  const char         *password,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
VisSignIn *vis_login_login_finish (VisLogin     *self,
                                   GAsyncResult *result,
                                   GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void       vis_login_register_async (VisLogin           *self,
                                     const char         *server,
                                     const char         *user,
                                     const char         *password,
                                     const char         *name,
                                     const char         *invite,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
VisSignIn *vis_login_register_finish (VisLogin     *self,
                                      GAsyncResult *result,
                                      GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void       vis_login_forget (VisLogin *self, const VisSignIn *credentials);

G_END_DECLS
