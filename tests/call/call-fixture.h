/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "fake-media.h"
#include "fake-wire.h"
#include "manual-clock.h"
#include "vis-call-controller.h"

/* A controller with the test on all its sides. Ids compare as their names: LOW < MIDDLE < HIGH. */

#define LOW  "00000000-0000-4000-8000-000000000001"
#define HIGH "ffffffff-ffff-4fff-bfff-ffffffffffff"

typedef struct
{
  FakeWire          *wire;
  VisFakeEngine     *engine;
  VisFakeRinger     *ringer;
  ManualClock       *clock;
  VisCallController *controller;
  guint              ended;
  VisEndReason       reason; /* of the last one that ended */
  VisCallFault       fault;  /* likewise */
  GString           *missed; /* "user (name)" of each one that was missed, with a space behind */
} Fixture;

void            fixture_set_up (Fixture *self, gconstpointer data);
void            fixture_tear_down (Fixture *self, gconstpointer data);

void            fixture_turn (Fixture *self); /* all that is ready in the main loop */
void            fixture_pass (Fixture *self, guint ms);
VisCall        *fixture_call (Fixture *self);
VisFakeSession *fixture_session (Fixture *self, guint index);

/* The next frame of a kind; answered with ok. Free it. */
VisMessage *fixture_take (Fixture *self, VisKind kind);
void        fixture_expect_end (Fixture *self, const char *call, const char *reason);
void        fixture_expect_silence (Fixture *self);

/* What the other side, grace, says; @fields begin with a comma, or are "". */
void fixture_say (Fixture *self, const char *type, const char *call, const char *fields);
void fixture_offer (Fixture *self, const char *call);

/* Shortcuts into the states */
void  fixture_start (Fixture *self); /* calling, and the offer is out */
char *fixture_id (Fixture *self);    /* of the call at hand */
void  fixture_talk_as_caller (Fixture *self);
void  fixture_talk_as_callee (Fixture *self);

/* Everything is released, and nothing runs. */
void fixture_assert_idle (Fixture *self, VisEndReason reason);

/* Tests by their names below @prefix, each with a controller of its own. */
typedef struct
{
  const char *name;
  void (*func) (Fixture *self, gconstpointer data);
  gconstpointer data;
} FixtureTest;

void fixture_add (const char *prefix, const FixtureTest *tests, guint n_tests);
