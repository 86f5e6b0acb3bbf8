/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Screens with extremely long or unusual names and texts. */
void preview_show_texts (void);
void preview_show_long (void);
void preview_show_long_list (void);
void preview_show_long_call (void);
void preview_show_long_incoming (void);
void preview_show_long_over (void);
void preview_show_long_bar (void);

G_END_DECLS
