/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-wire.h"
#include "manual-clock.h"
#include "until.h"
#include "vis-chat-private.h"
#include "vis-timeline-private.h"

#define PATIENCE_US (30 * G_USEC_PER_SEC)

/* The chats of Ada: a real store in memory, a wire whose server is the test, and a clock that the
 * test advances. */
typedef struct
{
  VisStore    *store;
  FakeWire    *wire;
  ManualClock *clock;
  VisChat     *chat;
  guint        received;
} Fixture;

#define GRACE "{\"user\":\"grace\",\"name\":\"Grace\",\"state\":\"mutual\",\"presence\":\"online\"}"

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
void fixture_open (Fixture *fixture);
void fixture_close (Fixture *fixture);

/* Waits until all edits so far are stored and shown, and those that they lead to as well. */
void fixture_flush (Fixture *fixture);

/* Connects a device that has Grace as a contact and misses no event. */
VisConversation *fixture_begin (Fixture *fixture, gint64 seq);
VisTimeline     *fixture_open_timeline (Fixture *fixture, VisConversation *conversation);

/* The timeline as a string such as "Text 1,one>,two*": oldest first. Own messages: * to be sent, >
 * sent, >> delivered, >>> read, ! failed; x is deleted. */
void fixture_assert_timeline (VisTimeline *timeline, const char *expected);

/* Events of the server. A message has the number @n in its id, as its time and in its text. */
void fixture_event_message (Fixture *fixture, gint64 seq, guint n, const char *from);
void fixture_event_mark (Fixture *fixture, gint64 seq, const char *type, const char *user, guint n);
void fixture_event_contact (Fixture *fixture, gint64 seq, const char *user, const char *state);

/* Answers the requests for both lists, the second one with @chats. */
void fixture_answer_lists (Fixture *fixture, const char *chats);

/* Accepts the oldest message without an answer, with the time @ts. */
void fixture_accept (Fixture *fixture, gint64 seq, guint ts);

/* The next permutation of @n numbers, in lexicographic order; FALSE after the last one. */
gboolean fixture_permute (guint *order, guint n);

/* Adds tests by their names below @prefix, each with chats of its own. */
typedef struct
{
  const char *name;
  void (*func) (Fixture *fixture, gconstpointer data);
} FixtureTest;

void fixture_add (const char *prefix, const FixtureTest *tests, guint n_tests);
