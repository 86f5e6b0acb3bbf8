/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * VisSqliteDatabase:
 *
 * A connection to SQLite. Statements are prepared once and cached. After an error, statements do
 * nothing until the error is taken, so that a sequence of them needs one check at its end.
 *
 * To be used by one thread.
 */
typedef struct _VisSqliteDatabase VisSqliteDatabase;

/* Runs statements, see vis_sqlite_database_do(). */
typedef void (*VisSqliteDatabaseFunc) (VisSqliteDatabase *self, gpointer data);

VisSqliteDatabase *vis_sqlite_database_open (const char *path,
                                             GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void               vis_sqlite_database_close (VisSqliteDatabase *self);
gboolean           vis_sqlite_database_has_failed (VisSqliteDatabase *self);
gboolean           vis_sqlite_database_take_error (VisSqliteDatabase *self, GError **error);
gboolean           vis_sqlite_database_is_damaged (VisSqliteDatabase *self);
gboolean           vis_sqlite_database_in_transaction (VisSqliteDatabase *self);
int                vis_sqlite_database_count_changes (VisSqliteDatabase *self);
gboolean           vis_sqlite_database_empty_log (VisSqliteDatabase *self);
void vis_sqlite_database_do (VisSqliteDatabase *self, VisSqliteDatabaseFunc work, gpointer data);

/* Runs several statements that are not cached. */
void vis_sqlite_script (VisSqliteDatabase *self, const char *sql);

/* @types has a letter for each parameter: i gint64, s const char * (or %NULL). */
sqlite3_stmt *vis_sqlite_bind (VisSqliteDatabase *self, const char *sql, const char *types, ...);
gboolean      vis_sqlite_step (VisSqliteDatabase *self, sqlite3_stmt *statement);
void          vis_sqlite_run (VisSqliteDatabase *self, const char *sql, const char *types, ...);
gint64        vis_sqlite_integer (
         VisSqliteDatabase *self, gint64 fallback, const char *sql, const char *types, ...);
char *vis_sqlite_text (VisSqliteDatabase *self, const char *sql, const char *types, ...)
  G_GNUC_WARN_UNUSED_RESULT;

char  *vis_sqlite_column_text (sqlite3_stmt *statement, int column) G_GNUC_WARN_UNUSED_RESULT;
gint64 vis_sqlite_column_integer (sqlite3_stmt *statement, int column, gint64 fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSqliteDatabase, vis_sqlite_database_close)

G_END_DECLS
