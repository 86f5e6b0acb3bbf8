/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-store.h"

G_BEGIN_DECLS

/**
 * VisChatJournal:
 *
 * The one way to the store: all that is read from it and all that changes in it. What has changed
 * is told in the order in which the edits were made.
 *
 * It owns how far the server was followed on disk (`since`). An edit that counts, one with a
 * `since` of its own, and could not be stored freezes that: the server tells it again at the next
 * connection, so nothing after it may be counted before.
 *
 * Read-only property: `problem` (why nothing can be saved now, %NULL while it can).
 *
 * `loaded` is emitted once, with the #VisStoreContents (empty ones if they could not be read).
 * Then for each edit: `counted` if it moved `since`; `changed` with the #VisStoreChange and the
 * #VisEditKind, or `unsaved` with a conversation and the id of an own message that is not stored
 * and not sent; what was asked to be called; and `settled`. `damaged` says that the store had to
 * begin anew, without what the server can tell once more.
 */
#define VIS_TYPE_CHAT_JOURNAL (vis_chat_journal_get_type ())
G_DECLARE_FINAL_TYPE (VisChatJournal, vis_chat_journal, VIS, CHAT_JOURNAL, GObject)

/**
 * VisChatAppliedFunc:
 * @owner: who asked
 * @change: (nullable): what an edit has done, %NULL if it failed
 * @data: what was given with it
 *
 * Called once an edit is shown.
 */
typedef void (*VisChatAppliedFunc) (gpointer owner, const VisStoreChange *change, gpointer data);

/**
 * VisChatPageFunc:
 * @owner: who asked
 * @page: (nullable): a page, %NULL if it could not be read
 * @data: what was given with it
 *
 * Called once a page is read.
 */
typedef void (*VisChatPageFunc) (gpointer owner, const VisStorePage *page, gpointer data);

VisChatJournal *vis_chat_journal_new (VisStore *store, VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;

gboolean        vis_chat_journal_has_store (VisChatJournal *self);
void            vis_chat_journal_load (VisChatJournal *self);
void            vis_chat_journal_apply (VisChatJournal *self, VisStoreEdit *edit);
void            vis_chat_journal_apply_then (VisChatJournal    *self,
                                             VisStoreEdit      *edit,
                                             VisChatAppliedFunc then,
                                             gpointer           owner,
                                             gpointer           data,
                                             GDestroyNotify     destroy);
void            vis_chat_journal_read (VisChatJournal *self,
                                       const char     *chat,
                                       gint64          before,
                                       guint           limit,
                                       VisChatPageFunc then,
                                       gpointer        owner,
                                       gpointer        data,
                                       GDestroyNotify  destroy);

gboolean        vis_chat_journal_thaw (VisChatJournal *self);
void            vis_chat_journal_set_since (VisChatJournal *self, gint64 since, const char *mark);
gint64          vis_chat_journal_get_since (VisChatJournal *self);
const char     *vis_chat_journal_get_mark (VisChatJournal *self);
const GError   *vis_chat_journal_get_problem (VisChatJournal *self);
void            vis_chat_journal_set_problem (VisChatJournal *self, const GError *cause);

G_END_DECLS
