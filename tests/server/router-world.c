/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-world.h"

/* The tens of a device are its user: see World. */
static VisCallRouteParty
who (gint64 device)
{
  static const char *const names[] = { NULL, "ada", "grace", "eve" };
  static const char *const ids[] = { NULL, "d1", "d2" };

  return (VisCallRouteParty){
    .user = device / 10,
    .device = device,
    .user_name = names[device / 10],
    .device_id = ids[device % 10],
  };
}

void
world_set_up (World *self, gconstpointer data)
{
  self->router = vis_call_router_new (VIS_STORE_NODE);
  self->now = (VisCallRouteTime){ 1000000, 1700000000000 };
  vis_call_route_result_init (&self->result);
  self->online[0] = 21;
  self->online[1] = 22;
  self->n_online = 2;
}

void
world_tear_down (World *self, gconstpointer data)
{
  vis_call_route_result_clear (&self->result);
  vis_call_router_free (self->router);
}

void
world_begin (World *self)
{
  vis_call_route_result_clear (&self->result);
  vis_call_route_result_init (&self->result);
}

void
world_say (World *self, gint64 device, VisMessage *frame)
{
  const gint64       ada[] = { 11 };
  VisCallRouteParty  from = who (device);
  VisCallRouteTarget target = from.user == 2
                                ? (VisCallRouteTarget){ 1, "ada", ada, G_N_ELEMENTS (ada) }
                                : (VisCallRouteTarget){ 2, "grace", self->online, self->n_online };
  gboolean           call = vis_message_get_kind (frame) == VIS_KIND_CALL_OFFER &&
                  vis_message_get_integer (frame, VIS_FIELD_GEN) == 0;

  world_begin (self);
  vis_message_set_request (frame, "1");
  vis_call_router_frame (
    self->router, &from, frame, call ? &target : NULL, &self->now, &self->result);
  vis_message_unref (frame);
}

void
world_pass_time (World *self, gint64 ms)
{
  self->now.mono += ms;
  self->now.wall += ms;
  world_begin (self);
  vis_call_router_tick (self->router, &self->now, &self->result);
}

void
world_come (World *self, gint64 device)
{
  VisCallRouteParty party = who (device);

  world_begin (self);
  vis_call_router_online (self->router, &party, &self->now, &self->result);
}

void
world_go (World *self, gint64 device)
{
  world_begin (self);
  vis_call_router_offline (self->router, device, &self->now);
}

VisMessage *
frame_of (VisKind kind, const char *call)
{
  VisMessage *frame = vis_message_new (kind);

  vis_message_set_string (frame, VIS_FIELD_CALL, call);
  return frame;
}

VisMessage *
frame_offer (gint64 gen)
{
  VisMessage            *frame = frame_of (VIS_KIND_CALL_OFFER, CALL);
  g_autoptr (VisMessage) media = vis_message_new (VIS_KIND_OBJECT_MEDIA);

  vis_message_set_boolean (media, VIS_FIELD_VIDEO, TRUE);
  vis_message_set_object (frame, VIS_FIELD_MEDIA, media);
  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, "v=0\r\n");
  return frame;
}

VisMessage *
frame_answer (gint64 gen)
{
  VisMessage *frame = frame_of (VIS_KIND_CALL_ANSWER, CALL);

  vis_message_set_integer (frame, VIS_FIELD_GEN, gen);
  vis_message_set_string (frame, VIS_FIELD_SDP, "v=0\r\n");
  return frame;
}

VisMessage *
frame_end (const char *reason)
{
  VisMessage *frame = frame_of (VIS_KIND_CALL_END, CALL);

  vis_message_set_string (frame, VIS_FIELD_REASON, reason);
  return frame;
}

VisMessage *
frame_ice (void)
{
  VisMessage           *frame = frame_of (VIS_KIND_CALL_ICE, CALL);
  g_autoptr (GPtrArray) candidates = vis_message_array_new ();
  VisMessage           *candidate = vis_message_new (VIS_KIND_OBJECT_CANDIDATE);

  vis_message_set_string (candidate, VIS_FIELD_CANDIDATE, "");
  g_ptr_array_add (candidates, candidate);
  vis_message_set_integer (frame, VIS_FIELD_GEN, 0);
  vis_message_set_array (frame, VIS_FIELD_CANDIDATES, candidates);
  return frame;
}

/* Asserts the last result, as text: "21 call:offer, 22 call:end busy; missed 0". */
void
world_expect (World *self, const char *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->result.error != VIS_N_PROTOCOL_ERRORS)
    g_string_append (text, vis_protocol_error_to_code (self->result.error));
  for (guint i = 0; i < self->result.deliveries->len; i++)
    {
      const VisCallRouteDelivery *delivery =
        &g_array_index (self->result.deliveries, VisCallRouteDelivery, i);
      VisMessage *message = delivery->message;

      g_string_append_printf (text,
                              "%s%d %s",
                              text->len > 0 ? ", " : "",
                              (int) delivery->device,
                              vis_message_get_type_name (message));
      if (vis_message_has (message, VIS_FIELD_REASON))
        g_string_append_printf (text, " %s", vis_message_get_string (message, VIS_FIELD_REASON));
      if (vis_message_get_integer (message, VIS_FIELD_AGE_MS) > 0)
        g_string_append_printf (
          text, " +%d", (int) vis_message_get_integer (message, VIS_FIELD_AGE_MS));
    }
  for (guint i = 0; i < self->result.finishes->len; i++)
    {
      const VisStoreCall *call = g_ptr_array_index (self->result.finishes, i);

      g_string_append_printf (text,
                              "; %s %d",
                              call->outcome != NULL ? call->outcome : "nothing",
                              (int) call->duration_ms);
    }
  g_assert_cmpstr (text->str, ==, words);
}

void
world_start_call (World *self)
{
  world_say (self, 11, frame_offer (0));
  world_expect (self, "21 call:offer, 22 call:offer");
  g_assert_cmpint (self->result.ringing, ==, 2);
}

void
world_answer_call (World *self)
{
  world_start_call (self);
  world_say (self, 21, frame_answer (0));
  world_expect (self, "11 call:answer, 22 call:end answered_elsewhere");
  g_assert_cmpuint (self->result.saves->len, ==, 1);
}
