/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-codec.h"
#include "vis-json.h"
#include "vis-schema.h"

static void
append_number (GString *out, gint64 number)
{
  char    digits[24];
  char   *at = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;

  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (number < 0)
    *--at = '-';

  g_string_append_len (out, at, digits + sizeof digits - at);
}

static void
append_array (GString *out, GPtrArray *array)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < array->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      vis_codec_append (out, g_ptr_array_index (array, i));
    }
  g_string_append_c (out, ']');
}

static void
append_strings (GString *out, const char *const *strings)
{
  g_string_append_c (out, '[');
  for (guint i = 0; strings[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      vis_json_append_string (out, strings[i]);
    }
  g_string_append_c (out, ']');
}

static void
append_value (GString *out, const VisMessage *message, VisField field)
{
  switch (vis_schema_field (field)->type)
    {
    case VIS_TYPE_OF_STRING:
      vis_json_append_string (out, vis_message_get_string (message, field));
      break;
    case VIS_TYPE_OF_INTEGER:
      append_number (out, vis_message_get_integer (message, field));
      break;
    case VIS_TYPE_OF_BOOLEAN:
      g_string_append (out, vis_message_get_boolean (message, field) ? "true" : "false");
      break;
    case VIS_TYPE_OF_OBJECT:
      vis_codec_append (out, vis_message_get_object (message, field));
      break;
    case VIS_TYPE_OF_ARRAY:
      append_array (out, vis_message_get_array (message, field));
      break;
    case VIS_TYPE_OF_STRINGS:
      append_strings (out, vis_message_get_strings (message, field));
      break;
    default:
      g_return_if_reached ();
    }
}

static void
append_name (GString *out, gsize start, const char *name)
{
  if (out->len > start + 1)
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append (out, "\":");
}

/**
 * vis_codec_append:
 * @out: where to write
 * @message: a message
 *
 * Writes a message as JSON behind what @out holds already.
 */
void
vis_codec_append (GString *out, const VisMessage *message)
{
  const VisKindSpec *spec = vis_schema_kind (vis_message_get_kind (message));
  gsize              start = out->len;

  g_string_append_c (out, '{');
  if (spec->name != NULL)
    {
      append_name (out, start, "type");
      vis_json_append_string (out, spec->name);
    }
  if (vis_message_get_request (message) != NULL)
    {
      append_name (out, start, "id");
      g_string_append (out, vis_message_get_request (message));
    }
  if (vis_message_get_seq (message) != 0)
    {
      append_name (out, start, "seq");
      append_number (out, vis_message_get_seq (message));
    }
  if (vis_message_get_mark (message) != NULL)
    {
      append_name (out, start, "mark");
      vis_json_append_string (out, vis_message_get_mark (message));
    }
  for (guint i = 0; i < spec->n_fields; i++)
    {
      VisField field = spec->fields[i].field;

      if (!vis_message_has (message, field))
        continue;
      append_name (out, start, vis_schema_field (field)->name);
      append_value (out, message, field);
    }
  g_string_append_c (out, '}');
}

/**
 * vis_codec_encode:
 * @message: a message
 * @length: (out) (optional): the length of the text in bytes
 *
 * Writes a message as JSON.
 *
 * Returns: (transfer full): the text, ended by NUL
 */
char *
vis_codec_encode (const VisMessage *message, gsize *length)
{
  GString *out = g_string_sized_new (256);

  vis_codec_append (out, message);
  if (length != NULL)
    *length = out->len;
  return g_string_free (out, FALSE);
}
