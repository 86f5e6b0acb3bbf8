/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-transport.h"
#include "vis-trust.h"

G_BEGIN_DECLS

/**
 * VisSoupTransport:
 *
 * A transport over a WebSocket (RFC 6455), with TLS for `wss` addresses. Where the server can't
 * prove who it is, or the connection would not be encrypted, it ends with [error@Vis.TrustError]
 * before anything was sent, unless the person has decided otherwise.
 */
#define VIS_TYPE_SOUP_TRANSPORT (vis_soup_transport_get_type ())
G_DECLARE_FINAL_TYPE (VisSoupTransport, vis_soup_transport, VIS, SOUP_TRANSPORT, GObject)

VisTransport *vis_soup_transport_new (const char *url, VisTrust *trust) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
