/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VisEngine:
 *
 * One source of the main loop that drives many descriptors, with one timer for all of them. It
 * knows when something is to be done; what, its clients know.
 */
typedef struct _VisEngine       VisEngine;

typedef struct _VisEngineClient VisEngineClient;

/**
 * VisEngineClientFuncs:
 * @read: there is something to read, or the end of it
 * @flush: the kernel takes output again, or vis_engine_client_mark_dirty() was called in this turn
 * @check: the time has come that was asked for; returns after how many seconds to be called again,
 *   0 for a time that it has set itself, or else the longest
 * @close: to come to an end, with this code of RFC 6455, section 7.4
 * @drop: to call vis_engine_client_retire(): the other side is gone, or the engine is freed
 * @free: it is retired, and no function of it runs any more
 *
 * What the engine calls, all on its own thread.
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
 * @engine: what drives it
 * @events: those of epoll that are waited for
 * @retired: it is over
 *
 * The first member of whatever has a descriptor. The engine alone writes its fields.
 */
struct _VisEngineClient
{
  VisEngine                  *engine;
  const VisEngineClientFuncs *funcs;
  int                         fd;
  guint32                     events;

  double said; /* a leaky bucket of bytes, of VIS_SERVER_LIGHT_BYTES a second */
  gint64 said_at;

  guint  slot;  /* of the wheel */
  GList  timer; /* in that slot */
  GList  dirty; /* has output */
  GList  ready; /* has input that epoll does not know of */
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
