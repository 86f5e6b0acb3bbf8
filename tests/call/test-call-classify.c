/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-call-classify.h"

#include <string.h>

#include "vis-error.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

#define EVENT(name) VIS_CALL_EVENT_##name

/* The calls of the tables: where one of "ada" with "grace" is, with the id "m". */
typedef enum
{
  IDLE,
  RINGING,
  CALLING,
  CALLING_UNSENT, /* the offer is not out yet */
  CALLER,         /* in a call that we made */
  CALLER_LOST,
  CALLER_RENEWING, /* generation 3, with 4 beside it */
  CALLER_AGREED,   /* likewise, and it was answered */
  CALLER_DROPPED,  /* generation 3, with 4 given up */
  CALLEE,
  CALLEE_CONNECTING,
  CALLEE_LOST,
  CALLEE_RENEWING,
  CALLER_OFFLINE,
  CALLER_LOST_OFFLINE,
  CALLER_AT_LIMIT,
  N_SCENES,
} Scene;

static const struct
{
  VisCallState state;
  gboolean     outgoing;
  gboolean     offered;
  gboolean     online;
  VisCallPath  path;
  int          current;
  int          next;
} scenes[N_SCENES] = {
  [IDLE] = { VIS_CALL_IDLE, FALSE, FALSE, TRUE, VIS_CALL_PATH_NONE, -1, -1 },
  [RINGING] = { VIS_CALL_RINGING, FALSE, FALSE, TRUE, VIS_CALL_PATH_NONE, -1, -1 },
  [CALLING] = { VIS_CALL_CALLING, TRUE, TRUE, TRUE, VIS_CALL_PATH_NEW, 0, -1 },
  [CALLING_UNSENT] = { VIS_CALL_CALLING, TRUE, FALSE, TRUE, VIS_CALL_PATH_NEW, 0, -1 },
  [CALLER] = { VIS_CALL_IN_CALL, TRUE, TRUE, TRUE, VIS_CALL_PATH_UP, 3, -1 },
  [CALLER_LOST] = { VIS_CALL_IN_CALL, TRUE, TRUE, TRUE, VIS_CALL_PATH_LOST, 3, -1 },
  [CALLER_RENEWING] = { VIS_CALL_IN_CALL, TRUE, TRUE, TRUE, VIS_CALL_PATH_LOST, 3, 4 },
  [CALLER_AGREED] = { VIS_CALL_IN_CALL, TRUE, TRUE, TRUE, VIS_CALL_PATH_LOST, 3, 4 },
  [CALLER_DROPPED] = { VIS_CALL_IN_CALL, TRUE, TRUE, TRUE, VIS_CALL_PATH_UP, 3, -1 },
  [CALLEE] = { VIS_CALL_IN_CALL, FALSE, FALSE, TRUE, VIS_CALL_PATH_UP, 3, -1 },
  [CALLEE_CONNECTING] = { VIS_CALL_IN_CALL, FALSE, FALSE, TRUE, VIS_CALL_PATH_NEW, 0, -1 },
  [CALLEE_LOST] = { VIS_CALL_IN_CALL, FALSE, FALSE, TRUE, VIS_CALL_PATH_LOST, 3, -1 },
  [CALLEE_RENEWING] = { VIS_CALL_IN_CALL, FALSE, FALSE, TRUE, VIS_CALL_PATH_LOST, 3, 4 },
  [CALLER_OFFLINE] = { VIS_CALL_IN_CALL, TRUE, TRUE, FALSE, VIS_CALL_PATH_UP, 3, -1 },
  [CALLER_LOST_OFFLINE] = { VIS_CALL_IN_CALL, TRUE, TRUE, FALSE, VIS_CALL_PATH_LOST, 3, -1 },
  [CALLER_AT_LIMIT] = { VIS_CALL_IN_CALL,
                        TRUE,
                        TRUE,
                        TRUE,
                        VIS_CALL_PATH_UP,
                        VIS_LIMIT_GENERATION,
                        -1 },
};

static void
set_scene (VisCallContext *context, Scene scene)
{
  vis_call_context_init (context);
  context->state = scenes[scene].state;
  context->outgoing = scenes[scene].outgoing;
  context->offered = scenes[scene].offered;
  context->online = scenes[scene].online;
  context->path = scenes[scene].path;
  context->agreed = scene == CALLER_AGREED;
  context->was_up = context->path == VIS_CALL_PATH_UP || context->path == VIS_CALL_PATH_LOST;
  context->current = scenes[scene].current;
  context->next = scenes[scene].next;
  context->newest = MAX (context->current, context->next) + (scene == CALLER_DROPPED);
  if (scene != IDLE)
    {
      strcpy (context->call, "m");
      strcpy (context->peer, "grace");
    }
  vis_call_context_set_user (context, "ada");
}

static const struct
{
  Scene        scene;
  VisKind      kind;
  const char  *call;
  const char  *from;
  int          gen;
  VisEndReason reason;
  gint64       age_ms;
  gboolean     ended;
  VisCallEvent expected;
} frames[] = {
#define OFFER VIS_KIND_CALL_OFFER
  /* New calls */
  { IDLE, OFFER, "x", "grace", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { IDLE, OFFER, "x", "grace", 0, 0, 45000, FALSE, EVENT (GOT_OFFER) },
  { IDLE, OFFER, "x", "grace", 0, 0, 45001, FALSE, EVENT (NONE) },
  { IDLE, OFFER, "x", "grace", 0, 0, 0, TRUE, EVENT (NONE) },
  { IDLE, OFFER, "x", "grace", 1, 0, 0, FALSE, EVENT (NONE) },
  { IDLE, OFFER, "x", NULL, 0, 0, 0, FALSE, EVENT (NONE) },
  { IDLE, OFFER, NULL, "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, OFFER, "x", "grace", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { RINGING, OFFER, "x", "carol", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { CALLING, OFFER, "x", "carol", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { CALLER, OFFER, "x", "carol", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { CALLER, OFFER, "x", "grace", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  { CALLER, OFFER, "x", "carol", 0, 0, 0, TRUE, EVENT (NONE) },
  { CALLER, OFFER, "x", "carol", 0, 0, 45001, FALSE, EVENT (NONE) },
  /* The same offer again */
  { RINGING, OFFER, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, OFFER, "m", "carol", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, OFFER, "m", "grace", 1, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, OFFER, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLEE, OFFER, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  /* Both call */
  { CALLING, OFFER, "n", "grace", 0, 0, 0, FALSE, EVENT (GLARE_WON) },
  { CALLING, OFFER, "l", "grace", 0, 0, 0, FALSE, EVENT (GLARE_LOST) },
  { CALLING, OFFER, "M", "grace", 0, 0, 0, FALSE, EVENT (GLARE_LOST) },
  { CALLING, OFFER, "l", "grace", 0, 0, 0, TRUE, EVENT (NONE) },
  { CALLING, OFFER, "l", "grace", 0, 0, 45001, FALSE, EVENT (NONE) },
  { CALLING_UNSENT, OFFER, "n", "grace", 0, 0, 0, FALSE, EVENT (GLARE_LOST) },
  { CALLING_UNSENT, OFFER, "n", "carol", 0, 0, 0, FALSE, EVENT (GOT_OFFER) },
  /* Newer generations */
  { CALLEE, OFFER, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_NEXT_OFFER) },
  { CALLEE, OFFER, "m", "grace", 3, 0, 0, FALSE, EVENT (NONE) },
  { CALLEE, OFFER, "m", "carol", 4, 0, 0, FALSE, EVENT (NONE) },
  { CALLEE_RENEWING, OFFER, "m", "grace", 4, 0, 0, FALSE, EVENT (NONE) },
  { CALLEE_RENEWING, OFFER, "m", "grace", 7, 0, 0, FALSE, EVENT (GOT_NEXT_OFFER) },
  { CALLER, OFFER, "m", "grace", 4, 0, 0, FALSE, EVENT (NONE) },
#undef OFFER

#define ANSWER VIS_KIND_CALL_ANSWER
  { IDLE, ANSWER, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { IDLE, ANSWER, "m", "grace", 0, 0, 0, TRUE, EVENT (NONE) },
  { RINGING, ANSWER, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, ANSWER, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_ANSWER) },
  { CALLING, ANSWER, "x", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, ANSWER, "m", "carol", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, ANSWER, "m", "grace", 1, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, ANSWER, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_ANSWER) },
  { CALLER, ANSWER, "m", "grace", 4, 0, 0, FALSE, EVENT (NONE) },
  { CALLER_RENEWING, ANSWER, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_NEXT_ANSWER) },
  { CALLER_RENEWING, ANSWER, "m", "grace", 3, 0, 0, FALSE, EVENT (NONE) },
  { CALLEE_RENEWING, ANSWER, "m", "grace", 4, 0, 0, FALSE, EVENT (NONE) },
#undef ANSWER

#define ICE VIS_KIND_CALL_ICE
  { IDLE, ICE, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, ICE, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
  { RINGING, ICE, "m", "grace", 1, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, ICE, "x", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, ICE, "m", "carol", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, ICE, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
  { CALLEE, ICE, "m", "grace", 3, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
  { CALLEE, ICE, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
  { CALLEE, ICE, "m", "grace", 2, 0, 0, FALSE, EVENT (NONE) },
  { CALLER_RENEWING, ICE, "m", "grace", 3, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
  { CALLER_RENEWING, ICE, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_CANDIDATES) },
#undef ICE

  { IDLE, VIS_KIND_CALL_RENEW, "m", "grace", 3, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_RENEW, "m", "grace", 3, 0, 0, FALSE, EVENT (GOT_RENEW) },
  { CALLER, VIS_KIND_CALL_RENEW, "m", "grace", 2, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_RENEW, "m", "carol", 3, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_RENEW, "m", "grace", VIS_LIMIT_GENERATION, 0, 0, FALSE, EVENT (NONE) },
  { CALLER_RENEWING, VIS_KIND_CALL_RENEW, "m", "grace", 3, 0, 0, FALSE, EVENT (NONE) },
  { CALLER_RENEWING, VIS_KIND_CALL_RENEW, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_RENEW) },
  { CALLER_DROPPED, VIS_KIND_CALL_RENEW, "m", "grace", 2, 0, 0, FALSE, EVENT (NONE) },
  { CALLER_DROPPED, VIS_KIND_CALL_RENEW, "m", "grace", 3, 0, 0, FALSE, EVENT (GOT_RENEW) },
  { CALLER_DROPPED, VIS_KIND_CALL_RENEW, "m", "grace", 4, 0, 0, FALSE, EVENT (GOT_RENEW) },
  { CALLEE, VIS_KIND_CALL_RENEW, "m", "grace", 3, 0, 0, FALSE, EVENT (NONE) },

  { IDLE, VIS_KIND_CALL_RINGING, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLING, VIS_KIND_CALL_RINGING, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_RINGING) },
  { CALLING, VIS_KIND_CALL_RINGING, "x", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { RINGING, VIS_KIND_CALL_RINGING, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_MEDIA, "m", "grace", 0, 0, 0, FALSE, EVENT (GOT_MEDIA) },
  { CALLER, VIS_KIND_CALL_MEDIA, "m", "carol", 0, 0, 0, FALSE, EVENT (NONE) },
  { IDLE, VIS_KIND_CALL_MEDIA, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CHAT_MESSAGE, "m", "grace", 0, 0, 0, FALSE, EVENT (NONE) },

#define END VIS_KIND_CALL_END
  { IDLE, END, "x", "grace", 0, VIS_END_HANGUP, 0, FALSE, EVENT (GOT_OTHER_END) },
  { IDLE, END, "x", "grace", 0, VIS_END_HANGUP, 0, TRUE, EVENT (NONE) },
  { RINGING, END, "x", "carol", 0, VIS_END_HANGUP, 0, FALSE, EVENT (GOT_OTHER_END) },
  { RINGING, END, "m", "grace", 0, VIS_END_HANGUP, 0, FALSE, EVENT (GOT_END) },
  { RINGING, END, "m", NULL, 0, VIS_END_TIMEOUT, 0, FALSE, EVENT (GOT_END) },
  { RINGING, END, "m", "carol", 0, VIS_END_HANGUP, 0, FALSE, EVENT (NONE) },
  { RINGING, END, "m", "grace", 0, VIS_END_GLARE, 0, FALSE, EVENT (GOT_END) },
  /* Another device of ours says so: tests/call/test-call-server.c has the server say it. */
  { RINGING, END, "m", "ada", 0, VIS_END_ANSWERED_ELSEWHERE, 0, FALSE, EVENT (GOT_ELSEWHERE) },
  { RINGING, END, "m", "ada", 0, VIS_END_DECLINED, 0, FALSE, EVENT (GOT_ELSEWHERE) },
  { CALLEE_CONNECTING,
    END,
    "m",
    "ada",
    0,
    VIS_END_ANSWERED_ELSEWHERE,
    0,
    FALSE,
    EVENT (GOT_ELSEWHERE) },
  { CALLEE_CONNECTING, END, "m", "ada", 0, VIS_END_DECLINED, 0, FALSE, EVENT (GOT_ELSEWHERE) },
  { RINGING, END, "x", "ada", 0, VIS_END_DECLINED, 0, FALSE, EVENT (GOT_OTHER_END) },
  { RINGING, END, "x", "ada", 0, VIS_END_DECLINED, 0, TRUE, EVENT (NONE) },
  { RINGING, END, "m", NULL, 0, VIS_END_ANSWERED_ELSEWHERE, 0, FALSE, EVENT (GOT_ELSEWHERE) },
  { CALLING, END, "m", "grace", 0, VIS_END_BUSY, 0, FALSE, EVENT (GOT_REFUSAL) },
  { CALLING, END, "m", "grace", 0, VIS_END_DECLINED, 0, FALSE, EVENT (GOT_REFUSAL) },
  { CALLING, END, "m", NULL, 0, VIS_END_UNREACHABLE, 0, FALSE, EVENT (GOT_END) },
  { CALLER, END, "m", "grace", 0, VIS_END_FAILED, 0, FALSE, EVENT (GOT_END) },
  { CALLER, END, "m", "grace", 0, VIS_END_INSECURE, 0, FALSE, EVENT (GOT_END) },
  { CALLER, END, "m", "grace", 0, VIS_END_GLARE, 0, FALSE, EVENT (GOT_END) },
#undef END
};

static void
test_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      VisCallContext context;
      VisCallFrame   frame = { .kind = frames[i].kind,
                               .call = frames[i].call,
                               .from = frames[i].from,
                               .gen = frames[i].gen,
                               .reason = frames[i].reason,
                               .age_ms = frames[i].age_ms,
                               .ended = frames[i].ended };

      set_scene (&context, frames[i].scene);
      g_test_message ("frame %u", i);
      g_assert_cmpstr (vis_call_event_to_string (vis_call_classify_frame (&context, &frame)),
                       ==,
                       vis_call_event_to_string (frames[i].expected));
    }
}

#define WIRE(code) VIS_PROTOCOL_ERROR_##code

static const struct
{
  Scene        scene;
  VisKind      kind;
  const char  *call;
  int          gen;
  int          code; /* of the protocol, or -1 for another error */
  gboolean     again;
  VisCallEvent expected;
} failures[] = {
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, WIRE (NOT_FOUND), FALSE, EVENT (UNREACHABLE) },
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, WIRE (FORBIDDEN), FALSE, EVENT (UNREACHABLE) },
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, WIRE (BLOCKED), FALSE, EVENT (UNREACHABLE) },
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, WIRE (CONFLICT), FALSE, EVENT (OFFER_FAILED) },
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, WIRE (CONFLICT), TRUE, EVENT (NONE) },
  { CALLING, VIS_KIND_CALL_OFFER, "m", 0, -1, FALSE, EVENT (OFFER_FAILED) },
  { CALLING, VIS_KIND_CALL_OFFER, "x", 0, -1, FALSE, EVENT (NONE) },
  { CALLING, VIS_KIND_CALL_ICE, "m", 0, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_OFFER, "m", 4, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  { CALLER, VIS_KIND_CALL_ANSWER, "m", 0, -1, FALSE, EVENT (NONE) },
  { CALLEE, VIS_KIND_CALL_ANSWER, "m", 0, WIRE (NOT_FOUND), FALSE, EVENT (GOT_END) },
  { CALLEE, VIS_KIND_CALL_ANSWER, "m", 0, WIRE (CONFLICT), FALSE, EVENT (GOT_ELSEWHERE) },
  { CALLEE, VIS_KIND_CALL_ANSWER, "m", 0, WIRE (CONFLICT), TRUE, EVENT (NONE) },
  { CALLEE_LOST, VIS_KIND_CALL_ANSWER, "m", 0, WIRE (CONFLICT), TRUE, EVENT (NONE) },
  { CALLEE_CONNECTING, VIS_KIND_CALL_ANSWER, "m", 0, WIRE (CONFLICT), TRUE, EVENT (GOT_ELSEWHERE) },
  { CALLEE, VIS_KIND_CALL_ANSWER, "m", 0, -1, FALSE, EVENT (ANSWER_FAILED) },
  { CALLEE, VIS_KIND_CALL_ANSWER, "m", 4, -1, FALSE, EVENT (NONE) },
  { CALLEE, VIS_KIND_CALL_OFFER, "m", 0, -1, FALSE, EVENT (NONE) },
  { CALLEE, VIS_KIND_CALL_RENEW, "m", 3, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  { CALLEE_LOST, VIS_KIND_CALL_RENEW, "m", 3, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  { CALLEE_LOST, VIS_KIND_CALL_RENEW, "m", 0, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  { IDLE, VIS_KIND_CALL_END, "m", 0, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
};

static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      VisCallContext     context;
      VisCallFrame       frame = { .kind = failures[i].kind,
                                   .call = failures[i].call,
                                   .gen = failures[i].gen };
      gboolean           wire = failures[i].code != -1;
      g_autoptr (GError) error = g_error_new_literal (
        wire ? VIS_PROTOCOL_ERROR : VIS_ERROR, wire ? failures[i].code : VIS_ERROR_OFFLINE, "no");
      VisCallEvent event;

      set_scene (&context, failures[i].scene);
      event = vis_call_classify_failure (&context, &frame, error, failures[i].again);
      g_test_message ("failure %u", i);
      g_assert_cmpstr (
        vis_call_event_to_string (event), ==, vis_call_event_to_string (failures[i].expected));
    }
}

/* The server does not know the call, and was asked before: that counts for what only a call that is
 * reconnecting asks. */
static void
test_denials (void)
{
  static const struct
  {
    Scene        scene;
    VisKind      kind;
    int          gen;
    int          code;
    gboolean     denial;
    VisCallEvent again;
  } denials[] = {
    { CALLEE_LOST, VIS_KIND_CALL_RENEW, 0, WIRE (NOT_FOUND), TRUE, EVENT (GOT_END) },
    { CALLEE_LOST, VIS_KIND_CALL_RENEW, 3, WIRE (NOT_FOUND), TRUE, EVENT (GOT_END) },
    { CALLEE_LOST, VIS_KIND_CALL_RENEW, 3, WIRE (RATE_LIMITED), FALSE, EVENT (NONE) },
    { CALLEE_LOST, VIS_KIND_CALL_ICE, 3, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
    { CALLEE, VIS_KIND_CALL_RENEW, 3, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
    { CALLER_RENEWING, VIS_KIND_CALL_OFFER, 4, WIRE (NOT_FOUND), TRUE, EVENT (GOT_END) },
    { CALLER_RENEWING, VIS_KIND_CALL_OFFER, 4, WIRE (FORBIDDEN), FALSE, EVENT (NONE) },
    { CALLER, VIS_KIND_CALL_OFFER, 4, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
    { CALLING, VIS_KIND_CALL_OFFER, 0, WIRE (NOT_FOUND), FALSE, EVENT (UNREACHABLE) },
    { IDLE, VIS_KIND_CALL_RENEW, 0, WIRE (NOT_FOUND), FALSE, EVENT (NONE) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (denials); i++)
    {
      VisCallContext     context;
      VisCallFrame       frame = { .kind = denials[i].kind, .call = "m", .gen = denials[i].gen };
      g_autoptr (GError) error = g_error_new_literal (VIS_PROTOCOL_ERROR, denials[i].code, "no");

      set_scene (&context, denials[i].scene);
      g_test_message ("denial %u", i);
      g_assert_cmpint (vis_call_classify_denial (&context, &frame, error), ==, denials[i].denial);
      context.denied = TRUE;
      g_assert_cmpstr (
        vis_call_event_to_string (vis_call_classify_failure (&context, &frame, error, FALSE)),
        ==,
        vis_call_event_to_string (denials[i].again));
    }
}

static const struct
{
  Scene           scene;
  int             gen;
  VisSessionState state;
  VisCallEvent    expected;
} sessions[] = {
  { IDLE, 0, VIS_SESSION_CONNECTED, EVENT (NONE) },
  { IDLE, -1, VIS_SESSION_CONNECTED, EVENT (NONE) },
  { CALLING, 0, VIS_SESSION_NEW, EVENT (NONE) },
  { CALLING, 0, VIS_SESSION_CONNECTED, EVENT (MEDIA_CONNECTED) },
  { CALLING, 0, VIS_SESSION_FAILED, EVENT (MEDIA_LOST_CALLER) },
  { CALLER, 3, VIS_SESSION_CONNECTED, EVENT (NONE) },
  { CALLER, 3, VIS_SESSION_CLOSED, EVENT (NONE) },
  { CALLER, 3, VIS_SESSION_STALLED, EVENT (MEDIA_LOST_CALLER) },
  { CALLER, 3, VIS_SESSION_FAILED, EVENT (MEDIA_LOST_CALLER) },
  { CALLER, 2, VIS_SESSION_FAILED, EVENT (NONE) },
  { CALLER, 3, VIS_SESSION_INSECURE, EVENT (MEDIA_INSECURE) },
  { CALLING, 0, VIS_SESSION_UNUSABLE, EVENT (MEDIA_UNUSABLE) },
  { CALLEE_CONNECTING, 0, VIS_SESSION_UNUSABLE, EVENT (MEDIA_UNUSABLE) },
  { CALLER, 3, VIS_SESSION_UNUSABLE, EVENT (MEDIA_LOST_CALLER) },
  { CALLER_RENEWING, 4, VIS_SESSION_UNUSABLE, EVENT (NEXT_FAILED) },
  { CALLER, 2, VIS_SESSION_INSECURE, EVENT (NONE) },
  { CALLER_LOST, 3, VIS_SESSION_CONNECTED, EVENT (MEDIA_CONNECTED) },
  { CALLER_LOST, 3, VIS_SESSION_FAILED, EVENT (NONE) },
  { CALLER_RENEWING, 3, VIS_SESSION_CONNECTED, EVENT (MEDIA_CONNECTED) },
  { CALLER_RENEWING, 4, VIS_SESSION_CONNECTED, EVENT (MEDIA_REPLACED) },
  { CALLER_RENEWING, 4, VIS_SESSION_FAILED, EVENT (NEXT_FAILED) },
  { CALLER_RENEWING, 4, VIS_SESSION_STALLED, EVENT (NEXT_FAILED) },
  { CALLER_RENEWING, 4, VIS_SESSION_NEW, EVENT (NONE) },
  { CALLER_RENEWING, 4, VIS_SESSION_INSECURE, EVENT (MEDIA_INSECURE) },
  { CALLER_OFFLINE, 3, VIS_SESSION_STALLED, EVENT (MEDIA_LOST) },
  { CALLER_AT_LIMIT, VIS_LIMIT_GENERATION, VIS_SESSION_STALLED, EVENT (MEDIA_LOST) },
  { CALLEE, 3, VIS_SESSION_STALLED, EVENT (MEDIA_LOST_CALLEE) },
};

static void
test_sessions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      VisCallContext context;
      VisCallEvent   event;

      set_scene (&context, sessions[i].scene);
      event = vis_call_classify_session (&context, sessions[i].gen, sessions[i].state);
      g_test_message ("session %u", i);
      g_assert_cmpstr (
        vis_call_event_to_string (event), ==, vis_call_event_to_string (sessions[i].expected));
    }
}

/* A callee whose next generation is there already waits for that one. */
static void
test_lost_with_next (void)
{
  VisCallContext context;

  set_scene (&context, CALLEE_RENEWING);
  context.path = VIS_CALL_PATH_UP;
  g_assert_cmpint (
    vis_call_classify_session (&context, 3, VIS_SESSION_STALLED), ==, EVENT (MEDIA_LOST));
}

static const struct
{
  Scene        scene;
  VisCallEvent retry;
  VisCallEvent lost; /* the wire was there and goes */
  VisCallEvent back; /* it was not, and comes */
} waits[] = {
  { IDLE, EVENT (NONE), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { RINGING, EVENT (NONE), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { CALLING, EVENT (NONE), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { CALLER, EVENT (RETRY_NEEDLESS), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { CALLER_DROPPED, EVENT (RETRY_NEEDLESS), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { CALLER_LOST, EVENT (RETRY_CALLER), EVENT (WIRE_LOST), EVENT (RETRY_CALLER) },
  { CALLER_RENEWING, EVENT (RETRY_CALLER), EVENT (WIRE_LOST), EVENT (RETRY_CALLER) },
  { CALLER_AGREED, EVENT (RETRY_CALLER), EVENT (WIRE_LOST), EVENT (WIRE_BACK) },
  { CALLER_LOST_OFFLINE, EVENT (RETRY_LATER), EVENT (WIRE_LOST), EVENT (RETRY_CALLER) },
  { CALLEE_LOST, EVENT (RETRY_CALLEE), EVENT (WIRE_LOST), EVENT (RETRY_CALLEE) },
  { CALLEE_RENEWING, EVENT (RETRY_CALLEE), EVENT (WIRE_LOST), EVENT (RETRY_CALLEE) },
};

static void
test_waits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      VisCallContext context;

      g_test_message ("wait %u", i);
      set_scene (&context, waits[i].scene);
      if (context.state == VIS_CALL_IN_CALL)
        g_assert_cmpint (vis_call_classify_retry (&context), ==, waits[i].retry);

      context.online = TRUE;
      g_assert_cmpint (vis_call_classify_wire (&context, TRUE), ==, EVENT (NONE));
      g_assert_cmpint (vis_call_classify_wire (&context, FALSE), ==, waits[i].lost);
      context.online = FALSE;
      g_assert_cmpint (vis_call_classify_wire (&context, FALSE), ==, EVENT (NONE));
      g_assert_cmpint (vis_call_classify_wire (&context, TRUE), ==, waits[i].back);
    }
}

static void
test_own (void)
{
  VisCallContext context;

  set_scene (&context, CALLER_RENEWING);
  g_assert_cmpint (vis_call_classify_description (&context, 4), ==, EVENT (OFFER_READY));
  g_assert_cmpint (vis_call_classify_description (&context, 2), ==, EVENT (NONE));
  g_assert_cmpint (vis_call_classify_candidates (&context, 3), ==, EVENT (CANDIDATES_READY));
  g_assert_cmpint (vis_call_classify_candidates (&context, 2), ==, EVENT (NONE));

  set_scene (&context, CALLEE);
  g_assert_cmpint (vis_call_classify_description (&context, 3), ==, EVENT (ANSWER_READY));

  set_scene (&context, IDLE);
  g_assert_cmpint (vis_call_classify_description (&context, -1), ==, EVENT (NONE));
  g_assert_cmpint (vis_call_classify_candidates (&context, -1), ==, EVENT (NONE));
}

static void
test_read (void)
{
  g_autoptr (VisMessage) message = vis_message_new (VIS_KIND_CALL_END);
  VisCallFrame           frame;

  vis_message_set_string (message, VIS_FIELD_CALL, "m");
  vis_message_set_string (message, VIS_FIELD_REASON, "insecure");
  vis_call_frame_read (&frame, message);
  g_assert_cmpint (frame.kind, ==, VIS_KIND_CALL_END);
  g_assert_cmpstr (frame.call, ==, "m");
  g_assert_null (frame.from);
  g_assert_cmpint (frame.reason, ==, VIS_END_INSECURE);
  g_assert_false (frame.ended);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/classify/frames", test_frames);
  g_test_add_func ("/call/classify/failures", test_failures);
  g_test_add_func ("/call/classify/denials", test_denials);
  g_test_add_func ("/call/classify/sessions", test_sessions);
  g_test_add_func ("/call/classify/lost-with-next", test_lost_with_next);
  g_test_add_func ("/call/classify/waits", test_waits);
  g_test_add_func ("/call/classify/own", test_own);
  g_test_add_func ("/call/classify/read", test_read);

  return g_test_run ();
}
