/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-gst-engine.h"
#include "vis-video-paintable.h"
#include "vis-webrtc-session.h"

G_BEGIN_DECLS

/* Two sessions in one process, each with an engine of its own, and the wire between them. */
typedef struct
{
  VisGstEngine    *engines[2];
  VisMediaSession *sessions[2];
  char            *descriptions[2];
  guint            n_candidates[2];
  gboolean         gathered[2];
  gboolean         hold_candidates;
  gboolean         relay_only;
  GPtrArray       *ice_servers;
  char *(*tamper) (const char *sdp);
  gint64 answered_at;
  gint64 pictures_at[2];
} Fixture;

typedef gboolean (*Condition) (gpointer data);

gboolean fixture_wait (Condition condition, gpointer data, guint seconds);
void     fixture_spin (guint ms);

void     fixture_set_up (Fixture *self, gconstpointer data);
void     fixture_tear_down (Fixture *self, gconstpointer data);
void     fixture_make_sessions (Fixture *self);
void     fixture_drop_sessions (Fixture *self);
void     fixture_connect (Fixture *self);
void     fixture_settle (void);

gboolean fixture_is_flowing (gpointer data);
void     fixture_assert_moving (VisMediaSession *session);
VisStats fixture_get_stats (Fixture *self, guint which);

guint    fixture_count_fds (void);
guint    fixture_count_threads (void);

G_END_DECLS
