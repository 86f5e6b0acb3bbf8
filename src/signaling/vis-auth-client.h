/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-message.h"
#include "vis-trust.h"

G_BEGIN_DECLS

/**
 * VisAuthClient:
 *
 * Signs up, in and out at one server. What it answers is an account message
 * (%VIS_KIND_HTTP_ACCOUNT: `user`, `device` and `token`); the token opens the socket.
 *
 * Each verb fails with [error@Vis.TrustError], and has sent nothing, where the server is not
 * trusted.
 */
#define VIS_TYPE_AUTH_CLIENT (vis_auth_client_get_type ())
G_DECLARE_FINAL_TYPE (VisAuthClient, vis_auth_client, VIS, AUTH_CLIENT, GObject)

VisAuthClient *vis_auth_client_new (const VisServerAddress *server,
                                    VisTrust               *trust) G_GNUC_WARN_UNUSED_RESULT;

void           vis_auth_client_register_async (VisAuthClient      *self,
                                               const char         *user,
                                               const char         *password,
                                               const char         *name,
                                               const char         *invite,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
VisMessage    *vis_auth_client_register_finish (VisAuthClient *self,
                                                GAsyncResult  *result,
                                                GError       **error) G_GNUC_WARN_UNUSED_RESULT;

void           vis_auth_client_login_async (VisAuthClient      *self,
                                            const char         *user,
                                            const char         *password,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
VisMessage    *vis_auth_client_login_finish (VisAuthClient *self,
                                             GAsyncResult  *result,
                                             GError       **error) G_GNUC_WARN_UNUSED_RESULT;

void           vis_auth_client_logout_async (VisAuthClient      *self,
                                             const char         *token,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
gboolean vis_auth_client_logout_finish (VisAuthClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
