/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-padlock.h"

#include "vis-ui.h"

#include <glib/gi18n.h>

struct _VisPadlock
{
  AdwBin        parent_instance;

  GSignalGroup *news_signals;

  GtkLabel     *label;
};

G_DEFINE_FINAL_TYPE (VisPadlock, vis_padlock, ADW_TYPE_BIN)

static void
update (VisPadlock *self)
{
  g_autoptr (VisLinkNews) news = g_signal_group_dup_target (self->news_signals);
  const char             *server = news != NULL ? vis_link_news_get_plain_server (news) : NULL;
  g_autofree char        *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), server != NULL);
  if (server == NULL)
    return;

  words = g_strdup_printf (_ ("The connection to %s is not encrypted. Others on the network can "
                              "read and change what you write and receive."),
                           server);
  gtk_label_set_label (self->label, words);
}

static void
vis_padlock_dispose (GObject *object)
{
  g_clear_object (&VIS_PADLOCK (object)->news_signals);

  G_OBJECT_CLASS (vis_padlock_parent_class)->dispose (object);
}

static void
vis_padlock_class_init (VisPadlockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_padlock_dispose;

  vis_ui_init ();
  gtk_widget_class_set_template_from_resource (widget_class, VIS_UI_RESOURCE_PATH "vis-padlock.ui");
  gtk_widget_class_bind_template_child (widget_class, VisPadlock, label);
}

static void
vis_padlock_init (VisPadlock *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->news_signals = g_signal_group_new (VIS_TYPE_LINK_NEWS);
  g_signal_group_connect_swapped (self->news_signals, "changed", G_CALLBACK (update), self);
}

/**
 * vis_padlock_set_news:
 * @news: says whether the server is unencrypted
 */
void
vis_padlock_set_news (VisPadlock *self, VisLinkNews *news)
{
  g_return_if_fail (VIS_IS_PADLOCK (self));

  g_signal_group_set_target (self->news_signals, news);
  update (self);
}
