/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-explorer.h"

#include <string.h>

#include "call-world.h"

#define MAX_DEPTH 256

/* A step of a history. */
typedef struct
{
  int         who;
  const char *what;
} Label;

typedef struct
{
  const VisCallTable    *table;
  const CallWorldLimits *limits;
  CallWorldCount        *count;
  guint64               *seen;
  gsize                  seen_size;
  gsize                  seen_used;
  Label                  trace[MAX_DEPTH];
  guint                  depth;
  const char            *error;
  gboolean               talked;
} Explorer;

/* Which worlds were seen already */

static guint64
hash_bytes (guint64 hash, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);

  return hash ^ (hash >> 29);
}

static guint64
hash_world (const World *world)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (guint i = 0; i < 2; i++)
    {
      const Side           *side = &world->sides[i];
      const VisCallContext *context = &side->context;
      const gint8           packed[] = {
                  (gint8) context->state,    world_call_index (context->call),
                  (gint8) context->outgoing, (gint8) context->offered,
                  (gint8) context->online,   (gint8) context->path,
                  (gint8) context->was_up,   (gint8) context->current,
                  (gint8) context->next,     (gint8) context->newest,
                  (gint8) side->ended,       (gint8) side->ring,
                  (gint8) side->ring_timer,  (gint8) side->media_timer,
                  (gint8) side->retry_timer, (gint8) side->capture,
                  (gint8) side->counting,    (gint8) side->kept,
                  (gint8) side->over,        (gint8) side->told,
                  (gint8) side->starts,      (gint8) context->denied,
                  (gint8) context->agreed,
      };

      hash = hash_bytes (hash, packed, sizeof packed);
      hash = hash_bytes (hash, side->media, sizeof side->media);
      hash = hash_bytes (hash, &world->lengths[i], 1);
      hash = hash_bytes (hash, world->channels[i], world->lengths[i] * sizeof (Frame));
    }

  hash = hash_bytes (hash, &world->disturbances, 1);
  return hash != 0 ? hash : 1;
}

static void
insert (guint64 *seen, gsize size, guint64 hash)
{
  gsize i = hash & (size - 1);

  while (seen[i] != 0)
    i = (i + 1) & (size - 1);
  seen[i] = hash;
}

static gboolean
see (Explorer *self, guint64 hash)
{
  gsize i = hash & (self->seen_size - 1);

  for (; self->seen[i] != 0; i = (i + 1) & (self->seen_size - 1))
    if (self->seen[i] == hash)
      return FALSE;

  self->seen[i] = hash;
  if (++self->seen_used * 2 > self->seen_size)
    {
      guint64 *bigger = g_new0 (guint64, self->seen_size * 2);

      for (i = 0; i < self->seen_size; i++)
        if (self->seen[i] != 0)
          insert (bigger, self->seen_size * 2, self->seen[i]);
      g_free (self->seen);
      self->seen = bigger;
      self->seen_size *= 2;
    }

  return TRUE;
}

/* Every next world */

static void explore (Explorer *self, const World *world);

static void
follow (Explorer *self, const World *next, const char *error, int who, const char *what)
{
  if (self->error != NULL)
    return;

  g_assert (self->depth < MAX_DEPTH);
  self->trace[self->depth++] = (Label){ who, what };
  self->error = error;
  if (error == NULL)
    explore (self, next);
  if (self->error == NULL)
    self->depth--;
}

#define TRY(what, call)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    World       next = *world;                                                                     \
    const char *error = call;                                                                      \
    follow (self, &next, error, who, what);                                                        \
  }                                                                                                \
  G_STMT_END

#define DISTURB(what, call)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    World       next = *world;                                                                     \
    const char *error;                                                                             \
    next.disturbances++;                                                                           \
    error = call;                                                                                  \
    follow (self, &next, error, who, what);                                                        \
  }                                                                                                \
  G_STMT_END

static void
explore_person (Explorer *self, const World *world, int who)
{
  const Side         *side = &world->sides[who];
  const VisCallTable *table = self->table;

  if (side->context.state == VIS_CALL_IDLE && side->starts < self->limits->starts[who])
    TRY ("start", world_start (table, &next, who));
  if (side->context.state == VIS_CALL_RINGING)
    {
      TRY ("answer", world_happen (table, &next, who, VIS_CALL_EVENT_ANSWER, NULL, 0));
      TRY ("decline", world_happen (table, &next, who, VIS_CALL_EVENT_DECLINE, NULL, 0));
    }
  else if (side->context.state != VIS_CALL_IDLE)
    TRY ("hang up", world_happen (table, &next, who, VIS_CALL_EVENT_HANG_UP, NULL, 0));
}

static void
explore_usual (Explorer *self, const World *world, int who)
{
  const Side         *side = &world->sides[who];
  const VisCallTable *table = self->table;

  if (world->lengths[who] > 0)
    TRY ("deliver", world_deliver (table, &next, who, 0));
  if (!side->context.online)
    TRY ("wire back", world_wire (table, &next, who, TRUE));

  for (guint slot = 0; slot < 2; slot++)
    {
      if (side->media[slot].gen != -1 && !side->media[slot].described)
        TRY ("describe", world_describe (table, &next, who, slot));
      if (world_can_connect (world, who, slot))
        TRY ("connect", world_report (table, &next, who, slot, VIS_SESSION_CONNECTED));
      if (world_must_stall (world, who, slot))
        TRY ("stall", world_report (table, &next, who, slot, VIS_SESSION_STALLED));
    }
}

static void
explore_channel (Explorer *self, const World *world, int who)
{
  const VisCallTable *table = self->table;

  for (guint i = 1; i < world->lengths[who]; i++)
    DISTURB ("deliver a later frame", world_deliver (table, &next, who, i));
  if (world->lengths[who] > 0)
    {
      DISTURB ("lose a frame", (world_take_frame (&next, who, 0), NULL));
      DISTURB ("repeat a frame", world_repeat (&next, who));
    }
  if (world->sides[who].context.online)
    DISTURB ("wire lost", world_wire (table, &next, who, FALSE));
  if (world->sides[who].context.state != VIS_CALL_IDLE)
    DISTURB ("a stranger calls", world_stranger (table, &next, who));
}

static void
explore_server (Explorer *self, const World *world, int who)
{
  const VisCallContext *context = &world->sides[who].context;
  const VisCallTable   *table = self->table;
  VisKind               kind = context->outgoing ? VIS_KIND_CALL_OFFER : VIS_KIND_CALL_ANSWER;

  if (context->state == VIS_CALL_CALLING || context->state == VIS_CALL_IN_CALL)
    {
      DISTURB ("request fails",
               world_refuse (table, &next, who, kind, VIS_PROTOCOL_ERROR_UNAVAILABLE));
      DISTURB ("not found", world_refuse (table, &next, who, kind, VIS_PROTOCOL_ERROR_NOT_FOUND));
    }
  if (context->state == VIS_CALL_RINGING ||
      (context->state == VIS_CALL_IN_CALL && !context->outgoing))
    {
      gint8 call = world_call_index (context->call);

      DISTURB ("answered elsewhere",
               (world_put_elsewhere (&next, who, call, VIS_END_ANSWERED_ELSEWHERE), NULL));
      DISTURB ("declined elsewhere",
               (world_put_elsewhere (&next, who, call, VIS_END_DECLINED), NULL));
    }
}

static void
explore_media (Explorer *self, const World *world, int who)
{
  const Side         *side = &world->sides[who];
  const VisCallTable *table = self->table;

  for (guint slot = 0; slot < 2; slot++)
    {
      if (side->media[slot].gen == -1)
        continue;
      if (side->media[slot].up)
        {
          DISTURB ("path stalls", world_report (table, &next, who, slot, VIS_SESSION_STALLED));
          DISTURB ("path dies", world_die (table, &next, who, slot));
        }
      if (!side->media[slot].up)
        DISTURB ("path fails", world_report (table, &next, who, slot, VIS_SESSION_FAILED));
      if (!side->media[slot].up)
        DISTURB ("unusable", world_report (table, &next, who, slot, VIS_SESSION_UNUSABLE));
      if (world_is_complete (&side->media[slot]))
        DISTURB ("insecure", world_report (table, &next, who, slot, VIS_SESSION_INSECURE));
    }
}

static void
explore_time (Explorer *self, const World *world, int who)
{
  const Side         *side = &world->sides[who];
  const VisCallTable *table = self->table;

  if (side->ring_timer)
    DISTURB (
      "ring timeout",
      world_timer (table, &next, who, &next.sides[who].ring_timer, VIS_CALL_EVENT_RING_TIMEOUT));
  if (side->media_timer)
    DISTURB (
      "media timeout",
      world_timer (table, &next, who, &next.sides[who].media_timer, VIS_CALL_EVENT_MEDIA_TIMEOUT));
  if (side->retry_timer)
    DISTURB ("retry", world_retry (table, &next, who));
  if (side->context.state != VIS_CALL_IDLE)
    DISTURB ("crash", (world_crash (&next, who), NULL));
}

static void
explore (Explorer *self, const World *world)
{
  if (world->overflow || !see (self, hash_world (world)))
    return;
  if (self->limits->max_states != 0 && self->count->states >= self->limits->max_states)
    {
      self->count->complete = FALSE;
      return;
    }

  self->count->states++;
  self->count->deepest = MAX (self->count->deepest, self->depth);
  self->talked |= world_is_talking (world);
  if ((self->error = world_check (world)) != NULL ||
      (self->error = world_check_future (self->table, world)) != NULL)
    return;

  for (int who = 0; who < 2; who++)
    {
      explore_usual (self, world, who);
      explore_person (self, world, who);
      if (world->disturbances < self->limits->disturbances)
        {
          explore_channel (self, world, who);
          explore_server (self, world, who);
          explore_media (self, world, who);
          explore_time (self, world, who);
        }
    }
}

static char *
tell_history (const Explorer *self)
{
  GString *text = g_string_new (self->error);

  for (guint i = 0; i < self->depth; i++)
    g_string_append_printf (text,
                            "%s%s: %s",
                            i == 0 ? " after " : ", ",
                            world_users[self->trace[i].who],
                            self->trace[i].what);

  return g_string_free (text, FALSE);
}

char *
call_world_explore (const VisCallTable *table, const CallWorldLimits *limits, CallWorldCount *count)
{
  Explorer self = { .table = table, .limits = limits, .count = count, .seen_size = 1 << 16 };
  World    world;
  char    *message = NULL;

  memset (&world, 0, sizeof world);
  *count = (CallWorldCount){ .complete = TRUE };
  self.seen = g_new0 (guint64, self.seen_size);
  for (int who = 0; who < 2; who++)
    world_crash (&world, who);

  explore (&self, &world);
  if (self.error == NULL && count->complete && !self.talked)
    self.error = "nobody ever talks";

  if (self.error != NULL)
    message = tell_history (&self);
  g_free (self.seen);

  return message;
}
