/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisCallState:
 * @VIS_CALL_IDLE: no call, or over
 * @VIS_CALL_RINGING: somebody calls this person
 * @VIS_CALL_CALLING: this person calls somebody
 * @VIS_CALL_IN_CALL: answered, on both sides
 *
 * The states of a call. Whether media flows is no state but a property of the media inside
 * @VIS_CALL_IN_CALL, see [enum@Vis.MediaState].
 */
typedef enum
{
  VIS_CALL_IDLE,
  VIS_CALL_RINGING,
  VIS_CALL_CALLING,
  VIS_CALL_IN_CALL,
  VIS_N_CALL_STATES,
} VisCallState;

/**
 * VisMediaState:
 * @VIS_MEDIA_NONE: there is no media session
 * @VIS_MEDIA_CONNECTING: the first path is being built
 * @VIS_MEDIA_CONNECTED: the peer is proved to be the one of the signaling, and media flows
 * @VIS_MEDIA_RECONNECTING: the path is lost; another one is being built
 *
 * How the media of a call is doing.
 */
typedef enum
{
  VIS_MEDIA_NONE,
  VIS_MEDIA_CONNECTING,
  VIS_MEDIA_CONNECTED,
  VIS_MEDIA_RECONNECTING,
} VisMediaState;

/**
 * VisEndReason:
 *
 * Why a call ended; the words of `call:end` (protocol, section 5).
 */
typedef enum
{
  VIS_END_NONE,
  VIS_END_HANGUP,
  VIS_END_DECLINED,
  VIS_END_BUSY,
  VIS_END_TIMEOUT,
  VIS_END_UNREACHABLE,
  VIS_END_ANSWERED_ELSEWHERE,
  VIS_END_GLARE,
  VIS_END_FAILED,
  VIS_END_INSECURE,
  VIS_N_END_REASONS,
} VisEndReason;

/**
 * VisCallFault:
 * @VIS_CALL_FAULT_UNKNOWN: that is not known
 * @VIS_CALL_FAULT_OWN_NETWORK: this side lost the server
 * @VIS_CALL_FAULT_OTHER_NETWORK: this side did not, and nothing came from the other one
 * @VIS_CALL_FAULT_PATH: both sides are there, but media does not get through between them
 * @VIS_CALL_FAULT_SERVER: the server did not take a request
 * @VIS_CALL_FAULT_INCOMPATIBLE: the descriptions of the two sides can't be brought together
 * @VIS_CALL_FAULT_OWN_MEDIA: media could not be started on this side
 *
 * What a call failed by, of one that ended with @VIS_END_FAILED.
 */
typedef enum
{
  VIS_CALL_FAULT_UNKNOWN,
  VIS_CALL_FAULT_OWN_NETWORK,
  VIS_CALL_FAULT_OTHER_NETWORK,
  VIS_CALL_FAULT_PATH,
  VIS_CALL_FAULT_SERVER,
  VIS_CALL_FAULT_INCOMPATIBLE,
  VIS_CALL_FAULT_OWN_MEDIA,
  VIS_N_CALL_FAULTS,
} VisCallFault;

const char  *vis_end_reason_to_string (VisEndReason reason);
VisEndReason vis_end_reason_from_string (const char *reason);

#define VIS_TYPE_CALL_STATE (vis_call_state_get_type ())
GType vis_call_state_get_type (void);
#define VIS_TYPE_MEDIA_STATE (vis_media_state_get_type ())
GType vis_media_state_get_type (void);
#define VIS_TYPE_END_REASON (vis_end_reason_get_type ())
GType vis_end_reason_get_type (void);
#define VIS_TYPE_CALL_FAULT (vis_call_fault_get_type ())
GType vis_call_fault_get_type (void);

G_END_DECLS
