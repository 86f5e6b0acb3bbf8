/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"

G_BEGIN_DECLS

/**
 * VIS_PROTOCOL_ERROR:
 *
 * The errors of the wire, in both directions.
 */
#define VIS_PROTOCOL_ERROR (vis_protocol_error_quark ())
GQuark vis_protocol_error_quark (void);

typedef enum
{
  VIS_PROTOCOL_ERROR_BAD_FRAME,
  VIS_PROTOCOL_ERROR_BAD_REQUEST,
  VIS_PROTOCOL_ERROR_UNKNOWN_TYPE,
  VIS_PROTOCOL_ERROR_UNAUTHORIZED,
  VIS_PROTOCOL_ERROR_BAD_CREDENTIALS,
  VIS_PROTOCOL_ERROR_BAD_INVITE,
  VIS_PROTOCOL_ERROR_USER_TAKEN,
  VIS_PROTOCOL_ERROR_NOT_FOUND,
  VIS_PROTOCOL_ERROR_FORBIDDEN,
  VIS_PROTOCOL_ERROR_BLOCKED,
  VIS_PROTOCOL_ERROR_TOO_LARGE,
  VIS_PROTOCOL_ERROR_RATE_LIMITED,
  VIS_PROTOCOL_ERROR_CONFLICT,
  VIS_PROTOCOL_ERROR_UNAVAILABLE,
  VIS_N_PROTOCOL_ERRORS,
} VisProtocolError;

/**
 * VisRetry:
 * @VIS_RETRY_DONE: there is nothing to try again: the server has it
 * @VIS_RETRY_AGAIN: the connection was lost; once there is one
 * @VIS_RETRY_LATER: the server can't take it now, or did not answer; after a while
 * @VIS_RETRY_NEVER: the server will never take it
 *
 * Whether a request is worth another try, and when.
 */
typedef enum
{
  VIS_RETRY_DONE,
  VIS_RETRY_AGAIN,
  VIS_RETRY_LATER,
  VIS_RETRY_NEVER,
} VisRetry;

const char *vis_protocol_error_to_code (VisProtocolError code);
gboolean    vis_protocol_error_from_code (const char *code, VisProtocolError *error);
void        vis_protocol_error_set (GError **error, const VisMessage *answer);
VisRetry    vis_error_get_retry (const GError *error);

G_END_DECLS
