/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "stage.h"
#include "vis-window.h"

G_BEGIN_DECLS

/* A window on a stage of its own for each test, which also tests that all is finalized with it. */
typedef struct
{
  Stage     *stage;
  VisWindow *window;
  GtkWidget *widget;
} Fixture;

void fixture_init (int *argc, char ***argv);
void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
void fixture_sign_in (Fixture *fixture);
VisCall *
fixture_begin_call (Fixture *fixture, gboolean outgoing, gboolean video, VisCallState state);
gboolean   fixture_is_shown (gpointer list);
GtkWidget *fixture_open_chat (Fixture *fixture, const char *user);
void       fixture_assert_verb (Fixture *fixture, const char *expected);

#define FIXTURE_ADD(path, func)                                                                    \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

G_END_DECLS
