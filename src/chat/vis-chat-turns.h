/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-message.h"
#include "vis-store.h"
#include "vis-sync.h"

G_BEGIN_DECLS

/**
 * VisChatTurns:
 *
 * The order of the server. What happens there has a number (`seq`): that of an event, or of the
 * answer to a request of this device. Each is taken in its turn, whatever the order in which they
 * came, so that messages stand in the order in which everybody sees them. What waits is not
 * counted: after a crash the server tells it again.
 *
 * `advanced` is emitted when something came in, taken or waiting. `hole` is emitted when what is
 * missing is not waited for any longer: everything is to be asked for anew.
 */
#define VIS_TYPE_CHAT_TURNS (vis_chat_turns_get_type ())
G_DECLARE_FINAL_TYPE (VisChatTurns, vis_chat_turns, VIS, CHAT_TURNS, GObject)

/**
 * VisChatTurnFunc:
 * @owner: who waits for its turn
 * @repeated: whether it was taken before
 * @data: what has its turn
 *
 * Takes something, once everything before it was taken.
 */
typedef void (*VisChatTurnFunc) (gpointer owner, gboolean repeated, gpointer data);

VisChatTurns *vis_chat_turns_new (VisClock *clock) G_GNUC_WARN_UNUSED_RESULT;

void          vis_chat_turns_rewind (VisChatTurns *self, gint64 since, const char *mark);
VisSyncStart  vis_chat_turns_start (
   VisChatTurns *self, gint64 asked, gint64 seq, const char *mark, gboolean reset);
void     vis_chat_turns_take (VisChatTurns     *self,
                              const VisMessage *source,
                              VisChatTurnFunc   take,
                              gpointer          owner,
                              gpointer          data,
                              GDestroyNotify    destroy);
void     vis_chat_turns_expect (VisChatTurns *self, gint64 seq);
void     vis_chat_turns_watch (VisChatTurns *self);
void     vis_chat_turns_stop (VisChatTurns *self);

void     vis_chat_turns_write_since (VisChatTurns *self, VisStoreEdit *edit);
gint64   vis_chat_turns_get_since (VisChatTurns *self);
gboolean vis_chat_turns_is_whole (VisChatTurns *self);

G_END_DECLS
