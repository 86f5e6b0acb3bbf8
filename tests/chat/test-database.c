/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "vis-sqlite-database.h"

/* No statement is left open, also after an error. */

typedef struct
{
  VisSqliteDatabase *database;
  VisSqliteDatabase *other; /* like another process */
  char              *folder;
} Fixture;

static VisSqliteDatabase *
open_database (Fixture *self)
{
  g_autofree char   *path = g_build_filename (self->folder, "chat.db", NULL);
  g_autoptr (GError) error = NULL;
  VisSqliteDatabase *database = vis_sqlite_database_open (path, &error);

  g_assert_no_error (error);
  vis_sqlite_script (database, "PRAGMA journal_mode = WAL");
  return database;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("visavis-database-XXXXXX", NULL);
  self->database = open_database (self);
  self->other = open_database (self);
  vis_sqlite_script (self->database,
                     "CREATE TABLE numbers (n INTEGER PRIMARY KEY);"
                     "INSERT INTO numbers VALUES (1), (2), (3)");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "chat.db", NULL);

  vis_sqlite_database_close (self->database);
  vis_sqlite_database_close (self->other);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
}

static sqlite3_stmt *
bind_numbers (VisSqliteDatabase *database)
{
  return vis_sqlite_bind (database, "SELECT n FROM numbers", "");
}

static void
read_first (VisSqliteDatabase *database, gpointer data)
{
  g_assert_true (vis_sqlite_step (database, bind_numbers (database)));
}

static void
fail_between (VisSqliteDatabase *database, gpointer data)
{
  sqlite3_stmt *row = bind_numbers (database);

  while (vis_sqlite_step (database, row))
    vis_sqlite_run (database, "INSERT INTO numbers VALUES (?)", "i", sqlite3_column_int64 (row, 0));
  g_assert_true (vis_sqlite_database_take_error (database, NULL));
}

static void
read_two (VisSqliteDatabase *database, gpointer data)
{
  read_first (database, data);
  g_assert_true (vis_sqlite_step (
    database, vis_sqlite_bind (database, "SELECT n FROM numbers WHERE n > ?", "i", (gint64) 1)));
}

static void
test_statements (Fixture *self, gconstpointer data)
{
  static const VisSqliteDatabaseFunc works[] = { read_first, fail_between, read_two };

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    {
      vis_sqlite_database_do (self->database, works[i], NULL);
      vis_sqlite_run (self->other, "INSERT INTO numbers VALUES (?)", "i", (gint64) i + 10);
      g_assert_true (vis_sqlite_database_empty_log (self->other));
    }
  g_assert_cmpint (
    vis_sqlite_integer (self->database, 0, "SELECT count (*) FROM numbers", ""), ==, 6);
  g_assert_true (vis_sqlite_database_empty_log (self->other));
}

static void
empty_beside (VisSqliteDatabase *database, gpointer data)
{
  Fixture *self = data;

  read_first (database, NULL);
  vis_sqlite_run (self->other, "INSERT INTO numbers VALUES (?)", "i", (gint64) 20);
  g_assert_false (vis_sqlite_database_empty_log (self->other));
}

/* The log can't be truncated while another connection reads; that is returned at once. */
static void
test_log (Fixture *self, gconstpointer data)
{
  vis_sqlite_database_do (self->database, empty_beside, self);
  g_assert_true (vis_sqlite_database_empty_log (self->other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/database/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("statements", test_statements);
  ADD ("log", test_log);
  return g_test_run ();
}
