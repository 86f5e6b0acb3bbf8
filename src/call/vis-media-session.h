/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-media-flags.h"
#include "vis-stats.h"

G_BEGIN_DECLS

/**
 * VisSessionState:
 * @VIS_SESSION_NEW: nothing flows yet; descriptions and candidates are being exchanged
 * @VIS_SESSION_CONNECTED: the peer's certificate matches the signaled fingerprint, media flows
 * @VIS_SESSION_STALLED: was connected, but nothing has arrived for 3 s or the network changed; it
 *   may go back to connected by itself
 * @VIS_SESSION_FAILED: will not work any more; see `error`
 * @VIS_SESSION_UNUSABLE: the descriptions of the two sides can't be brought together, and those of
 *   another generation won't either; see `error`
 * @VIS_SESSION_INSECURE: the peer's certificate is not the signaled one; nothing was sent or shown
 * @VIS_SESSION_CLOSED: closed by its owner
 *
 * The states of one media session.
 */
typedef enum
{
  VIS_SESSION_NEW,
  VIS_SESSION_CONNECTED,
  VIS_SESSION_STALLED,
  VIS_SESSION_FAILED,
  VIS_SESSION_UNUSABLE,
  VIS_SESSION_INSECURE,
  VIS_SESSION_CLOSED,
} VisSessionState;

#define VIS_TYPE_SESSION_STATE (vis_session_state_get_type ())
GType vis_session_state_get_type (void);

#define VIS_TYPE_MEDIA_SESSION (vis_media_session_get_type ())
G_DECLARE_INTERFACE (VisMediaSession, vis_media_session, VIS, MEDIA_SESSION, GObject)

/**
 * VisMediaSession:
 *
 * The media of one generation of a call: one peer connection. It is told descriptions and
 * candidates of the other side and tells its own; it trusts neither its owner nor the signaling and
 * guards itself (any method in any state is harmless).
 *
 * Properties, all read-only and notified on the main context: `state` ([enum@Vis.SessionState]);
 * `remote-video` (an object that the UI can paint, %NULL until the first frame may be shown);
 * `remote-screen` (likewise); `error` (a boxed #GError or %NULL); `stats` (a boxed
 * [struct@Vis.Stats], never %NULL: the numbers of the moment in which it is read).
 *
 * Signals, all on the main context: `description (const char *sdp)`, once: the offer or the answer
 * to be sent; `candidate (const char *candidate, const char *mid, guint mline)`, any number of
 * times after it, the last one with "" as candidate.
 */
struct _VisMediaSessionInterface
{
  GTypeInterface parent_iface;

  void (*offer) (VisMediaSession *self);
  void (*answer) (VisMediaSession *self, const char *offer);
  void (*set_answer) (VisMediaSession *self, const char *answer);
  void (*add_candidate) (VisMediaSession *self,
                         const char      *candidate,
                         const char      *mid,
                         guint            mline);
  void (*set_sending) (VisMediaSession *self, VisMediaFlags sending);
  void (*close) (VisMediaSession *self);
};

void            vis_media_session_offer (VisMediaSession *self);
void            vis_media_session_answer (VisMediaSession *self, const char *offer);
void            vis_media_session_set_answer (VisMediaSession *self, const char *answer);
void            vis_media_session_add_candidate (VisMediaSession *self,
                                                 const char      *candidate,
                                                 const char      *mid,
                                                 guint            mline);
void            vis_media_session_set_sending (VisMediaSession *self, VisMediaFlags sending);
void            vis_media_session_close (VisMediaSession *self);
VisSessionState vis_media_session_get_state (VisMediaSession *self);
VisStats       *vis_media_session_dup_stats (VisMediaSession *self) G_GNUC_WARN_UNUSED_RESULT;

#define VIS_TYPE_MEDIA_ENGINE (vis_media_engine_get_type ())
G_DECLARE_INTERFACE (VisMediaEngine, vis_media_engine, VIS, MEDIA_ENGINE, GObject)

/**
 * VisMediaEngine:
 *
 * Makes media sessions and owns what outlives a generation: the camera, the microphone and the
 * speaker.
 *
 * `check_offer` looks whether a session could answer an offer at all, without making one; an engine
 * without it takes any. `capture` opens and closes the devices (idempotent; a missing device is no
 * error). Properties: `local-video`: the own picture, an object that the UI can paint, %NULL while
 * the camera is off or none is left; `problem`: what a person can do about a device that does not
 * work, %NULL otherwise; `microphone-works` and `camera-works`: whether there is one and it could
 * be opened as far as is known, wanted or not.
 */
struct _VisMediaEngineInterface
{
  GTypeInterface parent_iface;

  VisMediaSession *(*create_session) (VisMediaEngine *self, GPtrArray *ice_servers);
  gboolean (*check_offer) (VisMediaEngine *self, const char *offer, GError **error);
  void (*capture) (VisMediaEngine *self, VisMediaFlags wanted);
};

VisMediaSession *vis_media_engine_create_session (VisMediaEngine *self,
                                                  GPtrArray *ice_servers) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_media_engine_check_offer (VisMediaEngine *self, const char *offer, GError **error);
void     vis_media_engine_capture (VisMediaEngine *self, VisMediaFlags wanted);

G_END_DECLS
