/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-server-store.h"

#include "vis-limits.h"

G_DEFINE_INTERFACE (VisServerStore, vis_server_store, G_TYPE_OBJECT)

static void
vis_server_store_default_init (VisServerStoreInterface *iface)
{
}

VisStoreAccount *
vis_store_account_new (void)
{
  return g_new0 (VisStoreAccount, 1);
}

void
vis_store_account_free (VisStoreAccount *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_free (self->name);
  g_free (self->password);
  g_free (self->device_id);
  g_free (self->device_name);
  g_free (self->invite);
  g_clear_pointer (&self->token, g_bytes_unref);
  g_strfreev (self->contacts);
  g_strfreev (self->tokens);
  g_free (self);
}

VisStoreCall *
vis_store_call_copy (const VisStoreCall *self)
{
  VisStoreCall *copy = g_new (VisStoreCall, 1);

  *copy = *self;
  copy->call = g_strdup (self->call);
  copy->node = g_strdup (self->node);
  copy->caller_name = g_strdup (self->caller_name);
  copy->caller_device_id = g_strdup (self->caller_device_id);
  copy->callee_name = g_strdup (self->callee_name);
  copy->callee_device_id = g_strdup (self->callee_device_id);
  copy->outcome = g_strdup (self->outcome);
  return copy;
}

void
vis_store_call_free (VisStoreCall *self)
{
  if (self == NULL)
    return;
  g_free (self->call);
  g_free (self->node);
  g_free (self->caller_name);
  g_free (self->caller_device_id);
  g_free (self->callee_name);
  g_free (self->callee_device_id);
  g_free (self->outcome);
  g_free (self);
}

static void
event_clear (gpointer data)
{
  VisStoreEvent *event = data;

  g_clear_pointer (&event->message, vis_message_unref);
  g_clear_pointer (&event->text, g_free);
}

static void
person_clear (gpointer data)
{
  VisStorePerson *person = data;

  g_clear_pointer (&person->user, g_free);
}

/**
 * vis_store_place:
 * @message: a durable event, or the answer to the request that caused it
 * @place: the position of the event
 *
 * Sets `seq`, and `mark` if it is known.
 */
void
vis_store_place (VisMessage *message, const VisStorePlace *place)
{
  char mark[VIS_LIMIT_MARK + 1];

  vis_message_set_seq (message, place->seq);
  if (place->mark < 0)
    return;
  g_snprintf (mark, sizeof mark, "%08x", (guint) place->mark);
  vis_message_set_mark (message, mark);
}

/**
 * vis_server_store_op_new:
 * @verb: the kind of operation
 * @done: (nullable): called on the main context when it is done
 * @data: passed to @done
 *
 * Returns: (transfer full): an operation whose fields the caller sets before it submits it; `now`
 *   is the present time
 */
VisServerStoreOp *
vis_server_store_op_new (VisStoreVerb verb, VisStoreDone done, gpointer data)
{
  VisServerStoreOp *self = g_slice_new0 (VisServerStoreOp);

  self->verb = verb;
  self->done = done;
  self->data = data;
  self->now = g_get_real_time () / 1000;
  return self;
}

void
vis_server_store_op_free (VisServerStoreOp *self)
{
  g_clear_pointer (&self->request, vis_message_unref);
  g_clear_pointer (&self->answer, vis_message_unref);
  g_clear_pointer (&self->account, vis_store_account_free);
  g_clear_pointer (&self->imports, g_ptr_array_unref);
  g_clear_pointer (&self->call, vis_store_call_free);
  g_free (self->node);
  g_clear_pointer (&self->events, g_array_unref);
  g_clear_pointer (&self->people, g_array_unref);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_slice_free (VisServerStoreOp, self);
}

/**
 * vis_server_store_op_fail:
 * @self: an operation
 * @code: the error of the protocol
 * @text: the field `message` of the error, for developers
 *
 * Sets the error of an operation, and drops its answer, events and people.
 */
void
vis_server_store_op_fail (VisServerStoreOp *self, VisProtocolError code, const char *text)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->answer, vis_message_unref);
  g_clear_pointer (&self->events, g_array_unref);
  g_clear_pointer (&self->people, g_array_unref);
  g_set_error_literal (&self->error, VIS_PROTOCOL_ERROR, (int) code, text);
}

/**
 * vis_server_store_op_answer:
 * @self: an operation with a request
 *
 * Returns: (transfer none): its `ok` answer, created on the first call
 */
VisMessage *
vis_server_store_op_answer (VisServerStoreOp *self)
{
  if (self->answer == NULL)
    {
      self->answer = vis_message_new (VIS_KIND_OK);
      if (self->request != NULL)
        vis_message_set_request (self->answer, vis_message_get_request (self->request));
    }
  return self->answer;
}

/**
 * vis_server_store_op_reset:
 * @self: an operation
 *
 * Clears the result, so that the operation can be run again.
 */
void
vis_server_store_op_reset (VisServerStoreOp *self)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->answer, vis_message_unref);
  g_clear_pointer (&self->events, g_array_unref);
  g_clear_pointer (&self->people, g_array_unref);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  self->at = 0;
  self->seq = self->kept = 0;
  self->mark = -1;
  self->reset = FALSE;
  self->lost = FALSE;
}

static VisStoreEvent *
add_event (VisServerStoreOp *self, gint64 user, const VisStorePlace *place)
{
  if (self->events == NULL)
    {
      self->events = g_array_sized_new (FALSE, TRUE, sizeof (VisStoreEvent), 2);
      g_array_set_clear_func (self->events, event_clear);
    }
  g_array_set_size (self->events, self->events->len + 1);

  VisStoreEvent *event = &g_array_index (self->events, VisStoreEvent, self->events->len - 1);
  event->user = user;
  event->place = *place;
  return event;
}

/* Takes ownership of @message. */
void
vis_server_store_op_add_event (VisServerStoreOp    *self,
                               gint64               user,
                               const VisStorePlace *place,
                               gint64               except_device,
                               VisMessage          *message)
{
  VisStoreEvent *event = add_event (self, user, place);

  event->except_device = except_device;
  event->message = message;
  vis_store_place (message, place);
}

/* Takes ownership of @text. */
void
vis_server_store_op_add_text (VisServerStoreOp    *self,
                              gint64               user,
                              const VisStorePlace *place,
                              char                *text)
{
  add_event (self, user, place)->text = text;
}

void
vis_server_store_op_add_person (VisServerStoreOp *self,
                                gint64            id,
                                const char       *user,
                                gboolean          mutual)
{
  VisStorePerson person = { id, g_strdup (user), mutual };

  if (self->people == NULL)
    {
      self->people = g_array_new (FALSE, FALSE, sizeof (VisStorePerson));
      g_array_set_clear_func (self->people, person_clear);
    }
  g_array_append_val (self->people, person);
}

/**
 * vis_server_store_submit:
 * @self: a store
 * @op: (transfer full): an operation
 *
 * Queues an operation. Never blocks and never fails: errors arrive as `op->error`, a refusing disk
 * as `unavailable`; nothing was written then.
 */
void
vis_server_store_submit (VisServerStore *self, VisServerStoreOp *op)
{
  VIS_SERVER_STORE_GET_IFACE (self)->submit (self, op);
}

/**
 * vis_server_store_set_changed:
 * @self: a store
 * @changed: (nullable): called on the main context some seconds after another process has written
 * @data: passed to @changed
 *
 * Sets the callback for writes of other processes, which make earlier reads stale: called once for
 * all writes since the last call, or since the store was opened. Writes of this process are not
 * reported. Not called after vis_server_store_close().
 */
void
vis_server_store_set_changed (VisServerStore *self, VisStoreChanged changed, gpointer data)
{
  VIS_SERVER_STORE_GET_IFACE (self)->set_changed (self, changed, data);
}

/**
 * vis_server_store_close:
 * @self: a store
 *
 * Runs all submitted operations and closes the files. Blocks.
 */
void
vis_server_store_close (VisServerStore *self)
{
  VIS_SERVER_STORE_GET_IFACE (self)->close (self);
}
