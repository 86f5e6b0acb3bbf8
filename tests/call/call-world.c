/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-world.h"

#include <string.h>

#include "vis-ringer.h"

const char *const world_users[2] = { "ada", "grace" };

/* Whoever calls first wins the glare of the first calls and loses that of the second ones. */
/* The last one is a stranger's. */
static const char *const calls[5] = { "1", "4", "2", "3", "5" };

gint8
world_call_index (const char *call)
{
  for (gint8 i = 0; i < (gint8) G_N_ELEMENTS (calls); i++)
    if (g_strcmp0 (calls[i], call) == 0)
      return i;

  return -1;
}

void
world_put_frame (World *world, int to, VisKind kind, gint8 call, int gen, VisEndReason reason)
{
  Frame *frame;

  if (world->lengths[to] == CHANNEL)
    {
      world->disturbances++;
      world->overflow = TRUE;
      return;
    }

  frame = &world->channels[to][world->lengths[to]++];
  *frame = (Frame){ (guint8) kind, call, (gint8) gen, (guint8) reason, FALSE };
}

Frame
world_take_frame (World *world, int to, guint index)
{
  Frame frame = world->channels[to][index];

  world->lengths[to]--;
  memmove (&world->channels[to][index],
           &world->channels[to][index + 1],
           (world->lengths[to] - index) * sizeof frame);
  memset (&world->channels[to][world->lengths[to]], 0, sizeof frame);
  return frame;
}

/* A frame of one's own other device, which the server hands on under one's own name. */
void
world_put_elsewhere (World *world, int to, gint8 call, VisEndReason reason)
{
  guint length = world->lengths[to];

  world_put_frame (world, to, VIS_KIND_CALL_END, call, 0, reason);
  if (world->lengths[to] > length)
    world->channels[to][length].own = TRUE;
}

static void
close_media (Media *media)
{
  *media = (Media){ .gen = -1 };
}

static const char *
open_media (Side *side, guint slot, int gen, gboolean answers)
{
  Media *media = &side->media[slot];

  if (media->gen != -1)
    return "a media session is opened over another one";

  media->gen = (gint8) gen;
  media->remote = answers;
  media->candidates = gen < MAX_GENERATIONS && (side->kept & (1 << gen)) != 0;
  return NULL;
}

static Media *
find_media (Side *side, int gen)
{
  for (guint i = 0; i < 2; i++)
    if (gen >= 0 && side->media[i].gen == gen)
      return &side->media[i];

  return NULL;
}

static const char *
promote (Side *side)
{
  if (side->media[1].gen == -1)
    return "there is no next generation to promote";

  side->media[0] = side->media[1];
  close_media (&side->media[1]);
  return NULL;
}

/* What a call of ours has to do with it: the context before and after the transition. */
typedef struct
{
  const VisCallContext *before;
  const VisCallContext *after;
  const VisCallFrame   *frame;
  const VisCallCell    *cell;
  int                   gen;
} Step;

static gboolean
run_sending (World *world, int who, VisCallEffect effect, const Step *step)
{
  int   to = 1 - who;
  gint8 call = world_call_index (step->after->call);

  if (effect == VIS_CALL_EFFECT_SEND_OFFER)
    world_put_frame (world, to, VIS_KIND_CALL_OFFER, call, step->gen, 0);
  else if (effect == VIS_CALL_EFFECT_SEND_ANSWER)
    world_put_frame (world, to, VIS_KIND_CALL_ANSWER, call, step->gen, 0);
  else if (effect == VIS_CALL_EFFECT_SEND_CANDIDATES)
    world_put_frame (world, to, VIS_KIND_CALL_ICE, call, step->gen, 0);
  else if (effect == VIS_CALL_EFFECT_SEND_RINGING)
    world_put_frame (world, to, VIS_KIND_CALL_RINGING, call, 0, 0);
  else if (effect == VIS_CALL_EFFECT_SEND_RENEW)
    world_put_frame (world, to, VIS_KIND_CALL_RENEW, call, step->after->newest, 0);
  else if (effect == VIS_CALL_EFFECT_SEND_END)
    world_put_frame (
      world, to, VIS_KIND_CALL_END, world_call_index (step->before->call), 0, step->cell->reason);
  else if (effect == VIS_CALL_EFFECT_SEND_BUSY)
    world_put_frame (
      world, to, VIS_KIND_CALL_END, world_call_index (step->frame->call), 0, VIS_END_BUSY);
  else if (effect == VIS_CALL_EFFECT_SEND_FAILED)
    world_put_frame (
      world, to, VIS_KIND_CALL_END, world_call_index (step->frame->call), 0, VIS_END_FAILED);
  else
    return FALSE;

  return TRUE;
}

static gboolean
run_switch (Side *side, VisCallEffect effect)
{
  const struct
  {
    VisCallEffect effect;
    guint8       *target;
    guint8        value;
  } switches[] = {
    { VIS_CALL_EFFECT_RING, &side->ring, VIS_RING_INCOMING },
    { VIS_CALL_EFFECT_RING_BACK, &side->ring, VIS_RING_BACK },
    { VIS_CALL_EFFECT_RING_BUSY, &side->ring, VIS_RING_NONE }, /* ends by itself */
    { VIS_CALL_EFFECT_SILENCE, &side->ring, VIS_RING_NONE },
    { VIS_CALL_EFFECT_CAPTURE, &side->capture, TRUE },
    { VIS_CALL_EFFECT_RELEASE, &side->capture, FALSE },
    { VIS_CALL_EFFECT_ARM_RING, &side->ring_timer, TRUE },
    { VIS_CALL_EFFECT_DISARM_RING, &side->ring_timer, FALSE },
    { VIS_CALL_EFFECT_ARM_MEDIA, &side->media_timer, TRUE },
    { VIS_CALL_EFFECT_DISARM_MEDIA, &side->media_timer, FALSE },
    { VIS_CALL_EFFECT_ARM_RETRY, &side->retry_timer, TRUE },
    { VIS_CALL_EFFECT_DISARM_RETRY, &side->retry_timer, FALSE },
    { VIS_CALL_EFFECT_START_COUNTING, &side->counting, TRUE },
    { VIS_CALL_EFFECT_STOP_COUNTING, &side->counting, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    if (switches[i].effect == effect)
      {
        *switches[i].target = switches[i].value;
        return TRUE;
      }

  return FALSE;
}

static void
take_candidates (Side *side, int gen)
{
  Media *media = find_media (side, gen);

  if (media != NULL)
    media->candidates = TRUE;
  else if (gen < MAX_GENERATIONS)
    side->kept |= (guint8) (1 << gen);
}

static const char *
run_media (Side *side, VisCallEffect effect, const Step *step)
{
  Media *media;

  if (effect == VIS_CALL_EFFECT_OPEN_OFFER)
    return open_media (side, 0, 0, FALSE);
  if (effect == VIS_CALL_EFFECT_OPEN_ANSWER)
    return open_media (side, 0, 0, TRUE);
  if (effect == VIS_CALL_EFFECT_OPEN_NEXT_OFFER)
    return open_media (side, 1, step->after->next, FALSE);
  if (effect == VIS_CALL_EFFECT_OPEN_NEXT_ANSWER)
    return open_media (side, 1, step->after->next, TRUE);
  if (effect == VIS_CALL_EFFECT_PROMOTE_NEXT)
    return promote (side);

  if (effect == VIS_CALL_EFFECT_DROP_NEXT)
    close_media (&side->media[1]);
  else if (effect == VIS_CALL_EFFECT_TAKE_CANDIDATES)
    take_candidates (side, step->frame->gen);
  else if (effect == VIS_CALL_EFFECT_TAKE_ANSWER)
    {
      media = find_media (side, step->frame->gen);
      if (media == NULL)
        return "an answer is taken for a generation that is not there";
      media->remote = TRUE;
    }
  else if (effect == VIS_CALL_EFFECT_CLOSE_MEDIA)
    {
      close_media (&side->media[0]);
      close_media (&side->media[1]);
    }

  return NULL;
}

static const char *
run_effects (World *world, int who, const Step *step)
{
  Side *side = &world->sides[who];

  for (const VisCallEffect *effect = step->cell->effects; *effect != VIS_CALL_EFFECT_NONE; effect++)
    {
      const char *error;

      if (*effect == VIS_CALL_EFFECT_BEGIN || *effect == VIS_CALL_EFFECT_ADOPT)
        side->kept = 0;
      if (*effect == VIS_CALL_EFFECT_SEND_MEDIA)
        side->told = TRUE;
      else if (*effect == VIS_CALL_EFFECT_REMEMBER)
        side->ended |= (guint8) (1 << world_call_index (step->before->call));
      else if (*effect == VIS_CALL_EFFECT_REMEMBER_OTHER)
        side->ended |= (guint8) (1 << world_call_index (step->frame->call));
      else if (!run_sending (world, who, *effect, step) && !run_switch (side, *effect) &&
               (error = run_media (side, *effect, step)) != NULL)
        return error;
    }

  if (side->context.state == VIS_CALL_IDLE)
    side->kept = 0;
  return NULL;
}

gboolean
world_is_end_on_its_way (const World *world, int who, gint8 call)
{
  for (guint i = 0; i < world->lengths[who]; i++)
    if (world->channels[who][i].kind == VIS_KIND_CALL_END && world->channels[who][i].call == call)
      return TRUE;

  return FALSE;
}

/* Who leaves a call says so, unless the other side said it, or never knew of it, or it only stops
 * to ring here. And a call that is over never begins again. */
static const char *
check_step (World *world, int who, VisCallEvent event, const Step *step)
{
  Side    *side = &world->sides[who];
  gint8    left = world_call_index (step->before->call);
  gint8    now = world_call_index (step->after->call);
  gboolean said = event == VIS_CALL_EVENT_GOT_END || event == VIS_CALL_EVENT_GOT_REFUSAL ||
                  event == VIS_CALL_EVENT_GOT_ELSEWHERE || event == VIS_CALL_EVENT_UNREACHABLE;
  gboolean silent = step->before->state == VIS_CALL_RINGING &&
                    (event == VIS_CALL_EVENT_RING_TIMEOUT || event == VIS_CALL_EVENT_WIRE_LOST);

  if (step->after->path != VIS_CALL_PATH_UP)
    side->told = FALSE;
  if (left == now)
    return NULL;
  if (now != -1 && (side->over & (1 << now)) != 0)
    return "a call that was over begins again";
  if (left == -1)
    return NULL;
  if (event != VIS_CALL_EVENT_WIRE_LOST)
    side->over |= (guint8) (1 << left);
  if (!said && !silent && !world->overflow && !world_is_end_on_its_way (world, 1 - who, left))
    return "a call is left without a word";

  return NULL;
}

const char *
world_happen (const VisCallTable *table,
              World              *world,
              int                 who,
              VisCallEvent        event,
              const VisCallFrame *frame,
              int                 gen)
{
  Side              *side = &world->sides[who];
  VisCallContext     before = side->context;
  const VisCallCell *cell = &table->cells[before.state][event];
  Step               step = { &before, &side->context, frame, cell, gen };
  const char        *error;

  if (event == VIS_CALL_EVENT_NONE)
    return NULL;
  if (cell->verdict == VIS_CALL_IMPOSSIBLE)
    return "the impossible happened";
  if (cell->verdict != VIS_CALL_MOVE && cell->verdict != VIS_CALL_STAY)
    return NULL;

  vis_call_context_apply (&side->context, event, cell, frame);
  error = run_effects (world, who, &step);
  return error != NULL ? error : check_step (world, who, event, &step);
}

/* What can world_happen */

const char *
world_start (const VisCallTable *table, World *world, int who)
{
  VisCallFrame frame = { .call = calls[2 * who + world->sides[who].starts++],
                         .from = world_users[1 - who] };

  return world_happen (table, world, who, VIS_CALL_EVENT_START, &frame, 0);
}

const char *
world_deliver (const VisCallTable *table, World *world, int who, guint index)
{
  Frame        raw = world_take_frame (world, who, index);
  Side        *side = &world->sides[who];
  VisCallFrame frame = { .kind = (VisKind) raw.kind,
                         .call = calls[raw.call],
                         .from = world_users[raw.own ? who : 1 - who],
                         .gen = raw.gen,
                         .reason = (VisEndReason) raw.reason,
                         .ended = (side->ended & (1 << raw.call)) != 0 };

  if (frame.kind == VIS_KIND_CALL_END)
    side->over |= (guint8) (1 << raw.call);
  return world_happen (
    table, world, who, vis_call_classify_frame (&side->context, &frame), &frame, frame.gen);
}

/* Somebody else calls, and is told that this is no good moment. */
const char *
world_stranger (const VisCallTable *table, World *world, int who)
{
  Side        *side = &world->sides[who];
  VisCallFrame frame = { .kind = VIS_KIND_CALL_OFFER,
                         .call = calls[STRANGERS_CALL],
                         .from = "carol",
                         .ended = (side->ended & (1 << STRANGERS_CALL)) != 0 };
  const char  *error = world_happen (
    table, world, who, vis_call_classify_frame (&side->context, &frame), &frame, frame.gen);

  if (error == NULL && !frame.ended && !world->overflow &&
      !world_is_end_on_its_way (world, 1 - who, STRANGERS_CALL))
    error = "a stranger is not told that it is busy";
  side->over |= 1 << STRANGERS_CALL;
  return error;
}

const char *
world_describe (const VisCallTable *table, World *world, int who, guint slot)
{
  Side       *side = &world->sides[who];
  Media      *media = &side->media[slot];
  int         gen = media->gen;
  const char *error;

  media->described = TRUE;
  error = world_happen (
    table, world, who, vis_call_classify_description (&side->context, gen), NULL, gen);
  if (error != NULL)
    return error;

  return world_happen (
    table, world, who, vis_call_classify_candidates (&side->context, gen), NULL, gen);
}

gboolean
world_is_complete (const Media *media)
{
  return media->gen != -1 && media->described && media->remote && media->candidates;
}

/* The other end of a session, if it is there. */
static const Media *
find_other_end (const World *world, int who, guint slot)
{
  const Side *side = &world->sides[who];
  const Side *other = &world->sides[1 - who];

  if (strcmp (side->context.call, other->context.call) != 0)
    return NULL;

  for (guint i = 0; i < 2; i++)
    if (other->media[i].gen == side->media[slot].gen)
      return &other->media[i];

  return NULL;
}

gboolean
world_can_connect (const World *world, int who, guint slot)
{
  const Media *media = &world->sides[who].media[slot];
  const Media *other;

  if (media->up || media->dead || !world_is_complete (media))
    return FALSE;

  other = find_other_end (world, who, slot);
  return other != NULL && world_is_complete (other);
}

gboolean
world_must_stall (const World *world, int who, guint slot)
{
  return world->sides[who].media[slot].up && find_other_end (world, who, slot) == NULL;
}

const char *
world_report (const VisCallTable *table, World *world, int who, guint slot, VisSessionState state)
{
  Side *side = &world->sides[who];
  int   gen = side->media[slot].gen;

  side->media[slot].up = state == VIS_SESSION_CONNECTED;
  return world_happen (
    table, world, who, vis_call_classify_session (&side->context, gen, state), NULL, gen);
}

/* Nothing arrives here any more, while the other end goes on: a stall that does not heal itself. */
const char *
world_die (const VisCallTable *table, World *world, int who, guint slot)
{
  world->sides[who].media[slot].dead = TRUE;
  return world_report (table, world, who, slot, VIS_SESSION_STALLED);
}

const char *
world_wire (const VisCallTable *table, World *world, int who, gboolean online)
{
  Side        *side = &world->sides[who];
  VisCallEvent event = vis_call_classify_wire (&side->context, online);

  side->context.online = online;
  return world_happen (table, world, who, event, NULL, 0);
}

const char *
world_timer (const VisCallTable *table, World *world, int who, guint8 *timer, VisCallEvent event)
{
  *timer = FALSE;
  return world_happen (table, world, who, event, NULL, 0);
}

const char *
world_retry (const VisCallTable *table, World *world, int who)
{
  Side *side = &world->sides[who];

  return world_timer (
    table, world, who, &side->retry_timer, vis_call_classify_retry (&side->context));
}

/* Killed and started again: nothing is said and nothing is remembered. */
void
world_crash (World *world, int who)
{
  Side *side = &world->sides[who];
  Side  fresh = { .starts = side->starts };

  vis_call_context_init (&fresh.context);
  vis_call_context_set_user (&fresh.context, world_users[who]);
  fresh.context.online = TRUE;
  close_media (&fresh.media[0]);
  close_media (&fresh.media[1]);
  *side = fresh;
}

const char *
world_repeat (World *world, int who)
{
  Frame frame = world->channels[who][0];

  if (frame.own)
    world_put_elsewhere (world, who, frame.call, (VisEndReason) frame.reason);
  else
    world_put_frame (
      world, who, (VisKind) frame.kind, frame.call, frame.gen, (VisEndReason) frame.reason);
  return NULL;
}

/* The server does not take an offer or an answer. */
const char *
world_refuse (const VisCallTable *table, World *world, int who, VisKind kind, VisProtocolError code)
{
  const Side  *side = &world->sides[who];
  VisCallFrame request = { .kind = kind, .call = side->context.call };
  char         text[] = "";
  const GError error = { VIS_PROTOCOL_ERROR, (int) code, text };

  for (guint i = 0; i < world->lengths[1 - who]; i++)
    if (world->channels[1 - who][i].kind == kind)
      {
        world_take_frame (world, 1 - who, i);
        break;
      }

  return world_happen (table,
                       world,
                       who,
                       vis_call_classify_failure (&side->context, &request, &error, FALSE),
                       NULL,
                       0);
}
