/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VIS_ERROR:
 *
 * The error domain of everything that a person can be told: each code stands for one sentence
 * that says what to do, see [func@Vis.error_to_sentence].
 */
#define VIS_ERROR (vis_error_quark ())
GQuark vis_error_quark (void);

/**
 * VisError:
 * @VIS_ERROR_FAILED: something went wrong that has no name of its own
 * @VIS_ERROR_OFFLINE: there is no connection to the server now
 * @VIS_ERROR_TIMED_OUT: the other side did not answer within its deadline
 * @VIS_ERROR_LOST: the connection was lost before the answer came
 * @VIS_ERROR_SERVER_UNREACHABLE: the server's address can't be reached
 * @VIS_ERROR_SERVER_UNKNOWN: no computer has the name of the server
 * @VIS_ERROR_SERVER_REFUSED: nothing listens at the server's address
 * @VIS_ERROR_BAD_ADDRESS: what was given is no server address
 * @VIS_ERROR_NO_INVITE: the server wants an invite code for a new account, and none was given
 * @VIS_ERROR_INSECURE: the identity of the other side could not be proved
 * @VIS_ERROR_STORE: the disk or the database failed
 * @VIS_ERROR_STORE_NEWER: a newer version of this program has written the database
 * @VIS_ERROR_STORE_DAMAGED: the database was damaged; it is set aside, and a new one was begun
 * @VIS_ERROR_DEVICE: a camera, microphone or speaker can't be used
 * @VIS_ERROR_MEDIA: the media path could not be built
 *
 * Codes of [error@Vis.Error]. The codes of the wire are in `VisProtocolError`.
 */
typedef enum
{
  VIS_ERROR_FAILED,
  VIS_ERROR_OFFLINE,
  VIS_ERROR_TIMED_OUT,
  VIS_ERROR_LOST,
  VIS_ERROR_SERVER_UNREACHABLE,
  VIS_ERROR_SERVER_UNKNOWN,
  VIS_ERROR_SERVER_REFUSED,
  VIS_ERROR_BAD_ADDRESS,
  VIS_ERROR_NO_INVITE,
  VIS_ERROR_INSECURE,
  VIS_ERROR_STORE,
  VIS_ERROR_STORE_NEWER,
  VIS_ERROR_STORE_DAMAGED,
  VIS_ERROR_DEVICE,
  VIS_ERROR_MEDIA,
} VisError;

/**
 * VisErrorSentenceFunc:
 * @error: an error of the domain for which the function was added
 *
 * Puts the errors of one domain into words.
 *
 * Returns: (transfer none) (nullable): a translated sentence, %NULL if it knows none
 */
typedef const char *(*VisErrorSentenceFunc) (const GError *error);

void        vis_error_add_domain (GQuark domain, VisErrorSentenceFunc func);
const char *vis_error_to_sentence (const GError *error);

G_END_DECLS
