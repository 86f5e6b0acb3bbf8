/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-dtls-check.h"

#include <string.h>

#include "vis-error.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

/**
 * vis_dtls_fingerprint:
 * @pem: (nullable): a certificate (RFC 7468)
 * @error: return location
 *
 * Computes the fingerprint of a certificate as it stands in a session description (RFC 8122,
 * section 5): SHA-256 of the DER form.
 *
 * Returns: (transfer full) (nullable): upper-case hex pairs with colons, or %NULL with @error set
 */
char *
vis_dtls_fingerprint (const char *pem, GError **error)
{
  const char           *begin = pem != NULL ? strstr (pem, BEGIN) : NULL;
  const char           *end = begin != NULL ? strstr (begin, END) : NULL;
  g_autoptr (GChecksum) checksum = NULL;
  g_autofree char      *base64 = NULL;
  g_autofree guchar    *der = NULL;
  g_autoptr (GString)   text = NULL;
  guint8                digest[32];
  gsize                 length = 0;

  if (end != NULL)
    {
      begin += strlen (BEGIN);
      base64 = g_strndup (begin, end - begin);
      der = g_base64_decode (base64, &length);
    }
  if (length == 0)
    {
      g_set_error_literal (error, VIS_ERROR, VIS_ERROR_INSECURE, "The peer has no certificate");
      return NULL;
    }

  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, der, (gssize) length);
  length = sizeof digest;
  g_checksum_get_digest (checksum, digest, &length);

  text = g_string_sized_new (3 * sizeof digest);
  for (gsize i = 0; i < sizeof digest; i++)
    g_string_append_printf (text, i == 0 ? "%02X" : ":%02X", digest[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * vis_dtls_check:
 * @pem: (nullable): the certificate that the peer showed
 * @facts: of the description that the signaling carried
 * @error: return location
 *
 * Whether the peer is the one of the signaling (RFC 8827, section 5.6.4). webrtcbin 1.22 does not
 * compare the two, so without this anybody between the peers could listen.
 *
 * Returns: %FALSE with @error set to [enum@Vis.Error.INSECURE] when it is not
 */
gboolean
vis_dtls_check (const char *pem, const VisSdpFacts *facts, GError **error)
{
  g_autofree char *fingerprint = vis_dtls_fingerprint (pem, error);

  if (fingerprint == NULL)
    return FALSE;
  if (vis_sdp_facts_has_fingerprint (facts, fingerprint))
    return TRUE;

  g_set_error_literal (error,
                       VIS_ERROR,
                       VIS_ERROR_INSECURE,
                       "The peer's certificate is not the one that was announced");
  return FALSE;
}
