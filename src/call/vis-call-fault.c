/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-fault.h"

#include "vis-error.h"

/**
 * vis_call_fault_is_heard:
 * @before: whether the other side was heard until now
 * @event: what happened
 *
 * Keeps up with whether the other side is still there, as far as the signaling shows it: of a path
 * that is lost, it tells their network from what is between the two.
 *
 * Returns: whether it is heard now
 */
gboolean
vis_call_fault_is_heard (gboolean before, VisCallEvent event)
{
  switch ((int) event)
    {
    case VIS_CALL_EVENT_START:
    case VIS_CALL_EVENT_GOT_OFFER:
    case VIS_CALL_EVENT_GLARE_LOST:
    case VIS_CALL_EVENT_MEDIA_LOST:
    case VIS_CALL_EVENT_MEDIA_LOST_CALLER:
    case VIS_CALL_EVENT_MEDIA_LOST_CALLEE:
      return FALSE;
    case VIS_CALL_EVENT_GOT_NEXT_OFFER:
    case VIS_CALL_EVENT_GOT_ANSWER:
    case VIS_CALL_EVENT_GOT_NEXT_ANSWER:
    case VIS_CALL_EVENT_GOT_CANDIDATES:
    case VIS_CALL_EVENT_GOT_RENEW:
    case VIS_CALL_EVENT_GOT_MEDIA:
      return TRUE;
    default:
      return before;
    }
}

static VisCallFault
find_for_request (const GError *error)
{
  return g_error_matches (error, VIS_ERROR, VIS_ERROR_OFFLINE) ? VIS_CALL_FAULT_OWN_NETWORK
                                                               : VIS_CALL_FAULT_SERVER;
}

static VisCallFault
find_for_path (const VisCallEnding *ending)
{
  if (!ending->context->online)
    return VIS_CALL_FAULT_OWN_NETWORK;

  return ending->heard ? VIS_CALL_FAULT_PATH : VIS_CALL_FAULT_OTHER_NETWORK;
}

/* What `failed` of the other side means. Before the answer: it can't use the offer. Later: the
 * path, if it is lost here too; else a reason that only the other side knows. */
static VisCallFault
find_for_end (const VisCallEnding *ending)
{
  if (ending->from_server)
    return VIS_CALL_FAULT_UNKNOWN;
  if (ending->context->state == VIS_CALL_CALLING)
    return VIS_CALL_FAULT_INCOMPATIBLE;
  if (ending->context->path == VIS_CALL_PATH_LOST)
    return VIS_CALL_FAULT_PATH;

  return VIS_CALL_FAULT_UNKNOWN;
}

/**
 * vis_call_fault_find:
 * @ending: what is known
 *
 * Finds out what a call that failed failed by. Nobody is blamed on a guess.
 *
 * Returns: what it was
 */
VisCallFault
vis_call_fault_find (const VisCallEnding *ending)
{
  switch ((int) ending->event)
    {
    case VIS_CALL_EVENT_OFFER_FAILED:
    case VIS_CALL_EVENT_ANSWER_FAILED:
      return find_for_request (ending->error);
    case VIS_CALL_EVENT_WIRE_LOST:
      return VIS_CALL_FAULT_OWN_NETWORK;
    case VIS_CALL_EVENT_MEDIA_TIMEOUT:
      return find_for_path (ending);
    case VIS_CALL_EVENT_MEDIA_UNUSABLE:
      return VIS_CALL_FAULT_INCOMPATIBLE;
    case VIS_CALL_EVENT_MEDIA_LOST:
    case VIS_CALL_EVENT_MEDIA_LOST_CALLER:
      return VIS_CALL_FAULT_OWN_MEDIA;
    case VIS_CALL_EVENT_GOT_END:
      return find_for_end (ending);
    default:
      return VIS_CALL_FAULT_UNKNOWN;
    }
}
