/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-handshakes.h"

#include <sys/socket.h>

#include "vis-certificate.h"
#include "vis-server-limits.h"
#include "vis-tally.h"

/* TLSPlaintext: type, legacy_record_version, length (RFC 8446, section 5.1). Handshake: msg_type,
 * length (section 4). */
#define RECORD_HEADER    5
#define RECORD_HANDSHAKE 22
#define MESSAGE_HEADER   4
#define CLIENT_HELLO     1
#define MAX_RECORD       (16 * 1024)
/* The longest ClientHello that is accepted, with the headers of all its records. */
#define MAX_HELLO (RECORD_HEADER + MAX_RECORD)

struct _VisHandshakes
{
  VisHandshakeDone done;
  gpointer         data;
  GQueue           all;     /* of Handshake, in the order in which they were added */
  GQueue           waiting; /* those with a complete ClientHello that have not begun */
  GQueue           begun;   /* those that occupy a thread of GIO's pool, or wait for one */
  VisTally        *clients; /* how many of each client have begun */
  guint            look;
};

typedef struct
{
  VisHandshakes   *owner; /* NULL after vis_handshakes_free() */
  GSocket         *connection;
  GTlsCertificate *certificate;
  GIOStream       *tls; /* NULL before it begins */
  GCancellable    *cancellable;
  char            *client;
  GSource         *readable;
  GSource         *deadline;
  gint64           since; /* when it began */
  GList            link;
  GList            stage_link;
  GQueue          *stage; /* `waiting`, `begun`, or NULL before */
} Handshake;

static void
stop (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_stage (Handshake *self, GQueue *stage)
{
  if (self->stage != NULL)
    g_queue_unlink (self->stage, &self->stage_link);
  self->stage = stage;
  if (stage != NULL)
    g_queue_push_tail_link (stage, &self->stage_link);
}

static void
handshake_free (Handshake *self)
{
  if (self->owner != NULL)
    g_queue_unlink (&self->owner->all, &self->link);
  set_stage (self, NULL);
  stop (&self->readable);
  stop (&self->deadline);
  g_clear_object (&self->tls);
  g_object_unref (self->connection);
  g_object_unref (self->certificate);
  g_object_unref (self->cancellable);
  g_free (self->client);
  g_free (self);
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

static void
set_deadline (Handshake *self, guint ms)
{
  stop (&self->deadline);
  self->deadline = g_timeout_source_new (ms);
  g_source_set_callback (self->deadline, on_deadline, self, NULL);
  g_source_attach (self->deadline, NULL);
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
      set_stage (self, NULL);
      vis_tally_leave (owner->clients, self->client);
    }
  if (!done || owner == NULL)
    /* Closing the TLS stream would send close_notify, a blocking write. */
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
  VisHandshakes                *owner = self->owner;
  g_autoptr (GSocketConnection) base =
    g_socket_connection_factory_create_connection (self->connection);

  self->tls = vis_certificate_serve (self->certificate, G_IO_STREAM (base), NULL);
  if (self->tls == NULL)
    return FALSE;
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->tls), FALSE);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->tls), protocols);
  set_stage (self, &owner->begun);
  set_deadline (self, VIS_SERVER_HANDSHAKE_MS);
  self->since = g_get_monotonic_time ();
  /* GIO's pool has few threads and adds more slowly: the client with fewest handshakes gets the
   * highest priority. */
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->tls),
                                    G_PRIORITY_DEFAULT - VIS_SERVER_HANDSHAKES_EACH +
                                      (int) vis_tally_count (owner->clients, self->client),
                                    self->cancellable,
                                    on_done,
                                    self);
  vis_tally_enter (owner->clients, self->client);
  return TRUE;
}

/* The oldest one of the client with fewest handshakes; NULL if none may begin. */
static Handshake *
find_next (VisHandshakes *self)
{
  Handshake *found = NULL;
  guint      least = VIS_SERVER_HANDSHAKES_EACH;

  for (GList *l = self->waiting.head; l != NULL && least > 0; l = l->next)
    {
      Handshake *handshake = l->data;
      guint      n = vis_tally_count (self->clients, handshake->client);

      if (n >= least)
        continue;
      least = n;
      found = handshake;
    }
  return found;
}

static gboolean
on_look (gpointer data)
{
  VisHandshakes *self = data;

  self->look = 0;
  begin_all (self);
  return G_SOURCE_REMOVE;
}

/* Cancels a handshake of the client that has most: the oldest one, if it has lasted
 * VIS_SERVER_PLACE_MS. */
static void
make_room (VisHandshakes *self, const Handshake *next)
{
  gint64     now = g_get_monotonic_time ();
  guint      most = vis_tally_count (self->clients, next->client);
  Handshake *longest = NULL;

  for (GList *l = self->begun.head; l != NULL; l = l->next)
    {
      Handshake *handshake = l->data;
      guint      n = vis_tally_count (self->clients, handshake->client);

      if (n <= most || now - handshake->since < VIS_SERVER_PLACE_MS * 1000LL ||
          g_cancellable_is_cancelled (handshake->cancellable))
        continue;
      most = n;
      longest = handshake;
    }
  if (longest != NULL)
    g_cancellable_cancel (longest->cancellable);
  else if (self->look == 0)
    self->look = g_timeout_add (VIS_SERVER_LOOK_MS, on_look, self);
}

static void
begin_all (VisHandshakes *self)
{
  Handshake *next;

  while ((next = find_next (self)) != NULL && self->begun.length < VIS_SERVER_HANDSHAKES)
    if (!begin (next))
      handshake_free (next);
  if (next != NULL)
    make_room (self, next);
}

/* The least length, in bytes, of a complete ClientHello, which may be fragmented over records (RFC
 * 8446, section 5.1); at most @n once it is complete. 0 if @data does not begin with one, or with
 * too long a one. */
static gsize
measure_hello (const guint8 *data, gsize n)
{
  guint8 header[MESSAGE_HEADER] = { 0 };
  gsize  length = MESSAGE_HEADER; /* of the message, as far as that is known */
  gsize  taken = 0;               /* of the message, in the records before @at */
  gsize  at = 0;

  while (taken < length && at + RECORD_HEADER <= n)
    {
      gsize record = (gsize) (data[at + 3] << 8 | data[at + 4]);
      gsize part;

      if (data[at] != RECORD_HANDSHAKE || record == 0 || record > MAX_RECORD)
        return 0;
      at += RECORD_HEADER;
      part = MIN (record, n - at);
      for (gsize i = 0; i < part && taken + i < MESSAGE_HEADER; i++)
        header[taken + i] = data[at + i];
      if (taken + part > 0 && header[0] != CLIENT_HELLO)
        return 0;
      if (taken + part >= MESSAGE_HEADER)
        length = MESSAGE_HEADER + (gsize) (header[1] << 16 | header[2] << 8 | header[3]);
      taken += record;
      at += record;
    }
  if (at < n && taken < length && data[at] != RECORD_HANDSHAKE)
    return 0;
  at += taken < length ? RECORD_HEADER + length - taken : 0;
  return at <= MAX_HELLO ? at : 0;
}

/* Sets the least length of a complete ClientHello, and whether it has come; FALSE if there is none.
 * Only peeks: the TLS backend has to read it. */
static gboolean
peek_hello (GSocket *connection, gssize *length, gboolean *whole)
{
  guint8 data[MAX_HELLO];
  gssize n = recv (g_socket_get_fd (connection), data, sizeof data, MSG_PEEK | MSG_DONTWAIT);

  if (n <= 0)
    return FALSE;
  *length = (gssize) measure_hello (data, (gsize) n);
  *whole = *length <= n;
  return *length > 0;
}

static gboolean on_readable (GSocket *connection, GIOCondition condition, gpointer data);

/* Waits until @length bytes have come: with SO_RCVLOWAT, poll() reports the socket only then. */
static void
wait_for (Handshake *self, gssize length)
{
  g_socket_set_option (self->connection, SOL_SOCKET, SO_RCVLOWAT, (int) length, NULL);
  self->readable = g_socket_create_source (self->connection, G_IO_IN, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->readable, NULL);
}

static gboolean
on_look_again (gpointer data)
{
  Handshake *self = data;

  stop (&self->readable);
  return on_readable (self->connection, G_IO_IN, self);
}

/* Begins the handshake once the ClientHello is complete, so that half of one occupies no thread. */
static gboolean
on_readable (GSocket *connection, GIOCondition condition, gpointer data)
{
  Handshake *self = data;
  gssize     length;
  gboolean   whole;
  int        before = 1;

  stop (&self->readable);
  if (!peek_hello (connection, &length, &whole))
    {
      g_socket_shutdown (connection, TRUE, TRUE, NULL);
      handshake_free (self);
      return G_SOURCE_REMOVE;
    }
  if (whole)
    {
      g_socket_set_option (connection, SOL_SOCKET, SO_RCVLOWAT, 1, NULL);
      set_deadline (self, VIS_SERVER_HTTP_MS);
      set_stage (self, &self->owner->waiting);
      begin_all (self->owner);
      return G_SOURCE_REMOVE;
    }
  g_socket_get_option (connection, SOL_SOCKET, SO_RCVLOWAT, &before, NULL);
  if (before < length)
    {
      wait_for (self, length);
      return G_SOURCE_REMOVE;
    }
  /* Fewer bytes than SO_RCVLOWAT: the end of file, or the kernel is short of memory. */
  self->readable = g_timeout_source_new (VIS_SERVER_LOOK_MS);
  g_source_set_callback (self->readable, on_look_again, self, NULL);
  g_source_attach (self->readable, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * vis_handshakes_new:
 * @done: called for each that succeeds
 * @data: passed to @done
 *
 * Returns: (transfer full): an empty set of handshakes
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
 * Cancels all handshakes, and closes their connections.
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
      set_stage (handshake, NULL);
      handshake->owner = NULL;
      stop (&handshake->deadline);
      g_cancellable_cancel (handshake->cancellable);
    }
  g_clear_handle_id (&self->look, g_source_remove);
  vis_tally_free (self->clients);
  g_free (self);
}

/**
 * vis_handshakes_add:
 * @self: handshakes
 * @connection: a new connection
 * @certificate: the certificate of the server
 * @client: whom limits count it for, of vis_token_bucket_key()
 *
 * Runs the handshake of a connection once its ClientHello has come. Closes the connection if
 * something else comes, or if it takes too long.
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
  handshake->link.data = handshake->stage_link.data = handshake;
  g_queue_push_tail_link (&self->all, &handshake->link);
  set_deadline (handshake, VIS_SERVER_HELLO_MS);
  wait_for (handshake, RECORD_HEADER + 1);
}
