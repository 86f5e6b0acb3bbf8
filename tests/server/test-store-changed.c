/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "store-fixture.h"

/* What another process writes, which is another store in the same file here. */

static void
on_changed (gpointer data)
{
  (*(guint *) data)++;
}

static void
add_invite (StoreFixture *self, const char *code)
{
  VisServerStoreOp *op = vis_server_store_op_new (VIS_STORE_ADD_INVITE, NULL, NULL);
  g_auto (Done)     done = NULL;

  op->account = vis_store_account_new ();
  op->account->invite = g_strdup (code);
  op->account->uses = 1;
  done = store_run (self, op);
  g_assert_no_error (done->error);
}

static void
wait_changed (guint *n, guint expected)
{
  while (*n < expected)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*n, ==, expected);
}

static void
test_changed (StoreFixture *self, gconstpointer data)
{
  StoreFixture other = { .implementation = self->implementation, .path = self->path };
  guint        n = 0;

  store_fixture_open (&other);
  add_invite (&other, "before");
  vis_server_store_set_changed (self->store, on_changed, &n);
  wait_changed (&n, 1);
  add_invite (self, "own");
  add_invite (&other, "other-1");
  wait_changed (&n, 2);

  /* What is written here is no change, and the next one is, whatever was read between. */
  add_invite (self, "own-2");
  add_invite (&other, "other-2");
  add_invite (self, "own-3");
  wait_changed (&n, 3);
  store_fixture_close (&other);
}

/* Also while the store is never idle. */
static void
test_busy (StoreFixture *self, gconstpointer data)
{
  StoreFixture other = { .implementation = self->implementation, .path = self->path };
  guint        n = 0;

  store_fixture_open (&other);
  vis_server_store_set_changed (self->store, on_changed, &n);
  add_invite (self, "own");
  add_invite (&other, "other");
  while (n == 0)
    {
      g_auto (Done) ping = store_run (self, vis_server_store_op_new (VIS_STORE_PING, NULL, NULL));

      g_assert_no_error (ping->error);
    }
  store_fixture_close (&other);
}

/* Nobody is called who does not want to be, or once the store is closed. */
static void
test_silent (StoreFixture *self, gconstpointer data)
{
  StoreFixture other = { .implementation = self->implementation, .path = self->path };
  StoreFixture witness = { .implementation = self->implementation, .path = self->path };
  guint        n = 0;
  guint        ignored = 0;
  guint        witnessed = 0;

  store_fixture_open (&other);
  store_fixture_open (&witness);
  vis_server_store_set_changed (other.store, on_changed, &ignored);
  vis_server_store_set_changed (self->store, on_changed, &n);
  add_invite (self, "own");
  add_invite (&other, "known");
  wait_changed (&n, 1);
  vis_server_store_set_changed (witness.store, on_changed, &witnessed);
  wait_changed (&witnessed, 1);
  vis_server_store_set_changed (other.store, NULL, NULL);
  ignored = 0;
  add_invite (&other, "unseen");
  vis_server_store_close (self->store);
  wait_changed (&witnessed, 2);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (ignored, ==, 0);
  store_fixture_close (&other);
  store_fixture_close (&witness);
}

static void
add (const char *name, void (*test) (StoreFixture *self, gconstpointer data))
{
  g_test_add (name, StoreFixture, NULL, store_fixture_set_up, test, store_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/store-changed/changed", test_changed);
  add ("/store-changed/busy", test_busy);
  add ("/store-changed/silent", test_silent);
  return g_test_run ();
}
