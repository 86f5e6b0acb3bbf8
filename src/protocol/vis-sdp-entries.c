/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp-entries.h"

#include <string.h>

#include "vis-sdp-clean.h"

/* How many a=group lines are read: no known implementation offers more than one BUNDLE group. */
#define MAX_GROUPS 8

/**
 * vis_sdp_entries_get:
 * @self: sections
 * @index: which one
 *
 * Returns: (transfer none): what is known of it
 */
VisSdpEntry *
vis_sdp_entries_get (const VisSdpEntries *self, guint index)
{
  return &g_array_index (self->list, VisSdpEntry, index);
}

/**
 * vis_sdp_entries_find:
 * @self: sections
 * @mid: a tag
 *
 * Returns: (transfer none) (nullable): the section of that tag
 */
VisSdpEntry *
vis_sdp_entries_find (const VisSdpEntries *self, const char *mid)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      if (g_strcmp0 (vis_sdp_entries_get (self, i)->mid, mid) == 0)
        return vis_sdp_entries_get (self, i);
    }

  return NULL;
}

/* Of two sections with one a=mid the first one keeps it: mids are unique (RFC 5888, section 4). */
static void
read_entries (VisSdpEntries *self, const VisSdpDocument *document)
{
  for (guint i = 0; i < document->sections->len; i++)
    {
      const VisSdpSection *section = vis_sdp_document_get (document, i);
      const char          *mid = vis_sdp_attributes_find (section->attributes, "mid");
      VisSdpEntry          entry = {
                 .section = section,
                 .understood = vis_sdp_clean_is_understood (section),
                 .mline = VIS_SDP_NONE,
                 .taker = VIS_SDP_NONE,
      };

      if (mid != NULL && *mid != '\0' && strpbrk (mid, " \t") == NULL &&
          vis_sdp_entries_find (self, mid) == NULL)
        entry.mid = mid;
      vis_sdp_transport_read (&entry.transport, document, section);
      g_array_append_val (self->list, entry);
    }
}

static gboolean
has (const VisSdpEntry *entry, const char *attribute)
{
  return vis_sdp_attributes_find (entry->section->attributes, attribute) != NULL;
}

/* Port 0 rejects a section, unless it is bundle-only in a group (RFC 9143, section 6). RTP and RTCP
 * have to share a port: in a group they always do (section 9.3), elsewhere it takes a=rtcp-mux (RFC
 * 5761) or a=rtcp-mux-only (RFC 8858). */
static gboolean
is_usable (const VisSdpEntry *entry)
{
  if (!entry->understood)
    return FALSE;
  if (entry->section->port == 0 && !(entry->grouped && has (entry, "bundle-only")))
    return FALSE;

  return entry->grouped || vis_sdp_clean_is_data (entry->section) || has (entry, "rtcp-mux") ||
         has (entry, "rtcp-mux-only");
}

/* Only the first section of data channels is usable: webrtcbin has one SCTP association. */
static void
find_usable (VisSdpEntries *self)
{
  gboolean data = FALSE;

  for (guint i = 0; i < self->list->len; i++)
    {
      VisSdpEntry *entry = vis_sdp_entries_get (self, i);

      entry->usable = is_usable (entry) && !(data && vis_sdp_clean_is_data (entry->section));
      data |= entry->usable && vis_sdp_clean_is_data (entry->section);
    }
}

/* The mids of a group that name a section, each once. */
static GStrv
filter_tags (VisSdpEntries *self, GStrv tags)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable)   seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; tags[i] != NULL; i++)
    {
      const VisSdpEntry *entry;

      if (!g_hash_table_add (seen, tags[i]))
        continue;
      entry = vis_sdp_entries_find (self, tags[i]);
      if (entry != NULL && entry->usable)
        g_strv_builder_add (builder, tags[i]);
    }

  return g_strv_builder_end (builder);
}

static void
set_group (VisSdpEntries *self, GStrv tags)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      VisSdpEntry *entry = vis_sdp_entries_get (self, i);

      entry->grouped = tags != NULL && entry->mid != NULL &&
                       g_strv_contains ((const char *const *) tags, entry->mid);
    }
  find_usable (self);
}

/* The first BUNDLE group that names a section. Sections outside of it are rejected, as the policy
 * max-bundle has it (RFC 8829, section 5.3.1). */
static void
find_group (VisSdpEntries *self, const VisSdpDocument *document)
{
  guint n = 0;

  for (guint i = 0; i < document->attributes->len && n < MAX_GROUPS; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (document->attributes, i);
      g_auto (GStrv)         words = NULL;

      if (!g_str_equal (attribute->name, "group"))
        continue;
      n++;
      words = g_strsplit (attribute->value, " ", -1);
      if (words[0] == NULL || !g_str_equal (words[0], VIS_SDP_BUNDLE))
        continue;

      set_group (self, words + 1);
      self->group = filter_tags (self, words + 1);
      if (self->group[0] != NULL)
        return;
      g_clear_pointer (&self->group, g_strfreev);
    }

  set_group (self, NULL);
}

/**
 * vis_sdp_entries_init:
 * @self: (out caller-allocates): sections
 * @document: a description, which must live as long as @self
 *
 * Finds out which sections of @document can be used.
 */
void
vis_sdp_entries_init (VisSdpEntries *self, const VisSdpDocument *document)
{
  self->list = g_array_new (FALSE, FALSE, sizeof (VisSdpEntry));
  self->group = NULL;
  read_entries (self, document);
  find_group (self, document);
  for (guint i = 0; self->group != NULL && i < self->list->len; i++)
    {
      VisSdpEntry *entry = vis_sdp_entries_get (self, i);

      entry->usable &= entry->grouped;
    }
}

/**
 * vis_sdp_entries_clear:
 * @self: sections
 *
 * Frees what is in @self.
 */
void
vis_sdp_entries_clear (VisSdpEntries *self)
{
  g_clear_pointer (&self->list, g_array_unref);
  g_clear_pointer (&self->group, g_strfreev);
}

/**
 * vis_sdp_entries_count:
 * @self: sections
 *
 * Returns: how many can be used
 */
guint
vis_sdp_entries_count (const VisSdpEntries *self)
{
  guint n = 0;

  for (guint i = 0; i < self->list->len; i++)
    n += vis_sdp_entries_get (self, i)->usable ? 1 : 0;

  return n;
}

/**
 * vis_sdp_entries_get_transport:
 * @self: sections with a group
 * @transport: (out caller-allocates): the transport of all
 *
 * Reads how the group is reached. Its first tag counts, wherever its section stands (RFC 9143,
 * section 7.1); what that does not say the next ones do.
 */
void
vis_sdp_entries_get_transport (const VisSdpEntries *self, VisSdpTransport *transport)
{
  *transport = (VisSdpTransport){ 0 };
  for (guint i = 0; self->group[i] != NULL; i++)
    vis_sdp_transport_complete (transport, &vis_sdp_entries_find (self, self->group[i])->transport);
}
