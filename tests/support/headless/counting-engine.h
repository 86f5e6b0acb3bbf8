/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-session.h"

G_BEGIN_DECLS

/* The real engine, which also counts the sessions that it creates. */
#define COUNTING_TYPE_ENGINE (counting_engine_get_type ())
G_DECLARE_FINAL_TYPE (CountingEngine, counting_engine, COUNTING, ENGINE, GObject)

CountingEngine  *counting_engine_new (VisMediaEngine *real);
VisMediaSession *counting_engine_get_newest (CountingEngine *self);
guint            counting_engine_count_alive (CountingEngine *self);
guint            counting_engine_count_made (CountingEngine *self);
guint64          counting_engine_take_sent (CountingEngine *self);

G_END_DECLS
