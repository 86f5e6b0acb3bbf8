/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-transport.h"

G_DEFINE_INTERFACE (VisTransport, vis_transport, G_TYPE_OBJECT)

enum
{
  OPENED,
  FRAME,
  ALIVE,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
vis_transport_default_init (VisTransportInterface *iface)
{
  /**
   * VisTransport::opened:
   *
   * Frames can be sent.
   */
  signals[OPENED] = g_signal_new (
    "opened", VIS_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * VisTransport::frame:
   * @text: what came
   *
   * A frame of text has arrived.
   */
  signals[FRAME] = g_signal_new ("frame",
                                 VIS_TYPE_TRANSPORT,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_BYTES);

  /**
   * VisTransport::alive:
   *
   * The other side answered a ping.
   */
  signals[ALIVE] = g_signal_new (
    "alive", VIS_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * VisTransport::closed:
   * @code: the close code, 0 for none
   * @error: (nullable): what went wrong
   *
   * It is over, without having been asked for.
   */
  signals[CLOSED] = g_signal_new ("closed",
                                  VIS_TYPE_TRANSPORT,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_UINT,
                                  G_TYPE_ERROR);
}

/**
 * vis_transport_open:
 * @self: a new transport
 *
 * Starts to connect; ends in `opened` or `closed`.
 */
void
vis_transport_open (VisTransport *self)
{
  VIS_TRANSPORT_GET_IFACE (self)->open (self);
}

/**
 * vis_transport_send:
 * @self: an open transport
 * @text: a frame
 *
 * Queues a frame.
 *
 * Returns: %FALSE when the transport is not open
 */
gboolean
vis_transport_send (VisTransport *self, const char *text)
{
  return VIS_TRANSPORT_GET_IFACE (self)->send (self, text);
}

/**
 * vis_transport_close:
 * @self: a transport
 *
 * Ends it, in any state and any number of times. No signal follows.
 */
void
vis_transport_close (VisTransport *self)
{
  VIS_TRANSPORT_GET_IFACE (self)->close (self);
}

/**
 * vis_transport_emit_opened:
 * @self: a transport
 *
 * Emits `opened`.
 */
void
vis_transport_emit_opened (VisTransport *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

/**
 * vis_transport_emit_frame:
 * @self: a transport
 * @text: what came
 *
 * Emits `frame`.
 */
void
vis_transport_emit_frame (VisTransport *self, GBytes *text)
{
  g_signal_emit (self, signals[FRAME], 0, text);
}

/**
 * vis_transport_emit_alive:
 * @self: a transport
 *
 * Emits `alive`.
 */
void
vis_transport_emit_alive (VisTransport *self)
{
  g_signal_emit (self, signals[ALIVE], 0);
}

/**
 * vis_transport_emit_closed:
 * @self: a transport
 * @code: the close code, 0 for none
 * @error: (nullable): what went wrong
 *
 * Emits `closed`.
 */
void
vis_transport_emit_closed (VisTransport *self, guint code, const GError *error)
{
  g_signal_emit (self, signals[CLOSED], 0, code, error);
}
