/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call-controller.h"
#include "vis-chat.h"
#include "vis-link.h"

G_BEGIN_DECLS

/**
 * VisSession:
 *
 * One account that is signed in: owns its connection, its people and messages, and its calls, and
 * has no behaviour beyond that.
 */
#define VIS_TYPE_SESSION (vis_session_get_type ())
G_DECLARE_FINAL_TYPE (VisSession, vis_session, VIS, SESSION, GObject)

VisSession        *vis_session_new (const char     *user,
                                    const char     *dir,
                                    VisLink        *link,
                                    VisMediaEngine *engine,
                                    VisRinger      *ringer) G_GNUC_WARN_UNUSED_RESULT;

VisLink           *vis_session_get_link (VisSession *self);
VisChat           *vis_session_get_chat (VisSession *self);
VisCallController *vis_session_get_controller (VisSession *self);
void               vis_session_close (VisSession *self);
void vis_session_erase_async (VisSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean vis_session_erase_finish (GAsyncResult *result, GError **error);

G_END_DECLS
