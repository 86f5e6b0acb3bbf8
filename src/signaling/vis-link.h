/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-link-machine.h"
#include "vis-transport.h"
#include "vis-trust.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VisLink:
 *
 * The connection of one sign-in to its server: a [iface@Vis.Wire] that opens itself again whenever
 * it is lost, for as long as it is wanted.
 *
 * Besides the properties of the wire: `problem` (a #GError or %NULL): why it has given up and is
 * offline, which only a person can solve; `last-error` (a #GError or %NULL): why the last attempt
 * failed, %NULL while online.
 */
#define VIS_TYPE_LINK (vis_link_get_type ())
G_DECLARE_FINAL_TYPE (VisLink, vis_link, VIS, LINK, GObject)

VisLink *vis_link_new (const char *socket_url, const char *token, VisTrust *trust, VisClock *clock)
  G_GNUC_WARN_UNUSED_RESULT;
VisLink      *vis_link_new_with_transport (const char      *socket_url,
                                           const char      *token,
                                           VisClock        *clock,
                                           VisTransportFunc func,
                                           gpointer         data) G_GNUC_WARN_UNUSED_RESULT;

void          vis_link_start (VisLink *self);
void          vis_link_stop (VisLink *self);
void          vis_link_wake (VisLink *self);
const GError *vis_link_get_problem (VisLink *self);
const GError *vis_link_get_last_error (VisLink *self);

G_END_DECLS
