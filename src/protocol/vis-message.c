/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-private.h"

#include <string.h>

#include "vis-schema.h"

G_STATIC_ASSERT (VIS_MAX_FIELDS_OF_KIND <= 32);

G_DEFINE_BOXED_TYPE (VisMessage, vis_message, vis_message_ref, vis_message_unref)

static const VisFieldSpec *
spec_of_slot (const VisMessage *self, guint slot)
{
  return vis_schema_field (vis_schema_kind (self->kind)->fields[slot].field);
}

static gboolean
find_present (const VisMessage *self, VisField field, VisType type, guint *slot)
{
  int found = vis_schema_slot (self->kind, field);

  g_return_val_if_fail (found >= 0, FALSE);
  g_return_val_if_fail (spec_of_slot (self, found)->type == type, FALSE);

  *slot = found;
  return (self->present & (1u << found)) != 0;
}

static void
clear_slot (VisMessage *self, guint slot)
{
  VisValue *value = &self->values[slot];

  if ((self->present & (1u << slot)) == 0)
    return;

  switch (spec_of_slot (self, slot)->type)
    {
    case VIS_TYPE_OF_STRING:
      g_free (value->string);
      break;
    case VIS_TYPE_OF_OBJECT:
      vis_message_unref (value->object);
      break;
    case VIS_TYPE_OF_ARRAY:
      g_ptr_array_unref (value->array);
      break;
    case VIS_TYPE_OF_STRINGS:
      g_strfreev (value->strings);
      break;
    case VIS_TYPE_OF_INTEGER:
    case VIS_TYPE_OF_BOOLEAN:
      break;
    }

  *value = (VisValue){ 0 };
  self->present &= ~(1u << slot);
}

/* Empties the slot of a field for a new value and marks it present. */
static VisValue *
take_slot (VisMessage *self, VisField field, VisType type)
{
  int slot = vis_schema_slot (self->kind, field);

  g_return_val_if_fail (slot >= 0, NULL);
  g_return_val_if_fail (spec_of_slot (self, slot)->type == type, NULL);

  clear_slot (self, slot);
  self->present |= 1u << slot;
  return &self->values[slot];
}

/**
 * vis_message_new:
 * @kind: what it is
 *
 * Makes a message with no field set.
 *
 * Returns: (transfer full): a new message
 */
VisMessage *
vis_message_new (VisKind kind)
{
  VisMessage *self;

  g_return_val_if_fail (kind < VIS_N_KINDS, NULL);

  self = g_malloc0 (sizeof *self + vis_schema_kind (kind)->n_fields * sizeof (VisValue));
  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  return self;
}

/**
 * vis_message_copy:
 * @self: a message
 *
 * Copies a message so that fields of the copy can be set; objects and arrays inside are shared.
 *
 * Returns: (transfer full): a new message
 */
VisMessage *
vis_message_copy (const VisMessage *self)
{
  VisMessage *copy = vis_message_new (self->kind);

  copy->request = g_strdup (self->request);
  copy->seq = self->seq;
  memcpy (copy->mark, self->mark, sizeof copy->mark);
  copy->skipped = self->skipped;
  copy->present = self->present;

  for (guint slot = 0; slot < vis_schema_kind (self->kind)->n_fields; slot++)
    {
      const VisValue *from = &self->values[slot];
      VisValue       *to = &copy->values[slot];

      if ((self->present & (1u << slot)) == 0)
        continue;

      switch (spec_of_slot (self, slot)->type)
        {
        case VIS_TYPE_OF_STRING:
          to->string = g_strdup (from->string);
          break;
        case VIS_TYPE_OF_OBJECT:
          to->object = vis_message_ref (from->object);
          break;
        case VIS_TYPE_OF_ARRAY:
          to->array = g_ptr_array_ref (from->array);
          break;
        case VIS_TYPE_OF_STRINGS:
          to->strings = g_strdupv (from->strings);
          break;
        case VIS_TYPE_OF_INTEGER:
        case VIS_TYPE_OF_BOOLEAN:
          *to = *from;
          break;
        }
    }

  return copy;
}

/**
 * vis_message_ref:
 * @self: a message
 *
 * Takes a reference; from any thread.
 *
 * Returns: (transfer full): @self
 */
VisMessage *
vis_message_ref (VisMessage *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * vis_message_unref:
 * @self: (transfer full): a message
 *
 * Gives a reference back; from any thread.
 */
void
vis_message_unref (VisMessage *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint slot = 0; slot < vis_schema_kind (self->kind)->n_fields; slot++)
    clear_slot (self, slot);
  g_free (self->request);
  g_free (self);
}

/**
 * vis_message_get_kind:
 * @self: a message
 *
 * What it is.
 *
 * Returns: the kind
 */
VisKind
vis_message_get_kind (const VisMessage *self)
{
  return self->kind;
}

/**
 * vis_message_get_type_name:
 * @self: a message
 *
 * What it is called on the wire.
 *
 * Returns: (nullable): the `type`, %NULL for objects and bodies of HTTP
 */
const char *
vis_message_get_type_name (const VisMessage *self)
{
  return vis_schema_kind (self->kind)->name;
}

/**
 * vis_message_has:
 * @self: a message
 * @field: a field, also one that the kind does not know
 *
 * Whether a field has a value.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_message_has (const VisMessage *self, VisField field)
{
  int slot = vis_schema_slot (self->kind, field);

  return slot >= 0 && (self->present & (1u << slot)) != 0;
}

/**
 * vis_message_get_string:
 * @self: a message
 * @field: a field with a text
 *
 * Reads a text.
 *
 * Returns: (transfer none) (nullable): the text, %NULL if the field is not there
 */
const char *
vis_message_get_string (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_STRING, &slot) ? self->values[slot].string : NULL;
}

/**
 * vis_message_get_integer:
 * @self: a message
 * @field: a field with a number
 *
 * Reads a number.
 *
 * Returns: the number, 0 if the field is not there
 */
gint64
vis_message_get_integer (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_INTEGER, &slot) ? self->values[slot].integer : 0;
}

/**
 * vis_message_get_boolean:
 * @self: a message
 * @field: a field with yes or no
 *
 * Reads a truth value.
 *
 * Returns: the value, %FALSE if the field is not there
 */
gboolean
vis_message_get_boolean (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_BOOLEAN, &slot) && self->values[slot].integer != 0;
}

/**
 * vis_message_get_object:
 * @self: a message
 * @field: a field with an object
 *
 * Reads an object.
 *
 * Returns: (transfer none) (nullable): the object, %NULL if the field is not there
 */
VisMessage *
vis_message_get_object (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_OBJECT, &slot) ? self->values[slot].object : NULL;
}

/**
 * vis_message_get_array:
 * @self: a message
 * @field: a field with objects
 *
 * Reads objects.
 *
 * Returns: (transfer none) (nullable) (element-type VisMessage): the objects, %NULL if the field is
 *   not there
 */
GPtrArray *
vis_message_get_array (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_ARRAY, &slot) ? self->values[slot].array : NULL;
}

/**
 * vis_message_get_strings:
 * @self: a message
 * @field: a field with several texts
 *
 * Reads texts.
 *
 * Returns: (transfer none) (nullable): the texts, %NULL if the field is not there
 */
const char *const *
vis_message_get_strings (const VisMessage *self, VisField field)
{
  guint slot;

  return find_present (self, field, VIS_TYPE_OF_STRINGS, &slot)
           ? (const char *const *) self->values[slot].strings
           : NULL;
}

/**
 * vis_message_has_string:
 * @self: a message
 * @field: a field with several texts
 * @value: a text
 *
 * Whether @value is one of several texts.
 *
 * Returns: %TRUE if so; %FALSE as well if the field is not there
 */
gboolean
vis_message_has_string (const VisMessage *self, VisField field, const char *value)
{
  const char *const *strings = vis_message_get_strings (self, field);

  return strings != NULL && g_strv_contains (strings, value);
}

/**
 * vis_message_clear:
 * @self: a message that nobody else sees yet
 * @field: a field of its kind
 *
 * Takes a field's value away.
 */
void
vis_message_clear (VisMessage *self, VisField field)
{
  int slot = vis_schema_slot (self->kind, field);

  g_return_if_fail (slot >= 0);

  clear_slot (self, slot);
}

/**
 * vis_message_set_string:
 * @self: a message that nobody else sees yet
 * @field: a field with a text
 * @value: (nullable): the text, %NULL to take it away
 *
 * Sets a text.
 */
void
vis_message_set_string (VisMessage *self, VisField field, const char *value)
{
  VisValue *slot;

  if (value == NULL)
    {
      vis_message_clear (self, field);
      return;
    }

  slot = take_slot (self, field, VIS_TYPE_OF_STRING);
  if (slot != NULL)
    slot->string = g_strdup (value);
}

/**
 * vis_message_set_integer:
 * @self: a message that nobody else sees yet
 * @field: a field with a number
 * @value: the number
 *
 * Sets a number.
 */
void
vis_message_set_integer (VisMessage *self, VisField field, gint64 value)
{
  VisValue *slot = take_slot (self, field, VIS_TYPE_OF_INTEGER);

  if (slot != NULL)
    slot->integer = value;
}

/**
 * vis_message_set_boolean:
 * @self: a message that nobody else sees yet
 * @field: a field with yes or no
 * @value: the value
 *
 * Sets a truth value.
 */
void
vis_message_set_boolean (VisMessage *self, VisField field, gboolean value)
{
  VisValue *slot = take_slot (self, field, VIS_TYPE_OF_BOOLEAN);

  if (slot != NULL)
    slot->integer = value != FALSE;
}

/**
 * vis_message_set_object:
 * @self: a message that nobody else sees yet
 * @field: a field with an object
 * @value: (transfer none) (nullable): the object, %NULL to take it away
 *
 * Sets an object.
 */
void
vis_message_set_object (VisMessage *self, VisField field, VisMessage *value)
{
  VisValue *slot;

  if (value == NULL)
    {
      vis_message_clear (self, field);
      return;
    }

  slot = take_slot (self, field, VIS_TYPE_OF_OBJECT);
  if (slot != NULL)
    slot->object = vis_message_ref (value);
}

/**
 * vis_message_set_array:
 * @self: a message that nobody else sees yet
 * @field: a field with objects
 * @value: (transfer none) (nullable) (element-type VisMessage): the objects, see
 *   [func@Vis.message_array_new]; %NULL to take them away
 *
 * Sets objects.
 */
void
vis_message_set_array (VisMessage *self, VisField field, GPtrArray *value)
{
  VisValue *slot;

  if (value == NULL)
    {
      vis_message_clear (self, field);
      return;
    }

  slot = take_slot (self, field, VIS_TYPE_OF_ARRAY);
  if (slot != NULL)
    slot->array = g_ptr_array_ref (value);
}

/**
 * vis_message_set_strings:
 * @self: a message that nobody else sees yet
 * @field: a field with several texts
 * @value: (nullable): the texts, %NULL to take them away
 *
 * Sets texts.
 */
void
vis_message_set_strings (VisMessage *self, VisField field, const char *const *value)
{
  VisValue *slot;

  if (value == NULL)
    {
      vis_message_clear (self, field);
      return;
    }

  slot = take_slot (self, field, VIS_TYPE_OF_STRINGS);
  if (slot != NULL)
    slot->strings = g_strdupv ((char **) value);
}

/**
 * vis_message_array_new:
 *
 * Makes an array that owns the messages which are put into it.
 *
 * Returns: (transfer full) (element-type VisMessage): a new array
 */
GPtrArray *
vis_message_array_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) vis_message_unref);
}
