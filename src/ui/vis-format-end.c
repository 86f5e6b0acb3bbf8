/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-format.h"

#include <glib/gi18n.h>

#include "vis-text.h"

/* The title of a failed call: one that could not be set up, or one whose connection was lost. */
static const char *
get_fault_title (VisCallFault fault)
{
  switch (fault)
    {
    case VIS_CALL_FAULT_SERVER:
    case VIS_CALL_FAULT_INCOMPATIBLE:
    case VIS_CALL_FAULT_OWN_MEDIA:
      return _ ("Call failed");
    case VIS_CALL_FAULT_UNKNOWN:
    case VIS_CALL_FAULT_OWN_NETWORK:
    case VIS_CALL_FAULT_OTHER_NETWORK:
    case VIS_CALL_FAULT_PATH:
    case VIS_N_CALL_FAULTS:
    default:
      return _ ("Connection lost");
    }
}

static char *
dup_fault_body (VisCallFault fault, const char *name)
{
  switch (fault)
    {
    case VIS_CALL_FAULT_OWN_NETWORK:
      return g_strdup (_ ("You are offline. Check your network."));
    case VIS_CALL_FAULT_OTHER_NETWORK:
      return g_strdup_printf (_ ("%s can’t be reached any more. The network there may be down."),
                              name);
    case VIS_CALL_FAULT_PATH:
      return g_strdup_printf (_ ("You and %s are both online, but sound and pictures don’t get "
                                 "through. Another network may help."),
                              name);
    case VIS_CALL_FAULT_SERVER:
      return g_strdup_printf (_ ("The server did not put you through to %s. Try again in a while."),
                              name);
    case VIS_CALL_FAULT_INCOMPATIBLE:
      return g_strdup_printf (
        _ ("Your app and that of %s can’t make a call with each other. An update may help."), name);
    case VIS_CALL_FAULT_OWN_MEDIA:
      return g_strdup (
        _ ("Sound and pictures could not be started on this computer. Start Visavis again."));
    case VIS_CALL_FAULT_UNKNOWN:
    case VIS_N_CALL_FAULTS:
    default:
      return g_strdup_printf (_ ("The connection to %s could not be restored."), name);
    }
}

/* Title of the end of a call; NULL for an end that is not shown. @fault is the cause of a failed
 * one. */
const char *
vis_format_end_title (VisEndReason reason, VisCallFault fault)
{
  switch (reason)
    {
    case VIS_END_DECLINED:
      return _ ("Declined");
    case VIS_END_BUSY:
      return _ ("Busy");
    case VIS_END_TIMEOUT:
      return _ ("No answer");
    case VIS_END_UNREACHABLE:
      return _ ("Could not be reached");
    case VIS_END_FAILED:
      return get_fault_title (fault);
    case VIS_END_INSECURE:
      return _ ("Not secure");
    case VIS_END_NONE:
    case VIS_END_HANGUP:
    case VIS_END_ANSWERED_ELSEWHERE:
    case VIS_END_GLARE:
    case VIS_N_END_REASONS:
    default:
      return NULL;
    }
}

/* The sentence below the title: the cause, and what the person can do. */
char *
vis_format_end_body (VisEndReason reason, VisCallFault fault, const char *peer)
{
  g_autofree char *name = vis_text_isolate (peer);

  switch (reason)
    {
    case VIS_END_DECLINED:
      return g_strdup_printf (_ ("%s can’t talk right now."), name);
    case VIS_END_BUSY:
      return g_strdup_printf (_ ("%s is in another call."), name);
    case VIS_END_TIMEOUT:
      return g_strdup_printf (_ ("%s will see that you called."), name);
    case VIS_END_UNREACHABLE:
      return g_strdup_printf (_ ("%s isn’t online on any device."), name);
    case VIS_END_FAILED:
      return dup_fault_body (fault, name);
    case VIS_END_INSECURE:
      return g_strdup (
        _ ("The other side could not prove its identity, so nothing was sent or shown."));
    case VIS_END_NONE:
    case VIS_END_HANGUP:
    case VIS_END_ANSWERED_ELSEWHERE:
    case VIS_END_GLARE:
    case VIS_N_END_REASONS:
    default:
      return g_strdup ("");
    }
}
