/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-main.h"

/**
 * vis_main_post:
 * @name: (transfer none): what it is called in profiles, a string that stays
 * @func: what to do; returns %G_SOURCE_REMOVE
 * @data: passed to @func
 * @destroy: (nullable): frees @data, on the main thread; or wherever the main context ends
 *
 * Has something done on the main thread: the one door to it from other threads. In the order of
 * posting, before what is drawn, and not before the main loop runs again.
 */
void
vis_main_post (const char *name, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_set_name (source, name);
  g_source_attach (source, NULL);
}
