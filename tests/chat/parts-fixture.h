/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-wire.h"
#include "manual-clock.h"
#include "vis-chat-journal.h"
#include "vis-chat-model.h"
#include "vis-chat-turns.h"

/* What the upper parts of a chat stand on: the model, the journal and the order of the server's
 * events, on a real store in memory and a wire whose server is the test. The account is ada's,
 * whose events up to `seq` 10 are here. What the journal stores is shown in the model. */
typedef struct
{
  VisStore       *store;
  FakeWire       *wire;
  ManualClock    *clock;
  VisChatModel   *model;
  VisChatJournal *journal;
  VisChatTurns   *turns;
  GString        *edits;
} Parts;

void parts_set_up (Parts *parts);
void parts_tear_down (Parts *parts);

/* Waits until everything is stored and shown, and the wire's answers are handled. */
void parts_settle (Parts *parts);

/* The edits that were stored since the last call, "receive note" for instance. */
void parts_assert_edits (Parts *parts, const char *expected);

/* The messages of grace's conversation that the store hands out, as page_to_string() writes them.
 */
void parts_assert_stored (Parts *parts, const char *expected);

/* The event @seq arrives and is taken in its turn, by somebody else. */
void parts_take_turn (Parts *parts, gint64 seq);
