/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "vis-check.h"
#include "vis-message-private.h"

/* What a frame carries beside the fields of its kind. */

/**
 * vis_message_get_request:
 * @self: a message
 *
 * The `id` that ties a request to its answer, as JSON text: `17`, or `"a-b"` with its quotes, so
 * that it goes back as it came.
 *
 * Returns: (nullable): the id, %NULL for an event
 */
const char *
vis_message_get_request (const VisMessage *self)
{
  return self->request;
}

/**
 * vis_message_set_request:
 * @self: a message
 * @request: (nullable): the id as JSON text
 *
 * Sets the `id` of a request or an answer.
 */
void
vis_message_set_request (VisMessage *self, const char *request)
{
  char *copy = g_strdup (request);

  g_free (self->request);
  self->request = copy;
}

/**
 * vis_message_get_seq:
 * @self: a message
 *
 * The place of a durable event among all of its recipient's.
 *
 * Returns: the `seq`, 0 for none
 */
gint64
vis_message_get_seq (const VisMessage *self)
{
  return self->seq;
}

/**
 * vis_message_set_seq:
 * @self: a message
 * @seq: its place, 0 for none
 *
 * Sets the `seq`.
 */
void
vis_message_set_seq (VisMessage *self, gint64 seq)
{
  self->seq = seq;
}

/**
 * vis_message_get_mark:
 * @self: a message
 *
 * What tells the durable event of this `seq` from another one that a server, put back to an older
 * copy of its database, has given the same `seq`.
 *
 * Returns: (nullable): 8 hexadecimal digits, %NULL if nothing is known of it
 */
const char *
vis_message_get_mark (const VisMessage *self)
{
  return self->mark[0] != '\0' ? self->mark : NULL;
}

/**
 * vis_message_set_mark:
 * @self: a message
 * @mark: (nullable): the mark of its `seq`, 8 hexadecimal digits in lower case
 *
 * Sets the `mark`.
 */
void
vis_message_set_mark (VisMessage *self, const char *mark)
{
  g_return_if_fail (mark == NULL || vis_check_mark (mark));

  g_strlcpy (self->mark, mark != NULL ? mark : "", sizeof self->mark);
}

/**
 * vis_message_get_skipped:
 * @self: a message of the server
 *
 * How many elements of its arrays were not understood and left out: a list with such is not whole.
 *
 * Returns: how many
 */
guint
vis_message_get_skipped (const VisMessage *self)
{
  return self->skipped;
}

void
vis_message_add_skipped (VisMessage *self, guint skipped)
{
  self->skipped += skipped;
}
