/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

/* Upkeep between batches: checkpoints the write-ahead log, erases cleared chats, moves message ids
 * into their index, and removes old copies of the database. */

/* Message ids moved from recent_id to message_id at once: some tens of milliseconds. */
#define RECENT_IDS 32768

/* Retry interval for what another process prevents, for instance a backup. */
#define AGAIN_US (5 * G_USEC_PER_SEC)

/* Runs @work in a transaction of its own. No request depends on it, so it waits only
 * VIS_SERVER_CHECKPOINT_MS for the write lock of another process. */
static gboolean
work_alone (VisSqlite *self, VisSqliteWork work, gpointer data)
{
  gboolean begun;

  sqlite3_busy_timeout (self->handle, VIS_SERVER_CHECKPOINT_MS);
  begun = vis_sqlite_begin (self, TRUE);
  sqlite3_busy_timeout (self->handle, VIS_SERVER_BUSY_MS);
  if (!begun)
    return FALSE;
  if (vis_sqlite_do (self, work, data))
    return vis_sqlite_commit (self);
  vis_sqlite_rollback (self);
  return FALSE;
}

static void
count_ids (VisSqlite *self, gpointer data)
{
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ID_COUNT);

  self->n_recent = vis_sqlite_step (self, statement) ? sqlite3_column_int64 (statement, 0) : 0;
}

static void
move_ids (VisSqlite *self, gpointer data)
{
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_ID_MOVE));
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_ID_CLEAR));
}

static void
tend_ids (VisSqlite *self)
{
  if (self->n_recent < 0)
    vis_sqlite_do (self, count_ids, NULL);
  if (self->n_recent < RECENT_IDS)
    return;
  if (!work_alone (self, move_ids, NULL))
    g_message ("Ids of messages can't be moved: %s", self->failure);
  /* Also after a failure: queries search both tables, and the next RECENT_IDS ids retry it. */
  self->n_recent = 0;
}

/* Erases up to VIS_SERVER_ERASE_MESSAGES messages of a chat that both users have cleared. */
static void
erase_some (VisSqlite *self, gpointer data)
{
  gint64       *chat = data;
  sqlite3_stmt *statement = vis_sqlite_get (self, VIS_SQL_ERASING_NEXT);
  gint64        erased;
  gint64        end;
  gint64        to;

  sqlite3_bind_int64 (statement, 1, self->erase_after);
  if (!vis_sqlite_step (self, statement))
    return;
  *chat = sqlite3_column_int64 (statement, 0);
  end = sqlite3_column_int64 (statement, 1);
  erased = sqlite3_column_int64 (statement, 2);
  to = MIN (end, erased + VIS_SERVER_ERASE_MESSAGES);

  vis_sqlite_erase_messages (&self->tx, *chat, erased + 1, to);
  statement = vis_sqlite_get (self, VIS_SQL_CHAT_ERASED);
  sqlite3_bind_int64 (statement, 1, *chat);
  sqlite3_bind_int64 (statement, 2, to);
  vis_sqlite_step (self, statement);
  statement = vis_sqlite_get (self, VIS_SQL_ERASING_DONE);
  sqlite3_bind_int64 (statement, 1, *chat);
  sqlite3_bind_int64 (statement, 2, to);
  vis_sqlite_step (self, statement);
}

/* Skips a chat that can't be erased; after the last one, or if no transaction can begin, starts
 * over after AGAIN_US. */
static void
tend_erasing (VisSqlite *self, gint64 now)
{
  gint64   chat = 0;
  gboolean done;

  if (!self->erasing || now < self->erase_at)
    return;
  done = work_alone (self, erase_some, &chat);
  if (!done && !self->erase_told)
    {
      g_message ("A chat that was cleared can't be erased now: %s", self->failure);
      self->erase_told = TRUE;
    }
  self->erase_at = 0;
  if (!done && chat != 0)
    self->erase_after = chat;
  else if (chat == 0 && (!done || self->erase_after != 0))
    {
      self->erase_after = 0;
      self->erase_at = now + AGAIN_US;
    }
  else
    self->erasing = chat != 0;
}

static gboolean
checkpoint (VisSqlite *self, int mode)
{
  int result;

  /* A reader may hold its snapshot for long, and all operations wait for this thread. */
  sqlite3_busy_timeout (self->handle, VIS_SERVER_CHECKPOINT_MS);
  result = sqlite3_wal_checkpoint_v2 (self->handle, NULL, mode, NULL, NULL);
  sqlite3_busy_timeout (self->handle, VIS_SERVER_BUSY_MS);
  /* Set again by the next commit. */
  self->wal_pages = 0;
  return result == SQLITE_OK;
}

/* Truncates the write-ahead log, unless another process reads an older snapshot: then retries after
 * AGAIN_US. */
static void
empty_log (VisSqlite *self, gint64 now)
{
  if (checkpoint (self, SQLITE_CHECKPOINT_TRUNCATE))
    {
      self->scrub_at = 0;
      self->held = 0;
      return;
    }
  if (self->held++ == VIS_SERVER_HELD_CHECKPOINTS)
    g_message ("Another program reads the database all the time: its write-ahead log grows, and "
               "keeps what was erased, until that ends");
  self->scrub_at = now + AGAIN_US;
}

static void
tend_log (VisSqlite *self, gint64 now)
{
  if (self->erased && self->scrub_at == 0)
    self->scrub_at = now + VIS_SERVER_ERASE_MS * 1000;
  self->erased = FALSE;

  if (self->scrub_at != 0 && now >= self->scrub_at)
    empty_log (self, now);
  else if (self->wal_pages >= VIS_SERVER_WAL_PAGES * 2 && self->scrub_at == 0)
    empty_log (self, now);
  else if (self->wal_pages >= VIS_SERVER_WAL_PAGES)
    checkpoint (self, SQLITE_CHECKPOINT_PASSIVE);
}

/* Copies from before a migration still contain what was erased since. */
static void
remove_old_copies (VisSqlite *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *base = g_path_get_basename (self->path);
  g_autofree char *prefix = g_strconcat (base, VIS_SQLITE_COPY, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf         info;

      if (!g_str_has_prefix (name, prefix) || g_stat (path, &info) != 0 ||
          g_get_real_time () / G_USEC_PER_SEC - info.st_mtime < VIS_SERVER_COPY_S)
        continue;
      if (g_unlink (path) == 0)
        g_message ("%s was made for an update a week ago, and is removed now", path);
    }
}

/**
 * vis_sqlite_tend:
 * @self: a database
 *
 * Does one step of each upkeep task. It alternates with batches: no step takes longer than a batch.
 *
 * Returns: when to call it again at the latest, on the clock of g_get_monotonic_time()
 */
gint64
vis_sqlite_tend (VisSqlite *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next;

  tend_ids (self);
  tend_erasing (self, now);
  tend_log (self, now);
  if (now >= self->hour)
    {
      self->hour = now + 3600 * (gint64) G_USEC_PER_SEC;
      self->erasing = TRUE;
      self->erase_told = FALSE;
      remove_old_copies (self);
    }
  next = self->hour;
  if (self->scrub_at != 0)
    next = MIN (next, self->scrub_at);
  if (self->erasing)
    next = MIN (next, MAX (now, self->erase_at));
  return next;
}
