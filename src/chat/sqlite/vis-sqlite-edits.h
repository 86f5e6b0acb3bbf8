/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-sqlite-rows.h"

G_BEGIN_DECLS

/**
 * VisEditRun:
 *
 * An edit while it runs.
 */
typedef struct
{
  VisSqliteDatabase  *database;
  const VisStoreEdit *edit;
  VisStoreChange     *change;
  VisConversationRow  row; /* of the edit's conversation */
} VisEditRun;

VisStoreChange *vis_sqlite_edit_apply (VisSqliteDatabase  *database,
                                       const VisStoreEdit *edit) G_GNUC_WARN_UNUSED_RESULT;

/* Edits with the server's lists and history: vis-sqlite-sync.c. */
void vis_edit_run_contacts (VisEditRun *run);
void vis_edit_run_reset (VisEditRun *run);
void vis_edit_run_chats (VisEditRun *run);
void vis_edit_run_history (VisEditRun *run);

/* Servers whose database was restored from an older copy: vis-sqlite-torn.c. */
gboolean vis_edit_run_is_unchanged (VisEditRun *run, const VisStoredMessage *message);
void     vis_edit_run_rescue (VisEditRun *run, gint64 from, gint64 before);
void     vis_edit_run_rejoin (VisEditRun *run);
void     vis_edit_run_rejoin_unnamed (VisEditRun *run);

/* Used by all: vis-sqlite-edit-run.c. */
gboolean vis_edit_run_find (VisEditRun *run, const char *id, VisMessageFacts *facts);
void     vis_edit_run_request (VisEditRun *run, VisRequestKind kind, const char *message);
void     vis_edit_run_forget (VisEditRun *run, VisRequestKind kind, const char *message);
void     vis_edit_run_mark (VisEditRun *run, const char *id, gboolean read);
void     vis_edit_run_resolve_marks (VisEditRun *run, const char *id, gint64 position);
void     vis_edit_run_report (VisEditRun *run, const char *id);
void     vis_edit_run_erase (VisEditRun *run, const char *id, const VisMessageFacts *facts);

G_END_DECLS
