/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-webrtc-bridge.h"

#include <gst/webrtc/webrtc.h>
#include <string.h>

#include "vis-heartbeat.h"
#include "vis-ice-agent.h"
#include "vis-main.h"
#include "vis-rtcp-guard.h"

/* The pads of an rtpbin that take what is sent; the number of the session is behind it. */
#define RTP_SINK_PREFIX "send_rtp_sink_"

/* Bits/s of which RTCP takes a twentieth (RFC 3550, section 6.2). */
#define SESSION_BANDWIDTH 2000000.0

struct _VisWebrtcBridge
{
  gatomicrefcount      ref_count;
  GWeakRef             owner;
  VisBridgeFunc        func;
  gint                 closed; /* atomic */
  gint                 texts;  /* atomic: how many wait for the main loop */

  GstElement          *webrtc;   /* main thread */
  GPtrArray           *watched;  /* main thread: objects with handlers of ours */
  GPtrArray           *promises; /* main thread: what webrtcbin was asked for */

  gint64               packets; /* atomic */
  gint64               bytes;   /* atomic */
  gint64               heard;   /* atomic: when the last packet came */
  VisFeedbackCollector collector;
};

typedef struct
{
  VisWebrtcBridge *bridge;
  VisBridgeEvent   event;
} Post;

static VisWebrtcBridge *
bridge_ref (VisWebrtcBridge *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
bridge_unref (gpointer data)
{
  VisWebrtcBridge *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_weak_ref_clear (&self->owner);
  vis_feedback_collector_clear (&self->collector);
  g_free (self);
}

static void
bridge_unref_closure (gpointer data, GClosure *closure)
{
  bridge_unref (data);
}

static void
post_free (gpointer data)
{
  Post *post = data;

  if (post->event.type == VIS_BRIDGE_MESSAGE)
    g_atomic_int_add (&post->bridge->texts, -1);
  g_free (post->event.text);
  g_free (post->event.feedback);
  g_clear_object ((GObject **) &post->event.object);
  bridge_unref (post->bridge);
  g_free (post);
}

static gboolean
on_posted (gpointer data)
{
  Post               *post = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&post->bridge->owner);

  if (owner != NULL && !g_atomic_int_get (&post->bridge->closed))
    post->bridge->func (owner, &post->event);

  return G_SOURCE_REMOVE;
}

static void
post (VisWebrtcBridge *self, VisBridgeEvent event)
{
  Post *data = g_new0 (Post, 1);

  data->bridge = bridge_ref (self);
  data->event = event;
  vis_main_post ("[visavis] peer connection", on_posted, data, post_free);
}

/* Callbacks on threads of GStreamer ---------------------------------------------------------- */

static void
on_candidate (GstElement *webrtc, guint mline, const char *candidate, gpointer data)
{
  post (
    data,
    (VisBridgeEvent){ .type = VIS_BRIDGE_CANDIDATE, .text = g_strdup (candidate), .mline = mline });
}

static void
on_gathered (GObject *agent, guint stream, gpointer data)
{
  post (data, (VisBridgeEvent){ .type = VIS_BRIDGE_GATHERED });
}

static void
on_state (GObject *object, GParamSpec *pspec, gpointer data)
{
  post (data, (VisBridgeEvent){ .type = VIS_BRIDGE_STATE });
}

static void
on_packet (VisWebrtcBridge *self, GstBuffer *buffer)
{
  __atomic_add_fetch (&self->packets, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch (&self->bytes, (gint64) gst_buffer_get_size (buffer), __ATOMIC_RELAXED);
}

static GstPadProbeReturn
on_packets (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  VisWebrtcBridge *self = data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    {
      on_packet (self, GST_PAD_PROBE_INFO_BUFFER (info));
    }
  else
    {
      GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

      for (guint i = 0; i < gst_buffer_list_length (list); i++)
        on_packet (self, gst_buffer_list_get (list, i));
    }
  __atomic_store_n (&self->heard, g_get_monotonic_time (), __ATOMIC_RELAXED);

  return GST_PAD_PROBE_OK;
}

/* Holds the packets until the main loop has linked the pad, which it does once the peer is proved
 * to be the right one. */
static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, gpointer data)
{
  VisWebrtcBridge *self = data;
  gulong           probe;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;

  gst_pad_add_probe (pad,
                     GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_packets,
                     bridge_ref (self),
                     bridge_unref);
  probe = gst_pad_add_probe (pad,
                             GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER |
                               GST_PAD_PROBE_TYPE_BUFFER_LIST,
                             on_blocked,
                             NULL,
                             NULL);
  post (self,
        (VisBridgeEvent){ .type = VIS_BRIDGE_PAD, .object = gst_object_ref (pad), .probe = probe });
}

static void
on_new_jitterbuffer (
  GstElement *rtpbin, GstElement *jitterbuffer, guint session, guint ssrc, gpointer data)
{
  /* Otherwise the very first packet waits for the whole latency, as if one before it could come. */
  g_object_set (jitterbuffer, "faststart-min-packets", 1, NULL);
  post (data,
        (VisBridgeEvent){ .type = VIS_BRIDGE_JITTERBUFFER,
                          .object = gst_object_ref (jitterbuffer),
                          .mline = ssrc });
}

/* GStreamer 1.22: sends rtpbin caps with the clock rate of each SSRC before its first packet. All
 * sources share one pad, and only the last caps would arrive there; rtpsession would then emit
 * request-pt-map with its lock released, while it iterates over its sources. */
static GstPadProbeReturn
on_sent (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GArray                *told = data;
  g_autoptr (GstElement) rtpbin = gst_pad_get_parent_element (pad);
  g_autoptr (GstCaps)    caps = NULL;
  GstBuffer             *buffer = GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER
                                    ? GST_PAD_PROBE_INFO_BUFFER (info)
                                    : gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0);
  guint8                 header[12]; /* RFC 3550, section 5.1 */
  guint32                ssrc;

  if (gst_buffer_extract (buffer, 0, header, sizeof header) < sizeof header)
    return GST_PAD_PROBE_OK;
  ssrc = GST_READ_UINT32_BE (header + 8);
  for (guint i = 0; i < told->len; i++)
    {
      if (g_array_index (told, guint32, i) == ssrc)
        return GST_PAD_PROBE_OK;
    }

  g_array_append_val (told, ssrc);
  g_signal_emit_by_name (
    rtpbin,
    "request-pt-map",
    (guint) g_ascii_strtoull (GST_PAD_NAME (pad) + strlen (RTP_SINK_PREFIX), NULL, 10),
    header[1] & 0x7fu,
    &caps);
  /* A payload type that the answer removed has no clock rate any more: assume that of video. */
  if (caps == NULL)
    caps = gst_caps_new_simple ("application/x-rtp", "clock-rate", G_TYPE_INT, 90000, NULL);
  caps = gst_caps_make_writable (g_steal_pointer (&caps));
  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, ssrc, NULL);
  gst_pad_send_event (pad, gst_event_new_caps (caps));

  return GST_PAD_PROBE_OK;
}

static void
post_feedback (VisWebrtcBridge *self)
{
  VisFeedback *feedback = vis_feedback_collector_take (&self->collector, g_get_monotonic_time ());

  if (feedback != NULL)
    post (self, (VisBridgeEvent){ .type = VIS_BRIDGE_FEEDBACK, .feedback = feedback });
}

static GstPadProbeReturn
on_rtcp (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  VisWebrtcBridge *self = data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    {
      vis_feedback_collector_add_rtcp (&self->collector, GST_PAD_PROBE_INFO_BUFFER (info));
    }
  else
    {
      GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

      for (guint i = 0; i < gst_buffer_list_length (list); i++)
        vis_feedback_collector_add_rtcp (&self->collector, gst_buffer_list_get (list, i));
    }
  post_feedback (self);

  return GST_PAD_PROBE_OK;
}

/* rtpsession tells whoever sends of transport-wide feedback, on the thread that received it. */
static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  VisWebrtcBridge *self = data;

  vis_feedback_collector_add_event (&self->collector, GST_PAD_PROBE_INFO_EVENT (info));
  post_feedback (self);

  return GST_PAD_PROBE_OK;
}

static void
on_rtpbin_pad (GstElement *rtpbin, GstPad *pad, gpointer data)
{
  const GstPadProbeType buffers = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;

  if (g_str_has_prefix (GST_PAD_NAME (pad), VIS_RTCP_SINK_PREFIX))
    {
      gst_pad_add_probe (pad, buffers, on_rtcp, bridge_ref (data), bridge_unref);
    }
  else if (g_str_has_prefix (GST_PAD_NAME (pad), RTP_SINK_PREFIX))
    {
      gst_pad_add_probe (pad,
                         buffers,
                         on_sent,
                         g_array_new (FALSE, FALSE, sizeof (guint32)),
                         (GDestroyNotify) g_array_unref);
      gst_pad_add_probe (
        pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, bridge_ref (data), bridge_unref);
    }
}

/* GStreamer 1.22: each transport-wide feedback puts off the regular RTCP packet by one more
 * interval of RFC 3550, section 6.3, which is a second for the bandwidth of a slow start: sender
 * and receiver reports are not sent as long as feedback comes faster. With more bandwidth the
 * interval is shorter than the time between two of these. */
static void
on_rtpbin_element (GstBin *rtpbin, GstElement *element, gpointer data)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (element), "GstRtpSession"))
    g_object_set (element, "bandwidth", SESSION_BANDWIDTH, NULL);
}

static void
on_data_channel (GstElement *webrtc, GObject *channel, gpointer data)
{
  post (data, (VisBridgeEvent){ .type = VIS_BRIDGE_CHANNEL, .object = g_object_ref (channel) });
}

static void
on_channel_open (GObject *channel, gpointer data)
{
  post (data, (VisBridgeEvent){ .type = VIS_BRIDGE_OPEN, .object = g_object_ref (channel) });
}

/* The other side says as much as it likes, as fast as it likes. */
static void
on_channel_message (GObject *channel, const char *text, gpointer data)
{
  VisWebrtcBridge *self = data;

  if (text == NULL || strnlen (text, VIS_HEARTBEAT_MAX_BYTES + 1) > VIS_HEARTBEAT_MAX_BYTES)
    return;

  if (g_atomic_int_add (&self->texts, 1) < VIS_BRIDGE_MAX_TEXTS)
    post (self, (VisBridgeEvent){ .type = VIS_BRIDGE_MESSAGE, .text = g_strdup (text) });
  else
    g_atomic_int_add (&self->texts, -1);
}

/* The error of a reply, or NULL. */
static char *
dup_error (const GstStructure *reply)
{
  g_autoptr (GError) error = NULL;

  if (reply == NULL || !gst_structure_has_field (reply, "error"))
    return NULL;

  gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  return g_strdup (error != NULL && error->message != NULL ? error->message
                                                           : "The negotiation failed");
}

static void
on_created (GstPromise *promise, gpointer data)
{
  const GstStructure                     *reply = NULL;
  char                                   *problem;
  g_autoptr (GstWebRTCSessionDescription) description = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    reply = gst_promise_get_reply (promise);
  problem = dup_error (reply);
  if (problem == NULL && reply != NULL)
    {
      const char *field = gst_structure_has_field (reply, "offer") ? "offer" : "answer";

      gst_structure_get (reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
    }

  if (description != NULL)
    post (data,
          (VisBridgeEvent){ .type = VIS_BRIDGE_DESCRIPTION,
                            .text = gst_sdp_message_as_text (description->sdp) });
  else
    post (
      data,
      (VisBridgeEvent){ .type = VIS_BRIDGE_REFUSED,
                        .text = problem != NULL ? problem : g_strdup ("No description was made") });
  gst_promise_unref (promise);
}

static void
on_set (GstPromise *promise, gpointer data, VisBridgeEventType success)
{
  char *problem = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    problem = dup_error (gst_promise_get_reply (promise));
  post (
    data,
    (VisBridgeEvent){ .type = problem != NULL ? VIS_BRIDGE_REFUSED : success, .text = problem });
  gst_promise_unref (promise);
}

static void
on_local_set (GstPromise *promise, gpointer data)
{
  on_set (promise, data, VIS_BRIDGE_LOCAL_SET);
}

static void
on_remote_set (GstPromise *promise, gpointer data)
{
  on_set (promise, data, VIS_BRIDGE_REMOTE_SET);
}

/* Main thread --------------------------------------------------------------------------------- */

static void
watch (VisWebrtcBridge *self, gpointer object, const char *signal, GCallback callback)
{
  if (!g_ptr_array_find (self->watched, object, NULL))
    g_ptr_array_add (self->watched, g_object_ref (object));
  g_signal_connect_data (
    object, signal, callback, bridge_ref (self), bridge_unref_closure, (GConnectFlags) 0);
}

static GstPromise *
promise_new (VisWebrtcBridge *self, GstPromiseChangeFunc func)
{
  GstPromise *promise = gst_promise_new_with_change_func (func, bridge_ref (self), bridge_unref);

  g_ptr_array_add (self->promises, gst_promise_ref (promise));
  return promise;
}

/**
 * vis_webrtc_bridge_new:
 * @webrtc: a webrtcbin
 * @owner: who is told; not kept alive
 * @func: called on the main context with @owner
 *
 * Listens to everything that @webrtc says.
 *
 * Returns: (transfer full): a bridge; to be given up with [method@Vis.WebrtcBridge.close]
 */
VisWebrtcBridge *
vis_webrtc_bridge_new (GstElement *webrtc, GObject *owner, VisBridgeFunc func)
{
  VisWebrtcBridge       *self = g_new0 (VisWebrtcBridge, 1);
  g_autoptr (GObject)    agent = vis_ice_agent_get (webrtc);
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (webrtc), "rtpbin");

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->owner, owner);
  self->func = func;
  self->webrtc = webrtc;
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->promises = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_promise_unref);
  vis_feedback_collector_init (&self->collector);

  watch (self, webrtc, "on-ice-candidate", G_CALLBACK (on_candidate));
  watch (self, webrtc, "notify::connection-state", G_CALLBACK (on_state));
  watch (self, webrtc, "notify::ice-connection-state", G_CALLBACK (on_state));
  watch (self, webrtc, "pad-added", G_CALLBACK (on_pad_added));
  watch (self, webrtc, "on-data-channel", G_CALLBACK (on_data_channel));
  /* The guard comes first: what it drops is not read. */
  vis_rtcp_guard_watch (rtpbin);
  watch (self, rtpbin, "pad-added", G_CALLBACK (on_rtpbin_pad));
  watch (self, rtpbin, "element-added", G_CALLBACK (on_rtpbin_element));
  watch (self, rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer));
  /* GStreamer 1.22: webrtcbin may go on gathering for ever, when the last candidate comes late. */
  if (agent != NULL)
    watch (self, agent, "candidate-gathering-done", G_CALLBACK (on_gathered));

  return self;
}

/**
 * vis_webrtc_bridge_close:
 * @self: (transfer full): a bridge
 *
 * Stops listening. What is under way is dropped.
 */
void
vis_webrtc_bridge_close (VisWebrtcBridge *self)
{
  g_atomic_int_set (&self->closed, TRUE);
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  /* GStreamer 1.22: webrtcbin never replies to a promise that is still queued when it is disposed.
   */
  for (guint i = 0; i < self->promises->len; i++)
    gst_promise_interrupt (g_ptr_array_index (self->promises, i));
  g_clear_pointer (&self->promises, g_ptr_array_unref);
  self->webrtc = NULL;
  bridge_unref (self);
}

/**
 * vis_webrtc_bridge_create_description:
 * @self: a bridge
 * @offer: an offer, or else an answer
 *
 * Asks for a description; [enum@Vis.BridgeEventType.DESCRIPTION] or `REFUSED` follows.
 */
void
vis_webrtc_bridge_create_description (VisWebrtcBridge *self, gboolean offer)
{
  GstPromise *promise = promise_new (self, on_created);

  g_signal_emit_by_name (self->webrtc, offer ? "create-offer" : "create-answer", NULL, promise);
}

/**
 * vis_webrtc_bridge_set_description:
 * @self: a bridge
 * @local: our own description, or else the other side's
 * @offer: an offer, or else an answer
 * @sdp: (transfer full): the `GstSDPMessage`
 *
 * Sets a description; `LOCAL_SET` or `REMOTE_SET` or `REFUSED` follows.
 */
void
vis_webrtc_bridge_set_description (VisWebrtcBridge *self,
                                   gboolean         local,
                                   gboolean         offer,
                                   gpointer         sdp)
{
  g_autoptr (GstWebRTCSessionDescription) description = gst_webrtc_session_description_new (
    offer ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
  GstPromise *promise = promise_new (self, local ? on_local_set : on_remote_set);

  g_signal_emit_by_name (
    self->webrtc, local ? "set-local-description" : "set-remote-description", description, promise);
}

/**
 * vis_webrtc_bridge_watch_channel:
 * @self: a bridge
 * @channel: a data channel
 *
 * Listens to @channel.
 */
void
vis_webrtc_bridge_watch_channel (VisWebrtcBridge *self, GObject *channel)
{
  GstWebRTCDataChannelState state;

  watch (self, channel, "on-open", G_CALLBACK (on_channel_open));
  watch (self, channel, "on-message-string", G_CALLBACK (on_channel_message));

  /* It may have opened before anybody listened. */
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    on_channel_open (channel, self);
}

/**
 * vis_webrtc_bridge_watch_transport:
 * @self: a bridge
 * @transport: a DTLS transport
 *
 * Listens to @transport, so that its certificate is seen at once.
 */
void
vis_webrtc_bridge_watch_transport (VisWebrtcBridge *self, GObject *transport)
{
  if (g_ptr_array_find (self->watched, transport, NULL))
    return;

  watch (self, transport, "notify::state", G_CALLBACK (on_state));
  watch (self, transport, "notify::remote-certificate", G_CALLBACK (on_state));
}

/**
 * vis_webrtc_bridge_get_received:
 * @self: a bridge
 * @packets: (out): how many RTP packets came
 * @bytes: (out): and their size
 */
void
vis_webrtc_bridge_get_received (VisWebrtcBridge *self, guint64 *packets, guint64 *bytes)
{
  *packets = (guint64) __atomic_load_n (&self->packets, __ATOMIC_RELAXED);
  *bytes = (guint64) __atomic_load_n (&self->bytes, __ATOMIC_RELAXED);
}

/**
 * vis_webrtc_bridge_get_heard:
 * @self: a bridge
 *
 * Returns: when the last RTP packet came, as of g_get_monotonic_time(), 0 for never
 */
gint64
vis_webrtc_bridge_get_heard (VisWebrtcBridge *self)
{
  return __atomic_load_n (&self->heard, __ATOMIC_RELAXED);
}
