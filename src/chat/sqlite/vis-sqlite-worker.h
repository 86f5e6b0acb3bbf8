/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "vis-sqlite-database.h"

G_BEGIN_DECLS

/**
 * VisSqliteWork:
 * @database: the connection, inside of a transaction
 * @input: what was pushed with it
 * @error: what went wrong; everything that was done is undone then
 *
 * Something to do on the thread of the database.
 *
 * Returns: (transfer full): the result, %NULL with @error set
 */
typedef gpointer (*VisSqliteWork) (VisSqliteDatabase *database, gpointer input, GError **error);

/**
 * VisSqliteWorker:
 *
 * The one thread that touches the database, with one queue. What has piled up in the queue is done
 * in one transaction, so a burst of events costs one wait for the disk.
 */
typedef struct _VisSqliteWorker VisSqliteWorker;

VisSqliteWorker                *vis_sqlite_worker_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void                            vis_sqlite_worker_free (VisSqliteWorker *self);
void                            vis_sqlite_worker_push (VisSqliteWorker *self,
                                                        GTask           *task,
                                                        VisSqliteWork    work,
                                                        gpointer         input,
                                                        GDestroyNotify   input_free,
                                                        GDestroyNotify   result_free);

G_END_DECLS
