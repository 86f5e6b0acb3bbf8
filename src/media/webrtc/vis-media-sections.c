/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-media-sections.h"

#include <string.h>

#include "vis-error.h"
#include "vis-limits.h"

/* Ids of the short form (RFC 8285, section 4.2); browsers use low ones as well. */
#define OWN_TWCC_ID 3

/* GStreamer 1.22: the payloaders write the long form wrongly. */
#define MAX_TWCC_ID 14

/* Payload types have seven bits (RFC 3550, section 5.1). */
#define N_PAYLOADS 128

/* Formats that are looked at, of the section for sound, and of both for pictures: browsers offer
 * some 24 of codecs that we have in each of these. Reading one takes 0.1 ms, and the main loop
 * waits for it. */
#define MAX_FORMATS 60

/**
 * vis_media_sections_for_offer:
 * @sections: (out): the sections of an offer of ours
 * @video_codec: (nullable): a codec for pictures instead of the first one of the table
 *
 * One audio, one video, one screen section, in this order (protocol, section 5).
 */
void
vis_media_sections_for_offer (VisMediaSection sections[VIS_N_ROLES], const char *video_codec)
{
  const VisCodec *video = vis_codec_find (video_codec);

  if (video == NULL || video->audio || !vis_codec_can_encode (video, NULL))
    video = vis_codec_find ("VP8");

  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      const VisCodec *codec = i == VIS_ROLE_AUDIO ? vis_codec_find ("OPUS") : video;

      sections[i] = (VisMediaSection){
        .mline = i,
        .codec = codec,
        .payload = codec->payload,
        .twcc = OWN_TWCC_ID,
        .rtx = codec->rtx,
        .present = TRUE,
      };
    }
}

/* Port 0 says no, and so does silence: nothing is negotiated twice. */
static gboolean
is_rejected (const GstSDPMedia *media)
{
  return gst_sdp_media_get_port (media) == 0 ||
         gst_sdp_media_get_attribute_val (media, "inactive") != NULL;
}

/* The id of the extension in a section: "ID[/direction] URI ..." */
static guint
find_extension (const GstSDPMedia *media, const char *uri)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++)
    {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
      g_auto (GStrv)         words = NULL;
      guint64                id;

      if (!g_str_equal (attribute->key, "extmap") || attribute->value == NULL)
        continue;
      words = g_strsplit (attribute->value, " ", 3);
      if (g_strv_length (words) < 2 || !g_str_equal (words[1], uri))
        continue;
      words[0][strcspn (words[0], "/")] = '\0';
      if (g_ascii_string_to_unsigned (words[0], 10, 1, MAX_TWCC_ID, &id, NULL))
        return (guint) id;
    }

  return 0;
}

/* One format of a section. */
typedef struct
{
  guint    payload;
  GstCaps *caps;
} Format;

static void
format_clear (gpointer data)
{
  gst_caps_unref (((Format *) data)->caps);
}

/* The names of the formats by their numbers, each in "NUMBER NAME/RATE[/CHANNELS]". */
static void
find_rtpmaps (const GstSDPMedia *media, const char *rtpmaps[N_PAYLOADS])
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++)
    {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
      guint64                number;

      if (!g_str_equal (attribute->key, "rtpmap") || attribute->value == NULL)
        continue;
      number = g_ascii_strtoull (attribute->value, NULL, 10);
      if (number < N_PAYLOADS && rtpmaps[number] == NULL)
        rtpmaps[number] = attribute->value;
    }
}

/* A codec of the table, or lost packets sent again. */
static gboolean
is_of_use (const char *rtpmap)
{
  g_auto (GStrv) words = rtpmap != NULL ? g_strsplit_set (rtpmap, " /", 3) : NULL;

  return words != NULL && g_strv_length (words) == 3 &&
         (g_ascii_strcasecmp (words[1], "rtx") == 0 || vis_codec_find (words[1]) != NULL);
}

/* The formats of a section that may be of use, in their order, and no more than @left. */
static GArray *
read_formats (const GstSDPMedia *media, guint left)
{
  GArray     *formats = g_array_new (FALSE, FALSE, sizeof (Format));
  const char *rtpmaps[N_PAYLOADS] = { NULL };

  find_rtpmaps (media, rtpmaps);
  g_array_set_clear_func (formats, format_clear);
  for (guint i = 0; i < gst_sdp_media_formats_len (media) && formats->len < left; i++)
    {
      guint64 number;
      Format  format;

      if (!g_ascii_string_to_unsigned (
            gst_sdp_media_get_format (media, i), 10, 0, N_PAYLOADS - 1, &number, NULL) ||
          !is_of_use (rtpmaps[number]))
        continue;
      format.payload = (guint) number;
      format.caps = gst_sdp_media_get_caps_from_media (media, (int) number);
      if (format.caps != NULL)
        g_array_append_val (formats, format);
    }

  return formats;
}

static const GstStructure *
get_format (const GArray *formats, guint index)
{
  return gst_caps_get_structure (g_array_index (formats, Format, index).caps, 0);
}

static gboolean
has_rtx (const GArray *formats, guint payload)
{
  g_autofree char *wanted = g_strdup_printf ("%u", payload);

  for (guint i = 0; i < formats->len; i++)
    {
      const GstStructure *format = get_format (formats, i);

      if (g_strcmp0 (gst_structure_get_string (format, "encoding-name"), "RTX") == 0 &&
          g_strcmp0 (gst_structure_get_string (format, "apt"), wanted) == 0)
        return TRUE;
    }

  return FALSE;
}

/* The first codec of our table that the section has too, among as many formats as are @left. */
static void
choose_codec (VisMediaSection *self, const GstSDPMedia *media, gboolean audio, guint *left)
{
  g_autoptr (GArray) formats = read_formats (media, *left);
  const VisCodec    *codec;

  *left -= formats->len;

  for (guint i = 0; (codec = vis_codec_get (i)) != NULL; i++)
    {
      if (codec->audio != audio || !vis_codec_can_encode (codec, NULL))
        continue;
      for (guint j = 0; j < formats->len; j++)
        {
          guint payload = g_array_index (formats, Format, j).payload;

          if (!vis_codec_matches (codec, get_format (formats, j)))
            continue;
          self->codec = codec;
          self->payload = payload;
          self->rtx = codec->rtx && has_rtx (formats, payload);
          return;
        }
    }
}

/**
 * vis_media_sections_from_offer:
 * @sections: (out): what each of our senders can use
 * @offer: the other side's offer; a foreign one may have fewer sections, in another order
 *
 * Finds out where to send what, with the numbers that the offer gives.
 */
void
vis_media_sections_from_offer (VisMediaSection sections[VIS_N_ROLES], const GstSDPMessage *offer)
{
  guint left[] = { [FALSE] = MAX_FORMATS, [TRUE] = MAX_FORMATS }; /* by whether it is for sound */

  memset (sections, 0, VIS_N_ROLES * sizeof *sections);

  for (guint i = 0; i < gst_sdp_message_medias_len (offer) && i < VIS_LIMIT_MLINE; i++)
    {
      const GstSDPMedia *media = gst_sdp_message_get_media (offer, i);
      gboolean           audio = g_strcmp0 (gst_sdp_media_get_media (media), "audio") == 0;
      VisRole            role = audio                              ? VIS_ROLE_AUDIO
                                : sections[VIS_ROLE_VIDEO].present ? VIS_ROLE_SCREEN
                                                                   : VIS_ROLE_VIDEO;

      if ((!audio && g_strcmp0 (gst_sdp_media_get_media (media), "video") != 0) ||
          is_rejected (media) || sections[role].present)
        continue;

      sections[role].mline = i;
      sections[role].present = TRUE;
      sections[role].twcc = find_extension (media, VIS_TWCC_URI);
      choose_codec (&sections[role], media, audio, &left[audio]);
    }
}

/**
 * vis_media_sections_apply_answer:
 * @sections: (inout): the sections of our offer
 * @answer: the answer to it
 *
 * Crosses out what the other side rejected or lacks.
 */
void
vis_media_sections_apply_answer (VisMediaSection sections[VIS_N_ROLES], const GstSDPMessage *answer)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      const GstSDPMedia *media = sections[i].mline < gst_sdp_message_medias_len (answer)
                                   ? gst_sdp_message_get_media (answer, sections[i].mline)
                                   : NULL;

      if (media == NULL || is_rejected (media))
        sections[i].present = FALSE;
    }
}

/**
 * vis_media_sections_any:
 * @sections: the sections
 *
 * Whether the two sides have anything in common.
 *
 * Returns: whether something can be sent in one of them
 */
gboolean
vis_media_sections_any (const VisMediaSection sections[VIS_N_ROLES])
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      if (sections[i].present && sections[i].codec != NULL)
        return TRUE;
    }

  return FALSE;
}

/**
 * vis_media_sections_find:
 * @sections: the sections
 * @mline: index of a section
 *
 * What a section is for.
 *
 * Returns: its role, %VIS_N_ROLES for none
 */
VisRole
vis_media_sections_find (const VisMediaSection sections[VIS_N_ROLES], guint mline)
{
  for (guint i = 0; i < VIS_N_ROLES; i++)
    {
      if (sections[i].present && sections[i].mline == mline)
        return i;
    }

  return VIS_N_ROLES;
}

/**
 * vis_media_sections_parse:
 * @sdp: a description, of webrtcbin or in its form (see [struct@Vis.SdpNormal])
 * @error: return location
 *
 * Parses a description with the parser of GStreamer, which must not see empty or overlong text.
 *
 * Returns: (transfer full) (nullable): the description, or %NULL with @error set
 */
GstSDPMessage *
vis_media_sections_parse (const char *sdp, GError **error)
{
  g_autoptr (GstSDPMessage) message = NULL;
  gsize                     length = strlen (sdp);

  if (length == 0 || length > VIS_LIMIT_SDP_BYTES ||
      !g_utf8_validate (sdp, (gssize) length, NULL) ||
      gst_sdp_message_new (&message) != GST_SDP_OK ||
      gst_sdp_message_parse_buffer ((const guint8 *) sdp, (guint) length, message) != GST_SDP_OK ||
      gst_sdp_message_medias_len (message) == 0 ||
      gst_sdp_message_medias_len (message) > VIS_LIMIT_MLINE)
    {
      g_set_error_literal (
        error, VIS_ERROR, VIS_ERROR_MEDIA, "The other side's description can't be understood");
      return NULL;
    }

  return g_steal_pointer (&message);
}
