/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-senders.h"

/* Modest, so that a slow line lives until its rate is known. */
#define START_BITRATE 300000

#define AUDIO_BITRATE 32000

static const VisMediaFlags flags[VIS_N_ROLES] = {
  [VIS_ROLE_AUDIO] = VIS_MEDIA_AUDIO,
  [VIS_ROLE_VIDEO] = VIS_MEDIA_CAMERA,
  [VIS_ROLE_SCREEN] = VIS_MEDIA_SCREEN,
};

struct _VisSenders
{
  VisFeed               *feeds[VIS_N_ROLES];
  const VisMediaSection *sections;

  VisSender             *senders[VIS_N_ROLES];
  VisMediaFlags          sending;
  gboolean               open;
  guint                  bitrate;
};

static void
update_valves (VisSenders *self)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      gboolean may_send = self->open && self->sections[i].present;

      vis_sender_set_mode (self->senders[i],
                           !may_send                         ? VIS_TAP_SHUT
                           : (self->sending & flags[i]) != 0 ? VIS_TAP_OPEN
                                                             : VIS_TAP_SILENT);
    }
}

static void
update_bitrates (VisSenders *self)
{
  vis_sender_set_bitrate (self->senders[VIS_ROLE_AUDIO], AUDIO_BITRATE);
  vis_sender_set_bitrate (self->senders[VIS_ROLE_VIDEO], self->bitrate);
  vis_sender_set_bitrate (self->senders[VIS_ROLE_SCREEN], self->bitrate);
}

static int
compare_mlines (gconstpointer a, gconstpointer b, gpointer data)
{
  const VisMediaSection *sections = data;

  return (int) sections[*(const guint *) a].mline - (int) sections[*(const guint *) b].mline;
}

/**
 * vis_senders_new:
 * @feeds: where sound, camera and screen come from
 * @sections: the sections of the session, one for each role; they must outlive the senders
 *
 * Returns: (transfer full): the senders, none of them linked
 */
VisSenders *
vis_senders_new (VisFeed *feeds[VIS_N_ROLES], const VisMediaSection *sections)
{
  VisSenders *self = g_new0 (VisSenders, 1);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    self->feeds[i] = vis_feed_ref (feeds[i]);
  self->sections = sections;
  self->bitrate = START_BITRATE;

  return self;
}

/**
 * vis_senders_free:
 * @self: (nullable): senders
 */
void
vis_senders_free (VisSenders *self)
{
  if (self == NULL)
    return;

  vis_senders_unlink (self);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    vis_feed_unref (self->feeds[i]);
  g_free (self);
}

/**
 * vis_senders_link:
 * @self: senders
 * @pipeline: what the elements go into
 * @webrtc: the peer connection, in @pipeline
 * @error: why an encoder could not be made
 *
 * Makes a sender for each section that something can be sent in.
 *
 * Returns: whether all could be made
 */
gboolean
vis_senders_link (VisSenders *self, GstBin *pipeline, GstElement *webrtc, GError **error)
{
  guint roles[VIS_N_ROLES] = { VIS_ROLE_AUDIO, VIS_ROLE_VIDEO, VIS_ROLE_SCREEN };

  /* webrtcbin makes its transceivers in the order of the pads. */
  g_qsort_with_data (
    roles, VIS_N_ROLES, sizeof roles[0], compare_mlines, (gpointer) self->sections);

  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      VisRole                role = roles[i];
      const VisMediaSection *section = &self->sections[role];

      if (!section->present || section->codec == NULL)
        continue;
      self->senders[role] =
        vis_sender_new (pipeline, webrtc, self->feeds[role], section, role, error);
      if (self->senders[role] == NULL)
        return FALSE;
    }
  update_bitrates (self);

  return TRUE;
}

/**
 * vis_senders_unlink:
 * @self: senders
 *
 * Cuts all off their feeds, for good. Their elements go with the pipeline.
 */
void
vis_senders_unlink (VisSenders *self)
{
  self->open = FALSE;
  for (guint i = 0; i < VIS_N_ROLES; i++)
    g_clear_pointer (&self->senders[i], vis_sender_free);
}

/**
 * vis_senders_open:
 * @self: senders
 *
 * The other side is proved to be who it should be: what should be sent flows from now on.
 */
void
vis_senders_open (VisSenders *self)
{
  self->open = TRUE;
  update_valves (self);
}

/**
 * vis_senders_set_sending:
 * @self: senders
 * @sending: what is sent; silence and no picture of the rest
 */
void
vis_senders_set_sending (VisSenders *self, VisMediaFlags sending)
{
  self->sending = sending;
  update_valves (self);
}

/**
 * vis_senders_set_bitrate:
 * @self: senders
 * @bits_per_second: what pictures may take
 */
void
vis_senders_set_bitrate (VisSenders *self, guint bits_per_second)
{
  self->bitrate = bits_per_second;
  update_bitrates (self);
}

/**
 * vis_senders_get_stats:
 * @self: senders
 * @stats: where to note what was sent so far
 */
void
vis_senders_get_stats (VisSenders *self, VisStats *stats)
{
  stats->bytes_sent = stats->packets_sent = stats->video_packets_sent = 0;
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      guint64 packets, bytes;

      vis_sender_get_sent (self->senders[i], &packets, &bytes);
      stats->bytes_sent += bytes;
      if (i == VIS_ROLE_AUDIO)
        stats->packets_sent = packets;
      else
        stats->video_packets_sent += packets;
    }
}
