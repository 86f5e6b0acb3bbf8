/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-dtls-check.h"

#include <string.h>

#include "vis-error.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

/* The hash functions of [func@sdp_fingerprint_parse]. */
static const struct
{
  GChecksumType type;
  const char   *name;
} hashes[] = {
  { G_CHECKSUM_SHA256, "sha-256" },
  { G_CHECKSUM_SHA384, "sha-384" },
  { G_CHECKSUM_SHA512, "sha-512" },
};

static const char *
get_name (GChecksumType hash)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      if (hashes[i].type == hash)
        return hashes[i].name;
    }

  g_return_val_if_reached ("");
}

static guchar *
read_der (const char *pem, gsize *length, GError **error)
{
  const char        *begin = pem != NULL ? strstr (pem, BEGIN) : NULL;
  const char        *end = begin != NULL ? strstr (begin, END) : NULL;
  g_autofree char   *base64 = NULL;
  g_autofree guchar *der = NULL;

  *length = 0;
  if (end != NULL)
    {
      begin += strlen (BEGIN);
      base64 = g_strndup (begin, end - begin);
      der = g_base64_decode (base64, length);
    }
  if (*length > 0)
    return g_steal_pointer (&der);

  g_set_error_literal (error, VIS_ERROR, VIS_ERROR_INSECURE, "The peer has no certificate");
  return NULL;
}

/**
 * vis_dtls_fingerprint:
 * @pem: (nullable): a certificate (RFC 7468)
 * @hash: SHA-256, SHA-384 or SHA-512
 * @error: return location
 *
 * Computes the fingerprint of a certificate as it stands in a session description (RFC 8122,
 * section 5): the hash of its DER form.
 *
 * Returns: (transfer full) (nullable): as [func@sdp_fingerprint_parse] writes it, or %NULL with
 *   @error set
 */
char *
vis_dtls_fingerprint (const char *pem, GChecksumType hash, GError **error)
{
  gsize                 length;
  g_autofree guchar    *der = read_der (pem, &length, error);
  g_autoptr (GChecksum) checksum = NULL;
  guint8                digest[64];
  GString              *text;

  if (der == NULL)
    return NULL;

  checksum = g_checksum_new (hash);
  g_checksum_update (checksum, der, (gssize) length);
  length = sizeof digest;
  g_checksum_get_digest (checksum, digest, &length);

  text = g_string_new (get_name (hash));
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%c%02X", i == 0 ? ' ' : ':', digest[i]);

  return g_string_free (text, FALSE);
}

/**
 * vis_dtls_check:
 * @pem: (nullable): the certificate that the peer showed
 * @facts: of the description that the signaling carried
 * @error: return location
 *
 * Whether the peer is the one of the signaling (RFC 8827, section 5.6.4).
 *
 * GStreamer 1.22: webrtcbin does not compare the two before 1.28.5, so without this anybody between
 * the peers could listen.
 *
 * Returns: %FALSE with @error set to [enum@Vis.Error.INSECURE] when it is not
 */
gboolean
vis_dtls_check (const char *pem, const VisSdpFacts *facts, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      g_autofree char *fingerprint = vis_dtls_fingerprint (pem, hashes[i].type, error);

      if (fingerprint == NULL)
        return FALSE;
      if (vis_sdp_facts_has_fingerprint (facts, fingerprint))
        return TRUE;
    }

  g_set_error_literal (error,
                       VIS_ERROR,
                       VIS_ERROR_INSECURE,
                       "The peer's certificate is not the one that was announced");
  return FALSE;
}
