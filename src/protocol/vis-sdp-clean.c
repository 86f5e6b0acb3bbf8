/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sdp-clean.h"

#include <string.h>

/* Payload types below this have a meaning of their own (RFC 3551, section 6). */
#define N_STATIC_PAYLOADS 35

/* Ids of header extensions have a byte (RFC 8285, section 4.3). */
#define MAX_EXTENSION_ID 255

/* Any of these means the same once there is a fingerprint (RFC 8829, section 5.1.2). */
static const char *const rtp_protos[] = {
  "UDP/TLS/RTP/SAVPF",
  "UDP/TLS/RTP/SAVP",
  "TCP/DTLS/RTP/SAVPF",
  "TCP/DTLS/RTP/SAVP",
  "TCP/TLS/RTP/SAVPF",
  "TCP/TLS/RTP/SAVP",
  "RTP/SAVPF",
  "RTP/SAVP",
  "RTP/AVPF",
  "RTP/AVP",
  NULL,
};
static const char *const data_protos[] = { VIS_SDP_DATA_PROTO, "TCP/DTLS/SCTP", "DTLS/SCTP", NULL };

static const char *const directions[] = { "sendrecv", "sendonly", "recvonly", "inactive", NULL };

/* GStreamer 1.22: webrtcbin understands these attributes and copies all others into its answer,
 * which would accept what it can't do: simulcast (RFC 8853), for one. */
static const char *const used[] = { "msid",  "ssrc",     "ssrc-group", "rtcp-rsize",
                                    "ptime", "maxptime", NULL };
static const char *const used_of_formats[] = { "rtpmap", "fmtp", "rtcp-fb", NULL };

/* GStreamer 1.22: the name of any feedback becomes that of a field, which is kept for ever. So only
 * those pass that anybody gives or asks for here (RFC 4585, RFC 5104, and what browsers add). */
static const char *const feedback[] = { "nack",      "nack pli",     "ccm fir", "ccm tmmbr",
                                        "goog-remb", "transport-cc", NULL };

/* GStreamer 1.22: all lines of feedback of a section are read for each of its formats. Browsers
 * have five for each of some 24. */
#define MAX_FEEDBACK 200

/* GStreamer 1.22: the name of each parameter of a format is compared with those before it. Bytes of
 * all of them. */
#define MAX_PARAMETERS 1024

/* The payload type of "PAYLOAD ...". */
static char *
dup_payload (const char *value)
{
  const char *space = strchr (value, ' ');

  return space != NULL ? g_strndup (value, (gsize) (space - value)) : NULL;
}

/* The first "PAYLOAD NAME/RATE[/CHANNELS]" of each payload type. */
static GHashTable *
find_rtpmaps (const VisSdpSection *section)
{
  GHashTable *rtpmaps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < section->attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (section->attributes, i);
      g_autofree char       *payload = NULL;

      if (g_str_equal (attribute->name, "rtpmap"))
        payload = dup_payload (attribute->value);
      if (payload != NULL && !g_hash_table_contains (rtpmaps, payload))
        g_hash_table_insert (rtpmaps, g_steal_pointer (&payload), attribute->value);
    }

  return rtpmaps;
}

/* Time is divided by the rate. */
static gboolean
is_format (GHashTable *rtpmaps, const char *format)
{
  guint64        payload;
  guint64        rate;
  const char    *rtpmap;
  const char    *slash;
  g_auto (GStrv) words = NULL;

  if (!g_ascii_string_to_unsigned (format, 10, 0, 127, &payload, NULL))
    return FALSE;
  rtpmap = g_hash_table_lookup (rtpmaps, format);
  if (rtpmap == NULL)
    return payload < N_STATIC_PAYLOADS;

  slash = strchr (rtpmap, '/');
  if (slash == NULL)
    return FALSE;
  words = g_strsplit (slash + 1, "/", 2);
  return g_ascii_string_to_unsigned (words[0], 10, 1, G_MAXINT, &rate, NULL);
}

static GStrv
find_formats (const VisSdpSection *section)
{
  g_autoptr (GStrvBuilder) formats = g_strv_builder_new ();
  g_autoptr (GHashTable)   rtpmaps = find_rtpmaps (section);

  /* A payload type has seven bits (RFC 3550, section 5.1). */
  for (guint i = 0; section->formats[i] != NULL && i < 128; i++)
    {
      if (is_format (rtpmaps, section->formats[i]))
        g_strv_builder_add (formats, section->formats[i]);
    }

  return g_strv_builder_end (formats);
}

/* New: a format of its own and a=sctp-port (RFC 8841, section 5). Old: the port as the format, and
 * a=sctpmap. */
static gboolean
has_data_port (const VisSdpSection *section)
{
  gboolean    old = !g_str_equal (section->formats[0], VIS_SDP_DATA_FORMAT);
  const char *port = vis_sdp_attributes_find (section->attributes, "sctp-port");
  guint64     number;

  if (section->formats[1] != NULL)
    return FALSE;
  if (old)
    port = section->formats[0];

  return port == NULL ||
         g_ascii_string_to_unsigned (port, 10, VIS_SDP_SCTP_PORT, VIS_SDP_SCTP_PORT, &number, NULL);
}

/**
 * vis_sdp_clean_is_data:
 * @section: a section
 *
 * Returns: whether it is one for data channels
 */
gboolean
vis_sdp_clean_is_data (const VisSdpSection *section)
{
  return g_str_equal (section->kind, "application");
}

/**
 * vis_sdp_clean_is_understood:
 * @section: a section
 *
 * Whether @section is of one of the kinds of WebRTC (RFC 8829, section 5.2.1), and anything in it
 * makes sense here.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_sdp_clean_is_understood (const VisSdpSection *section)
{
  g_auto (GStrv) formats = NULL;

  if (vis_sdp_clean_is_data (section))
    return g_strv_contains (data_protos, section->proto) && has_data_port (section);
  if (!g_str_equal (section->kind, "audio") && !g_str_equal (section->kind, "video"))
    return FALSE;

  formats = find_formats (section);
  return g_strv_contains (rtp_protos, section->proto) && formats[0] != NULL;
}

/* "ID[/DIRECTION] URI ..." */
static gboolean
is_extension (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 3);
  guint64        id;

  if (g_strv_length (words) < 2 || *words[1] == '\0')
    return FALSE;
  words[0][strcspn (words[0], "/")] = '\0';

  return g_ascii_string_to_unsigned (words[0], 10, 1, MAX_EXTENSION_ID, &id, NULL);
}

/* "PAYLOAD KIND" */
static gboolean
is_feedback (const char *value)
{
  const char *space = strchr (value, ' ');

  return space != NULL && g_strv_contains (feedback, space + 1);
}

/* What is copied of a section. */
typedef struct
{
  GHashTable *payloads;  /* its formats, and "*" */
  GHashTable *mapped;    /* those whose rtpmap was copied */
  GHashTable *described; /* those whose parameters were copied */
  guint       n_feedback;
} Copy;

/* GStreamer 1.22: the name and the parameters of each format are looked for among those of all
 * others. They need to stand there only once for each (RFC 8866, section 6.15). */
static gboolean
is_of_formats (Copy *self, const VisSdpAttribute *attribute)
{
  g_autofree char *payload = dup_payload (attribute->value);

  if (payload == NULL || !g_hash_table_contains (self->payloads, payload))
    return FALSE;
  if (g_str_equal (attribute->name, "rtcp-fb"))
    return is_feedback (attribute->value) && self->n_feedback++ < MAX_FEEDBACK;
  if (g_str_equal (attribute->name, "fmtp"))
    return strlen (attribute->value) <= MAX_PARAMETERS &&
           g_hash_table_add (self->described, g_steal_pointer (&payload));

  return g_hash_table_add (self->mapped, g_steal_pointer (&payload));
}

static gboolean
is_used (Copy *self, const VisSdpAttribute *attribute)
{
  if (g_str_equal (attribute->name, "extmap"))
    return is_extension (attribute->value);
  if (g_strv_contains (used_of_formats, attribute->name))
    return is_of_formats (self, attribute);

  return g_strv_contains (used, attribute->name);
}

static void
copy_used (GPtrArray *to, const GPtrArray *from, GStrv formats)
{
  g_autoptr (GHashTable) payloads = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) mapped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) described = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Copy                   copy = { payloads, mapped, described, 0 };

  g_hash_table_add (payloads, (gpointer) "*");
  for (guint i = 0; formats[i] != NULL; i++)
    g_hash_table_add (payloads, formats[i]);

  for (guint i = 0; i < from->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (from, i);

      if (is_used (&copy, attribute))
        vis_sdp_attributes_add (to, attribute->name, attribute->value);
    }
}

static const char *
find_direction (const GPtrArray *attributes)
{
  for (guint i = 0; i < attributes->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (attributes, i);

      if (g_strv_contains (directions, attribute->name))
        return attribute->name;
    }

  return NULL;
}

static void
add_extensions (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    {
      const VisSdpAttribute *attribute = g_ptr_array_index (from, i);

      if (g_str_equal (attribute->name, "extmap") && is_extension (attribute->value))
        vis_sdp_attributes_add (to, attribute->name, attribute->value);
    }
}

static VisSdpSection *
add_media (VisSdpDocument *to, const VisSdpSection *section, const VisSdpDocument *from)
{
  g_auto (GStrv) formats = find_formats (section);
  VisSdpSection *added =
    vis_sdp_document_add (to, section->kind, 9, rtp_protos[0], (const char *const *) formats);
  const char *direction = find_direction (section->attributes);

  /* The session-level direction is the default of its sections (RFC 8866, section 6.7). */
  if (direction == NULL)
    direction = find_direction (from->attributes);
  vis_sdp_attributes_add (added->attributes, direction != NULL ? direction : directions[0], "");
  vis_sdp_attributes_add (added->attributes, "rtcp-mux", "");
  copy_used (added->attributes, section->attributes, formats);
  if (vis_sdp_attributes_find (added->attributes, "extmap") == NULL)
    add_extensions (added->attributes, from->attributes);

  return added;
}

static VisSdpSection *
add_data (VisSdpDocument *to, const VisSdpSection *section)
{
  const char *const formats[] = { VIS_SDP_DATA_FORMAT, NULL };
  VisSdpSection *added = vis_sdp_document_add (to, section->kind, 9, VIS_SDP_DATA_PROTO, formats);
  const char    *size = vis_sdp_attributes_find (section->attributes, "max-message-size");
  guint64        bytes;

  vis_sdp_attributes_add (added->attributes, "sctp-port", G_STRINGIFY (VIS_SDP_SCTP_PORT));
  if (size != NULL && g_ascii_string_to_unsigned (size, 10, 0, G_MAXINT64, &bytes, NULL))
    vis_sdp_attributes_add (added->attributes, "max-message-size", size);

  return added;
}

/**
 * vis_sdp_clean_add:
 * @to: a description in the making
 * @section: a section that is understood
 * @from: the description that it stands in
 *
 * Adds to @to what webrtcbin can use of @section, but for its tag and its transport.
 *
 * Returns: (transfer none): the new section
 */
VisSdpSection *
vis_sdp_clean_add (VisSdpDocument *to, const VisSdpSection *section, const VisSdpDocument *from)
{
  return vis_sdp_clean_is_data (section) ? add_data (to, section) : add_media (to, section, from);
}

/* Names of the extension and of its feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
static gboolean
is_transport_wide (const VisSdpAttribute *attribute)
{
  return (g_str_equal (attribute->name, "extmap") &&
          strstr (attribute->value, "transport-wide-cc") != NULL) ||
         (g_str_equal (attribute->name, "rtcp-fb") &&
          g_str_has_suffix (attribute->value, " transport-cc"));
}

/**
 * vis_sdp_clean_drop_transport_wide:
 * @section: a section of a call with several transports
 *
 * Drops transport-wide feedback.
 *
 * GStreamer 1.22: browsers number the packets of all transports of a call in one row, rtpsession
 * those of each for itself: every packet of one transport would be reported as lost by the other,
 * and the rate fall to nothing.
 */
void
vis_sdp_clean_drop_transport_wide (VisSdpSection *section)
{
  for (guint i = section->attributes->len; i > 0; i--)
    {
      if (is_transport_wide (g_ptr_array_index (section->attributes, i - 1)))
        g_ptr_array_remove_index (section->attributes, i - 1);
    }
}
