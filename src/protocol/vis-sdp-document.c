/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp-document.h"

#include <string.h>

#include "vis-check.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

/* A 64-bit number (RFC 8866, section 5.2). */
#define MAX_DIGITS 20

static void
attribute_free (gpointer data)
{
  VisSdpAttribute *self = data;

  g_free (self->name);
  g_free (self->value);
  g_free (self);
}

static void
section_free (gpointer data)
{
  VisSdpSection *self = data;

  g_free (self->kind);
  g_free (self->proto);
  g_strfreev (self->formats);
  g_ptr_array_unref (self->attributes);
  g_free (self);
}

/**
 * vis_sdp_document_new:
 *
 * Returns: (transfer full): a description without sections
 */
VisSdpDocument *
vis_sdp_document_new (void)
{
  VisSdpDocument *self = g_new0 (VisSdpDocument, 1);

  self->id = g_strdup ("1");
  self->version = g_strdup ("1");
  self->attributes = g_ptr_array_new_with_free_func (attribute_free);
  self->sections = g_ptr_array_new_with_free_func (section_free);

  return self;
}

/**
 * vis_sdp_document_free:
 * @self: (transfer full) (nullable): a description
 *
 * Frees a description.
 */
void
vis_sdp_document_free (VisSdpDocument *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->version);
  g_ptr_array_unref (self->attributes);
  g_ptr_array_unref (self->sections);
  g_free (self);
}

/**
 * vis_sdp_attributes_find:
 * @attributes: (element-type VisSdpAttribute): of a session or a section
 * @name: which one
 *
 * Returns: (nullable): the value of the first one of that name, "" if it has none
 */
const char *
vis_sdp_attributes_find (const GPtrArray *attributes, const char *name)
{
  for (guint i = 0; i < attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (attributes, i);

      if (g_str_equal (attribute->name, name))
        return attribute->value;
    }

  return NULL;
}

/**
 * vis_sdp_attributes_add:
 * @attributes: (element-type VisSdpAttribute): of a session or a section
 * @name: its name
 * @value: its value, "" for none
 */
void
vis_sdp_attributes_add (GPtrArray *attributes, const char *name, const char *value)
{
  VisSdpAttribute *attribute = g_new0 (VisSdpAttribute, 1);

  attribute->name = g_strdup (name);
  attribute->value = g_strdup (value);
  g_ptr_array_add (attributes, attribute);
}

/**
 * vis_sdp_attributes_remove:
 * @attributes: (element-type VisSdpAttribute): of a session or a section
 * @name: which ones
 */
void
vis_sdp_attributes_remove (GPtrArray *attributes, const char *name)
{
  for (guint i = attributes->len; i > 0; i--)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (attributes, i - 1);

      if (g_str_equal (attribute->name, name))
        g_ptr_array_remove_index (attributes, i - 1);
    }
}

/**
 * vis_sdp_document_get:
 * @self: a description
 * @index: which section
 *
 * Returns: (transfer none): a section
 */
const VisSdpSection *
vis_sdp_document_get (const VisSdpDocument *self, guint index)
{
  return g_ptr_array_index (self->sections, index);
}

/**
 * vis_sdp_document_add:
 * @self: a description
 * @kind: its media
 * @port: its port
 * @proto: its transport
 * @formats: (array zero-terminated=1): its formats
 *
 * Adds a section at the end.
 *
 * Returns: (transfer none): the section
 */
VisSdpSection *
vis_sdp_document_add (
  VisSdpDocument *self, const char *kind, guint port, const char *proto, const char *const *formats)
{
  VisSdpSection *section = g_new0 (VisSdpSection, 1);

  section->kind = g_strdup (kind);
  section->port = port;
  section->proto = g_strdup (proto);
  section->formats = g_strdupv ((GStrv) formats);
  section->attributes = g_ptr_array_new_with_free_func (attribute_free);
  g_ptr_array_add (self->sections, section);

  return section;
}

/* "KIND PORT[/NUMBER] PROTO FORMAT..." */
static gboolean
read_section (VisSdpDocument *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  guint64        port;

  if (g_strv_length (words) < 4 || *words[0] == '\0' || *words[2] == '\0' || *words[3] == '\0')
    return FALSE;
  words[1][strcspn (words[1], "/")] = '\0';
  if (!g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXUINT16, &port, NULL))
    return FALSE;

  vis_sdp_document_add (self, words[0], (guint) port, words[2], (const char *const *) words + 3);
  return TRUE;
}

static void
read_attribute (VisSdpDocument *self, const char *line)
{
  const char      *colon = strchr (line, ':');
  g_autofree char *name = colon != NULL ? g_strndup (line, colon - line) : g_strdup (line);
  GPtrArray       *attributes = self->attributes;

  if (self->sections->len > 0)
    attributes = vis_sdp_document_get (self, self->sections->len - 1)->attributes;
  vis_sdp_attributes_add (attributes, name, colon != NULL ? colon + 1 : "");
}

static gboolean
is_number (const char *text)
{
  gsize digits = strspn (text, "0123456789");

  return digits > 0 && digits <= MAX_DIGITS && text[digits] == '\0';
}

/* "NAME ID VERSION ..." (RFC 8866, section 5.2); an answer repeats the numbers. */
static void
read_origin (VisSdpDocument *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 4);

  if (g_strv_length (words) < 4 || !is_number (words[1]) || !is_number (words[2]))
    return;

  g_free (self->id);
  g_free (self->version);
  self->id = g_strdup (words[1]);
  self->version = g_strdup (words[2]);
}

static gboolean
has_control (const char *line)
{
  for (const char *c = line; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c) && *c != '\t')
        return TRUE;
    }

  return FALSE;
}

static gboolean
read_line (VisSdpDocument *self, const char *line)
{
  /* A carriage return inside of it would be a line of its own to some. */
  if (has_control (line))
    return !g_str_has_prefix (line, "m=");
  if (g_str_has_prefix (line, "m="))
    return read_section (self, line + 2);
  if (g_str_has_prefix (line, "a="))
    read_attribute (self, line + 2);
  else if (g_str_has_prefix (line, "o=") && self->sections->len == 0)
    read_origin (self, line + 2);

  return TRUE;
}

/**
 * vis_sdp_document_parse:
 * @text: a session description; text from anywhere, lines with or without a carriage return
 * @error: `bad_request` if it is none, or has no sections, or too many
 *
 * Takes a description apart.
 *
 * Returns: (transfer full): the description, %NULL with @error set
 */
VisSdpDocument *
vis_sdp_document_parse (const char *text, GError **error)
{
  g_autoptr (VisSdpDocument) self = vis_sdp_document_new ();
  g_auto (GStrv)             lines = NULL;
  gboolean                   good = text != NULL && vis_check_sdp (text);

  if (good)
    lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; good && lines[i] != NULL; i++)
    good = read_line (self, g_strchomp (lines[i])) && self->sections->len <= VIS_LIMIT_MLINE;
  if (good && self->sections->len > 0)
    return g_steal_pointer (&self);

  g_set_error_literal (
    error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST, "That is no session description");
  return NULL;
}

static void
write_attributes (GString *text, const GPtrArray *attributes)
{
  for (guint i = 0; i < attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (attributes, i);

      g_string_append_printf (text,
                              "a=%s%s%s\r\n",
                              attribute->name,
                              *attribute->value != '\0' ? ":" : "",
                              attribute->value);
    }
}

/**
 * vis_sdp_document_to_text:
 * @self: a description
 *
 * Returns: (transfer full): its text
 */
char *
vis_sdp_document_to_text (const VisSdpDocument *self)
{
  GString *text = g_string_new ("v=0\r\n");

  g_string_append_printf (text, "o=- %s %s IN IP4 0.0.0.0\r\n", self->id, self->version);
  g_string_append (text, "s=-\r\nt=0 0\r\n");
  write_attributes (text, self->attributes);
  for (guint i = 0; i < self->sections->len; i++)
    {
      const VisSdpSection *section = vis_sdp_document_get (self, i);
      g_autofree char     *formats = g_strjoinv (" ", section->formats);

      g_string_append_printf (
        text, "m=%s %u %s %s\r\n", section->kind, section->port, section->proto, formats);
      g_string_append (text, "c=IN IP4 0.0.0.0\r\n");
      write_attributes (text, section->attributes);
    }

  return g_string_free (text, FALSE);
}
