/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-private.h"

/* The SQLite implementation of VisStoreTxRows. */
const VisStoreTxRows vis_sqlite_rows = {
  /* A corrupt page affects its own rows only. */
  .fails_in_part = TRUE,

  .find_users = vis_sqlite_find_users,
  .list_users = vis_sqlite_list_users,
  .add_user = vis_sqlite_add_user,
  .set_user = vis_sqlite_set_user,
  .dup_password = vis_sqlite_dup_password,
  .set_seen = vis_sqlite_set_seen,

  .add_device = vis_sqlite_add_device,
  .find_device = vis_sqlite_find_device,
  .remove_device = vis_sqlite_remove_device,

  .add_invite = vis_sqlite_add_invite,
  .has_invite = vis_sqlite_has_invite,
  .use_invite = vis_sqlite_use_invite,

  .get_pair = vis_sqlite_get_pair,
  .set_standing = vis_sqlite_set_standing,
  .list_contacts = vis_sqlite_list_contacts,
  .list_mutual = vis_sqlite_list_mutual,

  .reserve_message = vis_sqlite_reserve_message,
  .add_message = vis_sqlite_add_message,
  .find_message = vis_sqlite_find_message,
  .get_message = vis_sqlite_get_message,
  .list_messages = vis_sqlite_list_messages,
  .count_unread = vis_sqlite_count_unread,
  .hide_message = vis_sqlite_hide_message,
  .erase_messages = vis_sqlite_erase_messages,
  .erase_later = vis_sqlite_erase_later,

  .get_member = vis_sqlite_get_member,
  .advance_member = vis_sqlite_advance_member,
  .list_chats = vis_sqlite_list_chats,

  .add_event = vis_sqlite_add_event,
  .list_events = vis_sqlite_list_events,
  .get_mark = vis_sqlite_get_mark,
  .find_event_since = vis_sqlite_find_event_since,
  .drop_events = vis_sqlite_drop_events,

  .save_call = vis_sqlite_save_call,
  .list_calls = vis_sqlite_list_calls,
  .forget_calls = vis_sqlite_forget_calls,
};
