/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-store-tx.h"

G_BEGIN_DECLS

/* Messages: vis-rules-messages.c */
VisMessage         *vis_rules_message (const VisStoreMessageRow *row,
                                       const VisStoreUser       *me,
                                       const char               *other) G_GNUC_WARN_UNUSED_RESULT;
gsize               vis_rules_weigh (const VisMessage *message);
const VisStorePair *vis_rules_find_chat (VisStoreTx          *tx,
                                         VisServerStoreOp    *op,
                                         const VisStoreUser **me,
                                         const VisStoreUser **other);
gboolean            vis_rules_find_message (VisStoreTx         *tx,
                                            VisServerStoreOp   *op,
                                            const VisStorePair *pair,
                                            const char         *id,
                                            VisStoreMessageRow *row);

VisMessage         *vis_rules_add_message (VisStoreTx         *tx,
                                           VisServerStoreOp   *op,
                                           const VisStorePair *pair,
                                           const VisStoreUser *me,
                                           const VisStoreUser *other,
                                           VisStoreMessageRow *row,
                                           VisStorePlace      *place) G_GNUC_WARN_UNUSED_RESULT;

/* Events: vis-rules-log.c */
void vis_rules_log_event (VisStoreTx         *tx,
                          VisServerStoreOp   *op,
                          const VisStoreUser *user,
                          VisMessage         *event);
void vis_rules_events (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_trim (VisStoreTx *tx, VisServerStoreOp *op);

/* Sessions: vis-rules-sessions.c */
void vis_rules_find_device (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_hello (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_people (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_seen (VisStoreTx *tx, VisServerStoreOp *op);

/* Accounts: vis-rules-accounts.c, vis-rules-import.c */
gboolean vis_rules_authenticate (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_register (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_find_account (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_add_device (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_remove_device (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_add_invite (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_list_accounts (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_check_import (VisStoreTx *tx, VisServerStoreOp *op);
void     vis_rules_import (VisStoreTx *tx, VisServerStoreOp *op);

/* Contacts: vis-rules-contacts.c */
void vis_rules_set_standing (VisStoreTx         *tx,
                             VisServerStoreOp   *op,
                             const VisStoreUser *user,
                             const VisStoreUser *other,
                             VisStanding         standing);
void vis_rules_contact_list (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_contact_change (VisStoreTx *tx, VisServerStoreOp *op);

/* Chats: vis-rules-chat.c, vis-rules-history.c */
void vis_rules_chat_send (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_chat_mark (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_chat_delete (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_chat_clear (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_chat_history (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_chat_list (VisStoreTx *tx, VisServerStoreOp *op);

/* Calls: vis-rules-calls.c */
void vis_rules_call_save (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_call_finish (VisStoreTx *tx, VisServerStoreOp *op);
void vis_rules_call_load (VisStoreTx *tx, VisServerStoreOp *op);

G_END_DECLS
