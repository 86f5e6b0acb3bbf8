/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisGuesses:
 *
 * Limits wrong passwords for each account, whatever addresses they come from.
 */
typedef struct _VisGuesses VisGuesses;

VisGuesses                *vis_guesses_new (guint addresses) G_GNUC_WARN_UNUSED_RESULT;
void                       vis_guesses_free (VisGuesses *self);
guint vis_guesses_take (VisGuesses *self, const char *user, const char *address, gint64 now);
void  vis_guesses_give_back (VisGuesses *self, const char *user, const char *address);
void  vis_guesses_know (VisGuesses *self, const char *user, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisGuesses, vis_guesses_free)

G_END_DECLS
