/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stage.h"
#include "vis-window.h"

/* The screens of the preview; the last entry has no name. */
typedef struct
{
  const char *name;
  void (*show) (void);
} PreviewScreen;

extern const PreviewScreen preview_screens[];
extern Stage              *stage;
extern VisWindow          *window;
