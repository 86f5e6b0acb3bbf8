/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-clock.h"
#include "vis-transport.h"
#include "vis-trust.h"
#include "vis-wire.h"

G_BEGIN_DECLS

/**
 * VIS_LINK_PROBLEM:
 *
 * Why a link has given up: the messages of these errors are translated sentences.
 */
#define VIS_LINK_PROBLEM (vis_link_problem_quark ())
GQuark vis_link_problem_quark (void);

/**
 * VisLinkProblem:
 * @VIS_LINK_PROBLEM_REPLACED: the same sign-in was used for another connection
 * @VIS_LINK_PROBLEM_SIGNED_OUT: the server does not know the sign-in any more
 *
 * Codes of [error@Vis.LinkProblem].
 */
typedef enum
{
  VIS_LINK_PROBLEM_REPLACED,
  VIS_LINK_PROBLEM_SIGNED_OUT,
} VisLinkProblem;

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
