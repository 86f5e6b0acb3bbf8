/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean vis_rtcp_measure (const guint8 *data, gsize size, guint *n_reports);

G_END_DECLS
