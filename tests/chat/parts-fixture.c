/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "parts-fixture.h"

#include <string.h>

#include "counting-store.h"
#include "store-helpers.h"
#include "vis-chat-show.h"
#include "vis-codec.h"

static const char *const names[] = {
  [VIS_EDIT_NOTE] = "note",
  [VIS_EDIT_RECEIVE] = "receive",
  [VIS_EDIT_QUEUE] = "queue",
  [VIS_EDIT_FAIL] = "fail",
  [VIS_EDIT_DROP] = "drop",
  [VIS_EDIT_READ_BY_ME] = "read-by-me",
  [VIS_EDIT_READ_BY_PEER] = "read-by-peer",
  [VIS_EDIT_DELIVERED_TO_PEER] = "delivered-to-peer",
  [VIS_EDIT_ERASE] = "erase",
  [VIS_EDIT_HIDE] = "hide",
  [VIS_EDIT_CLEAR] = "clear",
  [VIS_EDIT_DRAFT] = "draft",
  [VIS_EDIT_NAME] = "name",
  [VIS_EDIT_DONE] = "done",
  [VIS_EDIT_CONTACT] = "contact",
  [VIS_EDIT_CONTACTS] = "contacts",
  [VIS_EDIT_RESET] = "reset",
  [VIS_EDIT_CHATS] = "chats",
  [VIS_EDIT_HISTORY] = "history",
};

static void
on_changed (VisChatJournal *journal, const VisStoreChange *change, int kind, Parts *parts)
{
  vis_chat_show_change (parts->model, change, (VisEditKind) kind);
  g_string_append_printf (parts->edits, "%s%s", parts->edits->len > 0 ? " " : "", names[kind]);
}

void
parts_set_up (Parts *parts)
{
  parts->store = counting_store_new (NULL);
  parts->wire = fake_wire_new ();
  parts->clock = manual_clock_new ();
  parts->model = vis_chat_model_new ("ada", VIS_CLOCK (parts->clock));
  parts->journal = vis_chat_journal_new (parts->store, VIS_CLOCK (parts->clock));
  parts->turns = vis_chat_turns_new (VIS_CLOCK (parts->clock));
  parts->edits = g_string_new (NULL);
  vis_chat_turns_rewind (parts->turns, 10, NULL);
  vis_chat_journal_set_since (parts->journal, 10, NULL);
  g_signal_connect (parts->journal, "changed", G_CALLBACK (on_changed), parts);
}

void
parts_tear_down (Parts *parts)
{
  parts_settle (parts);
  g_assert_finalize_object (parts->turns);
  g_assert_finalize_object (parts->journal);
  g_assert_finalize_object (parts->model);
  g_assert_cmpuint (manual_clock_count (parts->clock), ==, 0);
  g_assert_finalize_object (parts->wire);
  g_assert_finalize_object (parts->store);
  g_assert_finalize_object (parts->clock);
  g_string_free (parts->edits, TRUE);
}

void
parts_settle (Parts *parts)
{
  counting_store_settle (parts->store);
}

void
parts_assert_edits (Parts *parts, const char *expected)
{
  parts_settle (parts);
  g_assert_cmpstr (parts->edits->str, ==, expected);
  g_string_truncate (parts->edits, 0);
}

void
parts_assert_stored (Parts *parts, const char *expected)
{
  g_autoptr (VisStorePage) page = store_page (parts->store, "grace", G_MAXINT64, 100);
  g_autofree char         *stored = page_to_string (page);

  g_assert_cmpstr (stored, ==, expected);
}

static void
ignore (gpointer owner, gboolean repeated, gpointer data)
{
}

void
parts_take_turn (Parts *parts, gint64 seq)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"contact:changed\",\"seq\":%" G_GINT64_FORMAT
                                           ",\"contact\":{\"user\":\"eve\",\"state\":\"none\"}}",
                                           seq);
  g_autofree char *id = NULL;
  g_autoptr (VisMessage) event = vis_codec_decode (text, strlen (text), VIS_FROM_SERVER, &id, NULL);

  vis_chat_turns_take (parts->turns, event, ignore, NULL, NULL, NULL);
  parts_settle (parts);
}
