/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "spy-controller.h"

struct _VisCallController
{
  GObject  parent_instance;

  VisCall *call;
  char    *verb;
};

G_DEFINE_FINAL_TYPE (VisCallController, vis_call_controller, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CALL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static guint       ended;
static guint       missed;

static void
note (VisCallController *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_free (self->verb);
  self->verb = g_strdup_vprintf (format, args);
  va_end (args);
}

static void
vis_call_controller_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, VIS_CALL_CONTROLLER (object)->call);
}

static void
vis_call_controller_finalize (GObject *object)
{
  VisCallController *self = VIS_CALL_CONTROLLER (object);

  g_clear_object (&self->call);
  g_free (self->verb);

  G_OBJECT_CLASS (vis_call_controller_parent_class)->finalize (object);
}

static void
vis_call_controller_class_init (VisCallControllerClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = vis_call_controller_get_property;
  G_OBJECT_CLASS (klass)->finalize = vis_call_controller_finalize;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, VIS_TYPE_CALL, G_PARAM_READABLE);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  ended = g_signal_new ("ended",
                        VIS_TYPE_CALL_CONTROLLER,
                        G_SIGNAL_RUN_LAST,
                        0,
                        NULL,
                        NULL,
                        NULL,
                        G_TYPE_NONE,
                        1,
                        VIS_TYPE_CALL);
  missed = g_signal_new ("missed",
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
}

VisCall *
vis_call_controller_get_call (VisCallController *self)
{
  return self->call;
}

void
vis_call_controller_start (VisCallController *self, const char *user, gboolean video)
{
  note (self, "start %s %s", user, video ? "video" : "voice");
}

void
vis_call_controller_answer (VisCallController *self, gboolean video)
{
  note (self, "answer %s", video ? "video" : "voice");
}

void
vis_call_controller_decline (VisCallController *self)
{
  note (self, "decline");
}

void
vis_call_controller_hang_up (VisCallController *self)
{
  note (self, "hang-up");
}

void
vis_call_controller_set_microphone (VisCallController *self, gboolean on)
{
  note (self, "microphone %s", on ? "on" : "off");
}

void
vis_call_controller_set_camera (VisCallController *self, gboolean on)
{
  note (self, "camera %s", on ? "on" : "off");
}

VisCallController *
spy_controller_new (void)
{
  return g_object_new (VIS_TYPE_CALL_CONTROLLER, NULL);
}

void
spy_controller_set_call (VisCallController *self, VisCall *call)
{
  if (g_set_object (&self->call, call))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

/* Ends the call as the real controller does: state, property, signal, in this order. */
void
spy_controller_end (VisCallController *self, VisEndReason reason)
{
  g_autoptr (VisCall) call = g_object_ref (self->call);

  vis_call_set_end_reason (call, reason);
  vis_call_set_state (call, VIS_CALL_IDLE);
  spy_controller_set_call (self, NULL);
  g_signal_emit (self, ended, 0, call);
}

void
spy_controller_miss (VisCallController *self, const char *user, const char *name)
{
  g_signal_emit (self, missed, 0, user, name);
}

char *
spy_controller_take_verb (VisCallController *self)
{
  return g_steal_pointer (&self->verb);
}
