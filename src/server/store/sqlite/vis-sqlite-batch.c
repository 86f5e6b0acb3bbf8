/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"
#include "vis-store-rules.h"

/* Group commit: the operations of a batch share one transaction and its fsync. An error of one
 * operation does not affect the others, and reads work while writes are refused. */

/* Minimum interval between log lines about refused operations. */
#define TELL_US (60 * G_USEC_PER_SEC)

static void
ping (VisSqlite *self, VisServerStoreOp *op)
{
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_PING));
}

/* A probe writes only one page, messages need more: so after a refused write, the store counts as
 * failing for VIS_SERVER_REFUSED_MS, whatever the probe says. */
static void
check (VisSqlite *self, VisServerStoreOp *op)
{
  if (self->refused != 0 &&
      g_get_monotonic_time () - self->refused < VIS_SERVER_REFUSED_MS * G_TIME_SPAN_MILLISECOND)
    vis_server_store_op_fail (
      op, VIS_PROTOCOL_ERROR_UNAVAILABLE, "the disk of the server has refused");
}

static void
probe (VisSqlite *self, VisServerStoreOp *op)
{
  check (self, op);
  if (op->error == NULL)
    vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_PROBE));
}

static void
refuse (VisSqlite *self, VisServerStoreOp *op)
{
  vis_server_store_op_fail (op,
                            VIS_PROTOCOL_ERROR_UNAVAILABLE,
                            vis_store_verb_writes (op->verb)
                              ? "the disk of the server refuses; nothing was taken"
                              : "the server can't read this from its disk");
}

/* Fails one operation while others succeed, as by a corrupt page. Not counted in `refused`: that is
 * for a disk that refuses all writes, which /healthz reports. */
static void
refuse_one (VisSqlite *self, VisServerStoreOp *op)
{
  gint64 now = g_get_monotonic_time ();

  if (self->told == 0 || now - self->told > TELL_US)
    {
      g_message ("The store can't do one thing that it was asked, and goes on: %s", self->failure);
      self->told = now;
    }
  refuse (self, op);
}

/* Fails the operations from @from on that write, or those that read. */
static void
refuse_all (VisSqlite *self, GList *from, gboolean writing)
{
  /* Logged once, not for each of thousands of retries. */
  if (!self->failing)
    g_message ("The store takes nothing now: %s", self->failure);
  self->failing = TRUE;
  self->changes = sqlite3_total_changes (self->handle);
  for (GList *l = from; l != NULL; l = l->next)
    {
      VisServerStoreOp *op = l->data;

      if (vis_store_verb_writes (op->verb) != writing)
        continue;
      refuse (self, op);
      if (writing && op->verb != VIS_STORE_PROBE)
        self->refused = g_get_monotonic_time ();
    }
}

/* Logs the end of a failure, after a successful write only: a read proves nothing about writes. */
static void
tell_working (VisSqlite *self)
{
  if (!self->failing || sqlite3_total_changes (self->handle) == self->changes)
    return;
  /* `refused` stays: the disk may have room for a small write only. */
  g_message ("The store works again");
  self->failing = FALSE;
}

static void
run_verb (VisSqlite *self, gpointer data)
{
  VisServerStoreOp *op = data;

  vis_server_store_op_reset (op);
  if (op->verb == VIS_STORE_PING)
    ping (self, op);
  else if (op->verb == VIS_STORE_CHECK)
    check (self, op);
  else if (op->verb == VIS_STORE_PROBE)
    probe (self, op);
  else
    vis_store_rules_run (&self->tx, op);
}

/* Runs an operation. FALSE if its writes have to be rolled back: the disk refused, or the operation
 * failed after a write. */
static gboolean
attempt (VisSqlite *self, VisServerStoreOp *op)
{
  int      before = sqlite3_total_changes (self->handle);
  gboolean done;

  self->reading = !vis_store_verb_writes (op->verb);
  done = vis_sqlite_do (self, run_verb, op);
  self->reading = FALSE;
  return done && (op->error == NULL || sqlite3_total_changes (self->handle) == before);
}

/* Runs a batch in order and commits. FALSE if any of it failed; then all is rolled back. */
static gboolean
run_together (VisSqlite *self, GList *batch)
{
  for (GList *l = batch; l != NULL; l = l->next)
    if (!attempt (self, l->data))
      {
        vis_sqlite_rollback (self);
        return FALSE;
      }
  return vis_sqlite_commit (self);
}

/* Runs an operation in a savepoint, and rolls back to it if the operation failed after a write.
 * FALSE if the disk refuses. */
static gboolean
write_one (VisSqlite *self, VisServerStoreOp *op)
{
  if (!vis_sqlite_save (self))
    return FALSE;
  if (attempt (self, op))
    return vis_sqlite_release (self);
  return !self->tx.failed && vis_sqlite_undo (self);
}

/* Runs the writing operations from @from until @to (excluded) in one transaction. Returns @to, or
 * the first one that the disk refuses; then nothing was written. @lost: the transaction as a whole
 * failed, not only this operation. */
static GList *
write_range (VisSqlite *self, GList *from, GList *to, gboolean *lost)
{
  *lost = TRUE;
  if (!vis_sqlite_begin (self, TRUE))
    return from;
  for (GList *l = from; l != to; l = l->next)
    if (vis_store_verb_writes (((VisServerStoreOp *) l->data)->verb) && !write_one (self, l->data))
      {
        *lost = sqlite3_get_autocommit (self->handle) != 0;
        vis_sqlite_rollback (self);
        return l;
      }
  *lost = !vis_sqlite_commit (self);
  return *lost ? from : to;
}

/* Runs the writing operations from @from on, except those that the disk refuses. SQLite neither
 * continues nor commits a transaction that has met a corrupt page: the operations before it are run
 * again. */
static void
write_apart (VisSqlite *self, GList *from)
{
  GList *to = NULL;

  while (from != NULL)
    {
      gboolean lost;
      GList   *stop = write_range (self, from, to, &lost);

      if (lost)
        {
          refuse_all (self, from, TRUE);
          return;
        }
      if (stop != to)
        refuse_one (self, stop->data);
      else
        tell_working (self);
      /* Continue behind the refused one, once all before it are committed. */
      if (stop == to || stop == from)
        {
          from = stop != NULL ? stop->next : NULL;
          to = NULL;
        }
      else
        to = stop;
    }
}

static void
read_each (VisSqlite *self, GList *batch)
{
  if (!vis_sqlite_begin (self, FALSE))
    {
      refuse_all (self, batch, FALSE);
      return;
    }
  for (GList *l = batch; l != NULL; l = l->next)
    {
      VisServerStoreOp *op = l->data;

      if (!vis_store_verb_writes (op->verb) && !attempt (self, op))
        refuse_one (self, op);
    }
  vis_sqlite_end_reading (self);
}

static gboolean
writes (GList *batch)
{
  for (GList *l = batch; l != NULL; l = l->next)
    if (vis_store_verb_writes (((VisServerStoreOp *) l->data)->verb))
      return TRUE;
  return FALSE;
}

/**
 * vis_sqlite_run_batch:
 * @self: a database
 * @batch: (element-type VisServerStoreOp): the operations
 *
 * Runs a batch in one transaction and commits it to the disk. If anything fails, it is rolled back
 * and run again in parts: first the writing operations, each in a savepoint, then the reading ones.
 */
void
vis_sqlite_run_batch (VisSqlite *self, GList *batch)
{
  if (writes (batch))
    {
      gboolean begun = vis_sqlite_begin (self, TRUE);

      if (begun && run_together (self, batch))
        {
          tell_working (self);
          return;
        }
      if (begun)
        write_apart (self, batch);
      else
        refuse_all (self, batch, TRUE);
    }
  read_each (self, batch);
}
