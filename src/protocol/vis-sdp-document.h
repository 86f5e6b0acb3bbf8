/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisSdpAttribute:
 * @name: what stands before the colon
 * @value: what stands after it, "" where there is none
 *
 * An `a=` line (RFC 8866, section 5.13).
 */
typedef struct
{
  char *name;
  char *value;
} VisSdpAttribute;

/**
 * VisSdpSection:
 * @kind: its media: "audio", "video", "application", or anything
 * @port: 0 says no
 * @proto: its transport
 * @formats: (array zero-terminated=1): payload types, or what the transport calls formats
 * @attributes: (element-type VisSdpAttribute): its own
 *
 * A media description: an `m=` line (RFC 8866, section 5.14) and what follows it.
 */
typedef struct
{
  char      *kind;
  guint      port;
  char      *proto;
  GStrv      formats;
  GPtrArray *attributes;
} VisSdpSection;

/**
 * VisSdpDocument:
 * @id: of the session: digits
 * @version: of the description: digits
 * @attributes: (element-type VisSdpAttribute): those of the session level
 * @sections: (element-type VisSdpSection): in order
 *
 * What counts in a session description for WebRTC. All other lines are left out: none of them says
 * anything there (RFC 8829, section 5.8).
 */
typedef struct
{
  char      *id;
  char      *version;
  GPtrArray *attributes;
  GPtrArray *sections;
} VisSdpDocument;

VisSdpDocument *vis_sdp_document_new (void) G_GNUC_WARN_UNUSED_RESULT;
VisSdpDocument *vis_sdp_document_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            vis_sdp_document_free (VisSdpDocument *self);
char           *vis_sdp_document_to_text (const VisSdpDocument *self) G_GNUC_WARN_UNUSED_RESULT;

const VisSdpSection *vis_sdp_document_get (const VisSdpDocument *self, guint index);
VisSdpSection       *vis_sdp_document_add (VisSdpDocument    *self,
                                           const char        *kind,
                                           guint              port,
                                           const char        *proto,
                                           const char *const *formats);

const char          *vis_sdp_attributes_find (const GPtrArray *attributes, const char *name);
void vis_sdp_attributes_add (GPtrArray *attributes, const char *name, const char *value);
void vis_sdp_attributes_remove (GPtrArray *attributes, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisSdpDocument, vis_sdp_document_free)

G_END_DECLS
