/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "store-fixture.h"
#include "text-sink.h"
#include "unordered-store.h"
#include "unreliable-bus.h"
#include "vis-dispatcher.h"
#include "vis-hello.h"

G_BEGIN_DECLS

/* The tokens of the devices. */
#define ADA   "ada-token-ada-token-ada-token-ada-1"
#define ADA_2 "ada-token-ada-token-ada-token-ada-2"
#define BOB   "bob-token-bob-token-bob-token-bob-1"
#define BOB_2 "bob-token-bob-token-bob-token-bob-2"
#define EVE   "eve-token-eve-token-eve-token-eve-1"

/* For world_set_up(): a store that keeps no order between users; hellos that still wait. */
#define WORLD_SHUFFLES ((gconstpointer) 1)
#define WORLD_CLOSED   ((gconstpointer) 2)

/**
 * World:
 *
 * A server without HTTP and sockets: hello and the dispatcher on a real store. Ada and Bob have two
 * devices each and are contacts; Eve has one device and no contacts.
 */
typedef struct
{
  StoreFixture       store;
  UnorderedStore    *front; /* the server's store, in front of @store */
  UnreliableBus     *bus;
  VisDeviceRegistry *registry;
  VisCalls          *calls;
  VisGuesses        *guesses;
  VisTally          *ungreeted;
  VisHello          *hello;
  VisDispatcher     *dispatcher;
  VisServerConfig    config;
  VisServerCounters  counters;
  VisPeerContext     context;
  guint              id; /* of the last request */

  TextSink           ada;
  TextSink           ada_2;
  TextSink           bob;
  TextSink           bob_2;
  TextSink           eve;
} World;

void  world_set_up (World *self, gconstpointer data);
void  world_set_up_memory (World *self, gconstpointer data);
void  world_tear_down (World *self, gconstpointer data);
void  world_settle (World *self);
void  world_say (TextSink *device, const char *text);
char *world_ask (World *self, TextSink *device, const char *fields, ...)
  G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;
void world_ok (World *self, TextSink *device, const char *fields, ...) G_GNUC_PRINTF (3, 4);
void world_error (World *self, TextSink *device, const char *code, const char *fields, ...)
  G_GNUC_PRINTF (4, 5);
void  world_hello_begin (World *self, TextSink *device, const char *token, gint64 since);
void  world_hello (World *self, TextSink *device, const char *token, gint64 since);
void  world_hello_all (World *self);
char *world_send (World *self, TextSink *device, const char *chat) G_GNUC_WARN_UNUSED_RESULT;
char *world_call (World *self, TextSink *device, const char *user, guint ringing)
  G_GNUC_WARN_UNUSED_RESULT;

gboolean heard (const TextSink *device, const char *type, const char *words);
gint64   seq_of (const char *text);
gboolean is_answer (const char *text);

G_END_DECLS
