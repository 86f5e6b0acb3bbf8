/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-keepalive.h"

#include <gst/webrtc/webrtc.h>

#include "vis-heartbeat.h"

/* On a dead path pings would only pile up. */
#define MAX_BUFFERED_BYTES 4096

struct _VisKeepalive
{
  VisKeepaliveFunc func;
  gpointer         data;

  VisWatchdog      watchdog;
  GObject         *channel;
  gint64           heard; /* the latest RTP that was told of */
  gint64           pinged_at;
  double           rtt_ms;
};

static void
send_text (VisKeepalive *self, const char *text)
{
  GstWebRTCDataChannelState state;
  guint64                   buffered;

  if (self->channel == NULL)
    return;

  g_object_get (self->channel, "ready-state", &state, "buffered-amount", &buffered, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN && buffered < MAX_BUFFERED_BYTES)
    g_signal_emit_by_name (self->channel, "send-string", text);
}

static void
tell (VisKeepalive *self, VisWatchdogVerdict verdict)
{
  if (verdict != VIS_WATCHDOG_NOTHING)
    self->func (verdict, self->data);
}

/**
 * vis_keepalive_new:
 * @func: (scope forever): told of each change
 * @data: for @func
 *
 * Returns: (transfer full): a keepalive that sees nothing yet
 */
VisKeepalive *
vis_keepalive_new (VisKeepaliveFunc func, gpointer data)
{
  VisKeepalive *self = g_new0 (VisKeepalive, 1);

  self->func = func;
  self->data = data;

  return self;
}

/**
 * vis_keepalive_free:
 * @self: (nullable): a keepalive
 */
void
vis_keepalive_free (VisKeepalive *self)
{
  if (self == NULL)
    return;

  vis_keepalive_close (self);
  g_free (self);
}

/**
 * vis_keepalive_take_channel:
 * @self: a keepalive
 * @channel: a data channel, of whichever side
 *
 * Offers a data channel. One with the label `visavis` is used, the first of them.
 *
 * Returns: whether it is used from now on
 */
gboolean
vis_keepalive_take_channel (VisKeepalive *self, GObject *channel)
{
  g_autofree char *label = NULL;

  g_object_get (channel, "label", &label, NULL);
  if (self->channel != NULL || g_strcmp0 (label, "visavis") != 0)
    return FALSE;

  self->channel = g_object_ref (channel);
  return TRUE;
}

/**
 * vis_keepalive_ping:
 * @self: a keepalive
 *
 * Asks the other side at once whether it is there.
 */
void
vis_keepalive_ping (VisKeepalive *self)
{
  g_autofree char *text = NULL;

  self->pinged_at = g_get_monotonic_time ();
  text = vis_heartbeat_ping (self->pinged_at);
  send_text (self, text);
}

/**
 * vis_keepalive_read:
 * @self: a keepalive
 * @text: a message of the data channel
 *
 * Takes a message. Whoever is not proved to be the peer is not alive either: before the watch is
 * armed nothing is read.
 */
void
vis_keepalive_read (VisKeepalive *self, const char *text)
{
  g_autofree char *t = NULL;
  g_autofree char *reply = NULL;
  gint64           sent;

  if (!self->watchdog.armed)
    return;

  switch (vis_heartbeat_read (text, &t))
    {
    case VIS_HEARTBEAT_PING:
      reply = vis_heartbeat_pong (t);
      send_text (self, reply);
      break;
    case VIS_HEARTBEAT_PONG:
      sent = g_ascii_strtoll (t, NULL, 10);
      if (sent > 0 && sent <= self->pinged_at)
        self->rtt_ms = (double) (g_get_monotonic_time () - sent) / 1000.0;
      break;
    case VIS_HEARTBEAT_OTHER:
    default:
      return;
    }

  tell (self, vis_watchdog_hear (&self->watchdog, g_get_monotonic_time ()));
}

/**
 * vis_keepalive_arm:
 * @self: a keepalive
 *
 * Starts the watch: the other side is proved, and was there just now.
 */
void
vis_keepalive_arm (VisKeepalive *self)
{
  vis_watchdog_arm (&self->watchdog, g_get_monotonic_time ());
}

/**
 * vis_keepalive_probe:
 * @self: a keepalive
 *
 * The network changed: asks the other side, and judges its silence sooner.
 */
void
vis_keepalive_probe (VisKeepalive *self)
{
  if (!self->watchdog.armed)
    return;

  vis_watchdog_probe (&self->watchdog, g_get_monotonic_time ());
  vis_keepalive_ping (self);
}

/**
 * vis_keepalive_tick:
 * @self: a keepalive
 * @heard: when RTP of the other side last came, as of g_get_monotonic_time(); 0 for never
 *
 * To be called every `VIS_WATCHDOG_TICK_MS`: judges the silence, and pings when it is time to.
 */
void
vis_keepalive_tick (VisKeepalive *self, gint64 heard)
{
  gint64 now = g_get_monotonic_time ();

  if (heard != self->heard)
    {
      self->heard = heard;
      tell (self, vis_watchdog_hear (&self->watchdog, heard));
    }
  tell (self, vis_watchdog_tick (&self->watchdog, now));
  if (self->watchdog.armed &&
      now - self->pinged_at >= VIS_WATCHDOG_PING_MS * G_GINT64_CONSTANT (1000))
    vis_keepalive_ping (self);
}

/**
 * vis_keepalive_close:
 * @self: a keepalive
 *
 * Ends the watch and lets the channel go. What comes later is not read.
 */
void
vis_keepalive_close (VisKeepalive *self)
{
  vis_watchdog_disarm (&self->watchdog);
  g_clear_object (&self->channel);
}

/**
 * vis_keepalive_get_rtt:
 * @self: a keepalive
 *
 * Returns: the latest round trip in ms, 0 while unknown
 */
double
vis_keepalive_get_rtt (VisKeepalive *self)
{
  return self->rtt_ms;
}
