/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-limits.h"
#include "vis-message.h"

G_BEGIN_DECLS

typedef union
{
  char       *string;
  gint64      integer;
  VisMessage *object;
  GPtrArray  *array;
  char      **strings;
} VisValue;

struct _VisMessage
{
  gatomicrefcount ref_count;
  VisKind         kind;
  char           *request; /* the id of the request as JSON text, NULL for an event */
  gint64          seq;     /* 0: not durable */
  char            mark[VIS_LIMIT_MARK + 1];
  guint           skipped; /* fields, and elements of arrays, that were not understood */
  guint32         present; /* one bit a slot */
  VisValue        values[];
};

G_END_DECLS
