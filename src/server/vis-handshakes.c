/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-handshakes.h"

#include "vis-certificate.h"
#include "vis-server-limits.h"
#include "vis-tally.h"

struct _VisHandshakes
{
  VisHandshakeDone done;
  gpointer         data;
  GQueue           all;     /* of Handshake */
  GQueue           waiting; /* those that could begin */
  VisTally        *clients; /* of those that have begun */
  guint            n_begun;
};

typedef struct
{
  VisHandshakes   *owner; /* NULL once that is gone */
  GSocket         *connection;
  GTlsCertificate *certificate;
  GIOStream       *tls; /* NULL before it begins */
  GCancellable    *cancellable;
  char            *client;
  GSource         *readable;
  GSource         *deadline;
  GList            link;
  GList            waiting;
  gboolean         is_waiting;
} Handshake;

static void
stop (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
handshake_free (Handshake *self)
{
  if (self->owner != NULL)
    g_queue_unlink (&self->owner->all, &self->link);
  if (self->is_waiting)
    g_queue_unlink (&self->owner->waiting, &self->waiting);
  stop (&self->readable);
  stop (&self->deadline);
  g_clear_object (&self->tls);
  g_object_unref (self->connection);
  g_object_unref (self->certificate);
  g_object_unref (self->cancellable);
  g_free (self->client);
  g_free (self);
}

static void begin_all (VisHandshakes *self);

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Handshake     *self = data;
  VisHandshakes *owner = self->owner;
  gboolean       done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);

  if (owner != NULL)
    {
      owner->n_begun--;
      vis_tally_leave (owner->clients, self->client);
    }
  if (!done || owner == NULL)
    /* The goodbye of TLS would be a blocking write. */
    g_socket_shutdown (self->connection, TRUE, TRUE, NULL);
  else
    owner->done (self->tls, self->connection, owner->data);
  handshake_free (self);
  if (owner != NULL)
    begin_all (owner);
}

static gboolean
begin (Handshake *self)
{
  static const char *const      protocols[] = { "http/1.1", "http/1.0", NULL };
  g_autoptr (GSocketConnection) base =
    g_socket_connection_factory_create_connection (self->connection);

  self->tls = vis_certificate_serve (self->certificate, G_IO_STREAM (base), NULL);
  if (self->tls == NULL)
    return FALSE;
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->tls), FALSE);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->tls), protocols);
  self->owner->n_begun++;
  vis_tally_enter (self->owner->clients, self->client);
  g_tls_connection_handshake_async (
    G_TLS_CONNECTION (self->tls), G_PRIORITY_DEFAULT, self->cancellable, on_done, self);
  return TRUE;
}

/* In the order in which they came, but nobody waits for another client's place. */
static void
begin_all (VisHandshakes *self)
{
  GList *next;

  for (GList *l = self->waiting.head; l != NULL && self->n_begun < VIS_SERVER_HANDSHAKES; l = next)
    {
      Handshake *handshake = l->data;

      next = l->next;
      if (!vis_tally_has_room (self->clients, handshake->client))
        continue;
      g_queue_unlink (&self->waiting, &handshake->waiting);
      handshake->is_waiting = FALSE;
      if (!begin (handshake))
        handshake_free (handshake);
    }
}

static gboolean
on_readable (GSocket *connection, GIOCondition condition, gpointer data)
{
  Handshake *self = data;

  stop (&self->readable);
  self->is_waiting = TRUE;
  g_queue_push_tail_link (&self->owner->waiting, &self->waiting);
  begin_all (self->owner);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deadline (gpointer data)
{
  Handshake *self = data;

  stop (&self->deadline);
  g_socket_shutdown (self->connection, TRUE, TRUE, NULL);
  if (self->tls != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    handshake_free (self);
  return G_SOURCE_REMOVE;
}

/**
 * vis_handshakes_new:
 * @done: called for each that succeeds
 * @data: passed to @done
 *
 * Returns: (transfer full): none yet
 */
VisHandshakes *
vis_handshakes_new (VisHandshakeDone done, gpointer data)
{
  VisHandshakes *self = g_new0 (VisHandshakes, 1);

  self->done = done;
  self->data = data;
  self->clients = vis_tally_new (VIS_SERVER_HANDSHAKES_EACH);
  return self;
}

/**
 * vis_handshakes_free:
 * @self: (transfer full): handshakes
 *
 * Gives all of them up.
 */
void
vis_handshakes_free (VisHandshakes *self)
{
  GList *link;

  while ((link = g_queue_peek_head_link (&self->all)) != NULL)
    {
      Handshake *handshake = link->data;

      if (handshake->tls == NULL)
        {
          handshake_free (handshake);
          continue;
        }
      g_queue_unlink (&self->all, link);
      handshake->owner = NULL;
      stop (&handshake->deadline);
      g_cancellable_cancel (handshake->cancellable);
    }
  vis_tally_free (self->clients);
  g_free (self);
}

/**
 * vis_handshakes_add:
 * @self: handshakes
 * @connection: a new connection
 * @certificate: what to show it
 * @client: who it is, of vis_rate_key()
 *
 * Waits for a connection to begin with TLS, and closes it if it does not get through within
 * %VIS_SERVER_HTTP_MS.
 */
void
vis_handshakes_add (VisHandshakes   *self,
                    GSocket         *connection,
                    GTlsCertificate *certificate,
                    const char      *client)
{
  Handshake *handshake = g_new0 (Handshake, 1);

  handshake->owner = self;
  handshake->connection = g_object_ref (connection);
  handshake->certificate = g_object_ref (certificate);
  handshake->cancellable = g_cancellable_new ();
  handshake->client = g_strdup (client);
  handshake->link.data = handshake->waiting.data = handshake;
  g_queue_push_tail_link (&self->all, &handshake->link);

  handshake->readable = g_socket_create_source (connection, G_IO_IN, NULL);
  g_source_set_callback (handshake->readable, G_SOURCE_FUNC (on_readable), handshake, NULL);
  g_source_attach (handshake->readable, NULL);
  handshake->deadline = g_timeout_source_new (VIS_SERVER_HTTP_MS);
  g_source_set_callback (handshake->deadline, on_deadline, handshake, NULL);
  g_source_attach (handshake->deadline, NULL);
}
