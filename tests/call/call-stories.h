/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-machine.h"

/* What happens in a call, told step by step with everything that follows. Returns NULL, or what
 * went otherwise. */
char *call_stories_tell (const VisCallTable *table);

/* What is true of every cell by itself. */
char *call_cells_check (const VisCallTable *table);
