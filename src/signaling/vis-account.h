/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"
#include "vis-trust.h"

G_BEGIN_DECLS

/**
 * VisAccount:
 *
 * Signs up, in and out at one server. What it answers is an account message
 * (%VIS_KIND_HTTP_ACCOUNT: `user`, `device` and `token`); the token opens the socket.
 *
 * Each verb fails with [error@Vis.TrustError], and has sent nothing, where the server is not
 * trusted.
 */
#define VIS_TYPE_ACCOUNT (vis_account_get_type ())
G_DECLARE_FINAL_TYPE (VisAccount, vis_account, VIS, ACCOUNT, GObject)

VisAccount *vis_account_new (const VisServerAddress *server,
                             VisTrust               *trust) G_GNUC_WARN_UNUSED_RESULT;

void        vis_account_register_async (VisAccount         *self,
                                        const char         *user,
                                        const char         *password,
                                        const char         *name,
                                        const char         *invite,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
VisMessage *vis_account_register_finish (VisAccount   *self,
                                         GAsyncResult *result,
                                         GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void        vis_account_login_async (VisAccount         *self,
                                     const char         *user,
                                     const char         *password,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
VisMessage *vis_account_login_finish (VisAccount   *self,
                                      GAsyncResult *result,
                                      GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void        vis_account_logout_async (VisAccount         *self,
                                      const char         *token,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean    vis_account_logout_finish (VisAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
