/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-mirror.h"

struct _VisMirror
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (VisMirror, vis_mirror, ADW_TYPE_BIN)

static void
vis_mirror_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) width, 0));
  gtk_snapshot_scale (snapshot, -1, 1);
  GTK_WIDGET_CLASS (vis_mirror_parent_class)->snapshot (widget, snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
vis_mirror_class_init (VisMirrorClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = vis_mirror_snapshot;
}

static void
vis_mirror_init (VisMirror *self)
{
}
