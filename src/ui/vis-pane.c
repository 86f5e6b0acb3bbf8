/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-pane.h"

typedef struct
{
  gboolean folded;
} VisPanePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (VisPane, vis_pane, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_FOLDED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
vis_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, vis_pane_get_folded (VIS_PANE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VisPanePrivate *priv = vis_pane_get_instance_private (VIS_PANE (object));

  switch (id)
    {
    case PROP_FOLDED:
      if (priv->folded == g_value_get_boolean (value))
        break;
      priv->folded = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vis_pane_class_init (VisPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = vis_pane_get_property;
  object_class->set_property = vis_pane_set_property;

  properties[PROP_FOLDED] =
    g_param_spec_boolean ("folded",
                          NULL,
                          NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
vis_pane_init (VisPane *self)
{
}

gboolean
vis_pane_get_folded (VisPane *self)
{
  VisPanePrivate *priv = vis_pane_get_instance_private (self);

  g_return_val_if_fail (VIS_IS_PANE (self), FALSE);

  return priv->folded;
}
