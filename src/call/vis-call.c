/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-data.h"

G_DEFINE_FINAL_TYPE (VisCall, vis_call, G_TYPE_OBJECT)

GParamSpec              *vis_call_properties[N_PROPS];

const VisCallPermissions vis_call_permissions[VIS_N_CALL_STATES] = {
  [VIS_CALL_IDLE] = { FALSE, FALSE, FALSE, FALSE },
  [VIS_CALL_RINGING] = { TRUE, TRUE, FALSE, FALSE },
  [VIS_CALL_CALLING] = { FALSE, FALSE, TRUE, TRUE },
  [VIS_CALL_IN_CALL] = { FALSE, FALSE, TRUE, TRUE },
};

static void
vis_call_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisCall *self = VIS_CALL (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_PEER:
      g_value_set_string (value, self->peer);
      break;
    case PROP_PEER_NAME:
      g_value_set_string (value, self->peer_name);
      break;
    case PROP_OUTGOING:
      g_value_set_boolean (value, self->outgoing);
      break;
    case PROP_VIDEO:
      g_value_set_boolean (value, self->video);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_MEDIA_STATE:
      g_value_set_enum (value, self->media_state);
      break;
    case PROP_END_REASON:
      g_value_set_enum (value, self->end_reason);
      break;
    case PROP_FAULT:
      g_value_set_enum (value, self->fault);
      break;
    case PROP_REMOTE_RINGING:
      g_value_set_boolean (value, self->remote_ringing);
      break;
    case PROP_RINGING_DEVICES:
      g_value_set_uint (value, self->ringing_devices);
      break;
    case PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case PROP_MICROPHONE:
      g_value_set_boolean (value, self->microphone);
      break;
    case PROP_CAMERA:
      g_value_set_boolean (value, self->camera);
      break;
    case PROP_MICROPHONE_WORKS:
      g_value_set_boolean (value, self->microphone_works);
      break;
    case PROP_CAMERA_WORKS:
      g_value_set_boolean (value, self->camera_works);
      break;
    case PROP_REMOTE_AUDIO:
      g_value_set_boolean (value, self->remote_audio);
      break;
    case PROP_REMOTE_VIDEO:
      g_value_set_boolean (value, self->remote_video);
      break;
    case PROP_LOCAL_PICTURE:
      g_value_set_object (value, self->local_picture);
      break;
    case PROP_REMOTE_PICTURE:
      g_value_set_object (value, self->remote_picture);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_CAN_ANSWER:
      g_value_set_boolean (value, vis_call_permissions[self->state].answer);
      break;
    case PROP_CAN_DECLINE:
      g_value_set_boolean (value, vis_call_permissions[self->state].decline);
      break;
    case PROP_CAN_HANG_UP:
      g_value_set_boolean (value, vis_call_permissions[self->state].hang_up);
      break;
    case PROP_CAN_MUTE:
      g_value_set_boolean (value, vis_call_permissions[self->state].mute);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_call_dispose (GObject *object)
{
  VisCall *self = VIS_CALL (object);

  g_clear_object (&self->local_picture);
  g_clear_object (&self->remote_picture);

  G_OBJECT_CLASS (vis_call_parent_class)->dispose (object);
}

static void
vis_call_finalize (GObject *object)
{
  VisCall *self = VIS_CALL (object);

  g_free (self->id);
  g_free (self->peer);
  g_free (self->peer_name);
  g_free (self->problem);

  G_OBJECT_CLASS (vis_call_parent_class)->finalize (object);
}

static void
install_facts (GParamFlags flags)
{
  /**
   * VisCall:id:
   *
   * Its UUID, made by the caller.
   */
  vis_call_properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * VisCall:peer:
   *
   * The other person's user name.
   */
  vis_call_properties[PROP_PEER] = g_param_spec_string ("peer", NULL, NULL, NULL, flags);

  /**
   * VisCall:peer-name:
   *
   * What the person reads for the other one.
   */
  vis_call_properties[PROP_PEER_NAME] = g_param_spec_string ("peer-name", NULL, NULL, NULL, flags);

  /**
   * VisCall:outgoing:
   *
   * Whether this side calls.
   */
  vis_call_properties[PROP_OUTGOING] = g_param_spec_boolean ("outgoing", NULL, NULL, FALSE, flags);

  /**
   * VisCall:video:
   *
   * Whether the caller asked for pictures.
   */
  vis_call_properties[PROP_VIDEO] = g_param_spec_boolean ("video", NULL, NULL, FALSE, flags);
}

static void
install_states (GParamFlags flags)
{
  /**
   * VisCall:state:
   *
   * Where the call is.
   */
  vis_call_properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, VIS_TYPE_CALL_STATE, VIS_CALL_IDLE, flags);

  /**
   * VisCall:media-state:
   *
   * How its media is doing.
   */
  vis_call_properties[PROP_MEDIA_STATE] =
    g_param_spec_enum ("media-state", NULL, NULL, VIS_TYPE_MEDIA_STATE, VIS_MEDIA_NONE, flags);

  /**
   * VisCall:end-reason:
   *
   * Why it ended; none before.
   */
  vis_call_properties[PROP_END_REASON] =
    g_param_spec_enum ("end-reason", NULL, NULL, VIS_TYPE_END_REASON, VIS_END_NONE, flags);

  /**
   * VisCall:fault:
   *
   * What it failed by, if it did; unknown before.
   */
  vis_call_properties[PROP_FAULT] =
    g_param_spec_enum ("fault", NULL, NULL, VIS_TYPE_CALL_FAULT, VIS_CALL_FAULT_UNKNOWN, flags);

  /**
   * VisCall:remote-ringing:
   *
   * Whether a device of the other side really rings.
   */
  vis_call_properties[PROP_REMOTE_RINGING] =
    g_param_spec_boolean ("remote-ringing", NULL, NULL, FALSE, flags);

  /**
   * VisCall:ringing-devices:
   *
   * How many devices the offer reached, 0 while unknown.
   */
  vis_call_properties[PROP_RINGING_DEVICES] =
    g_param_spec_uint ("ringing-devices", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * VisCall:duration:
   *
   * Whole seconds since the answer, 0 before.
   */
  vis_call_properties[PROP_DURATION] =
    g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
}

static void
install_own_media (GParamFlags flags)
{
  /**
   * VisCall:microphone:
   *
   * Whether the person lets this side send sound; it does where the microphone works.
   */
  vis_call_properties[PROP_MICROPHONE] =
    g_param_spec_boolean ("microphone", NULL, NULL, FALSE, flags);

  /**
   * VisCall:camera:
   *
   * Whether the person lets this side send its camera's picture; it does where the camera works.
   */
  vis_call_properties[PROP_CAMERA] = g_param_spec_boolean ("camera", NULL, NULL, FALSE, flags);

  /**
   * VisCall:microphone-works:
   *
   * Whether this side has a microphone that works, as far as is known.
   */
  vis_call_properties[PROP_MICROPHONE_WORKS] =
    g_param_spec_boolean ("microphone-works", NULL, NULL, TRUE, flags);

  /**
   * VisCall:camera-works:
   *
   * Whether this side has a camera that works, as far as is known.
   */
  vis_call_properties[PROP_CAMERA_WORKS] =
    g_param_spec_boolean ("camera-works", NULL, NULL, TRUE, flags);

  /**
   * VisCall:local-picture:
   *
   * The own picture, something paintable, or %NULL.
   */
  vis_call_properties[PROP_LOCAL_PICTURE] =
    g_param_spec_object ("local-picture", NULL, NULL, G_TYPE_OBJECT, flags);

  /**
   * VisCall:problem:
   *
   * What is wrong with a device of this side, a sentence for people, or %NULL.
   */
  vis_call_properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
}

static void
install_remote_media (GParamFlags flags)
{
  /**
   * VisCall:remote-audio:
   *
   * Whether the other side says that it sends sound.
   */
  vis_call_properties[PROP_REMOTE_AUDIO] =
    g_param_spec_boolean ("remote-audio", NULL, NULL, FALSE, flags);

  /**
   * VisCall:remote-video:
   *
   * Whether the other side says that it sends a picture.
   */
  vis_call_properties[PROP_REMOTE_VIDEO] =
    g_param_spec_boolean ("remote-video", NULL, NULL, FALSE, flags);

  /**
   * VisCall:remote-picture:
   *
   * The other side's picture, something paintable, or %NULL.
   */
  vis_call_properties[PROP_REMOTE_PICTURE] =
    g_param_spec_object ("remote-picture", NULL, NULL, G_TYPE_OBJECT, flags);
}

static void
install_permissions (GParamFlags flags)
{
  /**
   * VisCall:can-answer:
   *
   * Whether it can be answered now.
   */
  vis_call_properties[PROP_CAN_ANSWER] =
    g_param_spec_boolean ("can-answer", NULL, NULL, FALSE, flags);

  /**
   * VisCall:can-decline:
   *
   * Whether it can be declined now.
   */
  vis_call_properties[PROP_CAN_DECLINE] =
    g_param_spec_boolean ("can-decline", NULL, NULL, FALSE, flags);

  /**
   * VisCall:can-hang-up:
   *
   * Whether it can be hung up now.
   */
  vis_call_properties[PROP_CAN_HANG_UP] =
    g_param_spec_boolean ("can-hang-up", NULL, NULL, FALSE, flags);

  /**
   * VisCall:can-mute:
   *
   * Whether microphone and camera can be switched now.
   */
  vis_call_properties[PROP_CAN_MUTE] = g_param_spec_boolean ("can-mute", NULL, NULL, FALSE, flags);
}

static void
vis_call_class_init (VisCallClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vis_call_get_property;
  object_class->dispose = vis_call_dispose;
  object_class->finalize = vis_call_finalize;

  install_facts (flags);
  install_states (flags);
  install_own_media (flags);
  install_remote_media (flags);
  install_permissions (flags);
  g_object_class_install_properties (object_class, N_PROPS, vis_call_properties);
}

static void
vis_call_init (VisCall *self)
{
  self->microphone_works = TRUE;
  self->camera_works = TRUE;
}

/**
 * vis_call_new:
 * @id: its UUID
 * @peer: the user name of the other person
 * @peer_name: what the person reads for them
 * @outgoing: whether this side calls
 * @video: whether the caller asked for pictures
 *
 * Makes the truth about a call that is idle yet.
 *
 * Returns: (transfer full): a call
 */
VisCall *
vis_call_new (
  const char *id, const char *peer, const char *peer_name, gboolean outgoing, gboolean video)
{
  VisCall *self = g_object_new (VIS_TYPE_CALL, NULL);

  self->id = g_strdup (id);
  self->peer = g_strdup (peer);
  self->peer_name = g_strdup (peer_name);
  self->outgoing = outgoing;
  self->video = video;

  return self;
}

#define GETTER(type, name, otherwise)                                                              \
  type vis_call_get_##name (VisCall *self)                                                         \
  {                                                                                                \
    g_return_val_if_fail (VIS_IS_CALL (self), otherwise);                                          \
                                                                                                   \
    return self->name;                                                                             \
  }

/* clang-format off */
GETTER (const char *, id, NULL)
GETTER (const char *, peer, NULL)
GETTER (const char *, peer_name, NULL)
GETTER (gboolean, outgoing, FALSE)
GETTER (gboolean, video, FALSE)
GETTER (VisCallState, state, VIS_CALL_IDLE)
GETTER (VisMediaState, media_state, VIS_MEDIA_NONE)
GETTER (VisEndReason, end_reason, VIS_END_NONE)
GETTER (VisCallFault, fault, VIS_CALL_FAULT_UNKNOWN)
GETTER (gboolean, remote_ringing, FALSE)
GETTER (guint, ringing_devices, 0)
GETTER (guint, duration, 0)
GETTER (gboolean, microphone, FALSE)
GETTER (gboolean, camera, FALSE)
GETTER (gboolean, microphone_works, FALSE)
GETTER (gboolean, camera_works, FALSE)
GETTER (gboolean, remote_audio, FALSE)
GETTER (gboolean, remote_video, FALSE)
GETTER (GObject *, local_picture, NULL)
GETTER (GObject *, remote_picture, NULL)
GETTER (const char *, problem, NULL)
/* clang-format on */

/**
 * vis_call_get_sending:
 * @self: a call
 *
 * Returns: what the other side can hear and see: neither muted nor off, and from a device that
 * works
 */
VisMediaFlags
vis_call_get_sending (VisCall *self)
{
  VisMediaFlags sending = 0;

  g_return_val_if_fail (VIS_IS_CALL (self), 0);

  if (self->microphone && self->microphone_works)
    sending |= VIS_MEDIA_AUDIO;
  if (self->camera && self->camera_works)
    sending |= VIS_MEDIA_CAMERA;

  return sending;
}
