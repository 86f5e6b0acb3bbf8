/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-private.h"

G_BEGIN_DECLS

/* The struct that vis-call.c (properties, getters) and vis-call-write.c (setters) share. */

struct _VisCall
{
  GObject       parent_instance;

  char         *id;
  char         *peer;
  char         *peer_name;
  gboolean      outgoing;
  gboolean      video;

  VisCallState  state;
  VisMediaState media_state;
  VisEndReason  end_reason;
  VisCallFault  fault;
  gboolean      remote_ringing;
  guint         ringing_devices;
  guint         duration;
  gboolean      microphone;
  gboolean      camera;
  gboolean      microphone_works;
  gboolean      camera_works;
  gboolean      remote_audio;
  gboolean      remote_video;
  GObject      *local_picture;
  char         *problem;
  GObject      *remote_picture;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_PEER,
  PROP_PEER_NAME,
  PROP_OUTGOING,
  PROP_VIDEO,
  PROP_STATE,
  PROP_MEDIA_STATE,
  PROP_END_REASON,
  PROP_FAULT,
  PROP_REMOTE_RINGING,
  PROP_RINGING_DEVICES,
  PROP_DURATION,
  PROP_MICROPHONE,
  PROP_CAMERA,
  PROP_MICROPHONE_WORKS,
  PROP_CAMERA_WORKS,
  PROP_REMOTE_AUDIO,
  PROP_REMOTE_VIDEO,
  PROP_LOCAL_PICTURE,
  PROP_REMOTE_PICTURE,
  PROP_PROBLEM,
  PROP_CAN_ANSWER,
  PROP_CAN_DECLINE,
  PROP_CAN_HANG_UP,
  PROP_CAN_MUTE,
  N_PROPS,
};

extern GParamSpec *vis_call_properties[N_PROPS];

/* The verbs that are allowed in each state. */
typedef struct
{
  gboolean answer;
  gboolean decline;
  gboolean hang_up;
  gboolean mute;
} VisCallPermissions;

extern const VisCallPermissions vis_call_permissions[VIS_N_CALL_STATES];

G_END_DECLS
