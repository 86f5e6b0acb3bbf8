/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gio/gio.h>

#include "vis-error.h"
#include "vis-outbox.h"
#include "vis-protocol-error.h"
#include "vis-sync.h"

static gint64 numbers;

static gint64
add (VisOutbox *outbox, VisRequestKind kind, const char *chat, const char *message)
{
  VisStoredRequest request = { .number = ++numbers,
                               .kind = kind,
                               .chat = (char *) chat,
                               .message = (char *) message,
                               .text = kind == VIS_REQUEST_SEND ? (char *) "Hello" : NULL };

  vis_outbox_add (outbox, &request);
  return request.number;
}

static gint64
next (VisOutbox *outbox)
{
  const VisStoredRequest *request = vis_outbox_next (outbox);

  return request != NULL ? request->number : 0;
}

static void
test_outbox_order (void)
{
  g_autoptr (VisOutbox) outbox = vis_outbox_new ();
  gint64                a1 = add (outbox, VIS_REQUEST_SEND, "a", "1");
  gint64                a2 = add (outbox, VIS_REQUEST_SEND, "a", "2");
  gint64                b1 = add (outbox, VIS_REQUEST_SEND, "b", "1");

  /* In one conversation one after the other; several conversations at once. */
  g_assert_cmpint (next (outbox), ==, a1);
  g_assert_cmpint (next (outbox), ==, b1);
  g_assert_cmpint (next (outbox), ==, 0);
  g_assert_false (vis_outbox_settle (outbox, "a", a2, VIS_RETRY_DONE));
  g_assert_false (vis_outbox_settle (outbox, "c", a1, VIS_RETRY_DONE));
  g_assert_true (vis_outbox_settle (outbox, "a", a1, VIS_RETRY_DONE));
  g_assert_false (vis_outbox_settle (outbox, "a", a1, VIS_RETRY_DONE));
  g_assert_cmpint (next (outbox), ==, a2);

  /* After a busy answer, a request keeps its place. */
  g_assert_true (vis_outbox_settle (outbox, "a", a2, VIS_RETRY_LATER));
  g_assert_cmpuint (vis_outbox_get_attempts (outbox), ==, 1);
  vis_outbox_pause (outbox, TRUE);
  g_assert_cmpint (next (outbox), ==, 0);
  vis_outbox_pause (outbox, FALSE);
  g_assert_cmpint (next (outbox), ==, a2);

  /* The connection is lost: both wait again, and old answers are ignored. */
  vis_outbox_lose (outbox);
  g_assert_cmpuint (vis_outbox_get_sending (outbox), ==, 0);
  g_assert_false (vis_outbox_settle (outbox, "a", a2, VIS_RETRY_DONE));
  g_assert_cmpint (next (outbox), ==, b1);
  g_assert_cmpint (next (outbox), ==, a2);
  g_assert_true (vis_outbox_settle (outbox, "a", a2, VIS_RETRY_NEVER));
  g_assert_true (vis_outbox_settle (outbox, "b", b1, VIS_RETRY_AGAIN));
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 1);
  g_assert_cmpint (next (outbox), ==, b1);
  g_assert_true (vis_outbox_settle (outbox, "b", b1, VIS_RETRY_DONE));
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 0);
}

static void
test_outbox_marks (void)
{
  g_autoptr (VisOutbox) outbox = vis_outbox_new ();
  gint64                first = add (outbox, VIS_REQUEST_READ, "a", "1");
  gint64                third;

  /* A mark that is being sent stays; one that waits is replaced. */
  g_assert_cmpint (next (outbox), ==, first);
  add (outbox, VIS_REQUEST_READ, "a", "2");
  third = add (outbox, VIS_REQUEST_READ, "a", "3");
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 2);
  g_assert_true (vis_outbox_settle (outbox, "a", first, VIS_RETRY_DONE));
  g_assert_cmpint (next (outbox), ==, third);
  add (outbox, VIS_REQUEST_DELIVERED, "a", "3");
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 2);
}

static void
test_outbox_withdraw (void)
{
  g_autoptr (VisOutbox) outbox = vis_outbox_new ();
  gint64                first = add (outbox, VIS_REQUEST_SEND, "a", "1");
  gint64                mark;

  add (outbox, VIS_REQUEST_SEND, "a", "2");
  add (outbox, VIS_REQUEST_DELETE_FOR_ME, "a", "0");
  mark = add (outbox, VIS_REQUEST_READ, "a", "0");
  g_assert_cmpint (next (outbox), ==, first);
  g_assert_cmpint (next (outbox), ==, mark);
  g_assert_false (vis_outbox_withdraw (outbox, "a", "1"));
  g_assert_false (vis_outbox_withdraw (outbox, "b", "1"));
  g_assert_true (vis_outbox_withdraw (outbox, "a", "2"));
  g_assert_false (vis_outbox_withdraw (outbox, "a", "2"));
  vis_outbox_withdraw_chat (outbox, "a");
  vis_outbox_withdraw_chat (outbox, "b");
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 2);
  g_assert_true (vis_outbox_settle (outbox, "a", first, VIS_RETRY_DONE));
  g_assert_true (vis_outbox_settle (outbox, "a", mark, VIS_RETRY_DONE));
  g_assert_cmpuint (vis_outbox_get_size (outbox), ==, 0);
}

static void
test_outbox_many (void)
{
  g_autoptr (VisOutbox) outbox = vis_outbox_new ();
  guint                 sent = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *chat = g_strdup_printf ("user%u", i % 50);

      add (outbox, VIS_REQUEST_SEND, chat, "x");
    }
  while (vis_outbox_get_size (outbox) > 0)
    {
      const VisStoredRequest *requests[64];
      guint                   count = 0;

      while (count < 64 && (requests[count] = vis_outbox_next (outbox)) != NULL)
        count++;
      g_assert_cmpuint (count, >, 0);
      g_assert_cmpuint (count, <=, 8);
      for (guint i = 0; i < count; i++)
        g_assert_true (
          vis_outbox_settle (outbox, requests[i]->chat, requests[i]->number, VIS_RETRY_DONE));
      sent += count;
    }
  g_assert_cmpuint (sent, ==, 20000);
}

static void
test_sync_start (void)
{
  static const struct
  {
    gint64       since, asked, seq;
    gboolean     reset;
    VisSyncStart start;
    gint64       after;
    gboolean     whole;
  } cases[] = {
    { -1, -1, 57, FALSE, VIS_SYNC_RESET, 57, TRUE },
    { -1, -1, 0, FALSE, VIS_SYNC_RESET, 0, TRUE },
    { 41, 41, 57, FALSE, VIS_SYNC_RESUME, 41, FALSE },
    { 57, 57, 57, FALSE, VIS_SYNC_RESUME, 57, TRUE },
    { 41, 41, 57, TRUE, VIS_SYNC_RESET, 57, TRUE },
    /* More events were stored after hello: the server sends them again. */
    { 45, 41, 57, FALSE, VIS_SYNC_RESUME, 45, FALSE },
    /* hello was sent before the store was read. */
    { 41, -1, 57, FALSE, VIS_SYNC_RESET, 57, TRUE },
    { 57, -1, 57, FALSE, VIS_SYNC_RESUME, 57, TRUE },
    /* The server's database was restored from a copy. */
    { 99, 99, 57, FALSE, VIS_SYNC_RESET, 57, TRUE },
    { 0, 0, 0, FALSE, VIS_SYNC_RESUME, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VisSync) sync = vis_sync_new (cases[i].since);

      g_assert_cmpint (
        vis_sync_start (sync, cases[i].asked, cases[i].seq, cases[i].reset), ==, cases[i].start);
      g_assert_cmpint (vis_sync_get_since (sync), ==, cases[i].after);
      g_assert_cmpint (vis_sync_is_whole (sync), ==, cases[i].whole);
    }
}

static void
test_sync_see (void)
{
  g_autoptr (VisSync) sync = vis_sync_new (10);
  static const struct
  {
    gint64         seq;
    VisSyncVerdict retry;
    gint64         since;
    gboolean       whole;
  } cases[] = {
    { 11, VIS_SYNC_NEXT, 11, FALSE },     { 11, VIS_SYNC_REPEATED, 11, FALSE },
    { 5, VIS_SYNC_REPEATED, 11, FALSE },  { 12, VIS_SYNC_NEXT, 12, TRUE },
    { 14, VIS_SYNC_AHEAD, 12, FALSE },    { 14, VIS_SYNC_AHEAD, 12, FALSE },
    { 13, VIS_SYNC_NEXT, 13, FALSE },     { 14, VIS_SYNC_NEXT, 14, TRUE },
    { 14, VIS_SYNC_REPEATED, 14, TRUE },  { 0, VIS_SYNC_REPEATED, 14, TRUE },
    { 17, VIS_SYNC_AHEAD, 14, FALSE },    { G_MAXINT64, VIS_SYNC_AHEAD, 14, FALSE },
    { -4, VIS_SYNC_REPEATED, 14, FALSE },
  };

  vis_sync_start (sync, 10, 12, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (vis_sync_see (sync, cases[i].seq), ==, cases[i].retry);
      g_assert_cmpint (vis_sync_get_since (sync), ==, cases[i].since);
      g_assert_cmpint (vis_sync_is_whole (sync), ==, cases[i].whole);
    }
  vis_sync_give_up (sync);
  g_assert_true (vis_sync_is_whole (sync));
  g_assert_cmpint (vis_sync_see (sync, G_MAXINT64), ==, VIS_SYNC_REPEATED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbox/order", test_outbox_order);
  g_test_add_func ("/outbox/marks", test_outbox_marks);
  g_test_add_func ("/outbox/withdraw", test_outbox_withdraw);
  g_test_add_func ("/outbox/many", test_outbox_many);
  g_test_add_func ("/sync/start", test_sync_start);
  g_test_add_func ("/sync/see", test_sync_see);

  return g_test_run ();
}
