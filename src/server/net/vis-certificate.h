/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The TLS certificate of the server. */

GTlsCertificate *
vis_certificate_load (const char *file, const char *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void             vis_certificate_load_async (const char         *file,
                                             const char         *key,
                                             GAsyncReadyCallback callback,
                                             gpointer            data);
GTlsCertificate *vis_certificate_load_finish (GAsyncResult *result,
                                              GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GIOStream       *vis_certificate_serve (GTlsCertificate *certificate,
                                        GIOStream       *base,
                                        GError         **error) G_GNUC_WARN_UNUSED_RESULT;
char            *vis_certificate_check_dates (GTlsCertificate *certificate,
                                              GDateTime       *now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
