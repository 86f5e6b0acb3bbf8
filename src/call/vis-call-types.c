/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-types.h"

/* The words of the wire; VIS_END_NONE has none. */
static const char *const end_reasons[VIS_N_END_REASONS] = {
  [VIS_END_HANGUP] = "hangup",
  [VIS_END_DECLINED] = "declined",
  [VIS_END_BUSY] = "busy",
  [VIS_END_TIMEOUT] = "timeout",
  [VIS_END_UNREACHABLE] = "unreachable",
  [VIS_END_ANSWERED_ELSEWHERE] = "answered_elsewhere",
  [VIS_END_GLARE] = "glare",
  [VIS_END_FAILED] = "failed",
  [VIS_END_INSECURE] = "insecure",
};

G_DEFINE_ENUM_TYPE (VisCallState,
                    vis_call_state,
                    G_DEFINE_ENUM_VALUE (VIS_CALL_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_RINGING, "ringing"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_CALLING, "calling"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_IN_CALL, "in-call"))

G_DEFINE_ENUM_TYPE (VisMediaState,
                    vis_media_state,
                    G_DEFINE_ENUM_VALUE (VIS_MEDIA_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (VIS_MEDIA_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (VIS_MEDIA_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (VIS_MEDIA_RECONNECTING, "reconnecting"))

G_DEFINE_ENUM_TYPE (VisEndReason,
                    vis_end_reason,
                    G_DEFINE_ENUM_VALUE (VIS_END_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (VIS_END_HANGUP, "hangup"),
                    G_DEFINE_ENUM_VALUE (VIS_END_DECLINED, "declined"),
                    G_DEFINE_ENUM_VALUE (VIS_END_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (VIS_END_TIMEOUT, "timeout"),
                    G_DEFINE_ENUM_VALUE (VIS_END_UNREACHABLE, "unreachable"),
                    G_DEFINE_ENUM_VALUE (VIS_END_ANSWERED_ELSEWHERE, "answered-elsewhere"),
                    G_DEFINE_ENUM_VALUE (VIS_END_GLARE, "glare"),
                    G_DEFINE_ENUM_VALUE (VIS_END_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (VIS_END_INSECURE, "insecure"))

G_DEFINE_ENUM_TYPE (VisCallFault,
                    vis_call_fault,
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_OWN_NETWORK, "own-network"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_OTHER_NETWORK, "other-network"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_PATH, "path"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_SERVER, "server"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_INCOMPATIBLE, "incompatible"),
                    G_DEFINE_ENUM_VALUE (VIS_CALL_FAULT_OWN_MEDIA, "own-media"))

/**
 * vis_end_reason_to_string:
 * @reason: a reason
 *
 * The word of `call:end` for a reason.
 *
 * Returns: (nullable) (transfer none): the word, %NULL for @VIS_END_NONE
 */
const char *
vis_end_reason_to_string (VisEndReason reason)
{
  g_return_val_if_fail ((guint) reason < VIS_N_END_REASONS, NULL);

  return end_reasons[reason];
}

/**
 * vis_end_reason_from_string:
 * @reason: (nullable): a word of `call:end`
 *
 * The reason for a word from the wire.
 *
 * Returns: the reason; @VIS_END_HANGUP for a word that this version does not know, since whatever
 *   it means, the call is over
 */
VisEndReason
vis_end_reason_from_string (const char *reason)
{
  for (guint i = VIS_END_NONE + 1; i < VIS_N_END_REASONS; i++)
    if (g_strcmp0 (reason, end_reasons[i]) == 0)
      return (VisEndReason) i;

  return VIS_END_HANGUP;
}
