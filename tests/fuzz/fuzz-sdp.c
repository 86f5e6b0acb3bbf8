/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-sdp.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char        *text = g_strndup ((const char *) data, size);
  g_autoptr (GError)      error = NULL;
  g_autoptr (VisSdpFacts) facts = NULL;

  /* The codec lets only UTF-8 through. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  vis_sdp_candidate_is_valid (text);
  facts = vis_sdp_facts_new (text, &error);
  g_assert ((facts == NULL) == (error != NULL));
  g_assert (facts == NULL || facts->mids->len == facts->kinds->len);
  g_assert (facts == NULL || facts->fingerprints->len > 0);

  return 0;
}
