/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-welcome.h"

#include "vis-id.h"
#include "vis-ui.h"

#include <glib/gi18n.h>
#include <string.h>

/* The server refuses shorter passwords (protocol, section 1); checked here before anything is sent.
 */
#define PASSWORD_MIN_BYTES 8
#define PASSWORD_MAX_BYTES 256
#define DISPLAY_NAME_MAX   64

/* In pixels. The smaller logo leaves room for the longer form, with an error in it, in a low
 * window. */
#define LOGO       112
#define LOGO_SMALL 48

#define N_ROWS     (VIS_WELCOME_INVITE + 1)

struct _VisWelcome
{
  AdwBin       parent_instance;

  gboolean     create; /* the form is that of a new account */
  gboolean     busy;

  GtkImage    *logo;
  GtkLabel    *title;
  GtkLabel    *subtitle;
  GtkEditable *server_row;
  GtkEditable *user_row;
  GtkEditable *password_row;
  GtkEditable *name_row;
  GtkEditable *invite_row;
  GtkRevealer *error_revealer;
  GtkLabel    *error_label;
  GtkButton   *submit_button;
  GtkSpinner  *spinner;
  GtkLabel    *submit_label;
  GtkButton   *switch_button;
};

G_DEFINE_FINAL_TYPE (VisWelcome, vis_welcome, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SERVER,
  PROP_BUSY,
  PROP_ERROR,
  N_PROPS,
};

enum
{
  SUBMITTED,
  CANCELLED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static GtkEditable *
get_row (VisWelcome *self, VisWelcomeRow row)
{
  GtkEditable *rows[N_ROWS] = {
    [VIS_WELCOME_SERVER] = self->server_row,     [VIS_WELCOME_USER] = self->user_row,
    [VIS_WELCOME_PASSWORD] = self->password_row, [VIS_WELCOME_NAME] = self->name_row,
    [VIS_WELCOME_INVITE] = self->invite_row,
  };

  return rows[row];
}

static void
update (VisWelcome *self)
{
  const char *submit = self->create ? _ ("Create account") : _ ("Sign in");
  const char *other = self->create ? _ ("Sign in") : _ ("Create account");

  gtk_label_set_label (self->title,
                       self->create ? _ ("Create an account") : _ ("Welcome to Visavis"));
  gtk_label_set_label (self->subtitle,
                       self->create ? _ ("Your account lives on the server that you choose.")
                                    : _ ("Chat and talk face to face."));
  gtk_image_set_pixel_size (self->logo, self->create ? LOGO_SMALL : LOGO);
  gtk_widget_set_visible (GTK_WIDGET (self->name_row), self->create);
  gtk_widget_set_visible (GTK_WIDGET (self->invite_row), self->create);

  gtk_label_set_label (self->submit_label, submit);
  gtk_button_set_label (self->switch_button, self->busy ? _ ("Cancel") : other);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self->submit_button), GTK_ACCESSIBLE_PROPERTY_LABEL, submit, -1);

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
  gtk_spinner_set_spinning (self->spinner, self->busy);
  /* Not editable rather than insensitive: the focus stays where it is. */
  for (guint i = 0; i < N_ROWS; i++)
    gtk_editable_set_editable (get_row (self, i), !self->busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->submit_button), !self->busy);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, self->busy, -1);
}

static char *
dup_text (GtkEditable *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row)));
}

static gboolean
complain (VisWelcome *self, GtkEditable *row, const char *sentence)
{
  vis_welcome_set_error (self, sentence);
  gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_widget_grab_focus (GTK_WIDGET (row));

  return FALSE;
}

/* Checks the form before it is sent. Shows the first error, at its row. */
static gboolean
check (
  VisWelcome *self, const char *server, const char *user, const char *password, const char *name)
{
  gsize length = strlen (password);

  if (*server == '\0')
    return complain (
      self, self->server_row, _ ("Enter the address of the server, like “chat.example.org”."));
  if (*user == '\0')
    return complain (self, self->user_row, _ ("Enter your user name."));
  if (!vis_user_is_valid (user))
    return complain (self, self->user_row, vis_ui_get_user_rule ());
  if (length == 0)
    return complain (self, self->password_row, _ ("Enter your password."));
  if (self->create && length < PASSWORD_MIN_BYTES)
    return complain (
      self, self->password_row, _ ("Choose a longer password: at least 8 characters."));
  if (length > PASSWORD_MAX_BYTES)
    return complain (self, self->password_row, _ ("That password is too long."));
  if (g_utf8_strlen (name, -1) > DISPLAY_NAME_MAX)
    return complain (self, self->name_row, _ ("That name is too long: at most 64 characters."));

  return TRUE;
}

/**
 * vis_welcome_submit:
 *
 * Sends what is in the form, as its button does.
 */
void
vis_welcome_submit (VisWelcome *self)
{
  g_autofree char *server = dup_text (self->server_row);
  g_autofree char *user = vis_user_from_text (gtk_editable_get_text (self->user_row));
  g_autofree char *name = dup_text (self->name_row);
  g_autofree char *invite = dup_text (self->invite_row);
  const char      *password = gtk_editable_get_text (self->password_row);

  g_return_if_fail (VIS_IS_WELCOME (self));

  if (self->busy || !check (self, server, user, password, name))
    return;

  vis_welcome_set_error (self, NULL);
  g_signal_emit (self,
                 signals[SUBMITTED],
                 0,
                 self->create,
                 server,
                 user,
                 password,
                 self->create ? name : "",
                 self->create ? invite : "");
}

static void
on_submit_clicked (VisWelcome *self)
{
  vis_welcome_submit (self);
}

/* Enter moves to the next empty field; in the last one, it submits. */
static void
on_activated (VisWelcome *self, GtkEditable *row)
{
  GtkEditable *order[] = { self->server_row, self->user_row, self->password_row };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] != row && *gtk_editable_get_text (order[i]) == '\0')
      {
        gtk_widget_grab_focus (GTK_WIDGET (order[i]));
        return;
      }

  vis_welcome_submit (self);
}

static void
on_changed (VisWelcome *self, GtkEditable *row)
{
  gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  if (GTK_EDITABLE (row) == self->server_row)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

static void
on_switch_clicked (VisWelcome *self)
{
  if (self->busy)
    {
      g_signal_emit (self, signals[CANCELLED], 0);
      return;
    }

  self->create = !self->create;
  vis_welcome_set_error (self, NULL);
  update (self);
}

static void
vis_welcome_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisWelcome *self = VIS_WELCOME (object);

  switch (id)
    {
    case PROP_SERVER:
      g_value_set_string (value, vis_welcome_get_server (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case PROP_ERROR:
      g_value_set_string (value, vis_welcome_get_error (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_welcome_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VisWelcome *self = VIS_WELCOME (object);

  switch (id)
    {
    case PROP_SERVER:
      vis_welcome_set_server (self, g_value_get_string (value));
      break;
    case PROP_BUSY:
      vis_welcome_set_busy (self, g_value_get_boolean (value));
      break;
    case PROP_ERROR:
      vis_welcome_set_error (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Focuses the first empty row: the password, for somebody who signs in again. */
static gboolean
vis_welcome_grab_focus (GtkWidget *widget)
{
  VisWelcome  *self = VIS_WELCOME (widget);
  GtkEditable *order[] = { self->server_row, self->user_row, self->password_row };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (*gtk_editable_get_text (order[i]) == '\0')
      return gtk_widget_grab_focus (GTK_WIDGET (order[i]));

  return gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}

static void
vis_welcome_class_init (VisWelcomeClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags     flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vis_welcome_get_property;
  object_class->set_property = vis_welcome_set_property;
  widget_class->grab_focus = vis_welcome_grab_focus;
  widget_class->focus = vis_ui_focus_child;

  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, "", flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SUBMITTED] = g_signal_new ("submitted",
                                     VIS_TYPE_WELCOME,
                                     G_SIGNAL_RUN_LAST,
                                     0,
                                     NULL,
                                     NULL,
                                     NULL,
                                     G_TYPE_NONE,
                                     6,
                                     G_TYPE_BOOLEAN,
                                     G_TYPE_STRING,
                                     G_TYPE_STRING,
                                     G_TYPE_STRING,
                                     G_TYPE_STRING,
                                     G_TYPE_STRING);
  signals[CANCELLED] = g_signal_new (
    "cancelled", VIS_TYPE_WELCOME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class, VIS_UI_RESOURCE_PATH "vis-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, logo);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, title);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, subtitle);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, server_row);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, user_row);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, password_row);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, name_row);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, invite_row);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, error_revealer);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, error_label);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, submit_button);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, spinner);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, submit_label);
  gtk_widget_class_bind_template_child (widget_class, VisWelcome, switch_button);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_submit_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_switch_clicked);
}

/* The accessible that takes the focus is the text inside of the row, which has no name by itself.
 */
static void
name_row (GtkEditable *row, const char *name)
{
  GtkEditable *text = gtk_editable_get_delegate (row);

  if (text != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
vis_welcome_init (VisWelcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  name_row (self->server_row, _ ("Server"));
  name_row (self->user_row, _ ("User name"));
  name_row (self->password_row, _ ("Password"));
  name_row (self->name_row, _ ("Your name"));
  name_row (self->invite_row, _ ("Invite code"));
  update (self);
}

const char *
vis_welcome_get_server (VisWelcome *self)
{
  g_return_val_if_fail (VIS_IS_WELCOME (self), NULL);

  return gtk_editable_get_text (self->server_row);
}

void
vis_welcome_set_server (VisWelcome *self, const char *server)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  if (g_strcmp0 (gtk_editable_get_text (self->server_row), server) != 0)
    gtk_editable_set_text (self->server_row, server != NULL ? server : "");
}

void
vis_welcome_set_user (VisWelcome *self, const char *user)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  gtk_editable_set_text (self->user_row, user != NULL ? user : "");
}

/**
 * vis_welcome_set_invite:
 * @invite: an invite code, from a link that was opened
 *
 * Shows the form for a new account, with an invite filled in.
 */
void
vis_welcome_set_invite (VisWelcome *self, const char *invite)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  gtk_editable_set_text (self->invite_row, invite != NULL ? invite : "");
  self->create = invite != NULL && *invite != '\0';
  update (self);
}

void
vis_welcome_set_busy (VisWelcome *self, gboolean busy)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  if (self->busy == busy)
    return;

  self->busy = busy;
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

const char *
vis_welcome_get_error (VisWelcome *self)
{
  const char *text;

  g_return_val_if_fail (VIS_IS_WELCOME (self), NULL);

  text = gtk_label_get_label (self->error_label);
  return *text != '\0' ? text : NULL;
}

/**
 * vis_welcome_set_error:
 * @error: (nullable): a sentence that says what went wrong and what to do
 *
 * Shows @error below the form, and removes the marks of all rows.
 */
void
vis_welcome_set_error (VisWelcome *self, const char *error)
{
  gboolean some = error != NULL && *error != '\0';

  g_return_if_fail (VIS_IS_WELCOME (self));

  for (guint i = 0; i < N_ROWS; i++)
    gtk_widget_remove_css_class (GTK_WIDGET (get_row (self, i)), "error");
  if (g_strcmp0 (vis_welcome_get_error (self), some ? error : NULL) == 0)
    return;

  gtk_label_set_label (self->error_label, some ? error : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_revealer), some);
  gtk_revealer_set_reveal_child (self->error_revealer, some);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/**
 * vis_welcome_refuse:
 * @row: what the server has refused
 * @error: a sentence that says what to do
 *
 * Shows @error and marks the row, as for errors that are found before anything is sent.
 */
void
vis_welcome_refuse (VisWelcome *self, VisWelcomeRow row, const char *error)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  complain (self, get_row (self, row), error);
}

/**
 * vis_welcome_reset:
 *
 * Clears the form after it was used, for a later sign-out: server and user name stay; the password,
 * the name and the invite go.
 */
void
vis_welcome_reset (VisWelcome *self)
{
  g_return_if_fail (VIS_IS_WELCOME (self));

  gtk_editable_set_text (self->password_row, "");
  gtk_editable_set_text (self->name_row, "");
  gtk_editable_set_text (self->invite_row, "");
  self->create = FALSE;
  vis_welcome_set_error (self, NULL);
  update (self);
}
