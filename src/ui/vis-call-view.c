/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-view.h"

#include "vis-format.h"
#include "vis-mirror.h"
#include "vis-text.h"
#include "vis-ui.h"

#include <glib/gi18n.h>

/* Bounds and margin of the own picture, in pixels. */
#define OWN_MIN    104
#define OWN_MAX    240
#define OWN_MARGIN 18

struct _VisCallView
{
  VisPane            parent_instance;

  VisCallController *controller;
  GSignalGroup      *controller_signals;
  GSignalGroup      *call_signals;
  VisCall           *call; /* NULL while there is none, or it is an incoming one that still rings */
  VisCall           *last; /* shown last: only its end is shown */
  VisCall           *over; /* ended; the page "over" is about it */
  gboolean           had_video;

  GtkWidget         *title_box;
  GtkLabel          *title_name;
  GtkLabel          *title_state;
  GtkStack          *stack;
  GtkPicture        *remote_picture;
  GtkWidget         *placeholder;
  GtkWidget         *halo;
  AdwAvatar         *avatar;
  GtkLabel          *name;
  GtkLabel          *state;
  GtkLabel          *remark;
  GtkWidget         *mirror;
  GtkPicture        *local_picture;
  GtkWidget         *controls;
  GtkToggleButton   *mute_button;
  GtkToggleButton   *camera_button;
  GtkWidget         *hang_up_button;
  AdwAvatar         *over_avatar;
  GtkLabel          *over_name;
  GtkLabel          *over_title;
  GtkLabel          *over_body;
  GtkWidget         *again_button;
};

G_DEFINE_FINAL_TYPE (VisCallView, vis_call_view, VIS_TYPE_PANE)

enum
{
  PROP_0,
  PROP_ACTIVE,
  PROP_CALL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static gboolean
get_permission (VisCall *call, const char *name)
{
  gboolean allowed = FALSE;

  g_object_get (call, name, &allowed, NULL);

  return allowed;
}

/* The remark about missing devices; NULL if none is missing. A camera counts only where one is
 * wanted. */
static char *
dup_missing (VisCallView *self, const char *name)
{
  gboolean microphone = !vis_call_get_microphone_works (self->call);
  gboolean camera = !vis_call_get_camera_works (self->call) && vis_call_get_camera (self->call);

  if (microphone && camera)
    return g_strdup_printf (
      _ ("No microphone and no camera found. Connect them so that %s can hear and see you."), name);
  if (microphone)
    return g_strdup_printf (_ ("No microphone found. Connect one so that %s can hear you."), name);
  if (camera)
    return g_strdup_printf (_ ("No camera found. Connect one so that %s can see you."), name);

  return NULL;
}

/* The remark: a problem or a missing device here, or what the other side does not send. NULL for
 * none. */
static char *
dup_remark (VisCallView *self)
{
  g_autofree char *name = vis_text_isolate (vis_call_get_peer_name (self->call));
  gboolean         dark = !vis_call_get_remote_video (self->call) && self->had_video;
  gboolean         mute = !vis_call_get_remote_audio (self->call);
  char            *missing;

  if (vis_call_get_problem (self->call) != NULL)
    return g_strdup (vis_call_get_problem (self->call));
  missing = dup_missing (self, name);
  if (missing != NULL)
    return missing;
  if (vis_call_get_state (self->call) != VIS_CALL_IN_CALL ||
      vis_call_get_media_state (self->call) != VIS_MEDIA_CONNECTED)
    return NULL;
  if (dark && mute)
    return g_strdup_printf (_ ("%s turned the camera off and is muted"), name);
  if (dark)
    return g_strdup_printf (_ ("%s turned the camera off"), name);
  if (mute)
    return g_strdup_printf (_ ("%s is muted"), name);

  return NULL;
}

static GdkPaintable *
as_paintable (GObject *object)
{
  return GDK_IS_PAINTABLE (object) ? GDK_PAINTABLE (object) : NULL;
}

static void
update_pictures (VisCallView *self)
{
  GdkPaintable *remote = as_paintable (vis_call_get_remote_picture (self->call));
  GdkPaintable *local = as_paintable (vis_call_get_local_picture (self->call));
  gboolean      shown = remote != NULL && vis_call_get_remote_video (self->call) &&
                   vis_call_get_state (self->call) == VIS_CALL_IN_CALL;
  gboolean own = local != NULL && vis_call_get_camera (self->call);

  gtk_picture_set_paintable (self->remote_picture, shown ? remote : NULL);
  gtk_picture_set_paintable (self->local_picture, own ? local : NULL);
  gtk_widget_set_visible (self->placeholder, !shown);
  gtk_widget_set_visible (self->title_box, shown);
  gtk_widget_set_visible (self->mirror, own);

  if (vis_call_get_media_state (self->call) == VIS_MEDIA_RECONNECTING)
    gtk_widget_add_css_class (GTK_WIDGET (self->remote_picture), "stale");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->remote_picture), "stale");
}

/* The accessible name stays the same: the pressed state says whether it is off. The tooltip says
 * what a click does, or why it does nothing. */
static void
update_toggle (
  GtkToggleButton *button, gboolean off, gboolean sensitive, const char *icon, const char *tooltip)
{
  gtk_toggle_button_set_active (button, off);
  gtk_widget_set_sensitive (GTK_WIDGET (button), sensitive);
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  /* gtk_widget_set_tooltip_text() makes a round trip to the display server to find the pointer,
   * even for the same text, and updates come as often as the other side likes. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (button)), tooltip) == 0)
    return;
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), tooltip);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tooltip, -1);
}

static const char *
choose_tooltip (gboolean works, const char *missing, gboolean on, const char *off, const char *back)
{
  if (!works)
    return missing;

  return on ? off : back;
}

static void
update_controls (VisCallView *self)
{
  VisMediaFlags sending = vis_call_get_sending (self->call);
  gboolean      microphone = (sending & VIS_MEDIA_AUDIO) != 0;
  gboolean      camera = (sending & VIS_MEDIA_CAMERA) != 0;
  gboolean      microphone_works = vis_call_get_microphone_works (self->call);
  gboolean      camera_works = vis_call_get_camera_works (self->call);
  gboolean      can_mute = get_permission (self->call, "can-mute");

  update_toggle (self->mute_button,
                 !microphone,
                 can_mute && microphone_works,
                 microphone ? "audio-input-microphone-symbolic" : "microphone-disabled-symbolic",
                 choose_tooltip (microphone_works,
                                 _ ("No microphone found"),
                                 microphone,
                                 _ ("Mute microphone"),
                                 _ ("Unmute microphone")));
  update_toggle (
    self->camera_button,
    !camera,
    can_mute && camera_works,
    camera ? "camera-video-symbolic" : "vis-camera-off-symbolic",
    choose_tooltip (
      camera_works, _ ("No camera found"), camera, _ ("Turn camera off"), _ ("Turn camera on")));
  gtk_widget_set_sensitive (self->hang_up_button, get_permission (self->call, "can-hang-up"));
}

static void
update_call (VisCallView *self)
{
  g_autofree char *words = vis_format_call (self->call);
  g_autofree char *remark = dup_remark (self);
  const char      *name = vis_call_get_peer_name (self->call);
  gboolean         waiting = vis_call_get_media_state (self->call) != VIS_MEDIA_CONNECTED;

  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->state, words);
  gtk_label_set_label (self->title_name, name);
  gtk_label_set_label (self->title_state, words);
  gtk_label_set_label (self->remark, remark != NULL ? remark : "");
  gtk_widget_set_visible (GTK_WIDGET (self->remark), remark != NULL);
  if (waiting)
    gtk_widget_add_css_class (self->halo, "waiting");
  else
    gtk_widget_remove_css_class (self->halo, "waiting");

  update_pictures (self);
  update_controls (self);
}

static void
update_over (VisCallView *self)
{
  const char      *name = vis_call_get_peer_name (self->over);
  VisEndReason     reason = vis_call_get_end_reason (self->over);
  VisCallFault     fault = vis_call_get_fault (self->over);
  g_autofree char *body = vis_format_end_body (reason, fault, name);

  adw_avatar_set_text (self->over_avatar, name);
  gtk_label_set_label (self->over_name, name);
  gtk_label_set_label (self->over_title, vis_format_end_title (reason, fault));
  gtk_label_set_label (self->over_body, body);
  gtk_widget_set_visible (self->title_box, FALSE);
}

static void
update (VisCallView *self)
{
  if (self->call != NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "call");
      update_call (self);
    }
  else if (self->over != NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "over");
      update_over (self);
    }

  /* A GtkPicture that is not shown would keep its last frame alive. */
  if (self->call == NULL)
    {
      gtk_picture_set_paintable (self->remote_picture, NULL);
      gtk_picture_set_paintable (self->local_picture, NULL);
    }
}

static void
show (VisCallView *self, VisCall *call, VisCall *over)
{
  gboolean was_active = vis_call_view_get_active (self);
  gboolean begins = call != NULL && self->call == NULL;
  gboolean changes = call != self->call;

  if (call != NULL && call != self->last)
    self->had_video = FALSE;
  if (call != NULL)
    g_set_object (&self->last, call);
  g_set_object (&self->call, call);
  g_set_object (&self->over, over);
  update (self);

  /* `active` is notified for each new call, also if the end of an earlier one was still shown: the
   * main view then goes to the call. */
  if (vis_call_view_get_active (self) != was_active || begins)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  if (changes)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

/* Whether the end of @call is shown: not if it has no title, if @call was never shown here, or if
 * another call has begun. */
static gboolean
tells_end (VisCallView *self, VisCall *call)
{
  VisCall *current =
    self->controller != NULL ? vis_call_controller_get_call (self->controller) : NULL;

  return call == self->last && (current == NULL || current == call) &&
         vis_format_end_title (vis_call_get_end_reason (call), vis_call_get_fault (call)) != NULL;
}

static void
on_call_notify (VisCallView *self)
{
  g_autoptr (VisCall) call = g_signal_group_dup_target (self->call_signals);
  VisCallState        state = call != NULL ? vis_call_get_state (call) : VIS_CALL_IDLE;

  /* A call that rings here has a window of its own. */
  if (state == VIS_CALL_CALLING || state == VIS_CALL_IN_CALL)
    {
      if (vis_call_get_remote_video (call))
        self->had_video = TRUE;
      show (self, call, NULL);
    }
  /* In the same update, or the chat would be shown for a moment between the call and its end. */
  else if (state == VIS_CALL_IDLE && call != NULL && tells_end (self, call))
    show (self, NULL, call);
  /* An incoming call hides the end of an earlier one: if it is missed, that page would seem to be
   * about it. */
  else
    show (self, NULL, state == VIS_CALL_RINGING ? NULL : self->over);
}

static void
on_call_changed (VisCallView *self)
{
  g_signal_group_set_target (
    self->call_signals,
    self->controller != NULL ? vis_call_controller_get_call (self->controller) : NULL);
  on_call_notify (self);
}

static void
on_ended (VisCallView *self, VisCall *call)
{
  if (tells_end (self, call))
    show (self, NULL, call);
}

static void
on_mute_clicked (VisCallView *self)
{
  if (self->call == NULL)
    return;

  vis_call_controller_set_microphone (self->controller, !vis_call_get_microphone (self->call));
  if (self->call != NULL)
    update_controls (self);
}

static void
on_camera_clicked (VisCallView *self)
{
  if (self->call == NULL)
    return;

  vis_call_controller_set_camera (self->controller, !vis_call_get_camera (self->call));
  if (self->call != NULL)
    update_controls (self);
}

static void
on_hang_up_clicked (VisCallView *self)
{
  if (self->controller != NULL)
    vis_call_controller_hang_up (self->controller);
}

/* Places the own picture in the corner, a quarter as wide as the view; above the controls where
 * both do not fit side by side. */
static gboolean
on_place_child (VisCallView *self, GtkWidget *child, GdkRectangle *place, GtkOverlay *overlay)
{
  int           width = gtk_widget_get_width (GTK_WIDGET (overlay));
  int           height = gtk_widget_get_height (GTK_WIDGET (overlay));
  GdkPaintable *paintable = gtk_picture_get_paintable (self->local_picture);
  double ratio = paintable != NULL ? gdk_paintable_get_intrinsic_aspect_ratio (paintable) : 0;
  GtkRequisition controls;

  if (child != self->mirror)
    return FALSE;

  gtk_widget_get_preferred_size (self->controls, NULL, &controls);
  place->width = CLAMP (width / 4, OWN_MIN, OWN_MAX);
  place->height = (int) (place->width / (ratio > 0 ? CLAMP (ratio, 0.5, 2.0) : 4.0 / 3.0));
  place->x = width - place->width - OWN_MARGIN;
  place->y = height - place->height - OWN_MARGIN;
  if (place->x < (width + controls.width) / 2 + OWN_MARGIN)
    place->y -= controls.height + OWN_MARGIN;

  return TRUE;
}

static void
on_close_clicked (VisCallView *self)
{
  show (self, self->call, NULL);
}

static void
on_again_clicked (VisCallView *self)
{
  g_autoptr (VisCall) over = self->over != NULL ? g_object_ref (self->over) : NULL;

  if (over == NULL || self->controller == NULL)
    return;

  vis_call_controller_start (self->controller, vis_call_get_peer (over), vis_call_get_video (over));
  /* The call could not be begun: closes the page. */
  if (self->call == NULL)
    show (self, NULL, NULL);
}

static gboolean
vis_call_view_grab_focus (GtkWidget *widget)
{
  VisCallView *self = VIS_CALL_VIEW (widget);

  if (self->call == NULL)
    return gtk_widget_grab_focus (self->again_button);

  return gtk_widget_grab_focus (GTK_WIDGET (self->mute_button)) ||
         gtk_widget_grab_focus (GTK_WIDGET (self->camera_button)) ||
         gtk_widget_grab_focus (self->hang_up_button);
}

static void
vis_call_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisCallView *self = VIS_CALL_VIEW (object);

  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, vis_call_view_get_active (self));
      break;
    case PROP_CALL:
      g_value_set_object (value, self->call);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_call_view_dispose (GObject *object)
{
  VisCallView *self = VIS_CALL_VIEW (object);

  g_clear_object (&self->controller_signals);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);
  g_clear_object (&self->last);
  g_clear_object (&self->over);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (vis_call_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, VisCallView, title_box);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, title_name);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, title_state);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, stack);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, remote_picture);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, placeholder);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, halo);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, avatar);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, name);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, state);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, remark);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, mirror);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, local_picture);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, controls);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, mute_button);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, camera_button);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, hang_up_button);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, over_avatar);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, over_name);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, over_title);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, over_body);
  gtk_widget_class_bind_template_child (widget_class, VisCallView, again_button);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_camera_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_hang_up_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_mute_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_place_child);
  gtk_widget_class_bind_template_callback (widget_class, vis_ui_dup_decoration_layout);
}

static void
vis_call_view_class_init (VisCallViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = vis_call_view_get_property;
  object_class->dispose = vis_call_view_dispose;
  widget_class->grab_focus = vis_call_view_grab_focus;
  widget_class->focus = vis_ui_focus_child;

  properties[PROP_ACTIVE] =
    g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CALL] = g_param_spec_object (
    "call", NULL, NULL, VIS_TYPE_CALL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  vis_ui_init ();
  g_type_ensure (VIS_TYPE_MIRROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-call-view.ui");
  bind_template (widget_class);
}

static void
vis_call_view_init (VisCallView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  vis_ui_hide_unseen_pages (self->stack);

  self->controller_signals = g_signal_group_new (VIS_TYPE_CALL_CONTROLLER);
  g_signal_group_connect_swapped (
    self->controller_signals, "notify::call", G_CALLBACK (on_call_changed), self);
  g_signal_group_connect_swapped (self->controller_signals, "ended", G_CALLBACK (on_ended), self);
  self->call_signals = g_signal_group_new (VIS_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify", G_CALLBACK (on_call_notify), self);
}

/**
 * vis_call_view_set_controller:
 * @controller: (nullable): whose call is shown, and what verbs are sent to
 */
void
vis_call_view_set_controller (VisCallView *self, VisCallController *controller)
{
  g_return_if_fail (VIS_IS_CALL_VIEW (self));

  g_set_object (&self->controller, controller);
  g_signal_group_set_target (self->controller_signals, controller);
  show (self, NULL, NULL);
  on_call_changed (self);
}

gboolean
vis_call_view_get_active (VisCallView *self)
{
  g_return_val_if_fail (VIS_IS_CALL_VIEW (self), FALSE);

  return self->call != NULL || self->over != NULL;
}

/**
 * vis_call_view_get_call:
 *
 * Returns: (transfer none) (nullable): the call that goes on
 */
VisCall *
vis_call_view_get_call (VisCallView *self)
{
  g_return_val_if_fail (VIS_IS_CALL_VIEW (self), NULL);

  return self->call;
}
