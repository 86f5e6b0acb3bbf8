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
 * @input: as given
 * @error: an error, which rolls all changes of the job back
 *
 * A job on the thread of the database.
 *
 * Returns: (transfer full): the result, %NULL with @error set
 */
typedef gpointer (*VisSqliteWork) (VisSqliteDatabase *database, gpointer input, GError **error);

/**
 * VisSqliteWorker:
 *
 * The thread of the database, with a queue of jobs. All jobs that wait are run in one transaction,
 * so that a burst of events costs one fsync.
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
