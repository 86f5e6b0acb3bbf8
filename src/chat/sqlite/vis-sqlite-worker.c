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

/* The most jobs in one transaction: enough to make a burst cheap, few enough for a short delay of
 * the first. */
#define BATCH_MAX 128

/* How long the write-ahead log may hold what was deleted, so that a lively conversation does not
 * truncate it for each message. Also the interval of attempts while another process reads it. */
#define LOG_US (5 * G_USEC_PER_SEC)

/* How long a damaged database is kept for analysis: it also has what was deleted since. */
#define DAMAGED_S (7 * 24 * 3600)

struct _VisSqliteWorker
{
  char        *path;
  GThread     *thread;
  GAsyncQueue *queue;
  gint64       log_at;  /* when to truncate the log, 0 if it is empty; of the thread */
  int          changes; /* number of changes as of the last look at the log; of the thread */
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

/* Ends the thread. */
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

/* Runs on the main thread: a task may hold the last reference to the store, whose finalization
 * joins the worker's thread. */
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

/* Renames the files of a damaged database, so that the person can go on: the server still has the
 * history. Files of an earlier damaged database that this one lacks are deleted, since they would
 * be taken for a part of it. */
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

/* Replaces a database in which damage was found while working. Keeps the requests that are not
 * sent; all jobs of the batch that failed get VIS_ERROR_STORE_DAMAGED. */
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

/* Returns the next job, or NULL if the log has to be truncated first. */
static Job *
wait_for_job (VisSqliteWorker *self)
{
  gint64 now;

  if (self->log_at == 0)
    return g_async_queue_pop (self->queue);

  now = g_get_monotonic_time ();
  return g_async_queue_timeout_pop (self->queue, (guint64) MAX (self->log_at - now, 0));
}

/* Truncates the log, in which deleted and overwritten data remains, and removes old damaged files,
 * since the program may run for longer than they are kept. */
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
  /* A program that was killed has left its log behind. */
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
 * Starts the thread. Results are delivered on the main thread.
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
 * @self: a worker without jobs
 *
 * Closes the database and joins the thread. That is quick: each job's task holds a reference to the
 * store, so there is none left.
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
 * @work_func: runs on the thread
 * @input: (transfer full): handed to @work_func
 * @input_free: frees @input
 * @result_free: frees what @work_func returns
 *
 * Appends a job to the queue.
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
