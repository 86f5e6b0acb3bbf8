/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-receivers.h"

#include <gst/webrtc/webrtc.h>

/* Sound is not sent again; its decoder conceals what is missing after this time. */
#define AUDIO_LATENCY_MS 60

typedef struct
{
  GstPad *pad;
  gulong  probe;
} WaitingPad;

struct _VisReceivers
{
  const VisMediaSection *sections;
  VisSpeaker            *speaker;
  VisReceiversFunc       func;
  gpointer               data;

  GstBin                *pipeline; /* NULL before it starts and once it is closed */
  gboolean               open;
  guint                  prepare;
  GPtrArray             *waiting_pads;
  GHashTable            *jitterbuffers;        /* by SSRC */
  VisReceiver           *spares[VIS_N_ROLES];  /* made ahead, not linked yet */
  VisReceiver           *current[VIS_N_ROLES]; /* the latest of each role, one of all */
  GPtrArray             *all;
};

static void
waiting_pad_free (gpointer data)
{
  WaitingPad *self = data;

  gst_object_unref (self->pad);
  g_free (self);
}

static void
on_first_picture (VisReceiver *receiver, gpointer data)
{
  VisReceivers *self = data;

  if (receiver == self->current[VIS_ROLE_VIDEO])
    self->func (VIS_ROLE_VIDEO, vis_receiver_get_paintable (receiver), self->data);
  else if (receiver == self->current[VIS_ROLE_SCREEN])
    self->func (VIS_ROLE_SCREEN, vis_receiver_get_paintable (receiver), self->data);
}

static VisReceiver *
make (VisReceivers *self, const VisCodec *codec)
{
  return vis_receiver_new (self->pipeline, codec, self->speaker, self, on_first_picture, self);
}

static gboolean
on_prepare (gpointer data)
{
  VisReceivers *self = data;
  const VisRole roles[] = { VIS_ROLE_VIDEO, VIS_ROLE_AUDIO };

  self->prepare = 0;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      const VisMediaSection *section = &self->sections[roles[i]];

      if (section->present && section->codec != NULL && self->spares[roles[i]] == NULL)
        self->spares[roles[i]] = make (self, section->codec);
    }

  return G_SOURCE_REMOVE;
}

static VisReceiver *
take (VisReceivers *self, VisRole role, GstPad *pad)
{
  const VisCodec *codec = vis_receiver_find_codec (pad);

  if (role < VIS_N_ROLES && self->spares[role] != NULL &&
      vis_receiver_get_codec (self->spares[role]) == codec)
    return g_steal_pointer (&self->spares[role]);

  return make (self, codec);
}

static void
tune_jitterbuffer (VisReceivers *self, GstPad *pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstElement         *jitterbuffer;
  guint               ssrc;

  if (caps == NULL || !gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc))
    return;

  jitterbuffer = g_hash_table_lookup (self->jitterbuffers, GUINT_TO_POINTER (ssrc));
  if (jitterbuffer != NULL)
    g_object_set (jitterbuffer, "latency", AUDIO_LATENCY_MS, "do-lost", TRUE, NULL);
}

static void
link_pad (VisReceivers *self, GstPad *pad, gulong probe)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  VisReceiver                        *receiver;
  guint                               mline = 0;
  VisRole                             role;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_get (transceiver, "mlineindex", &mline, NULL);
  role = vis_media_sections_find (self->sections, mline);
  g_debug ("Section %u is received, role %d", mline, role);

  receiver = take (self, role, pad);
  vis_receiver_link (receiver, pad);
  g_ptr_array_add (self->all, receiver);
  if (role < VIS_N_ROLES)
    self->current[role] = receiver;
  if (role == VIS_ROLE_AUDIO)
    tune_jitterbuffer (self, pad);

  gst_pad_remove_probe (pad, probe);
}

/**
 * vis_receivers_new:
 * @sections: the sections of the session, one for each role; they must outlive the receivers
 * @speaker: (nullable): what plays the other side
 * @func: (scope forever): told of the first picture
 * @data: for @func
 *
 * Returns: (transfer full): the receivers, none yet
 */
VisReceivers *
vis_receivers_new (const VisMediaSection *sections,
                   VisSpeaker            *speaker,
                   VisReceiversFunc       func,
                   gpointer               data)
{
  VisReceivers *self = g_new0 (VisReceivers, 1);

  self->sections = sections;
  g_set_object (&self->speaker, speaker);
  self->func = func;
  self->data = data;
  self->waiting_pads = g_ptr_array_new_with_free_func (waiting_pad_free);
  self->jitterbuffers = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_receiver_free);

  return self;
}

/**
 * vis_receivers_free:
 * @self: (nullable): receivers
 */
void
vis_receivers_free (VisReceivers *self)
{
  if (self == NULL)
    return;

  vis_receivers_close (self);
  g_ptr_array_unref (self->waiting_pads);
  g_hash_table_unref (self->jitterbuffers);
  g_ptr_array_unref (self->all);
  g_clear_object (&self->speaker);
  g_free (self);
}

/**
 * vis_receivers_start:
 * @self: receivers
 * @pipeline: (transfer none): what their elements go into; to be closed before it goes
 */
void
vis_receivers_start (VisReceivers *self, GstBin *pipeline)
{
  self->pipeline = pipeline;
}

/**
 * vis_receivers_prepare:
 * @self: receivers that have started
 *
 * Makes what is needed once there is a path, while one is looked for; candidates go first.
 */
void
vis_receivers_prepare (VisReceivers *self)
{
  if (self->pipeline != NULL && self->prepare == 0)
    self->prepare = g_idle_add (on_prepare, self);
}

/**
 * vis_receivers_add_jitterbuffer:
 * @self: receivers
 * @ssrc: a source of the other side
 * @jitterbuffer: what smooths its packets
 */
void
vis_receivers_add_jitterbuffer (VisReceivers *self, guint ssrc, GstElement *jitterbuffer)
{
  g_hash_table_insert (self->jitterbuffers, GUINT_TO_POINTER (ssrc), gst_object_ref (jitterbuffer));
}

/**
 * vis_receivers_add_pad:
 * @self: receivers that have started
 * @pad: where the packets of a section come
 * @probe: what holds them up
 *
 * Takes a section, at once or as soon as the receivers are open.
 */
void
vis_receivers_add_pad (VisReceivers *self, GstPad *pad, gulong probe)
{
  WaitingPad *waiting;

  if (self->open)
    {
      link_pad (self, pad, probe);
      return;
    }

  waiting = g_new0 (WaitingPad, 1);
  waiting->pad = gst_object_ref (pad);
  waiting->probe = probe;
  g_ptr_array_add (self->waiting_pads, waiting);
}

/**
 * vis_receivers_open:
 * @self: receivers that have started
 *
 * The other side is proved to be who it should be: from now on it is seen and heard.
 */
void
vis_receivers_open (VisReceivers *self)
{
  self->open = TRUE;
  if (self->speaker != NULL)
    vis_speaker_set_owner (self->speaker, self);

  for (guint i = 0; i < self->waiting_pads->len; i++)
    {
      WaitingPad *waiting = g_ptr_array_index (self->waiting_pads, i);

      link_pad (self, waiting->pad, waiting->probe);
    }
  g_ptr_array_set_size (self->waiting_pads, 0);
}

/**
 * vis_receivers_close:
 * @self: receivers
 *
 * Lets all go, for good. Harmless at any time but never to be called on a thread of GStreamer.
 */
void
vis_receivers_close (VisReceivers *self)
{
  self->pipeline = NULL;
  self->open = FALSE;
  g_clear_handle_id (&self->prepare, g_source_remove);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      g_clear_pointer (&self->spares[i], vis_receiver_free);
      self->current[i] = NULL;
    }
  g_ptr_array_set_size (self->waiting_pads, 0);
  g_hash_table_remove_all (self->jitterbuffers);
  g_ptr_array_set_size (self->all, 0);
}

/**
 * vis_receivers_get_stats:
 * @self: receivers
 * @stats: where to note what was received so far; left as it is once they are closed
 */
void
vis_receivers_get_stats (VisReceivers *self, VisStats *stats)
{
  VisReceiver *video = self->current[VIS_ROLE_VIDEO];
  VisReceiver *screen = self->current[VIS_ROLE_SCREEN];

  if (self->pipeline == NULL)
    return;

  stats->frames_decoded = video != NULL ? vis_receiver_get_frames (video) : 0;
  stats->screen_frames_decoded = screen != NULL ? vis_receiver_get_frames (screen) : 0;
  stats->audio_decoded = 0;
  for (guint i = 0; i < self->all->len; i++)
    {
      VisReceiver *receiver = g_ptr_array_index (self->all, i);

      if (!vis_receiver_is_audio (receiver))
        continue;
      stats->audio_decoded += vis_receiver_get_frames (receiver);
      stats->audio_level = vis_receiver_get_level (receiver);
    }
  /* A section for pictures may carry sound, or what can't be decoded. */
  if (video != NULL && !vis_receiver_is_audio (video))
    {
      GdkPaintable *picture = GDK_PAINTABLE (vis_receiver_get_paintable (video));

      stats->width = gdk_paintable_get_intrinsic_width (picture);
      stats->height = gdk_paintable_get_intrinsic_height (picture);
    }
}
