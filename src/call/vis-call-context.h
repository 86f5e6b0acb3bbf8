/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-machine.h"
#include "vis-kinds.h"

G_BEGIN_DECLS

/**
 * VisCallPath:
 * @VIS_CALL_PATH_NONE: there is no media session
 * @VIS_CALL_PATH_NEW: it has not carried media yet
 * @VIS_CALL_PATH_UP: it carries media
 * @VIS_CALL_PATH_LOST: it does not any more
 *
 * How the current generation is doing.
 */
typedef enum
{
  VIS_CALL_PATH_NONE,
  VIS_CALL_PATH_NEW,
  VIS_CALL_PATH_UP,
  VIS_CALL_PATH_LOST,
} VisCallPath;

#define VIS_CALL_ID_SIZE       40
#define VIS_CALL_USER_SIZE     40
#define VIS_CALL_NO_GENERATION (-1)

/**
 * VisCallContext:
 * @state: where the call is
 * @call: its id, "" while idle
 * @peer: the user name of the other person, "" while idle
 * @user: one's own user name, as the server said it last, "" before that
 * @outgoing: whether this side made the call, and so makes the offers
 * @offered: whether its offer has been sent, of a call of ours
 * @online: whether the wire is online
 * @path: how the current generation is doing
 * @was_up: whether any generation of this call has carried media
 * @denied: whether the server said that it knows no such call, and nothing else since
 * @current: the current generation
 * @next: the generation that is being built beside it
 * @agreed: whether it was offered and answered, and still has time to come up
 * @newest: the highest generation of this call so far
 *
 * All that the classifier must know about the one call. A plain value: it is copied, compared and
 * hashed. Generations are %VIS_CALL_NO_GENERATION where there is none.
 */
typedef struct
{
  VisCallState state;
  char         call[VIS_CALL_ID_SIZE];
  char         peer[VIS_CALL_USER_SIZE];
  char         user[VIS_CALL_USER_SIZE];
  gboolean     outgoing;
  gboolean     offered;
  gboolean     online;
  VisCallPath  path;
  gboolean     was_up;
  gboolean     denied;
  int          current;
  int          next;
  gboolean     agreed;
  int          newest;
} VisCallContext;

/**
 * VisCallFrame:
 * @kind: one of the kinds of calls
 * @call: the call's id
 * @from: (nullable): who sent it: the other person, oneself on another device, or %NULL for the
 *   server
 * @gen: the generation, 0 for kinds without one
 * @reason: of an end
 * @age_ms: how long the server held it
 * @ended: whether this call's id is remembered as ended
 * @bad: whether nothing can come of the offer that it is
 *
 * What the classifier reads of a message.
 */
typedef struct
{
  VisKind      kind;
  const char  *call;
  const char  *from;
  int          gen;
  VisEndReason reason;
  gint64       age_ms;
  gboolean     ended;
  gboolean     bad;
} VisCallFrame;

void          vis_call_context_init (VisCallContext *self);
void          vis_call_context_set_user (VisCallContext *self, const char *user);
void          vis_call_context_apply (VisCallContext     *self,
                                      VisCallEvent        event,
                                      const VisCallCell  *cell,
                                      const VisCallFrame *frame);
VisMediaState vis_call_context_get_media_state (const VisCallContext *self);

G_END_DECLS
