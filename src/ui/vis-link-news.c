/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-link-news.h"

struct _VisLinkNews
{
  GObject parent_instance;

  char   *reason;
  char   *offer;
  char   *verb;
  char   *action;
  char   *plain_server;
};

G_DEFINE_FINAL_TYPE (VisLinkNews, vis_link_news, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Returns whether the text has changed. */
static gboolean
replace (char **place, const char *words)
{
  if (g_strcmp0 (*place, words) == 0)
    return FALSE;

  g_free (*place);
  *place = g_strdup (words);
  return TRUE;
}

static void
set (VisLinkNews *self, char **place, const char *words)
{
  if (replace (place, words))
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
vis_link_news_finalize (GObject *object)
{
  VisLinkNews *self = VIS_LINK_NEWS (object);

  g_free (self->reason);
  g_free (self->offer);
  g_free (self->verb);
  g_free (self->action);
  g_free (self->plain_server);

  G_OBJECT_CLASS (vis_link_news_parent_class)->finalize (object);
}

static void
vis_link_news_class_init (VisLinkNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_link_news_finalize;

  signals[CHANGED] = g_signal_new (
    "changed", VIS_TYPE_LINK_NEWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_link_news_init (VisLinkNews *self)
{
}

VisLinkNews *
vis_link_news_new (void)
{
  return g_object_new (VIS_TYPE_LINK_NEWS, NULL);
}

/**
 * vis_link_news_set_reason:
 * @reason: (nullable): a sentence: why there is no connection, %NULL if that is not known
 *
 * Shown while the link tries again.
 */
void
vis_link_news_set_reason (VisLinkNews *self, const char *reason)
{
  g_return_if_fail (VIS_IS_LINK_NEWS (self));

  set (self, &self->reason, reason);
}

const char *
vis_link_news_get_reason (VisLinkNews *self)
{
  return self->reason;
}

/**
 * vis_link_news_set_offer:
 * @offer: (nullable): why there is no connection, and what can be done; %NULL for no offer
 * @verb: (nullable): the label of the button
 * @action: (nullable): the action of the button
 *
 * A problem that only the person can solve. `changed` is emitted once all three are set.
 */
void
vis_link_news_set_offer (VisLinkNews *self, const char *offer, const char *verb, const char *action)
{
  gboolean changed;

  g_return_if_fail (VIS_IS_LINK_NEWS (self));

  changed = replace (&self->verb, verb);
  changed |= replace (&self->action, action);
  changed |= replace (&self->offer, offer);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

const char *
vis_link_news_get_offer (VisLinkNews *self)
{
  return self->offer;
}

const char *
vis_link_news_get_verb (VisLinkNews *self)
{
  return self->verb;
}

const char *
vis_link_news_get_action (VisLinkNews *self)
{
  return self->action;
}

/**
 * vis_link_news_set_plain_server:
 * @server: (nullable): the server that is spoken to without encryption, %NULL if it is encrypted
 */
void
vis_link_news_set_plain_server (VisLinkNews *self, const char *server)
{
  g_return_if_fail (VIS_IS_LINK_NEWS (self));

  set (self, &self->plain_server, server);
}

const char *
vis_link_news_get_plain_server (VisLinkNews *self)
{
  return self->plain_server;
}
