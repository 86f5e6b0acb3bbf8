/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-machine.h"

/* How stories are written: each ends with a step without effects, a list of them with one that has
 * no name. */

typedef struct
{
  VisCallEvent event;
  VisCallState state;   /* after it */
  VisEndReason reason;  /* of the cell */
  const char  *effects; /* all of them, in order */
} Step;

typedef struct
{
  const char *name;
  Step        steps[16];
} Story;

#define EVENT(name) VIS_CALL_EVENT_##name

/* Of calls that lose their wire or their path, and what comes of it. */
extern const Story call_stories_of_loss[];
