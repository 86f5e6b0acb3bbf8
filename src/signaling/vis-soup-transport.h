/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-transport.h"

G_BEGIN_DECLS

/**
 * VisSoupTransport:
 *
 * A transport over a WebSocket (RFC 6455), with TLS for `wss` addresses. A certificate that does
 * not prove the server's name ends it with %VIS_ERROR_INSECURE.
 */
#define VIS_TYPE_SOUP_TRANSPORT (vis_soup_transport_get_type ())
G_DECLARE_FINAL_TYPE (VisSoupTransport, vis_soup_transport, VIS, SOUP_TRANSPORT, GObject)

VisTransport *vis_soup_transport_new (const char *url) G_GNUC_WARN_UNUSED_RESULT;

void          vis_soup_error_set (GError **error, const GError *cause);

G_END_DECLS
