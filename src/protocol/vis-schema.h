/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-kinds.h"

G_BEGIN_DECLS

#define VIS_MAX_FIELDS_OF_KIND 24

/**
 * VisType:
 *
 * The types that a field's value can have.
 */
typedef enum
{
  VIS_TYPE_OF_STRING,
  VIS_TYPE_OF_INTEGER,
  VIS_TYPE_OF_BOOLEAN,
  VIS_TYPE_OF_OBJECT,  /* of one kind */
  VIS_TYPE_OF_ARRAY,   /* of objects of one kind */
  VIS_TYPE_OF_STRINGS, /* of texts, or one text instead of the array (W3C RTCIceServer) */
} VisType;

/**
 * VisFieldSpec:
 * @name: the field's name on the wire
 * @type: what its value is
 * @kind: of an object or an array: what it consists of
 * @check: (nullable): of a text: whether it is one that the field can have
 * @min: of an integer: the lowest; of a text: the fewest characters; of an array: the fewest items
 * @max: likewise the most
 * @words: (nullable): of a text: the only values, ended by %NULL
 * @open: later versions have more words: those of the server are taken as they come, since what
 *   they are about counts even where they are not understood
 *
 * One row of the table of fields.
 */
typedef struct
{
  const char *name;
  VisType     type;
  VisKind     kind;
  gboolean (*check) (const char *text);
  gint64             min;
  gint64             max;
  const char *const *words;
  gboolean           open;
} VisFieldSpec;

/**
 * VisKindField:
 * @field: a field
 * @required: the senders (flags of [flags@Vis.Sender]) that must give it
 * @allowed: the senders that may give it; of others it is ignored
 *
 * One field of a kind.
 */
typedef struct
{
  VisField field;
  guint8   required;
  guint8   allowed;
} VisKindField;

/**
 * VisKindSpec:
 * @name: (nullable): the `type` on the wire; %NULL for objects and bodies
 * @senders: who may send it
 * @fields: the fields, in the order in which they are written
 * @n_fields: how many
 *
 * One row of the table of kinds.
 */
typedef struct
{
  const char  *name;
  guint8       senders;
  VisKindField fields[VIS_MAX_FIELDS_OF_KIND];
  guint        n_fields;
} VisKindSpec;

const VisFieldSpec *vis_schema_field (VisField field);
const VisKindSpec  *vis_schema_kind (VisKind kind);
gboolean            vis_schema_find (const char *name, VisKind *kind);
int                 vis_schema_slot (VisKind kind, VisField field);

G_END_DECLS
