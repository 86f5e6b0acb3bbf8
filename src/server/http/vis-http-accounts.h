/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-guesses.h"
#include "vis-server-config.h"
#include "vis-server-counters.h"
#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisHttpAccounts:
 *
 * The HTTP requests that add and remove devices, with the rate limits of addresses and accounts.
 */
typedef struct _VisHttpAccounts VisHttpAccounts;

/**
 * VisHttpLoggedOut:
 * @user: id of a user
 * @device: id of the device of theirs whose token was removed
 * @owner: as given to vis_http_accounts_new()
 */
typedef void (*VisHttpLoggedOut) (gint64 user, gint64 device, gpointer owner);

VisHttpAccounts *vis_http_accounts_new (VisServerStore        *store,
                                        VisGuesses            *guesses,
                                        VisServerCounters     *counters,
                                        const VisServerConfig *config,
                                        VisHttpLoggedOut       logged_out,
                                        gpointer               owner) G_GNUC_WARN_UNUSED_RESULT;
void             vis_http_accounts_free (VisHttpAccounts *self);
void             vis_http_accounts_stop (VisHttpAccounts *self);
void             vis_http_accounts_register (VisHttpAccounts *self, SoupServerMessage *message);
void             vis_http_accounts_log_in (VisHttpAccounts *self, SoupServerMessage *message);
void             vis_http_accounts_log_out (VisHttpAccounts *self, SoupServerMessage *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisHttpAccounts, vis_http_accounts_free)

G_END_DECLS
