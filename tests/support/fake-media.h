/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-session.h"
#include "vis-ringer.h"

G_BEGIN_DECLS

/* A media session without media: the test calls it and emits its signals. */
#define VIS_TYPE_FAKE_SESSION (vis_fake_session_get_type ())
G_DECLARE_FINAL_TYPE (VisFakeSession, vis_fake_session, VIS, FAKE_SESSION, GObject)

void vis_fake_session_describe (VisFakeSession *self, const char *sdp);
void vis_fake_session_find (VisFakeSession *self, const char *candidate);
void vis_fake_session_set_state (VisFakeSession *self, VisSessionState state);
void vis_fake_session_set_picture (VisFakeSession *self, GObject *picture);

/* The calls that it got, one a line: "offer", "answer NAME", "set_answer NAME", "candidate LINE",
 * "sending 110", "close". */
const char *vis_fake_session_get_log (VisFakeSession *self);

#define VIS_TYPE_FAKE_ENGINE (vis_fake_engine_get_type ())
G_DECLARE_FINAL_TYPE (VisFakeEngine, vis_fake_engine, VIS, FAKE_ENGINE, GObject)

VisFakeEngine *vis_fake_engine_new (void);

/* The session that was created as number @index, from 0, or NULL; and how many are not closed. */
VisFakeSession *vis_fake_engine_get_session (VisFakeEngine *self, guint index);
guint           vis_fake_engine_count_open (VisFakeEngine *self);
VisMediaFlags   vis_fake_engine_get_captured (VisFakeEngine *self);
void            vis_fake_engine_set_picture (VisFakeEngine *self, GObject *picture);
void            vis_fake_engine_set_problem (VisFakeEngine *self, const char *problem);
void vis_fake_engine_set_works (VisFakeEngine *self, gboolean microphone, gboolean camera);

/* Sets the name of an offer that the engine refuses. */
void vis_fake_engine_set_bad_offer (VisFakeEngine *self, const char *name);

/* Sets whether sessions fail within offer() and answer(). */
void vis_fake_engine_set_broken (VisFakeEngine *self, gboolean broken);

#define VIS_TYPE_FAKE_RINGER (vis_fake_ringer_get_type ())
G_DECLARE_FINAL_TYPE (VisFakeRinger, vis_fake_ringer, VIS, FAKE_RINGER, GObject)

VisFakeRinger *vis_fake_ringer_new (void);
VisRing        vis_fake_ringer_get_ring (VisFakeRinger *self);

G_END_DECLS
