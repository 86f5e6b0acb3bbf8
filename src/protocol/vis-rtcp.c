/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-rtcp.h"

/* RFC 3550, section 6.1, and RFC 4585, section 6.1. */
#define HEADER_BYTES   4
#define FEEDBACK_BYTES 12 /* the header, who sends it, and whose packets it is about */
#define VERSION        2

/* Types of packets and formats of transport layer feedback (RFC 4585, section 6.2, and
 * draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1). */
#define TYPE_SR     200
#define TYPE_RR     201
#define TYPE_RTPFB  205
#define FORMAT_NACK 1
#define FORMAT_TWCC 15

#define NACK_BYTES  4
#define TWCC_BYTES  8 /* in front of the chunks */
#define CHUNK_BYTES 2

/* RFC 3550, sections 6.4.1 and 6.4.2: where report blocks begin, and how long one is. */
#define SR_BYTES     28
#define RR_BYTES     8
#define REPORT_BYTES 24

/* Seconds from the start of NTP's time, 1900, to that of Unix. */
#define NTP_OFFSET G_GINT64_CONSTANT (2208988800)

/* What a status chunk says of a packet, and how many bytes its arrival time takes. */
static const guint delta_bytes[] = { 0, 1, 2, 0 };

static guint
read_16 (const guint8 *data)
{
  return (guint) data[0] << 8 | data[1];
}

static guint32
read_32 (const guint8 *data)
{
  return (guint32) read_16 (data) << 16 | read_16 (data + 2);
}

/* How long the first of several packets says that it is; FALSE if it can't be. */
static gboolean
read_length (const guint8 *data, gsize size, gsize *length)
{
  if (size < HEADER_BYTES || data[0] >> 6 != VERSION)
    return FALSE;

  *length = ((gsize) read_16 (data + 2) + 1) * 4;

  return *length <= size;
}

/* How many packets a chunk tells of, and how many bytes their times take. */
static guint
read_chunk (guint chunk, guint wanted, gsize *times)
{
  gboolean run = (chunk & 0x8000) == 0;
  gboolean wide = (chunk & 0x4000) != 0; /* of a vector: two bits for each packet */
  guint    n = run ? chunk & 0x1fff : wide ? 7 : 14;

  n = MIN (n, wanted);
  if (run)
    {
      *times += n * delta_bytes[chunk >> 13 & 3];
      return n;
    }

  for (guint i = 0; i < n; i++)
    *times += delta_bytes[wide ? chunk >> (12 - 2 * i) & 3 : chunk >> (13 - i) & 1];

  return n;
}

/* Transport-wide feedback: the chunks must tell of as many packets as it claims, and the times of
 * those that arrived must be there. */
static gboolean
measure_twcc (const guint8 *data, gsize size, guint *n_reports)
{
  gsize at = TWCC_BYTES;
  gsize times = 0;
  guint wanted;

  if (size < TWCC_BYTES)
    return FALSE;

  wanted = read_16 (data + 2);
  *n_reports += wanted;
  while (wanted > 0)
    {
      guint n;

      if (size - at < CHUNK_BYTES)
        return FALSE;
      n = read_chunk (read_16 (data + at), wanted, &times);
      if (n == 0)
        return FALSE;
      wanted -= n;
      at += CHUNK_BYTES;
    }

  return times <= size - at;
}

/* Each entry asks for one packet, and for those of the 16 after it whose bits are set. */
static gboolean
measure_nack (const guint8 *data, gsize size, guint *n_reports)
{
  for (gsize at = 0; at < size; at += NACK_BYTES)
    {
      if (size - at < NACK_BYTES)
        return FALSE;
      *n_reports += 1 + (guint) __builtin_popcount (read_16 (data + at + 2));
    }

  return TRUE;
}

static gboolean
measure_packet (const guint8 *data, gsize size, guint *n_reports)
{
  guint format = data[0] & 0x1f;

  if (data[1] != TYPE_RTPFB || (format != FORMAT_NACK && format != FORMAT_TWCC))
    return TRUE;
  if (size < FEEDBACK_BYTES)
    return FALSE;
  if (format == FORMAT_NACK)
    return measure_nack (data + FEEDBACK_BYTES, size - FEEDBACK_BYTES, n_reports);

  return measure_twcc (data + FEEDBACK_BYTES, size - FEEDBACK_BYTES, n_reports);
}

/* How much of a packet its last byte calls padding, or more than there is (RFC 3550, section 6.4).
 */
static gsize
get_padding (const guint8 *data, gsize size)
{
  gsize padding = data[size - 1];

  if ((data[0] & 0x20) == 0)
    return 0;

  return padding == 0 || padding > size - HEADER_BYTES ? size : padding;
}

/**
 * vis_rtcp_measure:
 * @data: an RTCP packet, plain, usually of several in a row
 * @size: its length in bytes
 * @n_reports: (out): how many RTP packets its feedback tells of
 *
 * Looks whether an RTCP packet is what it says it is: parts that fill it to the end (RFC 3550,
 * section 6.1), and feedback of the transport layer that has the room for what it claims. Whoever
 * believes the claim reads past the end, or works for nothing.
 *
 * Returns: whether it is; @n_reports then says what it costs to take it
 */
gboolean
vis_rtcp_measure (const guint8 *data, gsize size, guint *n_reports)
{
  gsize at = 0;

  *n_reports = 0;
  while (at < size)
    {
      gsize length;
      gsize padding;

      if (!read_length (data + at, size - at, &length))
        return FALSE;
      padding = get_padding (data + at, length);
      if (padding == length || !measure_packet (data + at, length - padding, n_reports))
        return FALSE;
      at += length;
    }

  return size > 0;
}

/* The report blocks of one packet. */
static guint
read_reports (const guint8 *data, gsize size, VisRtcpReport *reports, guint max_reports)
{
  gsize at = data[1] == TYPE_SR ? SR_BYTES : RR_BYTES;
  guint n = 0;

  if (data[1] != TYPE_SR && data[1] != TYPE_RR)
    return 0;

  for (guint left = data[0] & 0x1f; left > 0 && n < max_reports; left--, at += REPORT_BYTES)
    {
      if (size < at + REPORT_BYTES)
        break;
      reports[n++] = (VisRtcpReport){
        .ssrc = read_32 (data + at),
        .fraction_lost = data[at + 4],
        .jitter = read_32 (data + at + 12),
        .last_sr = read_32 (data + at + 16),
        .delay = read_32 (data + at + 20),
      };
    }

  return n;
}

/**
 * vis_rtcp_read_reports:
 * @data: an RTCP packet, plain, usually of several in a row; it may be anything
 * @size: its length in bytes
 * @reports: (out) (array length=max_reports): where its report blocks go
 * @max_reports: how many there is room for; what is beyond is passed over
 *
 * Reads the report blocks of sender and receiver reports, as far as the packet is what it says.
 *
 * Returns: how many there are in @reports
 */
guint
vis_rtcp_read_reports (const guint8 *data, gsize size, VisRtcpReport *reports, guint max_reports)
{
  gsize length;
  guint n = 0;

  for (gsize at = 0; read_length (data + at, size - at, &length); at += length)
    n += read_reports (data + at, length, reports + n, max_reports - n);

  return n;
}

/**
 * vis_rtcp_report_get_rtt:
 * @self: a report about a source of this computer
 * @now: when it came, as of g_get_real_time()
 *
 * Computes the round trip (RFC 3550, section 6.4.1). It is only as good as the receiver is honest,
 * and as the clock was not set meanwhile.
 *
 * Returns: the time in ms, 0 if there is none
 */
double
vis_rtcp_report_get_rtt (const VisRtcpReport *self, gint64 now)
{
  guint64 seconds = (guint64) (now / G_USEC_PER_SEC + NTP_OFFSET);
  guint64 fraction = (guint64) (now % G_USEC_PER_SEC) * 65536 / G_USEC_PER_SEC;
  guint32 arrival = (guint32) (seconds << 16 | fraction);
  gint32  rtt = (gint32) (arrival - self->last_sr - self->delay);

  return self->last_sr != 0 && rtt > 0 ? rtt * 1000.0 / 65536 : 0;
}
