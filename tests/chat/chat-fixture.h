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

/* The chats of Ada, with the test on all sides but that of the disk. */
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

/* A device that knows of Grace and has nothing to catch up with. */
VisConversation *fixture_begin (Fixture *fixture, gint64 seq);
VisTimeline     *fixture_open_timeline (Fixture *fixture, VisConversation *conversation);

/* "1 2> 3>>": oldest first; the ticks of own messages. */
void fixture_assert_timeline (VisTimeline *timeline, const char *expected);

/* What the server says. Messages have the number @n for an id, a time and a text. */
void fixture_event_message (Fixture *fixture, gint64 seq, guint n, const char *from);
void fixture_event_mark (Fixture *fixture, gint64 seq, const char *type, const char *user, guint n);
void fixture_event_contact (Fixture *fixture, gint64 seq, const char *user, const char *state);

/* Answers both lists, the second one with @chats. */
void fixture_answer_lists (Fixture *fixture, const char *chats);

/* The server takes a message, at @ts. */
void fixture_accept (Fixture *fixture, gint64 seq, guint ts);

/* The next order of @n things, in the order of a dictionary; FALSE after the last one. */
gboolean fixture_permute (guint *order, guint n);

/* Tests by their names below @prefix, each with chats of its own. */
typedef struct
{
  const char *name;
  void (*func) (Fixture *fixture, gconstpointer data);
} FixtureTest;

void fixture_add (const char *prefix, const FixtureTest *tests, guint n_tests);
