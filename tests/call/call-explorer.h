/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-machine.h"

typedef struct
{
  guint starts[2];    /* how often each of the two may call the other */
  guint disturbances; /* how often the world may interfere in one history */
  guint max_states;   /* enough of it; 0 for all */
} CallWorldLimits;

typedef struct
{
  guint64  states;
  guint    deepest;
  gboolean complete;
} CallWorldCount;

/* Goes through every order in which things can happen to two machines, with their classifiers and
 * the channels between them. Returns NULL, or what went wrong and how it came to that. */
char *call_world_explore (const VisCallTable    *table,
                          const CallWorldLimits *limits,
                          CallWorldCount        *count);
