/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-rules-private.h"
#include "vis-server-limits.h"

/* Contact states, and the events about their changes. */

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

/* The answer to `contact:list`. */
typedef struct
{
  GPtrArray *contacts;
  gsize      bytes;
  gboolean   more;
} List;

static gboolean
append_contact (const VisStoreContactRow *row, gpointer data)
{
  List       *self = data;
  VisMessage *contact;

  /* Written by a newer version. */
  if (row->standing > VIS_STANDING_WITHDRAWN)
    return TRUE;
  /* Truncate, rather than exceed the frame size that clients accept. A name is counted as if each
   * character were escaped. */
  self->bytes += 150 + 2 * (row->name != NULL ? strlen (row->name) : 0);
  self->more = self->bytes > VIS_SERVER_PAGE_BYTES * 3;
  if (self->more)
    return FALSE;
  contact = contact_object (row->user, row->name, row->standing);
  if (row->standing == VIS_STANDING_MUTUAL && row->last_seen > 0)
    vis_message_set_integer (contact, VIS_FIELD_LAST_SEEN, row->last_seen);
  g_ptr_array_add (self->contacts, contact);
  return TRUE;
}

void
vis_rules_contact_list (VisStoreTx *tx, VisServerStoreOp *op)
{
  g_autoptr (GPtrArray) contacts = vis_message_array_new ();
  List                  list = { .contacts = contacts };

  tx->rows->list_contacts (tx, op->user, VIS_LIMIT_CONTACTS, append_contact, &list);
  if (list.more)
    vis_message_set_boolean (vis_server_store_op_answer (op), VIS_FIELD_MORE, TRUE);
  vis_message_set_array (vis_server_store_op_answer (op), VIS_FIELD_CONTACTS, contacts);
}

/* Sets the standing of @user towards @other, and logs an event for @user if the state that clients
 * see has changed. */
void
vis_rules_set_standing (VisStoreTx         *tx,
                        VisServerStoreOp   *op,
                        const VisStoreUser *user,
                        const VisStoreUser *other,
                        VisStanding         standing)
{
  const VisStorePair    *pair = tx->rows->get_pair (tx, user, other);
  VisStanding            before = vis_store_pair_get_standing (pair, user->id);
  VisMessage            *event;
  g_autoptr (VisMessage) contact = NULL;

  if (before == standing)
    return;
  tx->rows->set_standing (tx, pair, user->id, standing);
  if (strcmp (words[before], words[standing]) == 0)
    return;

  contact = contact_object (other->user, other->name, standing);
  event = vis_message_new (VIS_KIND_CONTACT_CHANGED);
  vis_message_set_object (event, VIS_FIELD_CONTACT, contact);
  vis_rules_log_event (tx, op, user, event);
}

/* The standings of both users after a contact verb, or its error. */
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
      /* A blocked user gets the same answer as a stranger. */
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
      /* The request was withdrawn: send one in return. */
      return add (mine, theirs);
    case VIS_STANDING_BLOCKED:
      return refuse (VIS_PROTOCOL_ERROR_BLOCKED);
    case VIS_STANDING_NONE:
    case VIS_STANDING_REQUESTED:
    default:
      return refuse (VIS_PROTOCOL_ERROR_NOT_FOUND);
    }
}

/* The other user's standing after this one removes or blocks them. An incoming request stays in
 * their list until they answer it, even if withdrawn: so a stranger who repeats and withdraws a
 * request causes one event for each answer, and can be blocked. */
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
  /* A pending request of the other user is declined. */
  return keep (VIS_STANDING_NONE,
               theirs == VIS_STANDING_REQUESTED ? VIS_STANDING_NONE : turn_away (theirs));
}

static Change
block (VisStanding mine, VisStanding theirs)
{
  /* To the blocked user it looks like a removal, or like a request without an answer. */
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
is_stranger (const VisStorePair *pair, VisStoreVerb verb, VisStanding mine)
{
  return verb != VIS_STORE_CONTACT_ADD && mine == VIS_STANDING_NONE && pair->chat == 0;
}

void
vis_rules_contact_change (VisStoreTx *tx, VisServerStoreOp *op)
{
  const VisStoreWho      who[] = { { .id = op->user },
                                   { .user = vis_message_get_string (op->request, VIS_FIELD_USER) } };
  const VisStoreUser    *users[2];
  const VisStoreUser    *other;
  const VisStorePair    *pair;
  VisStanding            mine;
  Change                 to;
  g_autoptr (VisMessage) contact = NULL;

  tx->rows->find_users (tx, who, G_N_ELEMENTS (who), users);
  other = users[1];
  if (users[0] == NULL || other == NULL)
    {
      refuse_change (op, VIS_PROTOCOL_ERROR_NOT_FOUND);
      return;
    }
  if (users[0] == other)
    {
      vis_server_store_op_fail (op, VIS_PROTOCOL_ERROR_BAD_REQUEST, "“user” is yourself");
      return;
    }

  pair = tx->rows->get_pair (tx, users[0], other);
  mine = vis_store_pair_get_standing (pair, op->user);
  to = is_stranger (pair, op->verb, mine)
         ? refuse (VIS_PROTOCOL_ERROR_NOT_FOUND)
         : change (op->verb, mine, vis_store_pair_get_standing (pair, other->id));
  if (to.error != VIS_N_PROTOCOL_ERRORS)
    {
      refuse_change (op, to.error);
      return;
    }

  vis_rules_set_standing (tx, op, users[0], other, to.mine);
  vis_rules_set_standing (tx, op, other, users[0], to.theirs);
  contact = contact_object (other->user, other->name, to.mine);
  vis_message_set_object (vis_server_store_op_answer (op), VIS_FIELD_CONTACT, contact);
  vis_server_store_op_add_person (op, other->id, other->user, to.mine == VIS_STANDING_MUTUAL);
}
