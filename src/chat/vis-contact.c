/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-contact-private.h"

#include "vis-text.h"

struct _VisContact
{
  GObject         parent_instance;

  char           *user;
  char           *name;
  VisContactState state;
  VisPresence     presence;
  gint64          last_seen;
};

G_DEFINE_ENUM_TYPE (VisContactState,
                    vis_contact_state,
                    G_DEFINE_ENUM_VALUE (VIS_CONTACT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (VIS_CONTACT_MUTUAL, "mutual"),
                    G_DEFINE_ENUM_VALUE (VIS_CONTACT_REQUESTED, "requested"),
                    G_DEFINE_ENUM_VALUE (VIS_CONTACT_INCOMING, "incoming"),
                    G_DEFINE_ENUM_VALUE (VIS_CONTACT_BLOCKED, "blocked"))

G_DEFINE_ENUM_TYPE (VisPresence,
                    vis_presence,
                    G_DEFINE_ENUM_VALUE (VIS_PRESENCE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (VIS_PRESENCE_AWAY, "away"),
                    G_DEFINE_ENUM_VALUE (VIS_PRESENCE_ONLINE, "online"))

G_DEFINE_FINAL_TYPE (VisContact, vis_contact, G_TYPE_OBJECT)

enum
{
  PROP_USER = 1,
  PROP_NAME,
  PROP_STATE,
  PROP_PRESENCE,
  PROP_LAST_SEEN,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
vis_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VisContact *self = VIS_CONTACT (object);

  switch (id)
    {
    case PROP_USER:
      g_value_set_string (value, self->user);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;
    case PROP_LAST_SEEN:
      g_value_set_int64 (value, self->last_seen);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_contact_finalize (GObject *object)
{
  VisContact *self = VIS_CONTACT (object);

  g_free (self->user);
  g_free (self->name);

  G_OBJECT_CLASS (vis_contact_parent_class)->finalize (object);
}

static void
vis_contact_class_init (VisContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vis_contact_get_property;
  object_class->finalize = vis_contact_finalize;

  /**
   * VisContact:user:
   *
   * The user name, which never changes.
   */
  props[PROP_USER] = g_param_spec_string ("user", NULL, NULL, NULL, flags);

  /**
   * VisContact:name:
   *
   * The display name; the user name if there is none.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * VisContact:state:
   *
   * The state between this person and the contact.
   */
  props[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, VIS_TYPE_CONTACT_STATE, VIS_CONTACT_NONE, flags);

  /**
   * VisContact:presence:
   *
   * The presence; offline as well while it is unknown.
   */
  props[PROP_PRESENCE] =
    g_param_spec_enum ("presence", NULL, NULL, VIS_TYPE_PRESENCE, VIS_PRESENCE_OFFLINE, flags);

  /**
   * VisContact:last-seen:
   *
   * When the contact was last online, in milliseconds since 1970, 0 for unknown.
   */
  props[PROP_LAST_SEEN] = g_param_spec_int64 ("last-seen", NULL, NULL, 0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vis_contact_init (VisContact *self)
{
}

/**
 * vis_contact_new: (skip)
 * @user: a user name
 *
 * Makes a contact with a user name alone.
 *
 * Returns: (transfer full): a new contact
 */
VisContact *
vis_contact_new (const char *user)
{
  VisContact *self;

  g_return_val_if_fail (user != NULL, NULL);

  self = g_object_new (VIS_TYPE_CONTACT, NULL);
  self->user = g_strdup (user);
  self->name = g_strdup (user);
  return self;
}

/**
 * vis_contact_set_name: (skip)
 * @self: a contact
 * @name: (nullable): a display name; %NULL or "" for the user name
 *
 * Sets [property@Vis.Contact:name], without characters that change the direction of the text around
 * it, see [func@Vis.text_plain].
 */
void
vis_contact_set_name (VisContact *self, const char *name)
{
  g_autofree char *plain = NULL;

  g_return_if_fail (VIS_IS_CONTACT (self));

  plain = vis_text_plain (name != NULL ? name : "");
  if (*g_strstrip (plain) == '\0')
    {
      g_free (plain);
      plain = g_strdup (self->user);
    }
  if (g_strcmp0 (self->name, plain) == 0)
    return;

  g_free (self->name);
  self->name = g_steal_pointer (&plain);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

void
vis_contact_set_state (VisContact *self, VisContactState state)
{
  g_return_if_fail (VIS_IS_CONTACT (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * vis_contact_set_presence: (skip)
 * @self: a contact
 * @presence: the presence
 * @last_seen: milliseconds since 1970; 0 for no change
 *
 * Sets [property@Vis.Contact:presence] and [property@Vis.Contact:last-seen] in one step.
 */
void
vis_contact_set_presence (VisContact *self, VisPresence presence, gint64 last_seen)
{
  g_return_if_fail (VIS_IS_CONTACT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->presence != presence)
    {
      self->presence = presence;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE]);
    }
  if (last_seen > 0 && self->last_seen != last_seen)
    {
      self->last_seen = last_seen;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAST_SEEN]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * vis_contact_get_user:
 * @self: a contact
 *
 * Returns: (transfer none): [property@Vis.Contact:user]
 */
const char *
vis_contact_get_user (VisContact *self)
{
  g_return_val_if_fail (VIS_IS_CONTACT (self), NULL);

  return self->user;
}

/**
 * vis_contact_get_name:
 * @self: a contact
 *
 * Returns: (transfer none): [property@Vis.Contact:name]
 */
const char *
vis_contact_get_name (VisContact *self)
{
  g_return_val_if_fail (VIS_IS_CONTACT (self), NULL);

  return self->name;
}

/**
 * vis_contact_get_state:
 * @self: a contact
 *
 * Returns: [property@Vis.Contact:state]
 */
VisContactState
vis_contact_get_state (VisContact *self)
{
  g_return_val_if_fail (VIS_IS_CONTACT (self), VIS_CONTACT_NONE);

  return self->state;
}

/**
 * vis_contact_get_presence:
 * @self: a contact
 *
 * Returns: [property@Vis.Contact:presence]
 */
VisPresence
vis_contact_get_presence (VisContact *self)
{
  g_return_val_if_fail (VIS_IS_CONTACT (self), VIS_PRESENCE_OFFLINE);

  return self->presence;
}

/**
 * vis_contact_get_last_seen:
 * @self: a contact
 *
 * Returns: [property@Vis.Contact:last-seen]
 */
gint64
vis_contact_get_last_seen (VisContact *self)
{
  g_return_val_if_fail (VIS_IS_CONTACT (self), 0);

  return self->last_seen;
}
