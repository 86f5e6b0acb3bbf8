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

/* What is stored of the chat with Grace; free what it is loaded with. */
VisStoredConversation *fixture_load_conversation (Fixture *fixture, VisStoreContents **contents);
void                   fixture_assert_page (Fixture *fixture, const char *expected);
void                   fixture_assert_unread (Fixture *fixture, guint expected);
void                   fixture_assert_requests (Fixture *fixture, const char *expected);
void                   fixture_assert_empty (Fixture *fixture);

/* How far a message has come, as the marks say. */
gboolean fixture_is_under (Fixture *fixture, guint n, gboolean read);

/* A test of a store on the disk and of one in memory. */
void fixture_add (const char *name, void (*func) (Fixture *, gconstpointer));
