/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp-transport.h"

#include <string.h>

#include "vis-protocol-error.h"
#include "vis-sdp.h"

/* RFC 8839, section 5.4. */
#define MAX_ICE_CHARS 256
#define MIN_UFRAG     4
#define MIN_PWD       22

static const char *
find (const VisSdpDocument *document, const VisSdpSection *section, const char *name)
{
  const char *value = vis_sdp_attributes_find (section->attributes, name);

  if (value == NULL || *value == '\0')
    value = vis_sdp_attributes_find (document->attributes, name);

  return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
is_ice_text (const char *text, gsize min)
{
  gsize length = 0;

  if (text == NULL)
    return FALSE;
  while (g_ascii_isalnum (text[length]) || (text[length] != '\0' && strchr ("+/", text[length])))
    length++;

  return text[length] == '\0' && length >= min && length <= MAX_ICE_CHARS;
}

static const char *
find_fingerprint (const GPtrArray *attributes)
{
  for (guint i = 0; i < attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (attributes, i);
      g_autofree char       *known = NULL;

      if (g_str_equal (attribute->name, "fingerprint"))
        known = vis_sdp_fingerprint_parse (attribute->value);
      if (known != NULL)
        return attribute->value;
    }

  return NULL;
}

/**
 * vis_sdp_transport_read:
 * @self: (out caller-allocates): a transport
 * @document: a description
 * @section: one of its sections
 *
 * Reads what @section says, and what @document says for all that say nothing (RFC 8839, section
 * 5.4, RFC 8842, section 5.1). Credentials that are none are left out.
 */
void
vis_sdp_transport_read (VisSdpTransport      *self,
                        const VisSdpDocument *document,
                        const VisSdpSection  *section)
{
  *self = (VisSdpTransport){
    .ufrag = find (document, section, "ice-ufrag"),
    .pwd = find (document, section, "ice-pwd"),
    .fingerprint = find_fingerprint (section->attributes),
    .setup = find (document, section, "setup"),
  };
  if (self->fingerprint == NULL)
    self->fingerprint = find_fingerprint (document->attributes);
  if (!is_ice_text (self->ufrag, MIN_UFRAG) || !is_ice_text (self->pwd, MIN_PWD))
    self->ufrag = self->pwd = NULL;
}

/**
 * vis_sdp_transport_complete:
 * @self: the transport of a group
 * @other: that of another section in it
 *
 * Takes from @other what @self lacks.
 */
void
vis_sdp_transport_complete (VisSdpTransport *self, const VisSdpTransport *other)
{
  if (self->ufrag == NULL)
    {
      self->ufrag = other->ufrag;
      self->pwd = other->pwd;
    }
  if (self->fingerprint == NULL)
    self->fingerprint = other->fingerprint;
  if (self->setup == NULL)
    self->setup = other->setup;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST, message);
  return FALSE;
}

/* Without a=setup an offer is taken for actpass and an answer for active, as other implementations
 * do. An answer that leaves the choice (RFC 8842, section 5.3), or holds the
 * connection back, gets none. */
static gboolean
settle_setup (VisSdpTransport *self, gboolean offer, GError **error)
{
  static const char *const known[] = { "active", "passive", "actpass" };

  if (self->setup == NULL)
    self->setup = offer ? "actpass" : "active";

  for (guint i = 0; i < G_N_ELEMENTS (known) - (offer ? 0 : 1); i++)
    {
      if (g_ascii_strcasecmp (self->setup, known[i]) != 0)
        continue;
      self->setup = known[i];
      return TRUE;
    }

  return refuse (error, "The description does not say who opens the secure connection");
}

/**
 * vis_sdp_transport_settle:
 * @self: a transport that has all it can get
 * @offer: whether it is that of an offer, or else an answer
 * @error: `bad_request` if nobody can be reached that way
 *
 * Looks whether the transport can be used.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_sdp_transport_settle (VisSdpTransport *self, gboolean offer, GError **error)
{
  if (self->ufrag == NULL)
    return refuse (error, "The description has no ICE credentials");
  if (self->fingerprint == NULL)
    return refuse (error, "The description has no fingerprint of SHA-256 or better");

  return settle_setup (self, offer, error);
}

/**
 * vis_sdp_transport_write:
 * @self: a transport that is settled
 * @section: a section that is reached that way
 *
 * Writes it down.
 */
void
vis_sdp_transport_write (const VisSdpTransport *self, VisSdpSection *section)
{
  vis_sdp_attributes_add (section->attributes, "ice-ufrag", self->ufrag);
  vis_sdp_attributes_add (section->attributes, "ice-pwd", self->pwd);
  vis_sdp_attributes_add (section->attributes, "fingerprint", self->fingerprint);
  vis_sdp_attributes_add (section->attributes, "setup", self->setup);
}

/**
 * vis_sdp_transport_is:
 * @self: a transport
 * @other: another one
 *
 * Returns: whether candidates of the one are candidates of the other
 */
gboolean
vis_sdp_transport_is (const VisSdpTransport *self, const VisSdpTransport *other)
{
  return g_strcmp0 (self->ufrag, other->ufrag) == 0 && g_strcmp0 (self->pwd, other->pwd) == 0;
}
