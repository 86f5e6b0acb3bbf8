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
 * The order of the server's events. Each durable event has a number (`seq`); one that this device
 * has caused comes as the answer to its request. Whatever the order in which they arrive, they are
 * handled in the order of their numbers, so that messages have the same order on all devices. What
 * waits is not counted: after a crash the server repeats it.
 *
 * `advanced` is emitted when an event has arrived, handled or waiting. `hole` is emitted when a
 * missing event is not waited for any longer: a reset is needed.
 */
#define VIS_TYPE_CHAT_TURNS (vis_chat_turns_get_type ())
G_DECLARE_FINAL_TYPE (VisChatTurns, vis_chat_turns, VIS, CHAT_TURNS, GObject)

/**
 * VisChatTurnFunc:
 * @owner: as given
 * @repeated: whether it was handled before
 * @data: as given
 *
 * Handles an event or an answer, in its turn.
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
