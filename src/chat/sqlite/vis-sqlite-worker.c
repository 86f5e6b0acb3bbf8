/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-worker.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <utime.h>

#include "vis-error.h"
#include "vis-main.h"
#include "vis-sqlite-migrations.h"
#include "vis-sqlite-rescue.h"

/* Enough to make a burst cheap, few enough that the first of it is not kept waiting. */
#define BATCH_MAX 128

/* How long the log may hold what was deleted: long enough that a conversation does not empty it at
 * each message. Also how long to wait for another process that needs it, a backup for instance. */
#define LOG_US (5 * G_USEC_PER_SEC)

/* A damaged database holds what was deleted since: long enough for somebody who wants to look into
 * it. */
#define DAMAGED_S (7 * 24 * 3600)

struct _VisSqliteWorker
{
  char        *path;
  GThread     *thread;
  GAsyncQueue *queue;
  gint64       log_at;  /* when the log is to be emptied, 0 while it is; the thread's */
  int          changes; /* that the log was looked at for; the thread's */
};

typedef struct
{
  GTask         *task;
  VisSqliteWork  work;
  gpointer       input;
  GDestroyNotify input_free;
  gpointer       result;
  GDestroyNotify result_free;
  GError        *error;
} Job;

/* Pushed to end the thread. */
static Job quit;

static void
job_free (Job *job)
{
  if (job->result != NULL)
    job->result_free (job->result);
  g_clear_pointer (&job->input, job->input_free);
  g_clear_object (&job->task);
  g_clear_error (&job->error);
  g_free (job);
}

/* On the thread of the caller: a task may hold the last reference to the store, which must not go
 * away on the worker's own thread. */
static gboolean
deliver (gpointer data)
{
  GPtrArray *batch = data;

  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (job->error != NULL)
        g_task_return_error (job->task, g_steal_pointer (&job->error));
      else
        g_task_return_pointer (job->task, g_steal_pointer (&job->result), job->result_free);
    }

  return G_SOURCE_REMOVE;
}

static void
fail_batch (GPtrArray *batch, const GError *error)
{
  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (job->result != NULL)
        job->result_free (g_steal_pointer (&job->result));
      if (job->error == NULL)
        job->error = g_error_copy (error);
    }
}

static void
work_on (VisSqliteDatabase *database, gpointer data)
{
  Job *job = data;

  job->result = job->work (database, job->input, &job->error);
}

static void
run_job (VisSqliteDatabase *database, Job *job)
{
  vis_sqlite_run (database, "SAVEPOINT job", "");
  if (!vis_sqlite_database_has_failed (database))
    vis_sqlite_database_do (database, work_on, job);

  if (vis_sqlite_database_take_error (database, job->error == NULL ? &job->error : NULL) &&
      job->result != NULL)
    job->result_free (g_steal_pointer (&job->result));
  if (job->error != NULL && vis_sqlite_database_in_transaction (database))
    vis_sqlite_run (database, "ROLLBACK TO job", "");
  if (vis_sqlite_database_in_transaction (database))
    vis_sqlite_run (database, "RELEASE job", "");
}

static void
run_batch (VisSqliteDatabase *database, GPtrArray *batch)
{
  g_autoptr (GError) error = NULL;

  vis_sqlite_run (database, "BEGIN IMMEDIATE", "");
  for (guint i = 0; i < batch->len && vis_sqlite_database_in_transaction (database); i++)
    run_job (database, g_ptr_array_index (batch, i));

  if (vis_sqlite_database_in_transaction (database))
    vis_sqlite_run (database, "COMMIT", "");
  else if (!vis_sqlite_database_has_failed (database))
    error = g_error_new_literal (VIS_ERROR, VIS_ERROR_STORE, "The transaction was lost");

  if (vis_sqlite_database_take_error (database, error == NULL ? &error : NULL) || error != NULL)
    fail_batch (batch, error);
  if (vis_sqlite_database_in_transaction (database))
    vis_sqlite_run (database, "ROLLBACK", "");
  vis_sqlite_database_take_error (database, NULL);
}

static VisSqliteDatabase *
open_once (const char *path, gboolean *damaged, GError **error)
{
  g_autoptr (VisSqliteDatabase) database = vis_sqlite_database_open (path, error);

  if (database == NULL)
    return NULL;
  if (!vis_sqlite_migrate (database, error))
    {
      *damaged = vis_sqlite_database_is_damaged (database);
      return NULL;
    }

  return g_steal_pointer (&database);
}

static const char *const suffixes[] = { "", "-wal", "-shm" };

static char *
dup_aside (const char *path, const char *suffix)
{
  return g_strconcat (path, ".damaged", suffix, NULL);
}

/* A file that can't be read must not lock a person out: it is put aside, and the server still has
 * the history. What an earlier one has left there and this one has not would pass for a part of it.
 */
static void
set_aside (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = dup_aside (path, suffixes[i]);

      if (g_rename (from, to) == 0)
        g_utime (to, NULL);
      else if (errno == ENOENT)
        g_unlink (to);
    }
}

static void
remove_old_damaged (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *aside = dup_aside (path, suffixes[i]);
      GStatBuf         info;

      if (g_stat (aside, &info) == 0 &&
          g_get_real_time () / G_USEC_PER_SEC - info.st_mtime >= DAMAGED_S && g_unlink (aside) == 0)
        g_info ("%s was damaged a week ago, and is removed now", aside);
    }
}

static VisSqliteDatabase *
open_database (const char *path, GError **error)
{
  VisSqliteDatabase *database;
  gboolean           damaged = FALSE;

  database = open_once (path, &damaged, error);
  if (database != NULL || !damaged)
    return database;

  set_aside (path);
  g_clear_error (error);
  return open_once (path, &damaged, error);
}

/* Damage that was found in the middle of the work: begins anew, with what was not sent yet. All
 * that failed in that batch is told why. */
static VisSqliteDatabase *
begin_anew (const char *path, VisSqliteDatabase *damaged, GPtrArray *batch, GError **error)
{
  g_autoptr (VisSqliteRescue) rescue = vis_sqlite_rescue_read (damaged);
  VisSqliteDatabase          *database;

  vis_sqlite_database_close (damaged);
  set_aside (path);
  database = open_database (path, error);
  if (database == NULL)
    return NULL;

  vis_sqlite_rescue_write (rescue, database);
  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (job->error != NULL)
        job->error->code = VIS_ERROR_STORE_DAMAGED;
    }
  return database;
}

/* The next job; NULL if the log is to be emptied first. */
static Job *
wait_for_job (VisSqliteWorker *self)
{
  gint64 now;

  if (self->log_at == 0)
    return g_async_queue_pop (self->queue);

  now = g_get_monotonic_time ();
  return g_async_queue_timeout_pop (self->queue, (guint64) MAX (self->log_at - now, 0));
}

/* What was deleted or overwritten is in the log until that is emptied; and in an old file that was
 * put aside, of a program that runs for longer than that is kept. */
static void
tend_log (VisSqliteWorker *self, VisSqliteDatabase *database)
{
  gint64 now = g_get_monotonic_time ();
  int    changes = database != NULL ? vis_sqlite_database_count_changes (database) : 0;

  if (self->log_at == 0 && changes != self->changes)
    self->log_at = now + LOG_US;
  self->changes = changes;
  if (self->log_at == 0 || now < self->log_at)
    return;

  self->log_at = database == NULL || vis_sqlite_database_empty_log (database) ? 0 : now + LOG_US;
  remove_old_damaged (self->path);
}

static gpointer
work (gpointer data)
{
  VisSqliteWorker              *self = data;
  g_autoptr (VisSqliteDatabase) database = NULL;
  g_autoptr (GError)            error = NULL;
  gboolean                      running = TRUE;

  remove_old_damaged (self->path);
  database = open_database (self->path, &error);
  /* A program that was killed has left its log. */
  self->log_at = g_get_monotonic_time () + LOG_US;

  while (running)
    {
      GPtrArray *batch = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);

      for (Job *job = wait_for_job (self); job != NULL;
           job = batch->len < BATCH_MAX ? g_async_queue_try_pop (self->queue) : NULL)
        {
          if (job == &quit)
            running = FALSE;
          else
            g_ptr_array_add (batch, job);
        }

      if (database == NULL)
        fail_batch (batch, error);
      else if (batch->len > 0)
        run_batch (database, batch);
      if (database != NULL && vis_sqlite_database_is_damaged (database))
        database = begin_anew (self->path, g_steal_pointer (&database), batch, &error);
      if (batch->len > 0)
        vis_main_post ("[visavis] store", deliver, batch, (GDestroyNotify) g_ptr_array_unref);
      else
        g_ptr_array_unref (batch);
      tend_log (self, database);
    }

  return NULL;
}

/**
 * vis_sqlite_worker_new:
 * @path: a file name, or ":memory:"
 *
 * Starts the thread. Results are handed over on the main thread.
 *
 * Returns: (transfer full): a new worker
 */
VisSqliteWorker *
vis_sqlite_worker_new (const char *path)
{
  VisSqliteWorker *self = g_new0 (VisSqliteWorker, 1);

  self->path = g_strdup (path);
  self->queue = g_async_queue_new ();
  self->thread = g_thread_new ("vis-chat-sqlite", work, self);
  return self;
}

/**
 * vis_sqlite_worker_free:
 * @self: a worker with nothing left to do
 *
 * Closes the database and ends the thread. Short, since each job's task keeps the store and with it
 * the worker: there are none left when it goes.
 */
void
vis_sqlite_worker_free (VisSqliteWorker *self)
{
  g_assert (g_thread_self () != self->thread);

  g_async_queue_push (self->queue, &quit);
  g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_free (self->path);
  g_free (self);
}

/**
 * vis_sqlite_worker_push:
 * @self: a worker
 * @task: (transfer full): returns the result
 * @work_func: what to do
 * @input: (transfer full): handed to @work_func
 * @input_free: frees @input
 * @result_free: frees what @work_func returns
 *
 * Puts a job at the end of the queue.
 */
void
vis_sqlite_worker_push (VisSqliteWorker *self,
                        GTask           *task,
                        VisSqliteWork    work_func,
                        gpointer         input,
                        GDestroyNotify   input_free,
                        GDestroyNotify   result_free)
{
  Job *job = g_new0 (Job, 1);

  g_assert (g_thread_self () != self->thread);

  job->task = task;
  job->work = work_func;
  job->input = input;
  job->input_free = input_free;
  job->result_free = result_free;
  g_async_queue_push (self->queue, job);
}
