/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * StoreImplementation:
 * @open: as vis_sqlite_server_store_new()
 * @remove: (nullable): forgets what is not in files
 *
 * A store that has to keep what test-store.c asks for.
 */
typedef struct
{
  const char *name;
  VisServerStore *(*open) (const char *path, GError **error);
  void (*remove) (const char *path);
} StoreImplementation;

enum
{
  STORE_SQLITE,
  STORE_MEMORY,
  N_STORES,
};

extern const StoreImplementation store_implementations[N_STORES];

/**
 * StoreFixture:
 *
 * A store with its own folder, of the implementation that is the data of the test, or else SQLite.
 * Users have the numbers 1, 2, 3 … in the order of their import.
 */
typedef struct
{
  const StoreImplementation *implementation;
  char                      *folder;
  char                      *path;
  VisServerStore            *store;
} StoreFixture;

void              store_fixture_set_up (StoreFixture *self, gconstpointer data);
void              store_fixture_tear_down (StoreFixture *self, gconstpointer data);
VisServerStore   *store_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void              store_fixture_open (StoreFixture *self);
void              store_fixture_close (StoreFixture *self);

VisServerStoreOp *store_run (StoreFixture *self, VisServerStoreOp *op) G_GNUC_WARN_UNUSED_RESULT;
void              store_import (StoreFixture *self, const char *user, const char *contact);
VisServerStoreOp *store_message_new (gint64      user,
                                     const char *chat,
                                     const char *id,
                                     const char *text) G_GNUC_WARN_UNUSED_RESULT;
VisServerStoreOp *store_send (StoreFixture *self, gint64 user, const char *chat, const char *id)
  G_GNUC_WARN_UNUSED_RESULT;
/* Runs SQL on the database of a store in SQLite while it is closed; has the function hash_id(). */
void store_edit (StoreFixture *self, const char *sql);

/**
 * StoreLoad:
 *
 * Operations that are submitted together.
 */
typedef struct
{
  StoreFixture *fixture;
  GPtrArray    *ops; /* of VisServerStoreOp, in the order of submitting */
  guint         n_done;
} StoreLoad;

void store_load_init (StoreLoad *self, StoreFixture *fixture);
void store_load_add (StoreLoad *self, VisServerStoreOp *op);
void store_load_wait (StoreLoad *self);
void store_load_clear (StoreLoad *self);
VisServerStoreOp      *
store_text_new (gint64 user, const char *chat, const char *text) G_GNUC_WARN_UNUSED_RESULT;

void store_op_clear (VisServerStoreOp **op);

/* A finished operation. */
typedef VisServerStoreOp *Done;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Done, store_op_clear)

VisServerStoreOp *store_load_calls (StoreFixture *self, const char *node) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
