/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * VisWelcome:
 *
 * The form that signs in to a server, or creates an account there.
 *
 * Properties: `server` (the address in the form; set it to what was used last), `busy` (an attempt
 * is under way), `error` (a sentence: what went wrong and what to do; or %NULL). Signal `submitted
 * (gboolean create, const char *server, const char *user, const char *password, const char *name,
 * const char *invite)`: the form was checked and sent off; `name` and `invite` are empty where they
 * were not given. The owner answers with `busy` and, if it fails, `error`.
 *
 * `cancelled ()` is emitted when the person no longer wants to wait for that.
 */
#define VIS_TYPE_WELCOME (vis_welcome_get_type ())
G_DECLARE_FINAL_TYPE (VisWelcome, vis_welcome, VIS, WELCOME, AdwBin)

/**
 * VisWelcomeRow:
 *
 * The rows of the form, from top to bottom.
 */
typedef enum
{
  VIS_WELCOME_SERVER,
  VIS_WELCOME_USER,
  VIS_WELCOME_PASSWORD,
  VIS_WELCOME_NAME,
  VIS_WELCOME_INVITE,
} VisWelcomeRow;

const char *vis_welcome_get_server (VisWelcome *self);
void        vis_welcome_set_server (VisWelcome *self, const char *server);
void        vis_welcome_set_user (VisWelcome *self, const char *user);
void        vis_welcome_set_invite (VisWelcome *self, const char *invite);
void        vis_welcome_set_busy (VisWelcome *self, gboolean busy);
const char *vis_welcome_get_error (VisWelcome *self);
void        vis_welcome_set_error (VisWelcome *self, const char *error);
void        vis_welcome_submit (VisWelcome *self);
void        vis_welcome_refuse (VisWelcome *self, VisWelcomeRow row, const char *error);
void        vis_welcome_reset (VisWelcome *self);

G_END_DECLS
