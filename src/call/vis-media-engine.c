/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-media-session.h"

G_DEFINE_INTERFACE (VisMediaEngine, vis_media_engine, G_TYPE_OBJECT)

static void
vis_media_engine_default_init (VisMediaEngineInterface *iface)
{
  /**
   * VisMediaEngine:local-video:
   *
   * The own picture, an object that the UI can paint; %NULL while the camera is off.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_object (
      "local-video", NULL, NULL, G_TYPE_OBJECT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  /**
   * VisMediaEngine:problem:
   *
   * What is wrong with a device that is wanted, a sentence for people; %NULL while nothing is.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  /**
   * VisMediaEngine:microphone-works:
   *
   * Whether there is a microphone, and it did not fail since it is wanted; %TRUE while nobody has
   * looked yet.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_boolean (
      "microphone-works", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  /**
   * VisMediaEngine:camera-works:
   *
   * Whether there is a camera, and it did not fail since it is wanted; %TRUE while nobody has
   * looked yet.
   */
  g_object_interface_install_property (
    iface,
    g_param_spec_boolean (
      "camera-works", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

/**
 * vis_media_engine_create_session:
 * @self: an engine
 * @ice_servers: (nullable) (element-type VisMessage): the servers of `hello` or `turn:refresh`
 *
 * Makes the media of one generation. It does nothing until it is told to offer or to answer.
 *
 * Returns: (transfer full): a session, in the state @VIS_SESSION_NEW
 */
VisMediaSession *
vis_media_engine_create_session (VisMediaEngine *self, GPtrArray *ice_servers)
{
  g_return_val_if_fail (VIS_IS_MEDIA_ENGINE (self), NULL);

  return VIS_MEDIA_ENGINE_GET_IFACE (self)->create_session (self, ice_servers);
}

/**
 * vis_media_engine_check_offer:
 * @self: an engine
 * @offer: an offer of the other side; text from anywhere
 * @error: return location
 *
 * Looks whether anything can come of an offer.
 *
 * Returns: %FALSE with @error set if no session could answer it
 */
gboolean
vis_media_engine_check_offer (VisMediaEngine *self, const char *offer, GError **error)
{
  VisMediaEngineInterface *iface;

  g_return_val_if_fail (VIS_IS_MEDIA_ENGINE (self), FALSE);

  iface = VIS_MEDIA_ENGINE_GET_IFACE (self);
  return iface->check_offer == NULL || iface->check_offer (self, offer, error);
}

/**
 * vis_media_engine_capture:
 * @self: an engine
 * @wanted: what is to be captured: the microphone's sound, the camera's picture
 *
 * Opens and closes the devices until they are as wanted; a device that is not there is no error.
 */
void
vis_media_engine_capture (VisMediaEngine *self, VisMediaFlags wanted)
{
  g_return_if_fail (VIS_IS_MEDIA_ENGINE (self));

  VIS_MEDIA_ENGINE_GET_IFACE (self)->capture (self, wanted);
}
