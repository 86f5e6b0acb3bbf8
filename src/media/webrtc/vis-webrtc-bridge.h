/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-feedback.h"

G_BEGIN_DECLS

/* How many texts of the data channel may wait for the main loop: a heartbeat is answered at once,
 * and what comes faster than that is no heartbeat. */
#define VIS_BRIDGE_MAX_TEXTS 16

/**
 * VisBridgeEventType:
 * @VIS_BRIDGE_DESCRIPTION: the offer or answer that was asked for; `text`
 * @VIS_BRIDGE_LOCAL_SET: the local description is in force
 * @VIS_BRIDGE_REMOTE_SET: the remote description is in force
 * @VIS_BRIDGE_REFUSED: a step of the negotiation failed; `text` says why
 * @VIS_BRIDGE_FAILED: the connection broke; `text` says why
 * @VIS_BRIDGE_CANDIDATE: a local candidate; `text` and `mline`
 * @VIS_BRIDGE_GATHERED: all local candidates are found; the last may still be on its way here
 * @VIS_BRIDGE_STATE: a state of the connection or of its transport changed
 * @VIS_BRIDGE_PAD: packets of a section come; `object` is the pad, blocked by `probe`
 * @VIS_BRIDGE_JITTERBUFFER: `object` smooths the packets of the source `mline`
 * @VIS_BRIDGE_CHANNEL: the other side opened the data channel `object`
 * @VIS_BRIDGE_OPEN: the data channel `object` is open
 * @VIS_BRIDGE_MESSAGE: `text` came on the data channel, no longer than a heartbeat
 * @VIS_BRIDGE_FEEDBACK: what the other side says of what it is sent came by RTCP; `feedback`
 *
 * What a peer connection has to say.
 */
typedef enum
{
  VIS_BRIDGE_DESCRIPTION,
  VIS_BRIDGE_LOCAL_SET,
  VIS_BRIDGE_REMOTE_SET,
  VIS_BRIDGE_REFUSED,
  VIS_BRIDGE_FAILED,
  VIS_BRIDGE_CANDIDATE,
  VIS_BRIDGE_GATHERED,
  VIS_BRIDGE_STATE,
  VIS_BRIDGE_PAD,
  VIS_BRIDGE_JITTERBUFFER,
  VIS_BRIDGE_CHANNEL,
  VIS_BRIDGE_OPEN,
  VIS_BRIDGE_MESSAGE,
  VIS_BRIDGE_FEEDBACK,
} VisBridgeEventType;

typedef struct
{
  VisBridgeEventType type;
  char              *text;
  guint              mline;
  gpointer           object;
  gulong             probe;
  VisFeedback       *feedback;
} VisBridgeEvent;

typedef void (*VisBridgeFunc) (gpointer owner, const VisBridgeEvent *event);

/**
 * VisWebrtcBridge:
 *
 * The bridge from webrtcbin's threads to the main context, and the only code that runs on them: it
 * copies what it is told, posts it, and returns. Nothing is posted to an owner that has closed its
 * bridge.
 */
typedef struct _VisWebrtcBridge VisWebrtcBridge;

VisWebrtcBridge                *vis_webrtc_bridge_new (GstElement   *webrtc,
                                                       GObject      *owner,
                                                       VisBridgeFunc func) G_GNUC_WARN_UNUSED_RESULT;
void                            vis_webrtc_bridge_close (VisWebrtcBridge *self);

void   vis_webrtc_bridge_create_description (VisWebrtcBridge *self, gboolean offer);
void   vis_webrtc_bridge_set_description (VisWebrtcBridge *self,
                                          gboolean         local,
                                          gboolean         offer,
                                          gpointer         sdp);
void   vis_webrtc_bridge_watch_channel (VisWebrtcBridge *self, GObject *channel);
void   vis_webrtc_bridge_watch_transport (VisWebrtcBridge *self, GObject *transport);

void   vis_webrtc_bridge_get_received (VisWebrtcBridge *self, guint64 *packets, guint64 *bytes);
gint64 vis_webrtc_bridge_get_heard (VisWebrtcBridge *self);

G_END_DECLS
