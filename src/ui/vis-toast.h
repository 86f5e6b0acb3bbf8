/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *vis_toast_new (const char      *sentence,
                         AdwToastPriority priority,
                         guint            seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
