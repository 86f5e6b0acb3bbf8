/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp.h"

#include <string.h>

#include "vis-check.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

/* Hash functions that prove who somebody is, the best first (RFC 8122, section 5). */
static const struct
{
  const char *name;
  gsize       bytes;
} hashes[] = { { "sha-512", 64 }, { "sha-384", 48 }, { "sha-256", 32 } };

/* Pairs of hex digits with colons between. */
static gboolean
is_hex (const char *text, gsize bytes)
{
  if (strlen (text) != 3 * bytes - 1)
    return FALSE;

  for (guint i = 0; text[i] != '\0'; i++)
    if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit (text[i]))
      return FALSE;

  return TRUE;
}

/**
 * vis_sdp_fingerprint_parse:
 * @value: what stands behind `a=fingerprint:`
 *
 * Reads a fingerprint, if it is of a hash function that proves anything: SHA-256, SHA-384 or
 * SHA-512.
 *
 * Returns: (transfer full) (nullable): the hash in lower case, a space, and upper-case hex pairs
 *   with colons
 */
char *
vis_sdp_fingerprint_parse (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);

  if (g_strv_length (words) != 2)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      g_autofree char *hex = NULL;

      /* The name of the hash ignores case (RFC 8122, section 5). */
      if (g_ascii_strcasecmp (words[0], hashes[i].name) != 0 || !is_hex (words[1], hashes[i].bytes))
        continue;
      hex = g_ascii_strup (words[1], -1);
      return g_strconcat (hashes[i].name, " ", hex, NULL);
    }

  return NULL;
}

static guint
rank (const char *fingerprint)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (hashes) && !g_str_has_prefix (fingerprint, hashes[i].name))
    i++;

  return i;
}

/* Of several hash functions at one place only the best counts: who can forge a weak one could
 * announce it beside the true strong one (RFC 8122, section 5). */
static void
settle_fingerprints (VisSdpFacts *self, GPtrArray *found)
{
  guint best = G_MAXUINT;

  for (guint i = 0; i < found->len; i++)
    best = MIN (best, rank (g_ptr_array_index (found, i)));
  for (guint i = 0; i < found->len; i++)
    {
      const char *fingerprint = g_ptr_array_index (found, i);

      if (rank (fingerprint) == best && !vis_sdp_facts_has_fingerprint (self, fingerprint))
        g_ptr_array_add (self->fingerprints, g_strdup (fingerprint));
    }
  g_ptr_array_set_size (found, 0);
}

static void
add_fingerprint (GPtrArray *found, const char *value)
{
  char *fingerprint = vis_sdp_fingerprint_parse (value);

  if (fingerprint != NULL)
    g_ptr_array_add (found, fingerprint);
}

static void
add_section (VisSdpFacts *self, const char *value)
{
  const char *space = strchr (value, ' ');

  g_ptr_array_add (self->kinds,
                   space != NULL ? g_strndup (value, space - value) : g_strdup (value));
  g_ptr_array_add (self->mids, g_strdup (""));
}

static void
set_mid (VisSdpFacts *self, const char *value)
{
  char **last;

  if (self->mids->len == 0)
    return;
  last = (char **) &g_ptr_array_index (self->mids, self->mids->len - 1);
  g_free (*last);
  *last = g_strdup (value);
}

static void
read_line (VisSdpFacts *self, const char *line, GPtrArray *found)
{
  const char *value;

  if (g_str_has_prefix (line, "m="))
    {
      settle_fingerprints (self, found);
      add_section (self, line + 2);
    }
  else if (g_str_has_prefix (line, "a=fingerprint:"))
    add_fingerprint (found, line + strlen ("a=fingerprint:"));
  else if (g_str_has_prefix (line, "a=mid:"))
    set_mid (self, line + strlen ("a=mid:"));
  else if (g_str_has_prefix (line, "a=ice-ufrag:") && self->ufrag == NULL)
    {
      value = line + strlen ("a=ice-ufrag:");
      self->ufrag = g_strdup (value);
    }
}

/**
 * vis_sdp_facts_new:
 * @sdp: a session description; text from anywhere
 * @error: `bad_request` if it is none, or has no section, or no fingerprint of SHA-256 or better
 *
 * Reads the facts of a description. One without a fingerprint is refused: whoever is at the other
 * end of such a call could not be told apart from anybody else.
 *
 * Returns: (transfer full): the facts, %NULL with @error set
 */
VisSdpFacts *
vis_sdp_facts_new (const char *sdp, GError **error)
{
  g_autoptr (VisSdpFacts) self = NULL;
  g_autoptr (GPtrArray)   found = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv)          lines = NULL;

  if (sdp == NULL || !vis_check_sdp (sdp))
    {
      g_set_error_literal (error,
                           VIS_PROTOCOL_ERROR,
                           VIS_PROTOCOL_ERROR_BAD_REQUEST,
                           "That is no session description");
      return NULL;
    }

  self = g_new0 (VisSdpFacts, 1);
  self->fingerprints = g_ptr_array_new_with_free_func (g_free);
  self->mids = g_ptr_array_new_with_free_func (g_free);
  self->kinds = g_ptr_array_new_with_free_func (g_free);

  lines = g_strsplit (sdp, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (self, g_strchomp (lines[i]), found);
  settle_fingerprints (self, found);

  if (self->kinds->len == 0 || self->kinds->len > VIS_LIMIT_MLINE || self->fingerprints->len == 0)
    {
      g_set_error_literal (error,
                           VIS_PROTOCOL_ERROR,
                           VIS_PROTOCOL_ERROR_BAD_REQUEST,
                           "The session description has no section or no fingerprint");
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * vis_sdp_facts_free:
 * @self: (transfer full) (nullable): facts
 *
 * Frees facts.
 */
void
vis_sdp_facts_free (VisSdpFacts *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->fingerprints);
  g_ptr_array_unref (self->mids);
  g_ptr_array_unref (self->kinds);
  g_free (self->ufrag);
  g_free (self);
}

/**
 * vis_sdp_facts_has_fingerprint:
 * @self: facts
 * @fingerprint: as [func@sdp_fingerprint_parse] writes them
 *
 * Whether a certificate with this fingerprint may stand behind the description.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_sdp_facts_has_fingerprint (const VisSdpFacts *self, const char *fingerprint)
{
  return g_ptr_array_find_with_equal_func (self->fingerprints, fingerprint, g_str_equal, NULL);
}

/**
 * vis_sdp_candidate_is_valid:
 * @candidate: (nullable): a candidate line; text from anywhere
 *
 * Whether @candidate has the outline of a candidate attribute (RFC 8839, section 5.1), or is the
 * empty end-of-candidates.
 *
 * Returns: %TRUE if it may be given to the ICE agent
 */
gboolean
vis_sdp_candidate_is_valid (const char *candidate)
{
  g_auto (GStrv) words = NULL;

  if (candidate == NULL || !vis_check_candidate (candidate))
    return FALSE;
  if (candidate[0] == '\0')
    return TRUE;
  if (!g_str_has_prefix (candidate, "candidate:"))
    return FALSE;

  /* foundation component transport priority address port "typ" type */
  words = g_strsplit (candidate, " ", -1);
  return g_strv_length (words) >= 8 && strlen (words[0]) > strlen ("candidate:") &&
         g_ascii_string_to_unsigned (words[1], 10, 1, 256, NULL, NULL) &&
         g_ascii_string_to_unsigned (words[3], 10, 0, G_MAXUINT32, NULL, NULL) &&
         g_ascii_string_to_unsigned (words[5], 10, 0, G_MAXUINT16, NULL, NULL) &&
         strcmp (words[6], "typ") == 0;
}
