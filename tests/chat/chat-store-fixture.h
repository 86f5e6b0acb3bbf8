/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store.h"

/* A store in a folder of its own, or in memory. */
typedef struct
{
  VisStore *store;
  char     *folder;
  char     *path;
} Fixture;

void fixture_set_up (Fixture *fixture, gconstpointer in_memory);
void fixture_tear_down (Fixture *fixture, gconstpointer in_memory);
void fixture_apply (Fixture *fixture, VisStoreEdit *edit);

/* The stored conversation with Grace; free @contents, which it is a part of. */
VisStoredConversation *fixture_load_conversation (Fixture *fixture, VisStoreContents **contents);
void                   fixture_assert_page (Fixture *fixture, const char *expected);
void                   fixture_assert_unread (Fixture *fixture, guint expected);
void                   fixture_assert_requests (Fixture *fixture, const char *expected);
void                   fixture_assert_empty (Fixture *fixture);

/* Whether the mark of the other side includes the message @n. */
gboolean fixture_is_under (Fixture *fixture, guint n, gboolean read);

/* Adds a test twice: with a store on disk, and with one in memory. */
void fixture_add (const char *name, void (*func) (Fixture *, gconstpointer));
