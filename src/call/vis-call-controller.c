/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-controller-private.h"

#include "vis-call-classify.h"
#include "vis-call-fault.h"
#include "vis-id.h"

/* Frames, timers, media and verbs become inputs in a queue. Each input is classified as an event,
 * the machine gives the transition, the transition is committed to the call, and then its effects
 * run; what these cause is queued as another input. */

G_DEFINE_FINAL_TYPE (VisCallController, vis_call_controller, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CALL,
  N_PROPS,
};

enum
{
  ENDED,
  MISSED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static void
run_step (VisCallController  *self,
          VisCallEvent        event,
          const VisCallInput *input,
          const VisCallFrame *frame)
{
  VisCallContext      before = self->context;
  const VisCallCell  *cell = vis_call_machine_reduce (before.state, event);
  VisCallStep         step = { &before, event, cell, input, frame };
  g_autoptr (VisCall) over = NULL;

  if (event == VIS_CALL_EVENT_NONE || cell->verdict == VIS_CALL_IGNORE)
    return;
  if (cell->verdict != VIS_CALL_MOVE && cell->verdict != VIS_CALL_STAY)
    {
      g_warning ("%s can't happen in %s",
                 vis_call_event_to_string (event),
                 vis_call_state_to_string (before.state));
      return;
    }

  vis_call_context_apply (&self->context, event, cell, frame);
  self->heard = vis_call_fault_is_heard (self->heard, event);
  g_debug ("%s: %s, %s → %s",
           before.call[0] != '\0' ? before.call : self->context.call,
           vis_call_event_to_string (event),
           vis_call_state_to_string (before.state),
           vis_call_state_to_string (self->context.state));
  over = vis_call_controller_commit (self, &step);
  vis_call_controller_run_effects (self, &step);

  if (over != NULL && !self->disposed)
    {
      vis_call_outbox_forget (self->outbox, before.call, -1);
      g_signal_emit (self, signals[ENDED], 0, over);
    }
}

/* Classifying */

static VisCallEvent
classify_event (VisCallController *self, const VisCallInput *input)
{
  const VisCallContext *context = &self->context;

  /* The input that stops this timer was queued before it, and is handled already. */
  if (input->event == VIS_CALL_EVENT_RING_TIMEOUT &&
      (input->epoch != self->epoch || context->state == VIS_CALL_IN_CALL))
    return VIS_CALL_EVENT_NONE;
  if (input->event == VIS_CALL_EVENT_MEDIA_TIMEOUT &&
      (input->epoch != self->epoch || context->path == VIS_CALL_PATH_UP))
    return VIS_CALL_EVENT_NONE;

  return input->event;
}

static void
process_event (VisCallController *self, const VisCallInput *input)
{
  g_autofree char *id = NULL;
  VisCallFrame     frame = { 0 };

  if (input->event != VIS_CALL_EVENT_START)
    {
      run_step (self, classify_event (self, input), input, NULL);
      return;
    }

  id = vis_id_new ();
  frame.call = id;
  frame.from = input->user;
  run_step (self, VIS_CALL_EVENT_START, input, &frame);
}

/* Rate limit of generations, see VIS_CALL_MAX_RENEWALS. */
static gboolean
is_hasty (VisCallController *self, VisCallEvent event)
{
  gint64 now = vis_clock_now (self->clock);

  if (event != VIS_CALL_EVENT_GOT_RENEW && event != VIS_CALL_EVENT_GOT_NEXT_OFFER)
    return FALSE;
  if (now - self->renewals_since >= VIS_CALL_RENEWAL_WINDOW_MS * 1000)
    {
      self->renewals_since = now;
      self->renewals = 0;
    }

  return ++self->renewals > VIS_CALL_MAX_RENEWALS;
}

/* An offer that the media engine could not answer must not ring. */
static gboolean
is_bad (VisCallController *self, const VisCallFrame *frame, const VisMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (frame->kind != VIS_KIND_CALL_OFFER || frame->gen != 0 ||
      vis_media_engine_check_offer (
        self->engine, vis_message_get_string (message, VIS_FIELD_SDP), &error))
    return FALSE;

  g_debug ("%s: %s", frame->call, error->message);
  return TRUE;
}

static void
process_frame (VisCallController *self, const VisCallInput *input)
{
  VisCallFrame frame;
  VisCallEvent event;

  vis_call_frame_read (&frame, input->message);
  frame.ended = vis_ended_calls_contains (self->ended, frame.call);
  frame.bad = is_bad (self, &frame, input->message);
  event = vis_call_classify_frame (&self->context, &frame);
  if (!is_hasty (self, event))
    run_step (self, event, input, &frame);
}

static void
process_answered (VisCallController *self, const VisCallInput *input)
{
  VisCallFrame request;

  vis_call_frame_read (&request, input->message);
  if (request.kind == VIS_KIND_CALL_OFFER && request.gen == 0 && self->context.outgoing &&
      g_strcmp0 (request.call, self->context.call) == 0)
    run_step (self, VIS_CALL_EVENT_REACHED, input, NULL);
  else if (g_strcmp0 (request.call, self->context.call) == 0)
    self->context.denied = FALSE;
}

static void
process_failed (VisCallController *self, const VisCallInput *input)
{
  VisCallFrame request;
  VisCallEvent event;

  vis_call_frame_read (&request, input->message);
  g_debug ("%s: %s failed: %s",
           request.call,
           vis_message_get_type_name (input->message),
           input->error->message);
  event = vis_call_classify_failure (&self->context, &request, input->error, input->again);
  if (vis_call_classify_denial (&self->context, &request, input->error))
    self->context.denied = TRUE;
  run_step (self, event, input, &request);
}

/* Our user name, as the server spells it in the `from` of our other devices' frames. */
static void
take_user (VisCallController *self)
{
  g_autoptr (VisMessage) hello = vis_wire_dup_hello (self->wire);

  if (hello != NULL && vis_message_has (hello, VIS_FIELD_USER))
    vis_call_context_set_user (&self->context, vis_message_get_string (hello, VIS_FIELD_USER));
}

static void
process_wire (VisCallController *self, const VisCallInput *input)
{
  VisCallEvent event = vis_call_classify_wire (&self->context, input->online);

  take_user (self);
  self->context.online = input->online;
  run_step (self, event, input, NULL);
}

/* Inputs of media sessions and timers; those of an earlier call have an older epoch. */
static void
process_media (VisCallController *self, const VisCallInput *input)
{
  const VisCallContext *context = &self->context;
  VisCallEvent          event = VIS_CALL_EVENT_NONE;

  if (input->epoch != self->epoch || context->state == VIS_CALL_IDLE)
    return;

  if (input->kind == VIS_CALL_INPUT_RETRY && context->state == VIS_CALL_IN_CALL)
    event = vis_call_classify_retry (context);
  else if (input->kind == VIS_CALL_INPUT_SESSION)
    event = vis_call_classify_session (context, input->gen, input->session);
  else if (input->kind == VIS_CALL_INPUT_DESCRIPTION)
    event = vis_call_classify_description (context, input->gen);
  else if (input->kind == VIS_CALL_INPUT_CANDIDATES)
    event = vis_call_classify_candidates (context, input->gen);

  run_step (self, event, input, NULL);
}

static void
process (gpointer owner, gpointer event)
{
  VisCallController  *self = owner;
  const VisCallInput *input = event;

  switch (input->kind)
    {
    case VIS_CALL_INPUT_EVENT:
      process_event (self, input);
      break;
    case VIS_CALL_INPUT_FRAME:
      process_frame (self, input);
      break;
    case VIS_CALL_INPUT_ANSWERED:
      process_answered (self, input);
      break;
    case VIS_CALL_INPUT_FAILED:
      process_failed (self, input);
      break;
    case VIS_CALL_INPUT_WIRE:
      process_wire (self, input);
      break;
    case VIS_CALL_INPUT_RETRY:
    case VIS_CALL_INPUT_SESSION:
    case VIS_CALL_INPUT_DESCRIPTION:
    case VIS_CALL_INPUT_CANDIDATES:
      process_media (self, input);
      break;
    default:
      g_return_if_reached ();
    }
}

/* Listening */

static void
push (VisCallController *self, VisCallInput *input)
{
  vis_event_queue_push (self->inputs, input);
}

static void
on_wire_event (VisWire *wire, VisMessage *event, gpointer data)
{
  VisCallInput *input;

  if (!VIS_KIND_IS_CALL (vis_message_get_kind (event)))
    return;

  input = vis_call_input_new (VIS_CALL_INPUT_FRAME);
  input->message = vis_message_ref (event);
  push (data, input);
}

static void
on_wire_state (VisWire *wire, GParamSpec *pspec, gpointer data)
{
  VisCallInput *input = vis_call_input_new (VIS_CALL_INPUT_WIRE);

  input->online = vis_wire_get_state (wire) == VIS_WIRE_ONLINE;
  push (data, input);
}

static void
on_answered (VisCallOutbox *outbox, VisMessage *frame, VisMessage *answer, gpointer data)
{
  VisCallInput *input = vis_call_input_new (VIS_CALL_INPUT_ANSWERED);

  input->message = vis_message_ref (frame);
  input->answer = vis_message_ref (answer);
  push (data, input);
}

static void
on_failed (
  VisCallOutbox *outbox, VisMessage *frame, const GError *error, gboolean again, gpointer data)
{
  VisCallInput *input = vis_call_input_new (VIS_CALL_INPUT_FAILED);

  input->message = vis_message_ref (frame);
  input->error = g_error_copy (error);
  input->again = again;
  push (data, input);
}

static VisCallInput *
new_media_input (VisCallController *self, VisCallInputKind kind, int gen)
{
  VisCallInput *input = vis_call_input_new (kind);

  input->epoch = self->epoch;
  input->gen = gen;
  return input;
}

static void
on_session (VisCallGenerations *generations, int gen, VisSessionState state, gpointer data)
{
  VisCallInput *input = new_media_input (data, VIS_CALL_INPUT_SESSION, gen);

  input->session = state;
  push (data, input);
}

static void
on_description (VisCallGenerations *generations, int gen, const char *sdp, gpointer data)
{
  VisCallInput *input = new_media_input (data, VIS_CALL_INPUT_DESCRIPTION, gen);

  input->sdp = g_strdup (sdp);
  push (data, input);
}

static void
on_candidates (VisCallGenerations *generations, int gen, GPtrArray *candidates, gpointer data)
{
  VisCallInput *input = new_media_input (data, VIS_CALL_INPUT_CANDIDATES, gen);

  input->candidates = g_ptr_array_ref (candidates);
  push (data, input);
}

static void
on_remote_picture (VisCallGenerations *generations, gpointer data)
{
  vis_call_controller_show_remote_picture (data);
}

static void
on_devices (VisMediaEngine *engine, GParamSpec *pspec, gpointer data)
{
  vis_call_controller_show_devices (data);
}

/* A device was plugged in or pulled out: `call:media` is sent as after a switch, and the choice of
 * the person stays. */
static void
on_works (VisMediaEngine *engine, GParamSpec *pspec, gpointer data)
{
  push (data, vis_call_input_new_event (VIS_CALL_EVENT_SWITCH));
}

static void
vis_call_controller_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisCallController *self = VIS_CALL_CONTROLLER (object);

  switch (id)
    {
    case PROP_CALL:
      g_value_set_object (value, self->call);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Stops everything without a signal or a frame. */
static void
shut_down (VisCallController *self)
{
  if (self->disposed)
    return;

  self->disposed = TRUE;
  if (self->outbox == NULL)
    return;

  vis_call_controller_clear_timers (self);
  g_signal_handlers_disconnect_by_data (self->outbox, self);
  g_signal_handlers_disconnect_by_data (self->generations, self);
  vis_call_outbox_close (self->outbox);
  vis_call_generations_close (self->generations);
  if (self->context.state != VIS_CALL_IDLE)
    {
      vis_ringer_ring (self->ringer, VIS_RING_NONE);
      vis_media_engine_capture (self->engine, 0);
    }
}

static void
vis_call_controller_dispose (GObject *object)
{
  VisCallController *self = VIS_CALL_CONTROLLER (object);

  shut_down (self);
  vis_call_controller_set_name_func (self, NULL, NULL, NULL);
  vis_event_queue_close (self->inputs);

  G_OBJECT_CLASS (vis_call_controller_parent_class)->dispose (object);
}

static void
vis_call_controller_finalize (GObject *object)
{
  VisCallController *self = VIS_CALL_CONTROLLER (object);

  g_clear_pointer (&self->inputs, vis_event_queue_free);
  g_clear_pointer (&self->ended, vis_ended_calls_free);
  g_clear_object (&self->call);
  g_clear_object (&self->outbox);
  g_clear_object (&self->generations);
  g_clear_object (&self->wire);
  g_clear_object (&self->engine);
  g_clear_object (&self->ringer);
  g_clear_object (&self->clock);
  g_free (self->offer);

  G_OBJECT_CLASS (vis_call_controller_parent_class)->finalize (object);
}

static void
vis_call_controller_class_init (VisCallControllerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_call_controller_get_property;
  object_class->dispose = vis_call_controller_dispose;
  object_class->finalize = vis_call_controller_finalize;

  /**
   * VisCallController:call:
   *
   * The one call that is not idle.
   */
  properties[PROP_CALL] =
    g_param_spec_object ("call",
                         NULL,
                         NULL,
                         VIS_TYPE_CALL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * VisCallController::ended:
   * @self: the controller
   * @call: the call that is over
   *
   * Emitted once everything of it is released.
   */
  signals[ENDED] = g_signal_new ("ended",
                                 VIS_TYPE_CALL_CONTROLLER,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 VIS_TYPE_CALL);

  /**
   * VisCallController::missed:
   * @self: the controller
   * @user: who called
   * @name: how they are called
   *
   * Emitted when somebody calls while another call rings, is made or goes on. It was answered with
   * `busy`; unless another device of this person takes it, the history has it as missed.
   */
  signals[MISSED] = g_signal_new ("missed",
                                  VIS_TYPE_CALL_CONTROLLER,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  2,
                                  G_TYPE_STRING,
                                  G_TYPE_STRING);
}

static void
vis_call_controller_init (VisCallController *self)
{
  vis_call_context_init (&self->context);
  self->inputs = vis_event_queue_new (process, self, (GDestroyNotify) vis_call_input_free);
}

/**
 * vis_call_controller_new:
 * @wire: the connection to the server
 * @engine: what makes media sessions
 * @ringer: what makes the sounds
 * @clock: what tells the time
 *
 * Returns: (transfer full): a controller without a call
 */
VisCallController *
vis_call_controller_new (VisWire *wire, VisMediaEngine *engine, VisRinger *ringer, VisClock *clock)
{
  VisCallController *self = g_object_new (VIS_TYPE_CALL_CONTROLLER, NULL);

  self->wire = g_object_ref (wire);
  self->engine = g_object_ref (engine);
  self->ringer = g_object_ref (ringer);
  self->clock = g_object_ref (clock);
  self->ended = vis_ended_calls_new (clock);
  self->generations = vis_call_generations_new (engine);
  self->context.online = vis_wire_get_state (wire) == VIS_WIRE_ONLINE;
  take_user (self);

  /* Connected before the outbox, which sends on `notify::state`: the machine has to decide first.
   */
  g_signal_connect_object (wire, "event", G_CALLBACK (on_wire_event), self, 0);
  g_signal_connect_object (wire, "notify::state", G_CALLBACK (on_wire_state), self, 0);
  self->outbox = vis_call_outbox_new (wire, clock);
  g_signal_connect_object (self->outbox, "answered", G_CALLBACK (on_answered), self, 0);
  g_signal_connect_object (self->outbox, "failed", G_CALLBACK (on_failed), self, 0);

  g_signal_connect_object (engine, "notify::local-video", G_CALLBACK (on_devices), self, 0);
  g_signal_connect_object (engine, "notify::problem", G_CALLBACK (on_devices), self, 0);
  g_signal_connect_object (engine, "notify::microphone-works", G_CALLBACK (on_works), self, 0);
  g_signal_connect_object (engine, "notify::camera-works", G_CALLBACK (on_works), self, 0);
  g_signal_connect_object (self->generations, "state", G_CALLBACK (on_session), self, 0);
  g_signal_connect_object (self->generations, "description", G_CALLBACK (on_description), self, 0);
  g_signal_connect_object (self->generations, "candidates", G_CALLBACK (on_candidates), self, 0);
  g_signal_connect_object (self->generations, "picture", G_CALLBACK (on_remote_picture), self, 0);

  return self;
}

/**
 * vis_call_controller_set_name_func:
 * @self: a controller
 * @func: (nullable) (scope notified) (closure data) (destroy destroy): names a user, or not
 * @data: handed to @func
 * @destroy: (nullable): frees @data
 *
 * Says how people are called in the calls to come.
 */
void
vis_call_controller_set_name_func (VisCallController *self,
                                   VisNameFunc        func,
                                   gpointer           data,
                                   GDestroyNotify     destroy)
{
  g_return_if_fail (VIS_IS_CALL_CONTROLLER (self));

  if (self->name_destroy != NULL)
    self->name_destroy (self->name_data);
  self->name_func = func;
  self->name_data = data;
  self->name_destroy = destroy;
}

/**
 * vis_call_controller_get_call:
 * @self: a controller
 *
 * Returns: (transfer none) (nullable): the one call that is not idle
 */
VisCall *
vis_call_controller_get_call (VisCallController *self)
{
  g_return_val_if_fail (VIS_IS_CALL_CONTROLLER (self), NULL);

  return self->call;
}
