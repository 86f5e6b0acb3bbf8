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
 * The only access of the chats to the store, for reading and for edits. Changes are emitted in the
 * order of the edits.
 *
 * It owns how far the server's events are stored (`since`). If an edit with a `since` can't be
 * stored, that is frozen: the server repeats its event at the next connection, and later events
 * must not be counted before it.
 *
 * Read-only property: `problem` (why nothing can be stored now, %NULL while it can).
 *
 * `loaded` is emitted once, with the #VisStoreContents (empty ones if they could not be read). Then
 * for each edit: `counted` if it moved `since`; `changed` with the #VisStoreChange and the
 * #VisEditKind, or, of an own message that could not be stored and is not sent, `unsaved` with its
 * conversation and id; the callback of the edit; and `settled`. `damaged` is emitted when a damaged
 * store was replaced by a new one, in which all that the server has is missing.
 */
#define VIS_TYPE_CHAT_JOURNAL (vis_chat_journal_get_type ())
G_DECLARE_FINAL_TYPE (VisChatJournal, vis_chat_journal, VIS, CHAT_JOURNAL, GObject)

/**
 * VisChatAppliedFunc:
 * @owner: an object that is alive
 * @change: (nullable): what an edit has done, %NULL if it failed
 * @data: as given with the edit
 *
 * Called once the change of an edit is shown.
 */
typedef void (*VisChatAppliedFunc) (gpointer owner, const VisStoreChange *change, gpointer data);

/**
 * VisChatPageFunc:
 * @owner: an object that is alive
 * @page: (nullable): a page, %NULL if it could not be read
 * @data: as given with the request
 *
 * Called with a page that was read.
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
