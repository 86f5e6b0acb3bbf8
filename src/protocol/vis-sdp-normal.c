/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp-normal.h"

#include <string.h>

#include "vis-limits.h"
#include "vis-protocol-error.h"
#include "vis-sdp-clean.h"
#include "vis-sdp-entries.h"
#include "vis-sdp.h"

struct _VisSdpNormal
{
  VisSdpDocument *document; /* as it was received */
  VisSdpEntries   entries;
  char           *text;
  guint           first; /* of a local answer: the section whose transport the group uses */
};

static VisSdpEntry *
get (const VisSdpNormal *self, guint index)
{
  return vis_sdp_entries_get (&self->entries, index);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST, message);
  return FALSE;
}

/* Writing -----------------------------------------------------------------------------------------
 */

/* webrtcbin needs an a=mid in each section. */
static char *
dup_mid (const VisSdpNormal *self, guint index)
{
  char *mid = g_strdup (get (self, index)->mid);

  for (guint i = index; mid == NULL; i++)
    {
      mid = g_strdup_printf ("untagged%u", i);
      if (vis_sdp_entries_find (&self->entries, mid) != NULL)
        g_clear_pointer (&mid, g_free);
    }

  return mid;
}

/* Only component 1 is used: RTCP is multiplexed (RFC 8839, section 5.1). */
static gboolean
is_candidate (const char *value)
{
  g_autofree char *line = g_strconcat ("candidate:", value, NULL);
  g_auto (GStrv)   words = g_strsplit (value, " ", 3);

  return vis_sdp_candidate_is_valid (line) && g_str_equal (words[1], "1");
}

static void
write_candidates (GPtrArray *to, const GPtrArray *from, guint *n)
{
  for (guint i = 0; i < from->len && *n < VIS_LIMIT_CANDIDATES; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (from, i);

      if (!g_str_equal (attribute->name, "candidate") || !is_candidate (attribute->value))
        continue;
      vis_sdp_attributes_add (to, attribute->name, attribute->value);
      (*n)++;
    }
}

/* Writes into each section the candidates of all entries that it takes them for. */
static void
write_all_candidates (VisSdpNormal *self, VisSdpDocument *to)
{
  for (guint mline = 0; mline < to->sections->len; mline++)
    {
      guint n = 0;

      for (guint i = 0; i < self->entries.list->len; i++)
        {
          const VisSdpEntry *entry = get (self, i);

          if (entry->usable && entry->taker == (int) mline)
            write_candidates (
              vis_sdp_document_get (to, mline)->attributes, entry->section->attributes, &n);
        }
    }
}

static void
write_group (VisSdpDocument *to)
{
  g_autoptr (GString) value = g_string_new (VIS_SDP_BUNDLE);

  for (guint i = 0; i < to->sections->len; i++)
    {
      const VisSdpSection *section = vis_sdp_document_get (to, i);

      if (section->port != 0)
        g_string_append_printf (value, " %s", vis_sdp_attributes_find (section->attributes, "mid"));
    }
  vis_sdp_attributes_add (to->attributes, "group", value->str);
}

static void
copy_session (const VisSdpDocument *from, VisSdpDocument *to)
{
  g_free (to->id);
  g_free (to->version);
  to->id = g_strdup (from->id);
  to->version = g_strdup (from->version);
  if (vis_sdp_attributes_find (from->attributes, "ice-lite") != NULL)
    vis_sdp_attributes_add (to->attributes, "ice-lite", "");
  vis_sdp_attributes_add (to->attributes, "ice-options", "trickle");
}

/* The transport of a section: that of the group, or its own. All fingerprints are written alike,
 * since webrtcbin takes no others, and compares none of them: see vis_dtls_check(). */
static void
write_transport (VisSdpSection *section, const VisSdpTransport *own, const VisSdpTransport *first)
{
  VisSdpTransport transport = *own;

  transport.fingerprint = first->fingerprint;
  vis_sdp_transport_write (&transport, section);
}

/* Offers ------------------------------------------------------------------------------------------
 */

/* Without a group each section has a transport of its own, or cannot be reached. */
static gboolean
settle_each (VisSdpNormal *self, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->entries.list->len; i++)
    {
      VisSdpEntry *entry = get (self, i);

      if (!entry->usable)
        continue;
      g_clear_error (error);
      entry->usable = vis_sdp_transport_settle (&entry->transport, TRUE, error);
      n += entry->usable;
    }
  if (n > 0)
    g_clear_error (error);

  return n > 0;
}

/* Index of the section that takes the candidates of @entry: in a group the first one; -1 if they
 * belong to a transport that is not used. */
static int
find_taker (const VisSdpEntry *entry, const VisSdpTransport *shared)
{
  if (shared == NULL)
    return entry->mline;
  if (entry->transport.ufrag == NULL || vis_sdp_transport_is (&entry->transport, shared))
    return 0;

  return VIS_SDP_NONE;
}

static void
write_offer (VisSdpNormal *self, const VisSdpTransport *shared)
{
  g_autoptr (VisSdpDocument) to = vis_sdp_document_new ();
  const VisSdpTransport     *first = shared;
  gboolean                   several = shared == NULL && vis_sdp_entries_count (&self->entries) > 1;

  copy_session (self->document, to);
  for (guint i = 0; i < self->entries.list->len; i++)
    {
      VisSdpEntry     *entry = get (self, i);
      g_autofree char *mid = dup_mid (self, i);
      VisSdpSection   *section;

      if (!entry->usable)
        continue;
      entry->mline = (int) to->sections->len;
      entry->taker = find_taker (entry, shared);
      if (first == NULL)
        first = &entry->transport;
      section = vis_sdp_clean_add (to, entry->section, self->document);
      if (several)
        vis_sdp_clean_drop_transport_wide (section);
      vis_sdp_attributes_add (section->attributes, "mid", mid);
      write_transport (section, shared != NULL ? shared : &entry->transport, first);
    }
  write_all_candidates (self, to);
  if (shared != NULL)
    write_group (to);

  self->text = vis_sdp_document_to_text (to);
}

static gboolean
normalise_offer (VisSdpNormal *self, GError **error)
{
  VisSdpTransport shared;

  if (vis_sdp_entries_count (&self->entries) == 0)
    return refuse (error, "The description has no section that is understood here");
  if (self->entries.group == NULL)
    {
      if (!settle_each (self, error))
        return FALSE;
      write_offer (self, NULL);
      return TRUE;
    }

  vis_sdp_entries_get_transport (&self->entries, &shared);
  if (!vis_sdp_transport_settle (&shared, TRUE, error))
    return FALSE;
  write_offer (self, &shared);

  return TRUE;
}

static VisSdpNormal *
normal_new (const char *text, GError **error)
{
  VisSdpDocument *document = vis_sdp_document_parse (text, error);
  VisSdpNormal   *self;

  if (document == NULL)
    return NULL;

  self = g_new0 (VisSdpNormal, 1);
  self->document = document;
  vis_sdp_entries_init (&self->entries, document);

  return self;
}

/**
 * vis_sdp_normal_new_offer:
 * @offer: an offer of the other side; text from anywhere
 * @error: `bad_request` if nothing can come of it
 *
 * Brings an offer into the form of webrtcbin.
 *
 * Returns: (transfer full) (nullable): the offer, or %NULL with @error set
 */
VisSdpNormal *
vis_sdp_normal_new_offer (const char *offer, GError **error)
{
  g_autoptr (VisSdpNormal) self = normal_new (offer, error);

  if (self == NULL || !normalise_offer (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Answers -----------------------------------------------------------------------------------------
 */

/* A section answers the one of the same index in the offer (RFC 3264, section 6). */
static void
match_offer (VisSdpNormal *self, const VisSdpDocument *offer)
{
  for (guint i = 0; i < self->entries.list->len; i++)
    {
      VisSdpEntry *entry = get (self, i);

      if (i >= offer->sections->len ||
          !g_str_equal (vis_sdp_document_get (offer, i)->kind, entry->section->kind))
        entry->usable = FALSE;
    }
}

/* Of an answer without a BUNDLE group, the sections that have the transport of the first usable
 * one: webrtcbin has one transport, and some implementations bundle without saying so (RFC 9143,
 * section 7.3.3). */
static void
read_implied_transport (VisSdpNormal *self, VisSdpTransport *transport)
{
  *transport = (VisSdpTransport){ 0 };
  for (guint i = 0; i < self->entries.list->len; i++)
    {
      VisSdpEntry *entry = get (self, i);

      if (!entry->usable)
        continue;
      if (transport->ufrag == NULL)
        vis_sdp_transport_complete (transport, &entry->transport);
      entry->usable = vis_sdp_transport_is (&entry->transport, transport);
    }
}

/* A section of our offer that was rejected. The first one becomes inactive rather than port 0: its
 * transport is the one that webrtcbin has opened for the group. */
static VisSdpSection *
add_rejected (VisSdpDocument *to, const VisSdpSection *offered, guint index)
{
  VisSdpSection *section;

  if (index > 0)
    return vis_sdp_document_add (
      to, offered->kind, 0, offered->proto, (const char *const *) offered->formats);

  section = vis_sdp_document_add (
    to, offered->kind, 9, offered->proto, (const char *const *) offered->formats);
  vis_sdp_attributes_add (section->attributes, "inactive", "");
  vis_sdp_attributes_add (section->attributes, "rtcp-mux", "");
  for (guint i = 0; i < offered->attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (offered->attributes, i);

      if (g_str_equal (attribute->name, "rtpmap") || g_str_equal (attribute->name, "fmtp"))
        vis_sdp_attributes_add (section->attributes, attribute->name, attribute->value);
    }

  return section;
}

static void
write_answer (VisSdpNormal *self, const VisSdpDocument *offer, const VisSdpTransport *shared)
{
  g_autoptr (VisSdpDocument) to = vis_sdp_document_new ();

  copy_session (self->document, to);
  for (guint i = 0; i < offer->sections->len; i++)
    {
      const VisSdpSection *offered = vis_sdp_document_get (offer, i);
      VisSdpEntry         *entry = i < self->entries.list->len ? get (self, i) : NULL;
      gboolean             usable = entry != NULL && entry->usable;
      const char          *mid = vis_sdp_attributes_find (offered->attributes, "mid");
      VisSdpSection       *section = usable ? vis_sdp_clean_add (to, entry->section, self->document)
                                            : add_rejected (to, offered, i);

      vis_sdp_attributes_add (section->attributes, "mid", mid != NULL ? mid : "");
      vis_sdp_transport_write (shared, section);
      if (!usable)
        continue;
      entry->mline = (int) i;
      entry->taker = find_taker (entry, shared);
    }
  write_all_candidates (self, to);
  write_group (to);

  self->text = vis_sdp_document_to_text (to);
}

static gboolean
normalise_answer (VisSdpNormal *self, const VisSdpDocument *offer, GError **error)
{
  VisSdpTransport shared;

  match_offer (self, offer);
  if (self->entries.group != NULL)
    vis_sdp_entries_get_transport (&self->entries, &shared);
  else
    read_implied_transport (self, &shared);
  if (vis_sdp_entries_count (&self->entries) == 0)
    return refuse (error, "The answer takes nothing of what was offered");
  if (!vis_sdp_transport_settle (&shared, FALSE, error))
    return FALSE;

  write_answer (self, offer, &shared);
  return TRUE;
}

/**
 * vis_sdp_normal_new_answer:
 * @answer: an answer of the other side; text from anywhere
 * @offer: the offer of ours that it answers
 * @error: `bad_request` if nothing can come of it
 *
 * Brings an answer into the form of webrtcbin, which wants as many sections as it offered.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set
 */
VisSdpNormal *
vis_sdp_normal_new_answer (const char *answer, const char *offer, GError **error)
{
  g_autoptr (VisSdpDocument) offered = vis_sdp_document_parse (offer, error);
  g_autoptr (VisSdpNormal)   self = offered != NULL ? normal_new (answer, error) : NULL;

  if (self == NULL || !normalise_answer (self, offered, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * vis_sdp_normal_free:
 * @self: (transfer full) (nullable): a description
 *
 * Frees a description.
 */
void
vis_sdp_normal_free (VisSdpNormal *self)
{
  if (self == NULL)
    return;

  vis_sdp_document_free (self->document);
  vis_sdp_entries_clear (&self->entries);
  g_free (self->text);
  g_free (self);
}

/**
 * vis_sdp_normal_get_text:
 * @self: a description
 *
 * Returns: (transfer none): what webrtcbin is given
 */
const char *
vis_sdp_normal_get_text (const VisSdpNormal *self)
{
  return self->text;
}

/* Local answers -----------------------------------------------------------------------------------
 */

static void
restore_rejected (VisSdpDocument *to, const VisSdpEntry *entry)
{
  VisSdpSection *section = vis_sdp_document_add (to,
                                                 entry->section->kind,
                                                 0,
                                                 entry->section->proto,
                                                 (const char *const *) entry->section->formats);

  if (entry->mid != NULL)
    vis_sdp_attributes_add (section->attributes, "mid", entry->mid);
  vis_sdp_attributes_add (section->attributes, "inactive", "");
}

/* The section as the offer had it: its proto, its mid, and a=sctpmap instead of a=sctp-port where
 * the offer had the old form. */
static void
restore_section (VisSdpDocument *to, const VisSdpEntry *entry, const VisSdpSection *answered)
{
  gboolean old = vis_sdp_clean_is_data (entry->section) &&
                 !g_str_equal (entry->section->formats[0], VIS_SDP_DATA_FORMAT);
  VisSdpSection *section =
    vis_sdp_document_add (to,
                          entry->section->kind,
                          answered->port,
                          entry->section->proto,
                          (const char *const *) (old ? entry->section : answered)->formats);

  for (guint i = 0; i < answered->attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (answered->attributes, i);

      vis_sdp_attributes_add (section->attributes, attribute->name, attribute->value);
    }
  if (entry->mid == NULL)
    vis_sdp_attributes_remove (section->attributes, "mid");
  if (!old)
    return;

  vis_sdp_attributes_remove (section->attributes, "sctp-port");
  vis_sdp_attributes_add (
    section->attributes, "sctpmap", G_STRINGIFY (VIS_SDP_SCTP_PORT) " webrtc-datachannel 1024");
}

/* The tags stand in the order of the offer: the first one says whose transport is used (RFC 9143,
 * section 7.3). */
static void
restore_group (VisSdpNormal *self, VisSdpDocument *to)
{
  g_autoptr (GString) value = g_string_new (VIS_SDP_BUNDLE);

  for (guint i = 0; self->entries.group != NULL && self->entries.group[i] != NULL; i++)
    {
      const VisSdpEntry *entry = vis_sdp_entries_find (&self->entries, self->entries.group[i]);
      guint              index = entry != NULL ? (guint) (entry - get (self, 0)) : 0;

      if (entry == NULL || vis_sdp_document_get (to, index)->port == 0)
        continue;
      if (value->len == strlen (VIS_SDP_BUNDLE))
        self->first = index;
      g_string_append_printf (value, " %s", entry->mid);
    }

  vis_sdp_attributes_remove (to->attributes, "group");
  if (value->len > strlen (VIS_SDP_BUNDLE))
    vis_sdp_attributes_add (to->attributes, "group", value->str);
}

/**
 * vis_sdp_normal_restore:
 * @self: an offer of the other side
 * @answer: the answer of webrtcbin to the text of it
 * @error: return location
 *
 * Makes of @answer the one to what the other side really wrote: the sections that webrtcbin never
 * saw are rejected in it, and all is in the order and the form of the offer.
 *
 * Returns: (transfer full) (nullable): what the other side is sent, or %NULL with @error set
 */
char *
vis_sdp_normal_restore (VisSdpNormal *self, const char *answer, GError **error)
{
  g_autoptr (VisSdpDocument) from = vis_sdp_document_parse (answer, error);
  g_autoptr (VisSdpDocument) to = vis_sdp_document_new ();

  if (from == NULL)
    return NULL;

  copy_session (from, to);
  for (guint i = 0; i < self->entries.list->len; i++)
    {
      const VisSdpEntry   *entry = get (self, i);
      const VisSdpSection *answered = NULL;

      if (entry->mline != VIS_SDP_NONE && (guint) entry->mline < from->sections->len)
        answered = vis_sdp_document_get (from, (guint) entry->mline);
      if (answered != NULL && answered->port != 0)
        restore_section (to, entry, answered);
      else
        restore_rejected (to, entry);
    }
  restore_group (self, to);

  return vis_sdp_document_to_text (to);
}

/* Section indices ---------------------------------------------------------------------------------
 */

/**
 * vis_sdp_normal_find_taker:
 * @self: a description
 * @section: a section of the wire
 *
 * Finds out where candidates go that came for a section.
 *
 * Returns: the section of webrtcbin, -1 if nobody needs them
 */
int
vis_sdp_normal_find_taker (const VisSdpNormal *self, guint section)
{
  return section < self->entries.list->len ? get (self, section)->taker : VIS_SDP_NONE;
}

/**
 * vis_sdp_normal_find_origin:
 * @self: an offer of the other side, answered
 * @mline: a section of webrtcbin
 *
 * Finds out for which section candidates of our own are.
 *
 * Returns: the section of the wire
 */
guint
vis_sdp_normal_find_origin (const VisSdpNormal *self, guint mline)
{
  for (guint i = 0; self->entries.group == NULL && i < self->entries.list->len; i++)
    {
      if (get (self, i)->mline == (int) mline)
        return i;
    }

  return self->first;
}

/**
 * vis_sdp_normal_get_mid:
 * @self: a description
 * @section: a section of the wire
 *
 * Returns: (transfer none): its tag (RFC 5888), "" if there is none
 */
const char *
vis_sdp_normal_get_mid (const VisSdpNormal *self, guint section)
{
  const char *mid = section < self->entries.list->len ? get (self, section)->mid : NULL;

  return mid != NULL ? mid : "";
}
