/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-codec.h"

#include <string.h>

#include "vis-limits.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A decoded message is encoded to text that decodes to the same message. */
static void
check_round_trip (const VisMessage *message, VisSender sender)
{
  g_autofree char       *text = NULL;
  g_autofree char       *again = NULL;
  g_autoptr (VisMessage) copy = NULL;
  gsize                  length;

  text = vis_codec_encode (message, &length);
  copy = vis_codec_decode (text, length, sender, NULL, NULL);
  if (copy == NULL && length > VIS_LIMIT_FRAME_BYTES) /* escaping has made it longer */
    return;
  g_assert (copy != NULL);
  again = vis_codec_encode (copy, NULL);
  g_assert (strcmp (text, again) == 0);
}

static void
decode_frame (const char *data, gsize size, VisSender sender)
{
  g_autofree char       *request = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (VisMessage) message = vis_codec_decode (data, size, sender, &request, &error);

  g_assert ((message == NULL) == (error != NULL));
  if (message != NULL && vis_message_get_kind (message) != VIS_KIND_UNKNOWN)
    check_round_trip (message, sender);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const VisKind bodies[] = {
    VIS_KIND_HTTP_REGISTER,
    VIS_KIND_HTTP_LOGIN,
    VIS_KIND_HTTP_ACCOUNT,
    VIS_KIND_HTTP_ERROR,
  };

  decode_frame ((const char *) data, size, VIS_FROM_CLIENT);
  decode_frame ((const char *) data, size, VIS_FROM_SERVER);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (VisMessage) body =
        vis_codec_decode_body ((const char *) data, size, bodies[i], NULL);

      g_assert (body == NULL || vis_message_get_kind (body) == bodies[i]);
    }

  return 0;
}
