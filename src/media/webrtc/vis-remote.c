/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-remote.h"

#include "vis-error.h"

/* Takes @normal. */
static VisRemote *
remote_new (const char *text, VisSdpNormal *normal, GError **error)
{
  g_autoptr (VisRemote) self = g_new0 (VisRemote, 1);

  self->normal = normal;
  if (normal != NULL)
    self->facts = vis_sdp_facts_new (text, error);
  if (self->facts != NULL)
    self->message = vis_media_sections_parse (vis_sdp_normal_get_text (normal), error);

  return self->message != NULL ? g_steal_pointer (&self) : NULL;
}

/* GStreamer 1.22: webrtcbin aborts when the two sides have nothing in common. */
static gboolean
has_common_ground (const VisMediaSection sections[VIS_N_ROLES], GError **error)
{
  if (vis_media_sections_any (sections))
    return TRUE;

  g_set_error_literal (error,
                       VIS_ERROR,
                       VIS_ERROR_MEDIA,
                       "The other side has neither sound nor pictures that are understood here");
  return FALSE;
}

/**
 * vis_remote_new_offer:
 * @offer: an offer of the other side; text from anywhere
 * @sections: (out): what each of our senders can use of it
 * @error: return location
 *
 * Looks whether an offer can be answered.
 *
 * Returns: (transfer full) (nullable): the offer, or %NULL with @error set
 */
VisRemote *
vis_remote_new_offer (const char *offer, VisMediaSection sections[VIS_N_ROLES], GError **error)
{
  g_autoptr (VisRemote) self = remote_new (offer, vis_sdp_normal_new_offer (offer, error), error);

  if (self == NULL)
    return NULL;

  vis_media_sections_from_offer (sections, self->message);
  return has_common_ground (sections, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * vis_remote_new_answer:
 * @answer: an answer of the other side; text from anywhere
 * @offer: the offer of ours that it answers
 * @sections: (inout): the sections of @offer; those that are done without are crossed out
 * @error: return location
 *
 * Looks whether a call can be made of an answer.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set
 */
VisRemote *
vis_remote_new_answer (const char     *answer,
                       const char     *offer,
                       VisMediaSection sections[VIS_N_ROLES],
                       GError        **error)
{
  g_autoptr (VisRemote) self =
    remote_new (answer, vis_sdp_normal_new_answer (answer, offer, error), error);

  if (self == NULL)
    return NULL;

  vis_media_sections_apply_answer (sections, self->message);
  return has_common_ground (sections, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * vis_remote_free:
 * @self: (transfer full) (nullable): a description
 *
 * Frees a description.
 */
void
vis_remote_free (VisRemote *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->facts, vis_sdp_facts_free);
  g_clear_pointer (&self->normal, vis_sdp_normal_free);
  g_clear_pointer (&self->message, gst_sdp_message_free);
  g_free (self);
}

/**
 * vis_remote_find_origin:
 * @self: what the other side described, an offer
 * @mline: (inout): the index of a section in the form of webrtcbin; becomes that of the section it
 *   was made of
 *
 * Finds out how the other side names a section.
 *
 * Returns: (transfer full) (nullable): its tag
 */
char *
vis_remote_find_origin (const VisRemote *self, guint *mline)
{
  *mline = vis_sdp_normal_find_origin (self->normal, *mline);

  return g_strdup (vis_sdp_normal_get_mid (self->normal, *mline));
}
