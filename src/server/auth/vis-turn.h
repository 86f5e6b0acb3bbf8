/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"

G_BEGIN_DECLS

gboolean   vis_turn_check_uri (const char *uri, gboolean relay, GError **error);
GPtrArray *vis_turn_servers (const char *const *stun,
                             const char *const *turn,
                             const char        *secret,
                             const char        *user,
                             gint64             now) G_GNUC_WARN_UNUSED_RESULT;
char      *vis_turn_credential (const char *secret, const char *username) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
