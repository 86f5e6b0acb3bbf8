/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisSignIn:
 * @server: the address of the server
 * @user: the user name there
 * @token: what opens the connection
 *
 * What is needed to be connected again without a password.
 */
typedef struct
{
  char *server;
  char *user;
  char *token;
} VisSignIn;

#define VIS_TYPE_SIGN_IN (vis_sign_in_get_type ())
GType vis_sign_in_get_type (void);

VisSignIn *
vis_sign_in_new (const char *server, const char *user, const char *token) G_GNUC_WARN_UNUSED_RESULT;
VisSignIn *vis_sign_in_copy (const VisSignIn *self) G_GNUC_WARN_UNUSED_RESULT;
void       vis_sign_in_free (VisSignIn *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSignIn, vis_sign_in_free)

/**
 * VisKeyringBackend:
 * @VIS_KEYRING_UNKNOWN: nothing was asked yet
 * @VIS_KEYRING_SERVICE: the keyring of the desktop
 * @VIS_KEYRING_FILE: a file that only this user can read; there is no keyring
 *
 * Where secrets are kept.
 */
typedef enum
{
  VIS_KEYRING_UNKNOWN,
  VIS_KEYRING_SERVICE,
  VIS_KEYRING_FILE,
} VisKeyringBackend;

#define VIS_TYPE_KEYRING_BACKEND (vis_keyring_backend_get_type ())
GType vis_keyring_backend_get_type (void);

/**
 * VisKeyring:
 *
 * Keeps the sign-in of one profile: in the keyring of the desktop (Secret Service), or, where there
 * is none, in a file of mode 0600.
 *
 * Property `backend` ([enum@Vis.KeyringBackend]): which of them the last operation used.
 */
#define VIS_TYPE_KEYRING (vis_keyring_get_type ())
G_DECLARE_FINAL_TYPE (VisKeyring, vis_keyring, VIS, KEYRING, GObject)

VisKeyring *vis_keyring_new (const char *profile, const char *folder) G_GNUC_WARN_UNUSED_RESULT;
VisKeyringBackend vis_keyring_get_backend (VisKeyring *self);

void              vis_keyring_store_async (VisKeyring         *self,
                                           const VisSignIn    *sign_in,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
gboolean          vis_keyring_store_finish (VisKeyring *self, GAsyncResult *result, GError **error);

void              vis_keyring_lookup_async (VisKeyring         *self,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
VisSignIn        *vis_keyring_lookup_finish (VisKeyring   *self,
                                             GAsyncResult *result,
                                             GError      **error) G_GNUC_WARN_UNUSED_RESULT;

void              vis_keyring_clear_async (VisKeyring         *self,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
gboolean          vis_keyring_clear_finish (VisKeyring *self, GAsyncResult *result, GError **error);

G_END_DECLS
