/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"
#include "vis-store-rules.h"

/* How operations share transactions, and with them their flush. Whatever is wrong with one of them
 * is that one's alone, and those that only read go on when nothing can be written. */

/* How often a refusal is worth a line of the log. */
#define TELL_US (60 * G_USEC_PER_SEC)

static void
ping (VisSqlite *self, VisServerStoreOp *op)
{
  vis_sqlite_step (self, vis_sqlite_get (self, VIS_SQL_PING));
}

/* What can be written here is one page, and what people say takes more: where that was refused a
 * moment ago, one page says nothing. */
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

/* Refused while others are not, as by a broken page: that is no refusal of the disk, which whoever
 * watches the server would have to see. */
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

/* From @from on, those that write or those that read. */
static void
refuse_all (VisSqlite *self, GList *from, gboolean writing)
{
  /* Once, not for each of the thousands that try again. */
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

/* That it can be read says nothing about writing. */
static void
tell_working (VisSqlite *self)
{
  if (!self->failing || sqlite3_total_changes (self->handle) == self->changes)
    return;
  /* `refused` stays: there may be room for little only. */
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

/* FALSE if something of it has to be undone: the disk refused, or what it says is an error but it
 * had written already. */
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

/* All in one, in their order. FALSE if that can't be: then nothing was written. */
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

/* What is an error after it had written something is undone; FALSE if the disk refuses. */
static gboolean
write_one (VisSqlite *self, VisServerStoreOp *op)
{
  if (!vis_sqlite_save (self))
    return FALSE;
  if (attempt (self, op))
    return vis_sqlite_release (self);
  return !self->tx.failed && vis_sqlite_undo (self);
}

/* Those that write, from @from up to @to, in one transaction. Returns @to, or the first that the
 * disk refuses; then nothing was written. @lost: that is not only because of this one. */
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

/* All but those that the disk refuses. SQLite takes nothing more into a transaction that has met a
 * broken page, nor commits it: what was before that is done again. */
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
      /* Behind the one that was refused, once all before it is taken. */
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
 * @batch: (element-type VisServerStoreOp): what to do
 *
 * Does it all; what it has written is on disk then. If something fails, all is done again in
 * smaller parts: those that write so that each can be undone, and behind them those that read.
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
