/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-wall-clock.h"

#include "vis-format.h"

struct _VisWallClock
{
  GObject    parent_instance;

  gint64     offset; /* for tests, in ms */
  gint64     seen;   /* ms since 1970, as of the last minute */
  GTimeZone *zone;   /* as of the last minute */
};

G_DEFINE_FINAL_TYPE (VisWallClock, vis_wall_clock, G_TYPE_OBJECT)

enum
{
  MINUTE,
  DAY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
look (VisWallClock *self)
{
  gint64   now = vis_wall_clock_get_now (self);
  gboolean day;

  g_time_zone_unref (self->zone);
  self->zone = g_time_zone_new_local ();
  day = !vis_format_same_day (self->seen, now, self->zone);
  self->seen = now;
  g_signal_emit (self, signals[MINUTE], 0);
  if (day)
    g_signal_emit (self, signals[DAY], 0);
}

static gboolean
on_minute (gpointer user_data)
{
  look (user_data);

  return G_SOURCE_CONTINUE;
}

static void
vis_wall_clock_finalize (GObject *object)
{
  g_time_zone_unref (VIS_WALL_CLOCK (object)->zone);

  G_OBJECT_CLASS (vis_wall_clock_parent_class)->finalize (object);
}

static void
vis_wall_clock_class_init (VisWallClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_wall_clock_finalize;

  signals[MINUTE] = g_signal_new (
    "minute", VIS_TYPE_WALL_CLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DAY] = g_signal_new (
    "day", VIS_TYPE_WALL_CLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_wall_clock_init (VisWallClock *self)
{
  self->zone = g_time_zone_new_local ();
  self->seen = vis_wall_clock_get_now (self);
}

/**
 * vis_wall_clock_get_default:
 *
 * Returns: (transfer none): the clock of the app
 */
VisWallClock *
vis_wall_clock_get_default (void)
{
  static VisWallClock *minute;

  /* Never freed. */
  if (minute == NULL)
    {
      minute = g_object_new (VIS_TYPE_WALL_CLOCK, NULL);
      g_timeout_add_seconds (60, on_minute, minute);
    }

  return minute;
}

/* In milliseconds since 1970. */
gint64
vis_wall_clock_get_now (VisWallClock *self)
{
  g_return_val_if_fail (VIS_IS_WALL_CLOCK (self), 0);

  return g_get_real_time () / 1000 + self->offset;
}

/**
 * vis_wall_clock_get_zone:
 *
 * The local time zone, cached: g_time_zone_new_local() looks for its file at each call, which is
 * too slow for each row of a list.
 *
 * Returns: (transfer none): the zone as of the last minute
 */
GTimeZone *
vis_wall_clock_get_zone (VisWallClock *self)
{
  g_return_val_if_fail (VIS_IS_WALL_CLOCK (self), NULL);

  return self->zone;
}

/**
 * vis_wall_clock_set_offset:
 * @offset: in milliseconds
 *
 * Moves the clock forwards, for tests.
 */
void
vis_wall_clock_set_offset (VisWallClock *self, gint64 offset)
{
  g_return_if_fail (VIS_IS_WALL_CLOCK (self));

  self->offset = offset;
  look (self);
}
