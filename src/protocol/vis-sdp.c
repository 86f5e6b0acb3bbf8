/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp.h"

#include <string.h>

#include "vis-check.h"
#include "vis-limits.h"
#include "vis-protocol-error.h"

#define SHA256_PREFIX "sha-256 "
#define SHA256_LENGTH (32 * 3 - 1) /* pairs of hex digits and the colons between */

static gboolean
is_sha256 (const char *text)
{
  if (strlen (text) != SHA256_LENGTH)
    return FALSE;

  for (guint i = 0; i < SHA256_LENGTH; i++)
    if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit (text[i]))
      return FALSE;

  return TRUE;
}

static void
add_fingerprint (VisSdpFacts *self, const char *value)
{
  g_autofree char *hex = NULL;

  /* The name of the hash ignores case (RFC 8122, section 5). */
  if (g_ascii_strncasecmp (value, SHA256_PREFIX, strlen (SHA256_PREFIX)) != 0)
    return;
  hex = g_ascii_strup (value + strlen (SHA256_PREFIX), -1);
  if (is_sha256 (hex) && !vis_sdp_facts_has_fingerprint (self, hex))
    g_ptr_array_add (self->fingerprints, g_steal_pointer (&hex));
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
read_line (VisSdpFacts *self, const char *line)
{
  const char *value;

  if (g_str_has_prefix (line, "m="))
    add_section (self, line + 2);
  else if (g_str_has_prefix (line, "a=fingerprint:"))
    add_fingerprint (self, line + strlen ("a=fingerprint:"));
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
 * @error: `bad_request` if it is none, or has no section, or no SHA-256 fingerprint
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
    read_line (self, g_strchomp (lines[i]));

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
 * @fingerprint: SHA-256 as upper-case hex pairs with colons
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
