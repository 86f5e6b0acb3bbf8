/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-link-news.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisPadlock:
 *
 * An open padlock, shown while the connection is unencrypted; a click explains it.
 */
#define VIS_TYPE_PADLOCK (vis_padlock_get_type ())
G_DECLARE_FINAL_TYPE (VisPadlock, vis_padlock, VIS, PADLOCK, AdwBin)

void vis_padlock_set_news (VisPadlock *self, VisLinkNews *news);

G_END_DECLS
