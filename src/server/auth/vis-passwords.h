/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Length of a token's hash, which the store has instead of the token. */
#define VIS_TOKEN_HASH_BYTES 32

typedef struct _VisPasswords VisPasswords;

VisPasswords                *vis_passwords_new (void) G_GNUC_WARN_UNUSED_RESULT;
void                         vis_passwords_free (VisPasswords *self);
void                         vis_passwords_hash_async (VisPasswords       *self,
                                                       const char         *password,
                                                       GAsyncReadyCallback callback,
                                                       gpointer            user_data);
char    *vis_passwords_hash_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     vis_passwords_verify_async (VisPasswords       *self,
                                     const char         *password,
                                     const char         *hash,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean vis_passwords_verify_finish (GAsyncResult *result, GError **error);

char    *vis_password_hash (const char *password) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_password_verify (const char *password, const char *hash);
char    *vis_token_new (void) G_GNUC_WARN_UNUSED_RESULT;
GBytes  *vis_token_hash (const char *token) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_device_id_new (void) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_invite_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisPasswords, vis_passwords_free)

G_END_DECLS
