/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-codec.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "vis-check.h"
#include "vis-json.h"
#include "vis-limits.h"
#include "vis-schema.h"

#define URL_MAX_BYTES 512

static gboolean
bad_field (GError **error, const char *name, const char *what)
{
  g_set_error (
    error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST, "The field “%s” %s", name, what);
  return FALSE;
}

/* The server may be newer than this client: what is not understood of it is left out by itself and
 * nothing beside it. A request, and what is imported, is taken as a whole or not at all. */
static gboolean
is_lenient (VisSender sender)
{
  return sender == VIS_FROM_SERVER;
}

static gboolean
text_fits (const VisFieldSpec *spec, const char *text, VisSender sender)
{
  glong length;

  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  if (spec->words != NULL && spec->open && is_lenient (sender))
    return text[0] != '\0' && g_utf8_strlen (text, -1) <= spec->max && vis_check_printable (text);
  if (spec->words != NULL)
    return g_strv_contains (spec->words, text);

  length = g_utf8_strlen (text, -1);
  return length >= spec->min && length <= spec->max && (spec->check == NULL || spec->check (text));
}

static gboolean
url_fits (const char *url)
{
  return g_utf8_validate (url, -1, NULL) && strlen (url) <= URL_MAX_BYTES &&
         vis_check_printable (url);
}

static gboolean
read_string (VisMessage *message, VisField field, JsonNode *node, VisSender sender, GError **error)
{
  const VisFieldSpec *spec = vis_schema_field (field);
  const char         *text;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return bad_field (error, spec->name, "has to be a string");
  text = json_node_get_string (node);
  if (!text_fits (spec, text, sender))
    return bad_field (error, spec->name, "has a value that is not allowed");

  vis_message_set_string (message, field, text);
  return TRUE;
}

static gboolean
read_integer (VisMessage *message, VisField field, JsonNode *node, GError **error)
{
  const VisFieldSpec *spec = vis_schema_field (field);
  gint64              number;

  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return bad_field (error, spec->name, "has to be an integer");
  number = json_node_get_int (node);
  if (number < spec->min || number > spec->max)
    return bad_field (error, spec->name, "is out of range");

  vis_message_set_integer (message, field, number);
  return TRUE;
}

static gboolean
read_boolean (VisMessage *message, VisField field, JsonNode *node, GError **error)
{
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return bad_field (error, vis_schema_field (field)->name, "has to be true or false");

  vis_message_set_boolean (message, field, json_node_get_boolean (node));
  return TRUE;
}

/* Checks the number of elements of an array; what a server sends too many of is cut to the maximum.
 */
static gboolean
count_fits (const VisFieldSpec *spec, guint *length, VisSender sender, GError **error)
{
  if (is_lenient (sender))
    *length = MIN (*length, (guint) spec->max);
  else if (*length < spec->min || *length > spec->max)
    return bad_field (error, spec->name, "has too few or too many items");

  return TRUE;
}

static gboolean
read_url (const VisFieldSpec *spec, GPtrArray *strings, JsonNode *node, GError **error)
{
  if (json_node_get_value_type (node) != G_TYPE_STRING || !url_fits (json_node_get_string (node)))
    return bad_field (error, spec->name, "has a value that is not allowed");

  g_ptr_array_add (strings, (gpointer) json_node_get_string (node));
  return TRUE;
}

static gboolean
read_strings (VisMessage *message, VisField field, JsonNode *node, VisSender sender, GError **error)
{
  const VisFieldSpec   *spec = vis_schema_field (field);
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      guint      length = json_array_get_length (array);

      if (!count_fits (spec, &length, sender, error))
        return FALSE;
      for (guint i = 0; i < length; i++)
        {
          JsonNode *item = json_array_get_element (array, i);

          if (!read_url (spec, strings, item, is_lenient (sender) ? NULL : error) &&
              !is_lenient (sender))
            return FALSE;
        }
      if (strings->len < spec->min)
        return bad_field (error, spec->name, "has too few items");
    }
  else if (!read_url (spec, strings, node, error))
    {
      return FALSE;
    }

  g_ptr_array_add (strings, NULL);
  vis_message_set_strings (message, field, (const char *const *) strings->pdata);
  return TRUE;
}

static VisMessage *read_fields (VisKind, JsonObject *, VisSender, GError **);

static gboolean
read_object (VisMessage *message, VisField field, JsonNode *node, VisSender sender, GError **error)
{
  const VisFieldSpec    *spec = vis_schema_field (field);
  g_autoptr (VisMessage) object = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_field (error, spec->name, "has to be an object");
  object = read_fields (spec->kind, json_node_get_object (node), sender, error);
  if (object == NULL)
    return FALSE;

  vis_message_set_object (message, field, object);
  return TRUE;
}

static VisMessage *
read_element (const VisFieldSpec *spec, JsonNode *node, VisSender sender, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      bad_field (error, spec->name, "has an item that is no object");
      return NULL;
    }

  return read_fields (spec->kind, json_node_get_object (node), sender, error);
}

static gboolean
read_array (VisMessage *message, VisField field, JsonNode *node, VisSender sender, GError **error)
{
  const VisFieldSpec   *spec = vis_schema_field (field);
  g_autoptr (GPtrArray) objects = vis_message_array_new ();
  JsonArray            *array;
  guint                 length;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bad_field (error, spec->name, "has to be an array");
  array = json_node_get_array (node);
  length = json_array_get_length (array);
  if (!count_fits (spec, &length, sender, error))
    return FALSE;

  for (guint i = 0; i < length; i++)
    {
      JsonNode   *item = json_array_get_element (array, i);
      VisMessage *object = read_element (spec, item, sender, is_lenient (sender) ? NULL : error);

      if (object != NULL)
        g_ptr_array_add (objects, object);
      else if (!is_lenient (sender))
        return FALSE;
    }

  vis_message_add_skipped (message, json_array_get_length (array) - objects->len);
  vis_message_set_array (message, field, objects);
  return TRUE;
}

static gboolean
read_field (VisMessage *message, VisField field, JsonNode *node, VisSender sender, GError **error)
{
  switch (vis_schema_field (field)->type)
    {
    case VIS_TYPE_OF_STRING:
      return read_string (message, field, node, sender, error);
    case VIS_TYPE_OF_INTEGER:
      return read_integer (message, field, node, error);
    case VIS_TYPE_OF_BOOLEAN:
      return read_boolean (message, field, node, error);
    case VIS_TYPE_OF_OBJECT:
      return read_object (message, field, node, sender, error);
    case VIS_TYPE_OF_ARRAY:
      return read_array (message, field, node, sender, error);
    case VIS_TYPE_OF_STRINGS:
      return read_strings (message, field, node, sender, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static VisMessage *
read_fields (VisKind kind, JsonObject *object, VisSender sender, GError **error)
{
  const VisKindSpec     *spec = vis_schema_kind (kind);
  g_autoptr (VisMessage) message = vis_message_new (kind);

  for (guint i = 0; i < spec->n_fields; i++)
    {
      const VisKindField *field = &spec->fields[i];
      gboolean            required = (field->required & sender) != 0;
      JsonNode           *node;

      if ((field->allowed & sender) == 0)
        continue;

      node = json_object_get_member (object, vis_schema_field (field->field)->name);
      if (node == NULL || JSON_NODE_HOLDS_NULL (node))
        {
          if (!required)
            continue;
          bad_field (error, vis_schema_field (field->field)->name, "is missing");
          return NULL;
        }
      if (read_field (message, field->field, node, sender, error))
        continue;
      /* What is said to be a list and is none must not be taken for an empty one. */
      if (required || !is_lenient (sender) ||
          vis_schema_field (field->field)->type == VIS_TYPE_OF_ARRAY)
        return NULL;
      g_clear_error (error);
      vis_message_add_skipped (message, 1);
    }

  return g_steal_pointer (&message);
}

/* The `id` as JSON text, to be given back as it came. */
static gboolean
read_request (JsonObject *object, char **request, GError **error)
{
  JsonNode           *node = json_object_get_member (object, "id");
  g_autoptr (GString) text = NULL;
  const char         *string;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    {
      if (json_node_get_int (node) < 0 || json_node_get_int (node) > VIS_LIMIT_INTEGER)
        return bad_field (error, "id", "is out of range");
      *request = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
      return TRUE;
    }
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return bad_field (error, "id", "has to be a string or an integer");

  string = json_node_get_string (node);
  if (string[0] == '\0' || !g_utf8_validate (string, -1, NULL) ||
      g_utf8_strlen (string, -1) > VIS_LIMIT_REQUEST_ID)
    return bad_field (error, "id", "has to have 1 to 64 characters");

  text = g_string_new (NULL);
  vis_json_append_string (text, string);
  *request = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

static gboolean
read_seq (JsonObject *object, gint64 *seq, GError **error)
{
  JsonNode *node = json_object_get_member (object, "seq");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0 ||
      json_node_get_int (node) > VIS_LIMIT_INTEGER)
    return bad_field (error, "seq", "has to be a whole number");

  *seq = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_kind (JsonObject *object, VisSender sender, VisKind *kind, GError **error)
{
  JsonNode *node = json_object_get_member (object, "type");

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return bad_field (error, "type", "is missing");
  if (!vis_schema_find (json_node_get_string (node), kind) ||
      (vis_schema_kind (*kind)->senders & sender) == 0)
    {
      g_set_error_literal (
        error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_UNKNOWN_TYPE, "There is no such type");
      return FALSE;
    }

  return TRUE;
}

/* A malformed `mark` is ignored: the event itself is still of use. */
static const char *
read_mark (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "mark");

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING ||
      !vis_check_mark (json_node_get_string (node)))
    return NULL;
  return json_node_get_string (node);
}

/* What a newer server says and this version does not understand. Of a durable event the `seq` has
 * to be counted all the same, or it would look as if something were missing. */
static VisMessage *
unknown_event (JsonObject *object, gint64 seq)
{
  VisMessage *message = vis_message_new (VIS_KIND_UNKNOWN);

  vis_message_set_seq (message, seq);
  vis_message_set_mark (message, read_mark (object));
  return message;
}

static VisMessage *
read_frame (JsonObject *object, VisSender sender, char **request, GError **error)
{
  g_autoptr (VisMessage) message = NULL;
  g_autoptr (GError)     cause = NULL;
  gboolean               needs_request;
  gint64                 seq = 0;
  VisKind                kind;

  if (!read_request (object, request, error))
    return NULL;
  if (!read_kind (object, sender, &kind, &cause))
    {
      if (sender == VIS_FROM_SERVER && *request == NULL &&
          cause->code == VIS_PROTOCOL_ERROR_UNKNOWN_TYPE && read_seq (object, &seq, NULL))
        return unknown_event (object, seq);
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  needs_request = sender == VIS_FROM_CLIENT || kind == VIS_KIND_OK;
  if (needs_request && *request == NULL)
    {
      bad_field (error, "id", "is missing");
      return NULL;
    }
  if (sender == VIS_FROM_SERVER && !read_seq (object, &seq, error))
    return NULL;

  message = read_fields (kind, object, sender, &cause);
  if (message == NULL)
    {
      if (sender == VIS_FROM_SERVER && kind != VIS_KIND_OK && kind != VIS_KIND_ERROR)
        return unknown_event (object, seq);
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  vis_message_set_seq (message, seq);
  if (sender == VIS_FROM_SERVER)
    vis_message_set_mark (message, read_mark (object));
  if (needs_request || kind == VIS_KIND_ERROR)
    vis_message_set_request (message, *request);
  return g_steal_pointer (&message);
}

/* One parser a thread: making one costs more than a parse. */
static JsonParser *
get_parser (void)
{
  static GPrivate parsers = G_PRIVATE_INIT (g_object_unref);
  JsonParser     *parser = g_private_get (&parsers);

  if (parser == NULL)
    {
      parser = json_parser_new ();
      g_private_set (&parsers, parser);
    }

  return parser;
}

static JsonNode *
parse (const char *data, gsize length, GError **error)
{
  JsonParser          *parser = get_parser ();
  g_autoptr (JsonNode) root = NULL;

  if (vis_json_is_plain_object (data, length, VIS_LIMIT_DEPTH, VIS_LIMIT_MEMBERS) &&
      json_parser_load_from_data (parser, data, (gssize) length, NULL))
    root = json_parser_steal_root (parser);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (
        error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_FRAME, "That is no JSON object");
      return NULL;
    }

  return g_steal_pointer (&root);
}

/**
 * vis_codec_decode:
 * @data: a frame; text from anywhere
 * @length: its length in bytes
 * @sender: who sent it: decides what is allowed and required
 * @request: (out) (optional) (nullable): the request's `id` as JSON text where it could be read,
 * also when the rest is wrong, so that the error can be answered
 * @error: `bad_frame`, `bad_request` or `unknown_type` of %VIS_PROTOCOL_ERROR
 *
 * Reads and checks one frame of the socket. Unknown fields are ignored; `null` in an optional field
 * counts as left out. So that a client gets along with a newer server, what is not understood of it
 * is left out alone: an optional field, an element of an array ([method@Vis.Message.get_skipped]);
 * and an event is a %VIS_KIND_UNKNOWN.
 *
 * Returns: (transfer full): the message, %NULL with @error set
 */
VisMessage *
vis_codec_decode (const char *data, gsize length, VisSender sender, char **request, GError **error)
{
  g_autofree char       *id = NULL;
  g_autoptr (JsonNode)   root = NULL;
  g_autoptr (VisMessage) message = NULL;

  if (request != NULL)
    *request = NULL;
  if (length > (sender == VIS_FROM_CLIENT ? VIS_LIMIT_FRAME_BYTES : VIS_LIMIT_ANSWER_BYTES))
    {
      g_set_error_literal (
        error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_TOO_LARGE, "The frame is too large");
      return NULL;
    }
  root = parse (data, length, error);
  if (root == NULL)
    return NULL;

  message = read_frame (json_node_get_object (root), sender, &id, error);
  if (request != NULL)
    *request = g_steal_pointer (&id);
  return g_steal_pointer (&message);
}

/**
 * vis_codec_decode_body:
 * @data: a body of HTTP; text from anywhere
 * @length: its length in bytes
 * @kind: what it has to be
 * @error: `bad_frame` or `bad_request` of %VIS_PROTOCOL_ERROR
 *
 * Reads and checks a body of HTTP, or any other JSON text whose kind is known beforehand.
 *
 * Returns: (transfer full): the message, %NULL with @error set
 */
VisMessage *
vis_codec_decode_body (const char *data, gsize length, VisKind kind, GError **error)
{
  g_autoptr (JsonNode) root = parse (data, length, error);

  if (root == NULL)
    return NULL;

  return read_fields (kind, json_node_get_object (root), VIS_FROM_CLIENT | VIS_FROM_SERVER, error);
}
