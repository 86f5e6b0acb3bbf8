/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-world.h"

#include <string.h>

#include "vis-ringer.h"

#define MAX_SETTLE 400

/* What must be so at any time */

static const char *
check_side (const Side *side)
{
  VisCallState state = side->context.state;
  guint        sessions = (side->media[0].gen != -1) + (side->media[1].gen != -1);

  if ((side->ring == VIS_RING_INCOMING) != (state == VIS_CALL_RINGING))
    return "it rings, and nobody calls, or the other way round";
  if (side->ring == VIS_RING_BACK && state != VIS_CALL_CALLING)
    return "the ringing of the other side is heard and nobody is called";
  if (side->ring_timer != (state == VIS_CALL_RINGING || state == VIS_CALL_CALLING))
    return "the timer of ringing is wrong";
  if (side->media_timer != (state == VIS_CALL_IN_CALL && side->context.path != VIS_CALL_PATH_UP))
    return "the timer of missing media is wrong";
  if (side->retry_timer && state != VIS_CALL_IN_CALL)
    return "the timer of renewing runs without a call";
  if (sessions == 2 && !side->retry_timer && side->context.path == VIS_CALL_PATH_UP)
    return "nothing looks after the next generation";
  if (side->capture != (state == VIS_CALL_CALLING || state == VIS_CALL_IN_CALL))
    return "camera and microphone are wrong";
  if (side->counting != (state == VIS_CALL_IN_CALL))
    return "the seconds of a conversation are counted and there is none, or not counted";
  if ((side->media[0].gen != -1) != (state == VIS_CALL_CALLING || state == VIS_CALL_IN_CALL))
    return "media without a call, or a call without media";
  if (sessions > 1 && state != VIS_CALL_IN_CALL)
    return "two media sessions";
  if (side->media[0].gen != side->context.current || side->media[1].gen != side->context.next)
    return "the context and the media sessions differ";
  if ((side->context.call[0] != '\0') != (state != VIS_CALL_IDLE))
    return "a call without a call";
  if (state == VIS_CALL_IDLE && side->context.newest != -1)
    return "something is left of a call";

  return NULL;
}

static const char *
check_pair (const World *world)
{
  const VisCallContext *a = &world->sides[0].context;
  const VisCallContext *b = &world->sides[1].context;

  if (a->state != VIS_CALL_IN_CALL || b->state != VIS_CALL_IN_CALL)
    return NULL;
  if (strcmp (a->call, b->call) == 0)
    return !a->outgoing == !b->outgoing ? "both made the call, or nobody did" : NULL;

  /* One was hung up already, and its end is on the way. Where that was lost, time must heal it. */
  if (world->disturbances == 0 && !world_is_end_on_its_way (world, 0, world_call_index (a->call)) &&
      !world_is_end_on_its_way (world, 1, world_call_index (b->call)))
    return "both are in a call, but not in the same one";

  return NULL;
}

const char *
world_check (const World *world)
{
  const char *error;

  if ((error = check_side (&world->sides[0])) != NULL)
    return error;
  if ((error = check_side (&world->sides[1])) != NULL)
    return error;

  return check_pair (world);
}

/* What must be so once everything has arrived and nobody disturbed it */

gboolean
world_is_talking (const World *world)
{
  const Side *a = &world->sides[0];
  const Side *b = &world->sides[1];

  return a->context.state == VIS_CALL_IN_CALL && b->context.state == VIS_CALL_IN_CALL &&
         a->context.path == VIS_CALL_PATH_UP && b->context.path == VIS_CALL_PATH_UP &&
         strcmp (a->context.call, b->context.call) == 0 && a->told && b->told &&
         a->context.current == b->context.current && a->context.next == -1 && b->context.next == -1;
}

static const char *
check_rest (const World *world)
{
  const VisCallContext *a = &world->sides[0].context;
  const VisCallContext *b = &world->sides[1].context;

  if (a->state == VIS_CALL_IDLE && b->state == VIS_CALL_IDLE)
    return NULL;
  if (world_is_talking (world))
    return NULL;
  if (strcmp (a->call, b->call) == 0 &&
      ((a->state == VIS_CALL_CALLING && b->state == VIS_CALL_RINGING &&
        world->sides[0].ring == VIS_RING_BACK) ||
       (a->state == VIS_CALL_RINGING && b->state == VIS_CALL_CALLING &&
        world->sides[1].ring == VIS_RING_BACK)))
    return NULL;

  return "the two rest in states that do not go together";
}

/* Lets everything arrive that is on its way; TRUE if anything happened. */
static gboolean
settle_once (const VisCallTable *table, World *world, const char **error)
{
  for (int who = 0; who < 2; who++)
    {
      Side *side = &world->sides[who];

      if (!side->context.online)
        {
          *error = world_wire (table, world, who, TRUE);
          return TRUE;
        }
      for (guint slot = 0; slot < 2; slot++)
        if (side->media[slot].gen != -1 && !side->media[slot].described)
          {
            *error = world_describe (table, world, who, slot);
            return TRUE;
          }
      if (world->lengths[who] > 0)
        {
          *error = world_deliver (table, world, who, 0);
          return TRUE;
        }
    }

  for (int who = 0; who < 2; who++)
    for (guint slot = 0; slot < 2; slot++)
      {
        if (world_can_connect (world, who, slot))
          {
            *error = world_report (table, world, who, slot, VIS_SESSION_CONNECTED);
            return TRUE;
          }
        if (world_must_stall (world, who, slot))
          {
            *error = world_report (table, world, who, slot, VIS_SESSION_STALLED);
            return TRUE;
          }
      }

  return FALSE;
}

static const char *
settle (const VisCallTable *table, World *world)
{
  const char *error = NULL;

  for (guint i = 0; i < MAX_SETTLE; i++)
    {
      if (!settle_once (table, world, &error))
        return NULL;
      if (error != NULL || (error = world_check (world)) != NULL)
        return error;
    }

  return "it never comes to rest";
}

/* The next timer that runs out: TRUE if there was one. */
static gboolean
pass_time (const VisCallTable *table, World *world, guint *retries, const char **error)
{
  for (int who = 0; who < 2; who++)
    if (world->sides[who].retry_timer && *retries > 0)
      {
        (*retries)--;
        *error = world_retry (table, world, who);
        return TRUE;
      }
  for (int who = 0; who < 2; who++)
    {
      Side *side = &world->sides[who];

      if (side->media_timer)
        {
          *error =
            world_timer (table, world, who, &side->media_timer, VIS_CALL_EVENT_MEDIA_TIMEOUT);
          return TRUE;
        }
      if (side->ring_timer)
        {
          *error = world_timer (table, world, who, &side->ring_timer, VIS_CALL_EVENT_RING_TIMEOUT);
          return TRUE;
        }
    }

  return FALSE;
}

/* A conversation that has had media gets it back. */
static gboolean
can_heal (const World *world)
{
  const VisCallContext *a = &world->sides[0].context;
  const VisCallContext *b = &world->sides[1].context;

  return a->state == VIS_CALL_IN_CALL && b->state == VIS_CALL_IN_CALL &&
         strcmp (a->call, b->call) == 0 && a->was_up && b->was_up && !world->overflow;
}

/* However it was disturbed, time brings both to the same end. */
static const char *
settle_for_good (const VisCallTable *table, World *world)
{
  guint       retries = 6;
  const char *error = settle (table, world);
  gboolean    heals = error == NULL && can_heal (world);

  while (error == NULL && pass_time (table, world, &retries, &error))
    if (error == NULL)
      error = settle (table, world);
  if (error != NULL)
    return error;

  if (world_is_talking (world))
    return NULL;
  if (heals)
    return "a path that was lost is not built anew";

  return world->sides[0].context.state == VIS_CALL_IDLE &&
             world->sides[1].context.state == VIS_CALL_IDLE
           ? NULL
           : "time does not heal it";
}

/* Once one hangs up, both come back to idle; without a disturbance at once. */
static const char *
check_hang_up (const VisCallTable *table, const World *world, int who)
{
  World       copy = *world;
  gint8       call = world_call_index (copy.sides[who].context.call);
  const char *error = world_happen (table, &copy, who, VIS_CALL_EVENT_HANG_UP, NULL, 0);

  if (error == NULL && (error = world_check (&copy)) == NULL)
    error = settle (table, &copy);
  if (error != NULL)
    return error;
  if (copy.disturbances == 0 && world_call_index (copy.sides[1 - who].context.call) == call)
    return "one hung up, and the other does not know";

  error = settle_for_good (table, &copy);
  if (error != NULL)
    return error;
  if (copy.sides[0].context.state != VIS_CALL_IDLE || copy.sides[1].context.state != VIS_CALL_IDLE)
    return "one hung up, and not both came back to idle";

  return NULL;
}

const char *
world_check_future (const VisCallTable *table, const World *world)
{
  World       copy = *world;
  const char *error = settle (table, &copy);

  if (error == NULL && copy.disturbances == 0)
    error = check_rest (&copy);
  if (error == NULL)
    error = settle_for_good (table, &copy);
  for (int who = 0; error == NULL && who < 2; who++)
    if (world->sides[who].context.state != VIS_CALL_IDLE)
      error = check_hang_up (table, world, who);

  return error;
}
