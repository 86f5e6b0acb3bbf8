/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-senders.h"

/* Bits/s of all that is sent, until vis_senders_set_budget(). Modest, for slow paths. */
#define START_BUDGET 332000

/* Bits/s of sound, which comes first: people who hear each other can talk. */
#define AUDIO_BITRATE 32000

/* Bits/s below which an encoder makes no picture of use, and overshoots anyway. */
#define MIN_PICTURE_BITRATE 30000

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
  guint                  budget; /* bits/s */

  VisSourceFeedback      reports[VIS_N_ROLES]; /* the latest of each that is sent, zeros else */
  double                 rtt_ms;
  guint64                reported; /* packets that transport-wide feedback told of */
  guint64                lost;     /* of these */
};

static gboolean
is_sent (VisSenders *self, VisRole role)
{
  return (self->sending & flags[role]) != 0;
}

static void
update_valves (VisSenders *self)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      gboolean may_send = self->open && self->sections[i].present;

      vis_sender_set_mode (self->senders[i],
                           !may_send           ? VIS_TAP_SHUT
                           : is_sent (self, i) ? VIS_TAP_OPEN
                                               : VIS_TAP_SILENT);
    }
}

static void
update_targets (VisSenders *self)
{
  VisSenderTarget targets[VIS_N_ROLES];

  vis_senders_divide (self->budget, self->sending, targets);
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      if (is_sent (self, i))
        vis_sender_set_target (self->senders[i], &targets[i]);
    }
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
  self->budget = START_BUDGET;

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
  update_targets (self);

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
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      if (!is_sent (self, i))
        self->reports[i] = (VisSourceFeedback){ 0 };
    }
  update_targets (self);
  update_valves (self);
}

/**
 * vis_senders_set_budget:
 * @self: senders
 * @bits_per_second: what all that is sent may take, see vis_senders_divide()
 *
 * Where a rate controller takes hold.
 */
void
vis_senders_set_budget (VisSenders *self, guint bits_per_second)
{
  self->budget = bits_per_second;
  update_targets (self);
}

/**
 * vis_senders_divide:
 * @budget: what all that is sent may take, bits/s
 * @sending: what is sent
 * @targets: (out): what each of it should aim at, 0 for what is not sent
 *
 * Divides @budget among what is sent. Sound takes what it needs; pictures take the rest, and if
 * there are two, the screen two thirds of it: its letters are to be read, and it changes at once
 * and much when somebody scrolls. None gets less than its encoder can keep to, not even when there
 * is not that much: turning pictures off is for whoever sets the budget.
 */
void
vis_senders_divide (guint budget, VisMediaFlags sending, VisSenderTarget targets[VIS_N_ROLES])
{
  guint audio = (sending & VIS_MEDIA_AUDIO) != 0 ? AUDIO_BITRATE : 0;
  guint rest = budget > audio ? budget - audio : 0;
  guint screen = 0;
  guint camera = 0;

  if ((sending & VIS_MEDIA_SCREEN) != 0)
    screen = MAX ((sending & VIS_MEDIA_CAMERA) != 0 ? rest / 3 * 2 : rest, MIN_PICTURE_BITRATE);
  if ((sending & VIS_MEDIA_CAMERA) != 0)
    camera = MAX (rest > screen ? rest - screen : 0, MIN_PICTURE_BITRATE);

  targets[VIS_ROLE_AUDIO].bitrate = audio;
  targets[VIS_ROLE_VIDEO].bitrate = camera;
  targets[VIS_ROLE_SCREEN].bitrate = screen;
}

/**
 * vis_senders_take_feedback:
 * @self: senders
 * @feedback: what the other side says of what it is sent
 *
 * Notes @feedback. What it says of sources that are none of these is passed over, and of those that
 * are no longer sent all but the round trip: a report of their last packets comes after these.
 */
void
vis_senders_take_feedback (VisSenders *self, const VisFeedback *feedback)
{
  self->reported += feedback->packets;
  self->lost += feedback->lost;

  for (guint i = 0; i < feedback->n_sources; i++)
    {
      const VisSourceFeedback *source = &feedback->sources[i];

      for (guint role = 0; role < VIS_N_ROLES; role++)
        {
          if (self->senders[role] == NULL ||
              vis_sender_get_ssrc (self->senders[role]) != source->ssrc)
            continue;
          if (is_sent (self, role))
            self->reports[role] = *source;
          if (source->rtt_ms > 0)
            self->rtt_ms = source->rtt_ms;
        }
    }
}

static void
get_feedback_stats (VisSenders *self, VisStats *stats)
{
  stats->packets_reported = self->reported;
  stats->packets_lost = self->lost;
  stats->rtcp_rtt_ms = self->rtt_ms;
  stats->loss_out = stats->jitter_out_ms = 0;
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      const VisCodec *codec = self->sections[i].codec;

      if (codec == NULL)
        continue;
      stats->loss_out = MAX (stats->loss_out, self->reports[i].loss);
      stats->jitter_out_ms =
        MAX (stats->jitter_out_ms, self->reports[i].jitter * 1000.0 / codec->clock_rate);
    }
}

/**
 * vis_senders_get_stats:
 * @self: senders
 * @stats: where to note what was sent so far, and what the other side says of it
 */
void
vis_senders_get_stats (VisSenders *self, VisStats *stats)
{
  get_feedback_stats (self, stats);
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
