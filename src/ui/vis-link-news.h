/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VisLinkNews:
 *
 * What is shown of the connection beside its state: why it is missing, what the person can do about
 * it, and whether it is unencrypted. Set by the app. Signal `changed`.
 */
#define VIS_TYPE_LINK_NEWS (vis_link_news_get_type ())
G_DECLARE_FINAL_TYPE (VisLinkNews, vis_link_news, VIS, LINK_NEWS, GObject)

VisLinkNews *vis_link_news_new (void) G_GNUC_WARN_UNUSED_RESULT;

void         vis_link_news_set_reason (VisLinkNews *self, const char *reason);
const char  *vis_link_news_get_reason (VisLinkNews *self);

void         vis_link_news_set_offer (VisLinkNews *self,
                                      const char  *offer,
                                      const char  *verb,
                                      const char  *action);
const char  *vis_link_news_get_offer (VisLinkNews *self);
const char  *vis_link_news_get_verb (VisLinkNews *self);
const char  *vis_link_news_get_action (VisLinkNews *self);

void         vis_link_news_set_plain_server (VisLinkNews *self, const char *server);
const char  *vis_link_news_get_plain_server (VisLinkNews *self);

G_END_DECLS
