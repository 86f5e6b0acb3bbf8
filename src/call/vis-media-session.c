/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-media-session.h"

G_DEFINE_ENUM_TYPE (VisSessionState,
                    vis_session_state,
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_STALLED, "stalled"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_UNUSABLE, "unusable"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_INSECURE, "insecure"),
                    G_DEFINE_ENUM_VALUE (VIS_SESSION_CLOSED, "closed"))

G_DEFINE_INTERFACE (VisMediaSession, vis_media_session, G_TYPE_OBJECT)

static void
install_properties (gpointer iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  /**
   * VisMediaSession:state:
   *
   * How the session is doing.
   */
  g_object_interface_install_property (
    iface, g_param_spec_enum ("state", NULL, NULL, VIS_TYPE_SESSION_STATE, VIS_SESSION_NEW, flags));

  /**
   * VisMediaSession:remote-video:
   *
   * The other side's camera, an object that the UI can paint; %NULL until a frame may be shown.
   */
  g_object_interface_install_property (
    iface, g_param_spec_object ("remote-video", NULL, NULL, G_TYPE_OBJECT, flags));

  /**
   * VisMediaSession:remote-screen:
   *
   * The other side's screen, like `remote-video`.
   */
  g_object_interface_install_property (
    iface, g_param_spec_object ("remote-screen", NULL, NULL, G_TYPE_OBJECT, flags));

  /**
   * VisMediaSession:error:
   *
   * Why the session failed, or %NULL.
   */
  g_object_interface_install_property (
    iface, g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags));

  /**
   * VisMediaSession:stats:
   *
   * How the session is doing, in numbers; notified once a second while it is connected. They are
   * put together when they are read, so they cost nothing while nobody does.
   */
  g_object_interface_install_property (
    iface, g_param_spec_boxed ("stats", NULL, NULL, VIS_TYPE_STATS, flags));
}

static void
vis_media_session_default_init (VisMediaSessionInterface *iface)
{
  install_properties (iface);

  /**
   * VisMediaSession::description:
   * @self: a session
   * @sdp: the offer or the answer to be sent
   *
   * Emitted once.
   */
  g_signal_new ("description",
                G_TYPE_FROM_INTERFACE (iface),
                G_SIGNAL_RUN_LAST,
                0,
                NULL,
                NULL,
                NULL,
                G_TYPE_NONE,
                1,
                G_TYPE_STRING);

  /**
   * VisMediaSession::candidate:
   * @self: a session
   * @candidate: the candidate's line without `a=`; "" for the end of candidates
   * @mid: the section's identification tag
   * @mline: the section's index
   *
   * Emitted for each local candidate, after `description`.
   */
  g_signal_new ("candidate",
                G_TYPE_FROM_INTERFACE (iface),
                G_SIGNAL_RUN_LAST,
                0,
                NULL,
                NULL,
                NULL,
                G_TYPE_NONE,
                3,
                G_TYPE_STRING,
                G_TYPE_STRING,
                G_TYPE_UINT);
}

/**
 * vis_media_session_offer:
 * @self: a session
 *
 * Starts as the side that offers; `description` follows.
 */
void
vis_media_session_offer (VisMediaSession *self)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));

  VIS_MEDIA_SESSION_GET_IFACE (self)->offer (self);
}

/**
 * vis_media_session_answer:
 * @self: a session
 * @offer: the other side's offer (SDP)
 *
 * Starts as the side that answers; `description` follows.
 */
void
vis_media_session_answer (VisMediaSession *self, const char *offer)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));
  g_return_if_fail (offer != NULL);

  VIS_MEDIA_SESSION_GET_IFACE (self)->answer (self, offer);
}

/**
 * vis_media_session_set_answer:
 * @self: a session that has offered
 * @answer: the other side's answer (SDP)
 *
 * Completes the exchange of descriptions.
 */
void
vis_media_session_set_answer (VisMediaSession *self, const char *answer)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));
  g_return_if_fail (answer != NULL);

  VIS_MEDIA_SESSION_GET_IFACE (self)->set_answer (self, answer);
}

/**
 * vis_media_session_add_candidate:
 * @self: a session
 * @candidate: a candidate of the other side, "" for the end of them
 * @mid: (nullable): the section's identification tag
 * @mline: the section's index
 *
 * Tells one candidate (RFC 8838). Before the remote description it is kept and applied after it.
 */
void
vis_media_session_add_candidate (VisMediaSession *self,
                                 const char      *candidate,
                                 const char      *mid,
                                 guint            mline)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));
  g_return_if_fail (candidate != NULL);

  VIS_MEDIA_SESSION_GET_IFACE (self)->add_candidate (self, candidate, mid, mline);
}

/**
 * vis_media_session_set_sending:
 * @self: a session
 * @sending: what is sent; silence and no picture of the rest
 *
 * Turns what is sent on and off, without any negotiation.
 */
void
vis_media_session_set_sending (VisMediaSession *self, VisMediaFlags sending)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));

  VIS_MEDIA_SESSION_GET_IFACE (self)->set_sending (self, sending);
}

/**
 * vis_media_session_close:
 * @self: a session
 *
 * Ends it and releases everything, any number of times.
 */
void
vis_media_session_close (VisMediaSession *self)
{
  g_return_if_fail (VIS_IS_MEDIA_SESSION (self));

  VIS_MEDIA_SESSION_GET_IFACE (self)->close (self);
}

/**
 * vis_media_session_get_state:
 * @self: a session
 *
 * Returns: how it is doing
 */
VisSessionState
vis_media_session_get_state (VisMediaSession *self)
{
  VisSessionState state;

  g_return_val_if_fail (VIS_IS_MEDIA_SESSION (self), VIS_SESSION_CLOSED);

  g_object_get (self, "state", &state, NULL);
  return state;
}

/**
 * vis_media_session_dup_stats:
 * @self: a session
 *
 * Returns: (transfer full): the numbers of now, or of the end of a session that is over
 */
VisStats *
vis_media_session_dup_stats (VisMediaSession *self)
{
  VisStats *stats = NULL;

  g_return_val_if_fail (VIS_IS_MEDIA_SESSION (self), NULL);

  g_object_get (self, "stats", &stats, NULL);
  return stats;
}
