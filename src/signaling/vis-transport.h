/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VIS_TYPE_TRANSPORT (vis_transport_get_type ())
G_DECLARE_INTERFACE (VisTransport, vis_transport, VIS, TRANSPORT, GObject)

/**
 * VisTransport:
 *
 * One connection that carries frames of text, from its opening to its end. It is used once: for
 * another connection, make another transport.
 *
 * Signals, all on the main context and none of them after [method@Vis.Transport.close]: `opened`,
 * once; `frame (GBytes *text)`, UTF-8 and not empty; `alive`, a sign of life that is no frame;
 * `closed (guint code, GError *error)`, the last one: the close code of RFC 6455, section 7.4
 * (0 when there was none), and what went wrong.
 */
struct _VisTransportInterface
{
  GTypeInterface parent_iface;

  void (*open) (VisTransport *self);
  gboolean (*send) (VisTransport *self, const char *text);
  void (*close) (VisTransport *self);
};

void     vis_transport_open (VisTransport *self);
gboolean vis_transport_send (VisTransport *self, const char *text);
void     vis_transport_close (VisTransport *self);

/* For implementations. */
void vis_transport_emit_opened (VisTransport *self);
void vis_transport_emit_frame (VisTransport *self, GBytes *text);
void vis_transport_emit_alive (VisTransport *self);
void vis_transport_emit_closed (VisTransport *self, guint code, const GError *error);

/**
 * VisTransportFunc:
 * @url: the address of a socket
 * @data: given with the function
 *
 * Makes a transport that is not open yet.
 *
 * Returns: (transfer full): a new transport
 */
typedef VisTransport *(*VisTransportFunc) (const char *url, gpointer data);

G_END_DECLS
