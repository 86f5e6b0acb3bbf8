/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store.h"

G_BEGIN_DECLS

/* A real store behind a count of the calls that it has not answered, so that a test can wait until
 * everything is stored and shown. */
#define COUNTING_TYPE_STORE (counting_store_get_type ())
G_DECLARE_FINAL_TYPE (CountingStore, counting_store, COUNTING, STORE, GObject)

VisStore *counting_store_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void      counting_store_settle (VisStore *store);
void      counting_store_wait_for_call (VisStore *store);
void      counting_store_fail_next (VisStore *store);

G_END_DECLS
