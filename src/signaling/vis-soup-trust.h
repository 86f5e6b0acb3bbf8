/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-trust.h"

G_BEGIN_DECLS

void vis_soup_trust_guard (SoupMessage *message, VisTrust *trust, const VisServerAddress *server);
void vis_soup_trust_set_error (GError **error, SoupMessage *message, const GError *cause);

G_END_DECLS
