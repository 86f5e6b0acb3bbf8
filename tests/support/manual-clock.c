/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "manual-clock.h"

struct _ManualClock
{
  GObject    parent_instance;
  gint64     now_ms;
  guint      last_id;
  GPtrArray *timers;
};

typedef struct
{
  guint           id;
  gint64          due_ms;
  GSourceOnceFunc func;
  gpointer        data;
} Timer;

static gint64
manual_clock_now (VisClock *clock)
{
  return MANUAL_CLOCK (clock)->now_ms * 1000;
}

static gint64
manual_clock_wall (VisClock *clock)
{
  return MANUAL_CLOCK (clock)->now_ms;
}

static guint
manual_clock_add_timeout (VisClock *clock, guint delay_ms, GSourceOnceFunc func, gpointer data)
{
  ManualClock *self = MANUAL_CLOCK (clock);
  Timer       *timer = g_new (Timer, 1);

  *timer = (Timer){ ++self->last_id, self->now_ms + delay_ms, func, data };
  g_ptr_array_add (self->timers, timer);
  return timer->id;
}

static void
manual_clock_remove (VisClock *clock, guint id)
{
  ManualClock *self = MANUAL_CLOCK (clock);

  for (guint i = 0; i < self->timers->len; i++)
    if (((Timer *) g_ptr_array_index (self->timers, i))->id == id)
      {
        g_ptr_array_remove_index (self->timers, i);
        return;
      }

  g_assert_not_reached (); /* as g_source_remove () warns about an unknown id */
}

static void
manual_clock_iface_init (VisClockInterface *iface)
{
  iface->now = manual_clock_now;
  iface->wall = manual_clock_wall;
  iface->add_timeout = manual_clock_add_timeout;
  iface->remove = manual_clock_remove;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ManualClock,
                               manual_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_CLOCK, manual_clock_iface_init))

static void
manual_clock_finalize (GObject *object)
{
  g_ptr_array_unref (MANUAL_CLOCK (object)->timers);
  G_OBJECT_CLASS (manual_clock_parent_class)->finalize (object);
}

static void
manual_clock_class_init (ManualClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = manual_clock_finalize;
}

static void
manual_clock_init (ManualClock *self)
{
  self->now_ms = 1000000;
  self->timers = g_ptr_array_new_with_free_func (g_free);
}

ManualClock *
manual_clock_new (void)
{
  return g_object_new (MANUAL_TYPE_CLOCK, NULL);
}

/* Advances the time, and runs each timer when it is due. */
void
manual_clock_advance (ManualClock *self, guint ms)
{
  gint64 end = self->now_ms + ms;

  for (;;)
    {
      Timer *first = NULL;
      Timer  timer;

      for (guint i = 0; i < self->timers->len; i++)
        {
          Timer *other = g_ptr_array_index (self->timers, i);

          if (other->due_ms <= end && (first == NULL || other->due_ms < first->due_ms))
            first = other;
        }
      if (first == NULL)
        break;

      timer = *first;
      self->now_ms = MAX (self->now_ms, timer.due_ms);
      g_ptr_array_remove (self->timers, first);
      timer.func (timer.data);
    }
  self->now_ms = end;
}

guint
manual_clock_count (ManualClock *self)
{
  return self->timers->len;
}
