/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-server-limits.h"
#include "vis-sqlite-private.h"

static const char *const words[] = {
  [VIS_STANDING_NONE] = "none",         [VIS_STANDING_REQUESTED] = "requested",
  [VIS_STANDING_INCOMING] = "incoming", [VIS_STANDING_MUTUAL] = "mutual",
  [VIS_STANDING_BLOCKED] = "blocked",   [VIS_STANDING_WITHDRAWN] = "incoming",
};

static VisMessage *
contact_object (const char *user, const char *name, VisStanding standing)
{
  VisMessage *contact = vis_message_new (VIS_KIND_OBJECT_CONTACT);

  vis_message_set_string (contact, VIS_FIELD_USER, user);
  if (name != NULL)
    vis_message_set_string (contact, VIS_FIELD_NAME, name);
  vis_message_set_string (contact, VIS_FIELD_STATE, words[standing]);
  return contact;
}

void
vis_sqlite_contact_list (VisSqlite *self, VisServerStoreOp *op)
{
  g_autoptr (GPtrArray) contacts = vis_message_array_new ();
  sqlite3_stmt         *statement = vis_sqlite_get (self, VIS_SQL_CONTACT_LIST);
  gsize                 bytes = 0;

  sqlite3_bind_int64 (statement, 1, op->user);
  sqlite3_bind_int64 (statement, 2, VIS_LIMIT_CONTACTS);
  while (vis_sqlite_step (self, statement))
    {
      VisStanding standing = (VisStanding) sqlite3_column_int (statement, 2);
      VisMessage *contact;

      if (standing > VIS_STANDING_WITHDRAWN)
        continue;
      /* An answer that a client does not take would be worse than one that is not whole. A name is
       * counted as if all of it had to be escaped. */
      bytes += 150 + 2 * (gsize) sqlite3_column_bytes (statement, 1);
      if (bytes > VIS_SERVER_PAGE_BYTES * 3)
        {
          vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, TRUE);
          break;
        }
      contact =
        contact_object (vis_sqlite_text (statement, 0), vis_sqlite_text (statement, 1), standing);
      if (standing == VIS_STANDING_MUTUAL && sqlite3_column_int64 (statement, 3) > 0)
        vis_message_set_integer (contact, VIS_FIELD_LAST_SEEN, sqlite3_column_int64 (statement, 3));
      g_ptr_array_add (contacts, contact);
    }
  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_CONTACTS, contacts);
}

/* Sets how @user stands to @other, and tells @user what looks otherwise than before. */
void
vis_sqlite_set_standing (VisSqlite        *self,
                         VisServerStoreOp *op,
                         VisSqliteUser    *user,
                         VisSqliteUser    *other,
                         VisStanding       standing)
{
  VisSqlitePair         *pair = vis_sqlite_pair (self, user->id, other->id);
  VisStanding            before = vis_sqlite_standing (pair, user->id);
  gboolean               add = standing != VIS_STANDING_NONE;
  sqlite3_stmt          *statement;
  VisMessage            *event;
  g_autoptr (VisMessage) contact = NULL;

  if (before == standing)
    return;
  pair->standing[user->id == pair->high] = standing;

  statement = vis_sqlite_get (self, add ? VIS_SQL_CONTACT_SET : VIS_SQL_CONTACT_REMOVE);
  sqlite3_bind_int64 (statement, 1, user->id);
  sqlite3_bind_int64 (statement, 2, other->id);
  if (add)
    sqlite3_bind_int (statement, 3, standing);
  vis_sqlite_step (self, statement);
  if (strcmp (words[before], words[standing]) == 0)
    return;

  contact = contact_object (other->user, other->name, standing);
  event = vis_message_new (VIS_KIND_CONTACT_CHANGED);
  vis_message_set_object (event, VIS_FIELD_CONTACT, contact);
  vis_sqlite_log_event (self, op, user, event);
}

/* What a verb makes of how two people stand to each other. */
typedef struct
{
  VisStanding      mine;
  VisStanding      theirs;
  VisProtocolError error; /* VIS_N_PROTOCOL_ERRORS: none */
} Change;

static Change
keep (VisStanding mine, VisStanding theirs)
{
  return (Change){ mine, theirs, VIS_N_PROTOCOL_ERRORS };
}

static Change
refuse (VisProtocolError error)
{
  return (Change){ .error = error };
}

static Change
add (VisStanding mine, VisStanding theirs)
{
  switch (mine)
    {
    case VIS_STANDING_NONE:
    case VIS_STANDING_WITHDRAWN:
      if (theirs == VIS_STANDING_REQUESTED)
        return keep (VIS_STANDING_MUTUAL, VIS_STANDING_MUTUAL);
      /* Who is blocked is told what a stranger would be told. */
      return keep (VIS_STANDING_REQUESTED,
                   theirs == VIS_STANDING_BLOCKED ? theirs : VIS_STANDING_INCOMING);
    case VIS_STANDING_INCOMING:
      return keep (VIS_STANDING_MUTUAL, VIS_STANDING_MUTUAL);
    case VIS_STANDING_BLOCKED:
      return refuse (VIS_PROTOCOL_ERROR_BLOCKED);
    case VIS_STANDING_REQUESTED:
    case VIS_STANDING_MUTUAL:
    default:
      return keep (mine, theirs);
    }
}

static Change
accept_request (VisStanding mine, VisStanding theirs)
{
  switch (mine)
    {
    case VIS_STANDING_INCOMING:
      return keep (VIS_STANDING_MUTUAL, VIS_STANDING_MUTUAL);
    case VIS_STANDING_MUTUAL:
      return keep (mine, theirs);
    case VIS_STANDING_WITHDRAWN:
      /* The other one does not ask any more, and is asked. */
      return add (mine, theirs);
    case VIS_STANDING_BLOCKED:
      return refuse (VIS_PROTOCOL_ERROR_BLOCKED);
    case VIS_STANDING_NONE:
    case VIS_STANDING_REQUESTED:
    default:
      return refuse (VIS_PROTOCOL_ERROR_NOT_FOUND);
    }
}

/* What is left of how somebody stands to one who turns away. A request that they were told of stays
 * in their list until they answer it, taken back or not: it is told once for each answer, however
 * often a stranger asks and takes it back, and there is somebody to be blocked for that. */
static VisStanding
turn_away (VisStanding theirs)
{
  if (theirs == VIS_STANDING_INCOMING)
    return VIS_STANDING_WITHDRAWN;
  return theirs == VIS_STANDING_MUTUAL ? VIS_STANDING_NONE : theirs;
}

static Change
remove_contact (VisStanding mine, VisStanding theirs)
{
  if (mine == VIS_STANDING_NONE)
    return refuse (VIS_PROTOCOL_ERROR_NOT_FOUND);
  if (mine == VIS_STANDING_BLOCKED)
    return refuse (VIS_PROTOCOL_ERROR_BLOCKED);
  /* Who had asked is told that it was declined. */
  return keep (VIS_STANDING_NONE,
               theirs == VIS_STANDING_REQUESTED ? VIS_STANDING_NONE : turn_away (theirs));
}

static Change
block (VisStanding mine, VisStanding theirs)
{
  /* To the other one it looks like being removed, or like not being answered yet. */
  return keep (VIS_STANDING_BLOCKED, turn_away (theirs));
}

static Change
unblock (VisStanding mine, VisStanding theirs)
{
  if (mine != VIS_STANDING_BLOCKED)
    return refuse (VIS_PROTOCOL_ERROR_NOT_FOUND);
  return keep (theirs == VIS_STANDING_REQUESTED ? VIS_STANDING_INCOMING : VIS_STANDING_NONE,
               theirs);
}

static Change
change (VisStoreVerb verb, VisStanding mine, VisStanding theirs)
{
  if (verb == VIS_STORE_CONTACT_ADD)
    return add (mine, theirs);
  if (verb == VIS_STORE_CONTACT_ACCEPT)
    return accept_request (mine, theirs);
  if (verb == VIS_STORE_CONTACT_REMOVE)
    return remove_contact (mine, theirs);
  if (verb == VIS_STORE_CONTACT_BLOCK)
    return block (mine, theirs);
  return unblock (mine, theirs);
}

static void
refuse_change (VisServerStoreOp *op, VisProtocolError error)
{
  vis_server_store_op_fail (op,
                            error,
                            error == VIS_PROTOCOL_ERROR_BLOCKED ? "you have blocked this person"
                                                                : "there is no such person");
}

/* Whether the two have neither a standing nor a chat. Verbs other than `contact:add` answer for
 * such a user as for one that does not exist, so that accounts cannot be enumerated. */
static gboolean
is_stranger (const VisSqlitePair *pair, VisStoreVerb verb, VisStanding mine)
{
  return verb != VIS_STORE_CONTACT_ADD && mine == VIS_STANDING_NONE && pair->chat == 0;
}

void
vis_sqlite_contact_change (VisSqlite *self, VisServerStoreOp *op)
{
  const char            *name = vis_message_get_string (op->request, VIS_FIELD_USER);
  VisSqliteUser         *me = vis_sqlite_user (self, op->user);
  VisSqliteUser         *other = vis_sqlite_user_by_name (self, name);
  VisSqlitePair         *pair;
  VisStanding            mine;
  Change                 to;
  g_autoptr (VisMessage) contact = NULL;

  if (me == NULL || other == NULL)
    {
      refuse_change (op, VIS_PROTOCOL_ERROR_NOT_FOUND);
      return;
    }
  if (me == other)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BAD_REQUEST, "“user” is yourself");
      return;
    }

  pair = vis_sqlite_pair (self, me->id, other->id);
  mine = vis_sqlite_standing (pair, me->id);
  to = is_stranger (pair, op->verb, mine)
         ? refuse (VIS_PROTOCOL_ERROR_NOT_FOUND)
         : change (op->verb, mine, vis_sqlite_standing (pair, other->id));
  if (to.error != VIS_N_PROTOCOL_ERRORS)
    {
      refuse_change (op, to.error);
      return;
    }

  vis_sqlite_set_standing (self, op, me, other, to.mine);
  vis_sqlite_set_standing (self, op, other, me, to.theirs);
  contact = contact_object (other->user, other->name, to.mine);
  vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_CONTACT, contact);
  vis_server_store_op_add_person (op, other->id, other->user, to.mine == VIS_STANDING_MUTUAL);
}
