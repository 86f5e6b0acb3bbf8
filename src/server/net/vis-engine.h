/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisEngine:
 *
 * A #GSource with one epoll instance and one timer wheel for many descriptors. It knows when to
 * call its clients; what is done then is theirs.
 */
typedef struct _VisEngine       VisEngine;

typedef struct _VisEngineClient VisEngineClient;

/**
 * VisEngineClientFuncs:
 * @read: there is input, or the end of file
 * @flush: the kernel takes output again, or vis_engine_client_mark_dirty() was called in this
 *   iteration
 * @check: the scheduled time has come; returns the seconds until the next call, 0 for a time that
 *   it has set with vis_engine_client_reschedule(), or else the longest
 * @close: close the connection, with this status code of RFC 6455, section 7.4
 * @drop: call vis_engine_client_retire(): the connection is lost, or the engine is freed
 * @free: free the client: it is retired, and none of its functions is running
 *
 * Functions of a client, all called on the thread of the engine.
 */
typedef struct
{
  void (*read) (VisEngineClient *client);
  void (*flush) (VisEngineClient *client);
  guint (*check) (VisEngineClient *client);
  void (*close) (VisEngineClient *client, guint16 code);
  void (*drop) (VisEngineClient *client);
  void (*free) (VisEngineClient *client);
} VisEngineClientFuncs;

/**
 * VisEngineClient:
 * @engine: the engine that drives it
 * @events: the events that epoll reports
 * @retired: vis_engine_client_retire() was called
 *
 * The first member of a struct that owns a descriptor. Only the engine writes its fields.
 */
struct _VisEngineClient
{
  VisEngine                  *engine;
  const VisEngineClientFuncs *funcs;
  int                         fd;
  guint32                     events;

  double read_rate; /* input rate: bytes in a leaky bucket, of VIS_SERVER_LIGHT_BYTES a second */
  gint64 read_rate_at;

  guint  slot;  /* of the wheel */
  GList  timer; /* in that slot */
  GList  dirty; /* link among those with output */
  GList  ready; /* link among those to be read without an event of epoll */
  guint  is_dirty : 1;
  guint  is_ready : 1;
  guint  retired : 1;
};

VisEngine *vis_engine_new (GMainContext *context) G_GNUC_WARN_UNUSED_RESULT;
void       vis_engine_free (VisEngine *self);
void       vis_engine_close_all (VisEngine *self, guint16 code);
guint      vis_engine_get_n_clients (VisEngine *self);
gint64     vis_engine_get_now (VisEngine *self);
void       vis_engine_add (VisEngine                  *self,
                           VisEngineClient            *client,
                           const VisEngineClientFuncs *funcs,
                           int                         fd);

void       vis_engine_client_watch (VisEngineClient *self, guint32 events);
void       vis_engine_client_mark_dirty (VisEngineClient *self);
void       vis_engine_client_mark_ready (VisEngineClient *self);
void       vis_engine_client_charge_read (VisEngineClient *self, gsize n);
void       vis_engine_client_charge_parse (VisEngineClient *self, gsize n);
void       vis_engine_client_reschedule (VisEngineClient *self, guint seconds);
void       vis_engine_client_retire (VisEngineClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisEngine, vis_engine_free)

G_END_DECLS
