/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-protocol-error.h"

#include <glib/gi18n.h>
#include <string.h>

#include "vis-error.h"

static const struct
{
  const char *code;
  const char *sentence;
} errors[VIS_N_PROTOCOL_ERRORS] = {
  [VIS_PROTOCOL_ERROR_BAD_FRAME] = { "bad_frame",
                                     N_ ("This version of Visavis doesn’t work with the server. "
                                         "Please update it.") },
  [VIS_PROTOCOL_ERROR_BAD_REQUEST] = { "bad_request",
                                       N_ ("The server didn’t understand the request. Please check "
                                           "what you entered.") },
  [VIS_PROTOCOL_ERROR_UNKNOWN_TYPE] = { "unknown_type",
                                        N_ ("The server does not offer this yet. Ask whoever runs "
                                            "it to update.") },
  [VIS_PROTOCOL_ERROR_UNAUTHORIZED] = { "unauthorized",
                                        N_ ("You have been signed out. Please sign in again.") },
  [VIS_PROTOCOL_ERROR_BAD_CREDENTIALS] = { "bad_credentials",
                                           N_ ("Wrong user name or password. Please try again.") },
  [VIS_PROTOCOL_ERROR_BAD_INVITE] = { "bad_invite",
                                      N_ (
                                        "That invite code isn’t valid (any more). Ask whoever runs "
                                        "the server for a new one.") },
  [VIS_PROTOCOL_ERROR_USER_TAKEN] = { "user_taken",
                                      N_ ("This user name is taken. Please choose another one.") },
  [VIS_PROTOCOL_ERROR_NOT_FOUND] = { "not_found",
                                     N_ ("There is no one with that user name on this server.") },
  [VIS_PROTOCOL_ERROR_FORBIDDEN] = { "forbidden",
                                     N_ (
                                       "This is possible once you are in each other’s contacts.") },
  [VIS_PROTOCOL_ERROR_BLOCKED] = { "blocked",
                                   N_ ("You have blocked this person. Unblock them first.") },
  [VIS_PROTOCOL_ERROR_TOO_LARGE] = { "too_large", N_ ("This is too long. Please shorten it.") },
  [VIS_PROTOCOL_ERROR_RATE_LIMITED] = { "rate_limited",
                                        N_ ("Too many attempts. Please wait a moment and try "
                                            "again.") },
  [VIS_PROTOCOL_ERROR_CONFLICT] = { "conflict", N_ ("This was already done on another device.") },
  [VIS_PROTOCOL_ERROR_UNAVAILABLE] = { "unavailable",
                                       N_ ("The server can’t do this now. Nothing was lost: try "
                                           "again later.") },
};

static const char *
to_sentence (const GError *error)
{
  return error->code >= 0 && error->code < VIS_N_PROTOCOL_ERRORS ? _ (errors[error->code].sentence)
                                                                 : NULL;
}

GQuark
vis_protocol_error_quark (void)
{
  static GQuark quark;
  static gsize  done;

  if (g_once_init_enter (&done))
    {
      quark = g_quark_from_static_string ("vis-protocol-error-quark");
      vis_error_add_domain (quark, to_sentence);
      g_once_init_leave (&done, 1);
    }

  return quark;
}

/**
 * vis_protocol_error_to_code:
 * @error: an error of the wire
 *
 * The `code` of an error.
 *
 * Returns: (transfer none): its word on the wire
 */
const char *
vis_protocol_error_to_code (VisProtocolError error)
{
  g_return_val_if_fail (error < VIS_N_PROTOCOL_ERRORS, NULL);

  return errors[error].code;
}

/**
 * vis_protocol_error_from_code:
 * @code: a word of the wire
 * @error: (out): the error that it stands for
 *
 * Finds the error of a `code`.
 *
 * Returns: %FALSE if there is none
 */
gboolean
vis_protocol_error_from_code (const char *code, VisProtocolError *error)
{
  for (guint i = 0; i < VIS_N_PROTOCOL_ERRORS; i++)
    if (strcmp (errors[i].code, code) == 0)
      {
        *error = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * vis_protocol_error_set:
 * @error: (out): where to put the error
 * @answer: an `error` frame, or the `error` object of a body of HTTP
 *
 * Makes a #GError of what the server answered. A code from a newer protocol counts as
 * `bad_request`.
 */
void
vis_protocol_error_set (GError **error, const VisMessage *answer)
{
  const char      *code = vis_message_get_string (answer, VIS_FIELD_CODE);
  const char      *text = vis_message_get_string (answer, VIS_FIELD_ERROR_TEXT);
  VisProtocolError value = VIS_PROTOCOL_ERROR_BAD_REQUEST;

  vis_protocol_error_from_code (code, &value);
  g_set_error_literal (error, VIS_PROTOCOL_ERROR, (int) value, text != NULL ? text : code);
}

/**
 * vis_error_get_retry:
 * @error: (nullable): how a request failed, %NULL if it did not
 *
 * Decides whether a request is worth another try.
 *
 * Returns: when to try again, or that there is no use in it
 */
VisRetry
vis_error_get_retry (const GError *error)
{
  if (error == NULL)
    return VIS_RETRY_DONE;

  if (error->domain == VIS_PROTOCOL_ERROR)
    switch ((VisProtocolError) error->code)
      {
      case VIS_PROTOCOL_ERROR_RATE_LIMITED:
      case VIS_PROTOCOL_ERROR_UNAVAILABLE:
        return VIS_RETRY_LATER;
      /* The connection ends over these; after the next sign-in it goes on. */
      case VIS_PROTOCOL_ERROR_UNAUTHORIZED:
      case VIS_PROTOCOL_ERROR_BAD_CREDENTIALS:
        return VIS_RETRY_AGAIN;
      case VIS_PROTOCOL_ERROR_BAD_FRAME:
      case VIS_PROTOCOL_ERROR_BAD_REQUEST:
      case VIS_PROTOCOL_ERROR_UNKNOWN_TYPE:
      case VIS_PROTOCOL_ERROR_BAD_INVITE:
      case VIS_PROTOCOL_ERROR_USER_TAKEN:
      case VIS_PROTOCOL_ERROR_NOT_FOUND:
      case VIS_PROTOCOL_ERROR_FORBIDDEN:
      case VIS_PROTOCOL_ERROR_BLOCKED:
      case VIS_PROTOCOL_ERROR_TOO_LARGE:
      case VIS_PROTOCOL_ERROR_CONFLICT:
      case VIS_N_PROTOCOL_ERRORS:
      default:
        return VIS_RETRY_NEVER;
      }

  if (g_error_matches (error, VIS_ERROR, VIS_ERROR_TIMED_OUT))
    return VIS_RETRY_LATER;
  return VIS_RETRY_AGAIN;
}
