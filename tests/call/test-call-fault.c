/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-fault.h"
#include "vis-error.h"

#define EVENT(name) VIS_CALL_EVENT_##name
#define FAULT(name) VIS_CALL_FAULT_##name
#define PATH(name)  VIS_CALL_PATH_##name

/* Who is to blame for a call that failed, by all that can be known of it. */
typedef struct
{
  const char  *name;
  VisCallEvent event;
  VisCallState state;
  VisCallPath  path;
  gboolean     online;
  gboolean     heard;
  gboolean     from_server;
  int          error; /* 0 for none */
  VisCallFault fault;
} Case;

static const Case cases[] = {
  { "own-network/start",
    EVENT (OFFER_FAILED),
    VIS_CALL_CALLING,
    PATH (NEW),
    FALSE,
    FALSE,
    FALSE,
    VIS_ERROR_OFFLINE,
    FAULT (OWN_NETWORK) },
  { "own-network/rings",
    EVENT (WIRE_LOST),
    VIS_CALL_RINGING,
    PATH (NONE),
    FALSE,
    FALSE,
    FALSE,
    0,
    FAULT (OWN_NETWORK) },
  { "own-network/media",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (LOST),
    FALSE,
    FALSE,
    FALSE,
    0,
    FAULT (OWN_NETWORK) },
  { "own-network/media-after-a-word",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (LOST),
    FALSE,
    TRUE,
    FALSE,
    0,
    FAULT (OWN_NETWORK) },
  { "other-network/media",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (LOST),
    TRUE,
    FALSE,
    FALSE,
    0,
    FAULT (OTHER_NETWORK) },
  { "other-network/at-once",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (NEW),
    TRUE,
    FALSE,
    FALSE,
    0,
    FAULT (OTHER_NETWORK) },
  { "path/lost",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (LOST),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (PATH) },
  { "path/never",
    EVENT (MEDIA_TIMEOUT),
    VIS_CALL_IN_CALL,
    PATH (NEW),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (PATH) },
  { "path/other-gives-up",
    EVENT (GOT_END),
    VIS_CALL_IN_CALL,
    PATH (LOST),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (PATH) },
  { "server/offer",
    EVENT (OFFER_FAILED),
    VIS_CALL_CALLING,
    PATH (NEW),
    TRUE,
    FALSE,
    FALSE,
    VIS_ERROR_MEDIA,
    FAULT (SERVER) },
  { "server/answer",
    EVENT (ANSWER_FAILED),
    VIS_CALL_IN_CALL,
    PATH (NEW),
    TRUE,
    TRUE,
    FALSE,
    VIS_ERROR_MEDIA,
    FAULT (SERVER) },
  { "incompatible/here",
    EVENT (MEDIA_UNUSABLE),
    VIS_CALL_IN_CALL,
    PATH (NEW),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (INCOMPATIBLE) },
  { "incompatible/there",
    EVENT (GOT_END),
    VIS_CALL_CALLING,
    PATH (NEW),
    TRUE,
    FALSE,
    FALSE,
    0,
    FAULT (INCOMPATIBLE) },
  { "own-media",
    EVENT (MEDIA_LOST_CALLER),
    VIS_CALL_CALLING,
    PATH (NEW),
    TRUE,
    FALSE,
    FALSE,
    0,
    FAULT (OWN_MEDIA) },
  { "unknown/server-ends",
    EVENT (GOT_END),
    VIS_CALL_CALLING,
    PATH (NEW),
    TRUE,
    FALSE,
    TRUE,
    0,
    FAULT (UNKNOWN) },
  { "unknown/says-so-though-media-flow",
    EVENT (GOT_END),
    VIS_CALL_IN_CALL,
    PATH (UP),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (UNKNOWN) },
  { "unknown/other-ends-at-once",
    EVENT (GOT_END),
    VIS_CALL_IN_CALL,
    PATH (NEW),
    TRUE,
    TRUE,
    FALSE,
    0,
    FAULT (UNKNOWN) },
};

static void
test_case (gconstpointer data)
{
  const Case        *row = data;
  VisCallContext     context;
  g_autoptr (GError) error =
    row->error != 0 ? g_error_new_literal (VIS_ERROR, row->error, "why") : NULL;

  vis_call_context_init (&context);
  context.state = row->state;
  context.path = row->path;
  context.online = row->online;
  g_assert_cmpint (vis_call_fault_find (&(VisCallEnding){
                     .context = &context,
                     .event = row->event,
                     .heard = row->heard,
                     .error = error,
                     .from_server = row->from_server,
                   }),
                   ==,
                   row->fault);
}

static void
test_heard (void)
{
  static const VisCallEvent heard[] = { EVENT (GOT_ANSWER),     EVENT (GOT_CANDIDATES),
                                        EVENT (GOT_MEDIA),      EVENT (GOT_RENEW),
                                        EVENT (GOT_NEXT_OFFER), EVENT (GOT_NEXT_ANSWER) };
  static const VisCallEvent silent[] = { EVENT (START),
                                         EVENT (GOT_OFFER),
                                         EVENT (MEDIA_LOST),
                                         EVENT (MEDIA_LOST_CALLER),
                                         EVENT (MEDIA_LOST_CALLEE) };

  for (guint i = 0; i < G_N_ELEMENTS (heard); i++)
    g_assert_true (vis_call_fault_is_heard (FALSE, heard[i]));
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    g_assert_false (vis_call_fault_is_heard (TRUE, silent[i]));
  g_assert_true (vis_call_fault_is_heard (TRUE, EVENT (WIRE_LOST)));
  g_assert_false (vis_call_fault_is_heard (FALSE, EVENT (WIRE_BACK)));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/call/fault/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/call/fault/heard", test_heard);

  return g_test_run ();
}
