/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "call-stories.h"

#include "call-story.h"

static const Story stories[] = {
  { "a call, answered and hung up",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (CANDIDATES_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_candidates" },
      { EVENT (REACHED), VIS_CALL_CALLING, VIS_END_NONE, "show_reached" },
      { EVENT (GOT_RINGING), VIS_CALL_CALLING, VIS_END_NONE, "ring_back show_ringing" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (REACHED), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { EVENT (GOT_CANDIDATES), VIS_CALL_IN_CALL, VIS_END_NONE, "take_candidates" },
      { EVENT (CANDIDATES_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_candidates" },
      { EVENT (MEDIA_CONNECTED),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "disarm_media disarm_retry drop_next send_media" },
      { EVENT (GOT_MEDIA), VIS_CALL_IN_CALL, VIS_END_NONE, "show_media" },
      { EVENT (SWITCH), VIS_CALL_IN_CALL, VIS_END_NONE, "capture send_media" },
      { EVENT (HANG_UP),
        VIS_CALL_IDLE,
        VIS_END_HANGUP,
        "send_end disarm_media disarm_retry stop_counting close_media release remember" },
      { EVENT (HANG_UP), VIS_CALL_IDLE, VIS_END_NONE, "" },
      { 0 },
    } },
  { "somebody calls, is answered and hangs up",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_CANDIDATES), VIS_CALL_RINGING, VIS_END_NONE, "take_candidates" },
      { EVENT (GOT_MEDIA), VIS_CALL_RINGING, VIS_END_NONE, "show_media" },
      { EVENT (ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "silence disarm_ring open_answer capture arm_media start_counting" },
      { EVENT (ANSWER_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_answer" },
      { EVENT (CANDIDATES_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_candidates" },
      { EVENT (ANSWER), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { EVENT (MEDIA_CONNECTED),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "disarm_media disarm_retry drop_next send_media" },
      { EVENT (GOT_END),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "disarm_media disarm_retry stop_counting close_media release remember" },
      { EVENT (ANSWER), VIS_CALL_IDLE, VIS_END_NONE, "" },
      { 0 },
    } },
  { "declined here",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (DECLINE), VIS_CALL_IDLE, VIS_END_DECLINED, "send_end silence disarm_ring remember" },
      { EVENT (DECLINE), VIS_CALL_IDLE, VIS_END_NONE, "" },
      { 0 },
    } },
  { "hung up instead of declined",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (HANG_UP), VIS_CALL_IDLE, VIS_END_DECLINED, "send_end silence disarm_ring remember" },
      { 0 },
    } },
  { "declined there, or busy",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_REFUSAL),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "ring_busy disarm_ring close_media release remember" },
      { 0 },
    } },
  { "declined on another device",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_REFUSAL), VIS_CALL_IDLE, VIS_END_NONE, "silence disarm_ring remember" },
      { 0 },
    } },
  { "refused after all",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (GOT_REFUSAL),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "the caller gives up",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_END), VIS_CALL_IDLE, VIS_END_NONE, "silence disarm_ring remember" },
      { 0 },
    } },
  { "nobody answers",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (RING_TIMEOUT),
        VIS_CALL_IDLE,
        VIS_END_TIMEOUT,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "nobody is here to answer",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (RING_TIMEOUT), VIS_CALL_IDLE, VIS_END_TIMEOUT, "silence disarm_ring remember" },
      { 0 },
    } },
  { "hung up before an answer",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (HANG_UP),
        VIS_CALL_IDLE,
        VIS_END_HANGUP,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "ended by the server",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_END),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "answered on another device",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_ELSEWHERE), VIS_CALL_IDLE, VIS_END_NONE, "silence disarm_ring remember" },
      { 0 },
    } },
  { "two devices answer, the other was first",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "silence disarm_ring open_answer capture arm_media start_counting" },
      { EVENT (ANSWER_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_answer" },
      { EVENT (GOT_ELSEWHERE),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "elsewhere, says a server that is wrong",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ELSEWHERE),
        VIS_CALL_IDLE,
        VIS_END_NONE,
        "silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "nobody of that name",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (UNREACHABLE),
        VIS_CALL_IDLE,
        VIS_END_UNREACHABLE,
        "silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "the offer can't be delivered",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (OFFER_FAILED),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "the offer seemed not to be delivered, and is answered",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (OFFER_FAILED), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { EVENT (UNREACHABLE), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { 0 },
    } },
  { "the answer can't be delivered",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "silence disarm_ring open_answer capture arm_media start_counting" },
      { EVENT (ANSWER_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_answer" },
      { EVENT (ANSWER_FAILED),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "our media can't even offer",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (MEDIA_LOST_CALLER),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "our media can't even offer, without a wire",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (MEDIA_LOST),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "insecure before it begins",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (MEDIA_INSECURE),
        VIS_CALL_IDLE,
        VIS_END_INSECURE,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "insecure",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (MEDIA_INSECURE),
        VIS_CALL_IDLE,
        VIS_END_INSECURE,
        "send_end disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "unusable before it begins",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (MEDIA_UNUSABLE),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end silence disarm_ring close_media release remember" },
      { 0 },
    } },
  { "unusable answer",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (MEDIA_UNUSABLE),
        VIS_CALL_IDLE,
        VIS_END_FAILED,
        "send_end disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "unusable offer",
    {
      { EVENT (GOT_BAD_OFFER), VIS_CALL_IDLE, VIS_END_NONE, "send_failed remember_other" },
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_BAD_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "send_failed remember_other" },
      { 0 },
    } },
  { "unusable offer while we call",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_BAD_OFFER), VIS_CALL_CALLING, VIS_END_NONE, "send_failed remember_other" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (GOT_BAD_OFFER), VIS_CALL_IN_CALL, VIS_END_NONE, "send_failed remember_other" },
      { 0 },
    } },
  { "connected to nobody",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (MEDIA_CONNECTED), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { 0 },
    } },
  { "both call, ours lives",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GLARE_WON), VIS_CALL_CALLING, VIS_END_NONE, "remember_other" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { 0 },
    } },
  { "both call, theirs lives",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GLARE_LOST),
        VIS_CALL_IN_CALL,
        VIS_END_GLARE,
        "send_end silence disarm_ring close_media remember adopt open_answer capture arm_media "
        "start_counting" },
      { EVENT (ANSWER_READY), VIS_CALL_IN_CALL, VIS_END_NONE, "send_answer" },
      { EVENT (MEDIA_CONNECTED),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "disarm_media disarm_retry drop_next send_media" },
      { EVENT (HANG_UP),
        VIS_CALL_IDLE,
        VIS_END_HANGUP,
        "send_end disarm_media disarm_retry stop_counting close_media release remember" },
      { 0 },
    } },
  { "another calls while it rings",
    {
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "send_busy remember_other" },
      { EVENT (START), VIS_CALL_RINGING, VIS_END_NONE, "" },
      { EVENT (SWITCH), VIS_CALL_RINGING, VIS_END_NONE, "" },
      { 0 },
    } },
  { "another calls while we call",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_OFFER), VIS_CALL_CALLING, VIS_END_NONE, "send_busy remember_other" },
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { EVENT (ANSWER), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { EVENT (DECLINE), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { 0 },
    } },
  { "another calls during a call",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (GOT_OFFER), VIS_CALL_IN_CALL, VIS_END_NONE, "send_busy remember_other" },
      { EVENT (START), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { EVENT (DECLINE), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { 0 },
    } },
  { "camera off while calling",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (SWITCH), VIS_CALL_CALLING, VIS_END_NONE, "capture" },
      { EVENT (NONE), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { 0 },
    } },
  { "nothing happens",
    {
      { EVENT (NONE), VIS_CALL_IDLE, VIS_END_NONE, "" },
      { EVENT (SWITCH), VIS_CALL_IDLE, VIS_END_NONE, "" },
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (NONE), VIS_CALL_RINGING, VIS_END_NONE, "" },
      { EVENT (ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "silence disarm_ring open_answer capture arm_media start_counting" },
      { EVENT (NONE), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { 0 },
    } },
  { "an end overtakes its offer",
    {
      { EVENT (GOT_OTHER_END), VIS_CALL_IDLE, VIS_END_NONE, "remember_other" },
      { EVENT (GOT_OFFER), VIS_CALL_RINGING, VIS_END_NONE, "adopt send_ringing ring arm_ring" },
      { EVENT (GOT_OTHER_END), VIS_CALL_RINGING, VIS_END_NONE, "remember_other" },
      { EVENT (ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "silence disarm_ring open_answer capture arm_media start_counting" },
      { EVENT (GOT_OTHER_END), VIS_CALL_IN_CALL, VIS_END_NONE, "remember_other" },
      { 0 },
    } },
  { "another's end while calling",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (GOT_OTHER_END), VIS_CALL_CALLING, VIS_END_NONE, "remember_other" },
      { 0 },
    } },
  { "the answer again, and ringing after it",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { EVENT (GOT_ANSWER), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { EVENT (GOT_RINGING), VIS_CALL_IN_CALL, VIS_END_NONE, "" },
      { 0 },
    } },
  { "candidates, media and a renewal overtake the answer",
    {
      { EVENT (START), VIS_CALL_CALLING, VIS_END_NONE, "begin capture open_offer arm_ring" },
      { EVENT (OFFER_READY), VIS_CALL_CALLING, VIS_END_NONE, "send_offer" },
      { EVENT (GOT_CANDIDATES), VIS_CALL_CALLING, VIS_END_NONE, "take_candidates" },
      { EVENT (GOT_MEDIA), VIS_CALL_CALLING, VIS_END_NONE, "show_media" },
      { EVENT (GOT_RENEW), VIS_CALL_CALLING, VIS_END_NONE, "" },
      { EVENT (GOT_ANSWER),
        VIS_CALL_IN_CALL,
        VIS_END_NONE,
        "take_answer silence disarm_ring arm_media start_counting show_media" },
      { 0 },
    } },
  { 0 },
};

static char *
join_effects (const VisCallCell *cell)
{
  GString *text = g_string_new (NULL);

  for (const VisCallEffect *effect = cell->effects; *effect != VIS_CALL_EFFECT_NONE; effect++)
    g_string_append_printf (
      text, "%s%s", text->len > 0 ? " " : "", vis_call_effect_to_string (*effect));

  return g_string_free (text, FALSE);
}

static char *
tell_story (const VisCallTable *table, const Story *story)
{
  VisCallState state = VIS_CALL_IDLE;

  for (const Step *step = story->steps; step->effects != NULL; step++)
    {
      const VisCallCell *cell = &table->cells[state][step->event];
      g_autofree char   *effects = join_effects (cell);

      if (cell->verdict == VIS_CALL_UNDECIDED || cell->verdict == VIS_CALL_IMPOSSIBLE)
        return g_strdup_printf (
          "%s: %s is not foreseen", story->name, vis_call_event_to_string (step->event));
      if (cell->verdict == VIS_CALL_MOVE)
        state = cell->state;
      if (state != step->state || cell->reason != step->reason ||
          g_strcmp0 (effects, step->effects) != 0)
        return g_strdup_printf ("%s: after %s it is %s and does \"%s\"",
                                story->name,
                                vis_call_event_to_string (step->event),
                                vis_call_state_to_string (state),
                                effects);
    }

  return NULL;
}

static char *
tell_stories (const VisCallTable *table, const Story *told)
{
  char *error = NULL;

  for (const Story *story = told; error == NULL && story->name != NULL; story++)
    error = tell_story (table, story);

  return error;
}

char *
call_stories_tell (const VisCallTable *table)
{
  char *error = tell_stories (table, stories);

  return error != NULL ? error : tell_stories (table, call_stories_of_loss);
}

static gboolean
has_effect (const VisCallCell *cell, VisCallEffect effect)
{
  for (guint i = 0; i < VIS_CALL_MAX_EFFECTS; i++)
    if (cell->effects[i] == effect)
      return TRUE;

  return FALSE;
}

/* An end that nobody else says must have a reason of its own, and one that is sent as well. */
static const char *
check_move (VisCallState state, VisCallEvent event, const VisCallCell *cell)
{
  const gboolean said =
    event == EVENT (GOT_END) || event == EVENT (GOT_REFUSAL) || event == EVENT (GOT_ELSEWHERE);
  const gboolean ends = cell->state == VIS_CALL_IDLE || has_effect (cell, VIS_CALL_EFFECT_ADOPT);

  if (cell->state == state)
    return "moves to itself";
  if (ends && state != VIS_CALL_IDLE && said != (cell->reason == VIS_END_NONE))
    return "ends a call without a reason, or with one too many";
  if (!ends && cell->reason != VIS_END_NONE)
    return "has a reason and ends nothing";
  if (has_effect (cell, VIS_CALL_EFFECT_SEND_END) && cell->reason == VIS_END_NONE)
    return "sends an end without a reason";

  return NULL;
}

static const char *
check_cell (VisCallState state, VisCallEvent event, const VisCallCell *cell)
{
  if (cell->verdict == VIS_CALL_UNDECIDED)
    return "is undecided";
  if (cell->effects[VIS_CALL_MAX_EFFECTS] != VIS_CALL_EFFECT_NONE)
    return "has too many effects";

  if (cell->verdict == VIS_CALL_MOVE)
    return check_move (state, event, cell);
  if (cell->reason != VIS_END_NONE)
    return "has a reason and stays";
  if ((cell->verdict == VIS_CALL_STAY) != (cell->effects[0] != VIS_CALL_EFFECT_NONE))
    return "stays and does nothing, or is ignored and does something";

  return NULL;
}

char *
call_cells_check (const VisCallTable *table)
{
  for (guint state = 0; state < VIS_N_CALL_STATES; state++)
    for (guint event = 0; event < VIS_N_CALL_EVENTS; event++)
      {
        const char *error =
          check_cell ((VisCallState) state, (VisCallEvent) event, &table->cells[state][event]);

        if (error != NULL)
          return g_strdup_printf ("%s in %s %s",
                                  vis_call_event_to_string ((VisCallEvent) event),
                                  vis_call_state_to_string ((VisCallState) state),
                                  error);
      }

  return NULL;
}
