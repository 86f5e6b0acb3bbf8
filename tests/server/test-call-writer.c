/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-call-writer.h"

#include <string.h>

#include "holding-store.h"
#include "text-sink.h"
#include "vis-bus-open.h"
#include "vis-device-registry.h"

/* Which frames of a call are sent when, with a store whose operations the test finishes. */

#define CALL   "0b0fdd0a-6d7e-4f6b-9d0a-0d3a6b1f6a01"
#define DEVICE 11

/* A writer, and a device that sends requests. */
typedef struct
{
  HoldingStore      *store;
  VisDeviceRegistry *registry;
  VisCallWriter     *writer;
  VisServerCounters  counters;
  VisTally          *ungreeted;
  VisPeerContext     context;
  TextSink           device;
  guint              n_ended; /* calls of which the store says that they have ended before */
} World;

static void
on_gone (VisPeer *peer, gpointer owner)
{
  vis_device_registry_leave (((World *) owner)->registry, peer);
}

static void
on_ended (const char *call, gpointer data)
{
  g_assert_cmpstr (call, ==, CALL);
  ((World *) data)->n_ended++;
}

static void
set_up (World *self, gconstpointer data)
{
  static const VisPeerHandler handler = { .gone = on_gone };
  g_autoptr (VisBus)          bus = vis_bus_open ("local", NULL);

  self->store = holding_store_new ();
  self->registry = vis_device_registry_new (bus, VIS_SERVER_STORE (self->store));
  self->writer = vis_call_writer_new (bus, VIS_SERVER_STORE (self->store), on_ended, self);
  self->ungreeted = vis_tally_new (1);
  self->context = (VisPeerContext){
    .store = VIS_SERVER_STORE (self->store),
    .counters = &self->counters,
    .ungreeted = self->ungreeted,
    .handler = &handler,
    .owner = self,
  };
  text_sink_connect (&self->device, &self->context);
}

static void
tear_down (World *self, gconstpointer data)
{
  text_sink_clear (&self->device);
  vis_call_writer_free (self->writer);
  g_object_unref (self->registry);
  g_object_unref (self->store);
  vis_tally_free (self->ungreeted);
}

static void
finish (World *self, guint at, gboolean refused)
{
  holding_store_finish (
    self->store, at, refused ? VIS_PROTOCOL_ERROR_UNAVAILABLE : VIS_N_PROTOCOL_ERRORS);
}

/* Applies a result of the router that writes a call, for a frame of the device. */
static void
apply (World *self, VisStoreVerb verb, VisKind kind, VisProtocolError error)
{
  VisStoreCall           call = { .call = (char *) CALL, .caller = 1, .callee = 2, .started = 1 };
  g_autoptr (VisMessage) frame = vis_message_new (kind);
  g_auto (VisCallRouteResult) result = { 0 };

  vis_call_route_result_init (&result);
  result.error = error;
  if (verb != VIS_N_STORE_VERBS)
    g_ptr_array_add (verb == VIS_STORE_CALL_SAVE ? result.saves : result.finishes,
                     vis_store_call_copy (&call));
  vis_message_set_string (frame, VIS_FIELD_CALL, CALL);
  vis_message_set_request (frame, "1");
  vis_call_writer_apply (self->writer, &result, self->device.peer, frame);
}

static void
expect (World *self, const char *words)
{
  g_autofree char *heard = text_sink_hear (&self->device);

  g_test_message ("%s", heard != NULL ? heard : "nothing");
  if (words == NULL)
    g_assert_null (heard);
  else
    {
      g_assert_nonnull (heard);
      g_assert_nonnull (strstr (heard, words));
    }
}

/* Frames and answers are sent after the call is committed. */
static void
test_send_after_commit (World *self, gconstpointer data)
{
  apply (self, VIS_STORE_CALL_SAVE, VIS_KIND_CALL_ANSWER, VIS_N_PROTOCOL_ERRORS);
  apply (self, VIS_STORE_CALL_FINISH, VIS_KIND_CALL_END, VIS_N_PROTOCOL_ERRORS);
  expect (self, NULL);
  finish (self, 0, FALSE);
  expect (self, "ok");
  expect (self, NULL);
  finish (self, 0, FALSE);
  expect (self, "ok");
  g_assert_true (vis_call_writer_is_idle (self->writer));
}

/* The full store fails to finish a call while saving it is pending: the end is not acknowledged,
 * and is written later. */
static void
test_end_refused_before_save (World *self, gconstpointer data)
{
  apply (self, VIS_STORE_CALL_SAVE, VIS_KIND_CALL_ANSWER, VIS_N_PROTOCOL_ERRORS);
  apply (self, VIS_STORE_CALL_FINISH, VIS_KIND_CALL_END, VIS_N_PROTOCOL_ERRORS);
  finish (self, 1, TRUE);
  expect (self, NULL);
  holding_store_expect (self->store, 0, VIS_STORE_CALL_SAVE);
  finish (self, 0, FALSE);
  expect (self, "unavailable");
  g_assert_false (vis_call_writer_is_idle (self->writer));

  vis_call_writer_write_again (self->writer);
  holding_store_expect (self->store, 0, VIS_STORE_CALL_FINISH);
  finish (self, 0, FALSE);
  g_assert_true (vis_call_writer_is_idle (self->writer));
  g_assert_cmpuint (self->store->ops->len, ==, 0);
}

/* Applies an offer that is delivered to the device. */
static void
apply_offer (World *self)
{
  VisStoreCall           call = { .call = (char *) CALL, .caller = 1, .callee = 2, .started = 1 };
  g_autoptr (VisMessage) offer = vis_message_new (VIS_KIND_CALL_OFFER);
  VisCallRouteDelivery   delivery = { 1, DEVICE, vis_message_ref (offer) };
  g_auto (VisCallRouteResult) result = { 0 };

  vis_call_route_result_init (&result);
  g_ptr_array_add (result.saves, vis_store_call_copy (&call));
  g_array_append_val (result.deliveries, delivery);
  vis_message_set_string (offer, VIS_FIELD_CALL, CALL);
  vis_message_set_request (offer, "1");
  vis_call_writer_apply (self->writer, &result, self->device.peer, offer);
}

static void
on_entered (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data =
    vis_device_registry_enter_finish (VIS_DEVICE_REGISTRY (source), result, NULL);
}

static void
join (World *self)
{
  const VisStoreAccount account = { .id = 1, .device = DEVICE, .user = (char *) "ada" };
  gboolean              entered = FALSE;

  vis_device_registry_enter_async (self->registry, 1, NULL, on_entered, &entered);
  while (!entered)
    g_main_context_iteration (NULL, TRUE);
  vis_peer_identify (self->device.peer, &account);
  vis_device_registry_join (self->registry, self->device.peer, NULL);
}

/* The store has an ended call with this id: no device gets the offer. An end for it is accepted. */
static void
test_offer_of_ended_call (World *self, gconstpointer data)
{
  g_autofree char *heard = NULL;

  join (self);
  apply_offer (self);
  apply (self, VIS_N_STORE_VERBS, VIS_KIND_CALL_ICE, VIS_N_PROTOCOL_ERRORS);
  apply (self, VIS_STORE_CALL_FINISH, VIS_KIND_CALL_END, VIS_N_PROTOCOL_ERRORS);
  expect (self, NULL);
  holding_store_finish (self->store, 0, VIS_PROTOCOL_ERROR_CONFLICT);
  g_assert_cmpuint (self->n_ended, ==, 1);
  heard = text_sink_hear (&self->device);
  g_assert_nonnull (heard);
  g_assert_nonnull (strstr (heard, "conflict"));
  g_assert_null (strstr (heard, "call:offer"));
  g_assert_null (strstr (heard, "\"ok\""));
  finish (self, 0, FALSE);
  expect (self, "\"ok\"");
  g_assert_true (vis_call_writer_is_idle (self->writer));
  g_assert_cmpuint (self->n_ended, ==, 1);
}

/* The same, found out late, since the disk was full when the call began. */
static void
test_offer_of_ended_call_after_full_disk (World *self, gconstpointer data)
{
  join (self);
  apply_offer (self);
  finish (self, 0, TRUE);
  expect (self, "call:offer");
  vis_call_writer_write_again (self->writer);
  holding_store_finish (self->store, 0, VIS_PROTOCOL_ERROR_CONFLICT);
  expect (self, NULL);
  g_assert_cmpuint (self->n_ended, ==, 1);
  g_assert_true (vis_call_writer_is_idle (self->writer));
}

/* Each error of the store becomes the error in the answer. */
static void
test_store_errors (World *self, gconstpointer data)
{
  static const struct
  {
    VisProtocolError error;
    const char      *words;
  } cases[] = {
    { VIS_PROTOCOL_ERROR_CONFLICT, "answered elsewhere" },
    { VIS_PROTOCOL_ERROR_FORBIDDEN, "other end" },
    { VIS_PROTOCOL_ERROR_NOT_FOUND, "no part" },
    { VIS_PROTOCOL_ERROR_RATE_LIMITED, "too many calls" },
    { VIS_PROTOCOL_ERROR_RATE_LIMITED, "retry_after_ms" },
    { VIS_PROTOCOL_ERROR_UNAVAILABLE, "retry_after_ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      apply (self, VIS_N_STORE_VERBS, VIS_KIND_CALL_ANSWER, cases[i].error);
      expect (self, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (World *self, gconstpointer data);
  } tests[] = {
    { "/call-writer/send-after-commit", test_send_after_commit },
    { "/call-writer/end-refused-before-save", test_end_refused_before_save },
    { "/call-writer/offer-of-ended-call", test_offer_of_ended_call },
    { "/call-writer/offer-of-ended-call/after-full-disk",
      test_offer_of_ended_call_after_full_disk },
    { "/call-writer/store-errors", test_store_errors },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, World, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
