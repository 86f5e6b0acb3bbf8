/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-call-private.h"

G_BEGIN_DECLS

/* Replaces the call controller in tests of widgets: has the call that it is given, and logs the
 * last verb, such as "start grace video". */

VisCallController *spy_controller_new (void);
void               spy_controller_set_call (VisCallController *self, VisCall *call);
void               spy_controller_end (VisCallController *self, VisEndReason reason);
void  spy_controller_miss (VisCallController *self, const char *user, const char *name);
char *spy_controller_take_verb (VisCallController *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
