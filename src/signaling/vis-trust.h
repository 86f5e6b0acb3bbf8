/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-server-address.h"

G_BEGIN_DECLS

/**
 * VIS_TRUST_ERROR:
 *
 * Why nothing was sent to a server that is there: the messages of these errors are translated
 * sentences.
 */
#define VIS_TRUST_ERROR (vis_trust_error_quark ())
GQuark vis_trust_error_quark (void);

/**
 * VisTrustError:
 * @VIS_TRUST_ERROR_PLAIN: the connection would not be encrypted, and nobody has agreed to that
 * @VIS_TRUST_ERROR_UNKNOWN: the certificate proves nothing, and nobody has trusted it
 * @VIS_TRUST_ERROR_CHANGED: the certificate proves nothing, and is not the one that was trusted
 * @VIS_TRUST_ERROR_NO_TLS: the address asks for TLS, and the server speaks without
 * @VIS_TRUST_ERROR_TLS_ONLY: the address asks for no TLS, and the server speaks nothing else
 *
 * Codes of [error@Vis.TrustError]. The first three are questions that a person can answer.
 */
typedef enum
{
  VIS_TRUST_ERROR_PLAIN,
  VIS_TRUST_ERROR_UNKNOWN,
  VIS_TRUST_ERROR_CHANGED,
  VIS_TRUST_ERROR_NO_TLS,
  VIS_TRUST_ERROR_TLS_ONLY,
} VisTrustError;

void     vis_trust_error_set (GError **error, VisTrustError code, const VisServerAddress *server);
gboolean vis_trust_error_is_question (const GError *error);
const char *vis_trust_error_get_server (const GError *error);
const char *vis_trust_error_get_fingerprint (const GError *error);
const char *vis_trust_error_get_reason (const GError *error);

/**
 * VisTrust:
 *
 * What one person has decided about servers that can't prove who they are: the certificate that is
 * trusted for each (a pin), and with whom to speak without encryption. Whoever opens a connection
 * asks here first; nothing is sent where the answer is no.
 *
 * A certificate that a certificate authority vouches for needs no decision, and may follow a pinned
 * one: the operator has got a better one.
 */
#define VIS_TYPE_TRUST (vis_trust_get_type ())
G_DECLARE_FINAL_TYPE (VisTrust, vis_trust, VIS, TRUST, GObject)

VisTrust *vis_trust_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;

gboolean  vis_trust_check_address (VisTrust *self, const VisServerAddress *server, GError **error);
gboolean  vis_trust_check_certificate (VisTrust               *self,
                                       const VisServerAddress *server,
                                       GTlsCertificate        *certificate,
                                       GTlsCertificateFlags    faults,
                                       GError                **error);

void      vis_trust_allow_plain (VisTrust *self, const char *server);
void      vis_trust_allow_plain_for_now (VisTrust *self, const char *server);
void      vis_trust_pin (VisTrust *self, const char *server, const char *fingerprint);
char     *vis_trust_dup_pin (VisTrust *self, const char *server) G_GNUC_WARN_UNUSED_RESULT;

char     *vis_trust_fingerprint (GTlsCertificate *certificate) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
