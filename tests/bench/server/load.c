/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_HEADER 8 /* of a masked frame of 126 to 65535 bytes */

typedef struct
{
  int      fd;
  char    *chat;
  GString *in;
  GString *out;
  gint64   sent[64]; /* when the request of this id, modulo, should have been sent */
  guint    next;
  guint    outstanding;
} Device;

struct _Load
{
  struct sockaddr_in address;
  int                epoll;
  GPtrArray         *devices;
  guint64            random;
  gboolean           measuring;
  gboolean           closed_loop;
  gboolean           stop;
  LoadResult        *result;
  GArray            *acks; /* of float, milliseconds */
  GArray            *deliveries;
};

static gint64
now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (gint64) t.tv_sec * 1000000000 + t.tv_nsec;
}

static guint64
next_random (Load *self)
{
  guint64 z = (self->random += G_GUINT64_CONSTANT (0x9E3779B97F4A7C15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94D049BB133111EB);
  return z ^ (z >> 31);
}

Load *
load_new (const char *host, guint16 port)
{
  Load *self = g_new0 (Load, 1);

  self->address.sin_family = AF_INET;
  self->address.sin_port = g_htons (port);
  inet_pton (AF_INET, host, &self->address.sin_addr);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->devices = g_ptr_array_new ();
  self->random = (guint64) now_ns ();
  self->acks = g_array_new (FALSE, FALSE, sizeof (float));
  self->deliveries = g_array_new (FALSE, FALSE, sizeof (float));
  return self;
}

void
load_free (Load *self)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      Device *device = g_ptr_array_index (self->devices, i);

      close (device->fd);
      g_string_free (device->in, TRUE);
      g_string_free (device->out, TRUE);
      g_free (device->chat);
      g_free (device);
    }
  g_ptr_array_unref (self->devices);
  g_array_unref (self->acks);
  g_array_unref (self->deliveries);
  close (self->epoll);
  g_free (self);
}

guint
load_get_n (Load *self)
{
  return self->devices->len;
}

static void
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      if (n <= 0)
        g_error ("The server does not take anything: %s", g_strerror (errno));
      data += n;
      length -= (gsize) n;
    }
}

/* Appends a masked text frame; the mask is zero, which the protocol allows. */
static void
append_frame (GString *out, const char *text, gsize length)
{
  if (length < 126)
    g_string_append_printf (out, "\x81%c", (char) (0x80 | length));
  else
    {
      g_string_append (out, "\x81\xfe");
      g_string_append_c (out, (char) (length >> 8));
      g_string_append_c (out, (char) (length & 255));
    }
  g_string_append_len (out, "\0\0\0\0", 4);
  g_string_append_len (out, text, (gssize) length);
}

/* Finds a whole frame in the input at @at: its payload, and the length of the frame. */
static gsize
take_frame (GString *in, gsize at, const char **payload, gsize *length, int *opcode)
{
  const guint8 *data = (const guint8 *) in->str + at;
  gsize         have = in->len - at;
  gsize         header = 2;

  if (have < 2)
    return 0;
  *opcode = data[0] & 15;
  *length = data[1] & 127;
  if (*length == 126)
    {
      if (have < 4)
        return 0;
      *length = (gsize) data[2] << 8 | data[3];
      header = 4;
    }
  else if (*length == 127)
    {
      if (have < 10)
        return 0;
      *length = (gsize) data[6] << 24 | (gsize) data[7] << 16 | (gsize) data[8] << 8 | data[9];
      header = 10;
    }
  if (have < header + *length)
    return 0;
  *payload = (const char *) data + header;
  return header + *length;
}

static void
read_until (Device *device, const char *mark)
{
  char buffer[4096];

  while (memmem (device->in->str, device->in->len, mark, strlen (mark)) == NULL)
    {
      ssize_t n = read (device->fd, buffer, sizeof buffer);

      if (n <= 0)
        g_error ("The server closed a connection: %s", device->in->str);
      g_string_append_len (device->in, buffer, n);
    }
}

/* Connects a device and sends hello; blocks until it is answered. */
void
load_connect (Load *self, const char *token, const char *chat)
{
  static const char  upgrade[] = "GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                 "Sec-WebSocket-Protocol: visavis.v1\r\n\r\n";
  Device            *device = g_new0 (Device, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = device };
  g_autofree char   *hello =
    g_strdup_printf ("{\"type\":\"hello\",\"id\":0,\"token\":\"%s\"}", token);
  int one = 1;

  device->chat = g_strdup (chat);
  device->in = g_string_new (NULL);
  device->out = g_string_new (NULL);
  device->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (device->fd, (struct sockaddr *) &self->address, sizeof self->address) != 0)
    g_error ("No connection: %s", g_strerror (errno));
  setsockopt (device->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  write_all (device->fd, upgrade, sizeof upgrade - 1);
  read_until (device, "\r\n\r\n");
  if (strstr (device->in->str, " 101 ") == NULL)
    g_error ("No upgrade: %s", device->in->str);
  g_string_truncate (device->in, 0);

  append_frame (device->out, hello, strlen (hello));
  write_all (device->fd, device->out->str, device->out->len);
  g_string_truncate (device->out, 0);
  read_until (device, "\"type\":\"ok\"");
  read_until (device, "\"server\":\"");
  g_string_truncate (device->in, 0);

  fcntl (device->fd, F_SETFL, O_NONBLOCK);
  epoll_ctl (self->epoll, EPOLL_CTL_ADD, device->fd, &event);
  g_ptr_array_add (self->devices, device);
}

static void
flush (Device *device)
{
  ssize_t n;

  if (device->out->len == 0)
    return;
  n = write (device->fd, device->out->str, device->out->len);
  if (n > 0)
    g_string_erase (device->out, 0, n);
}

/* Sends a message of typical length, with its time in the text. */
static void
send_message (Load *self, Device *device, gint64 when)
{
  char    text[512];
  guint64 a = next_random (self);
  guint64 b = next_random (self);
  guint   id = ++device->next;
  int     length =
    g_snprintf (text,
                sizeof text,
                "{\"type\":\"chat:send\",\"id\":%u,\"chat\":\"%s\",\"message\":{\"id\":"
                "\"%08x-%04x-4%03x-a%03x-%08x%04x\",\"kind\":\"text\",\"text\":"
                "\"@%020" G_GINT64_FORMAT " See you at the station, the one with the clock.\"}}",
                id,
                device->chat,
                (guint) (a >> 32),
                (guint) (a >> 16) & 0xffff,
                (guint) a & 0xfff,
                (guint) (b >> 52),
                (guint) b,
                (guint) (b >> 32) & 0xffff,
                when);

  device->sent[id % 64] = when;
  device->outstanding++;
  append_frame (device->out, text, (gsize) length);
}

static void
note (Load *self, GArray *times, gint64 since)
{
  float ms = (float) (now_ns () - since) / 1e6f;

  if (self->measuring)
    g_array_append_val (times, ms);
}

static void
take_text (Load *self, Device *device, const char *text, gsize length)
{
  static const char ok[] = "{\"type\":\"ok\",\"id\":";
  static const char message[] = "{\"type\":\"chat:message\"";

  if (length > sizeof ok && memcmp (text, ok, sizeof ok - 1) == 0)
    {
      device->outstanding--;
      note (self, self->acks, device->sent[strtoul (text + sizeof ok - 1, NULL, 10) % 64]);
      if (self->closed_loop && !self->stop)
        send_message (self, device, now_ns ());
    }
  else if (length > sizeof message && memcmp (text, message, sizeof message - 1) == 0)
    {
      const char *mark = memmem (text, length, "\"text\":\"@", 9);

      if (mark != NULL)
        note (self, self->deliveries, g_ascii_strtoll (mark + 9, NULL, 10));
    }
  else if (memmem (text, MIN (length, 40), "\"error\"", 7) != NULL)
    {
      if (self->result->errors++ == 0)
        g_printerr ("# %.*s\n", (int) length, text);
      device->outstanding--;
    }
}

static void
receive (Load *self, Device *device)
{
  char        buffer[65536];
  ssize_t     n = read (device->fd, buffer, sizeof buffer);
  gsize       at = 0;
  const char *payload;
  gsize       length;
  gsize       whole;
  int         opcode;

  if (n == 0)
    g_error ("The server closed a connection");
  if (n < 0)
    return;
  g_string_append_len (device->in, buffer, n);
  while ((whole = take_frame (device->in, at, &payload, &length, &opcode)) > 0)
    {
      if (opcode == 9)
        g_string_append_len (device->out, "\x8a\x80\0\0\0\0", 6);
      else if (opcode == 1)
        take_text (self, device, payload, length);
      at += whole;
    }
  g_string_erase (device->in, 0, (gssize) at);
  flush (device);
}

static void
turn (Load *self, int timeout_ms)
{
  struct epoll_event events[256];
  int                n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), timeout_ms);

  for (int i = 0; i < n; i++)
    receive (self, events[i].data.ptr);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float left = *(const float *) a;
  float right = *(const float *) b;

  return left < right ? -1 : left > right;
}

static double
percentile (GArray *times, double part)
{
  if (times->len == 0)
    return -1.0;
  g_array_sort (times, compare_floats);
  return (double) g_array_index (times, float, (guint) (part * (times->len - 1)));
}

static void
begin (Load *self, LoadResult *result)
{
  *result = (LoadResult){ 0 };
  self->result = result;
  self->stop = FALSE;
  self->measuring = FALSE;
  g_array_set_size (self->acks, 0);
  g_array_set_size (self->deliveries, 0);
}

/* Waits for all answers, then computes the result. */
static void
finish (Load *self, gint64 began, gint64 ended)
{
  gint64 deadline = now_ns () + 10000000000;
  guint  waiting = 1;

  self->result->acked = self->acks->len;
  self->result->delivered = self->deliveries->len;
  self->stop = TRUE;
  self->measuring = !self->closed_loop;
  while (waiting > 0 && now_ns () < deadline)
    {
      waiting = 0;
      turn (self, 10);
      for (guint i = 0; i < self->devices->len; i++)
        waiting += ((Device *) g_ptr_array_index (self->devices, i))->outstanding;
    }
  self->result->errors += waiting;
  self->result->seconds = (double) (ended - began) / 1e9;
  self->result->ack_p50 = percentile (self->acks, 0.5);
  self->result->ack_p99 = percentile (self->acks, 0.99);
  self->result->delivery_p50 = percentile (self->deliveries, 0.5);
  self->result->delivery_p99 = percentile (self->deliveries, 0.99);
}

/* Closed loop: each device keeps @window messages outstanding. */
void
load_closed (Load *self, guint window, double warm_up, double seconds, LoadResult *result)
{
  gint64 start = now_ns ();
  gint64 began = start + (gint64) (warm_up * 1e9);
  gint64 end = began + (gint64) (seconds * 1e9);

  begin (self, result);
  self->closed_loop = TRUE;
  for (guint i = 0; i < self->devices->len; i++)
    {
      Device *device = g_ptr_array_index (self->devices, i);

      for (guint j = 0; j < MIN (window, 63); j++)
        send_message (self, device, start);
      flush (device);
    }
  while (now_ns () < began)
    turn (self, 10);
  self->measuring = TRUE;
  began = now_ns ();
  while (now_ns () < end)
    turn (self, 10);
  finish (self, began, now_ns ());
}

/* Open loop: a fixed rate over the first @active devices, whatever the answers do. Latencies count
 * from when a message should have been sent. */
void
load_open (Load *self, guint active, double rate, double seconds, LoadResult *result)
{
  gint64 start = now_ns ();
  gint64 step = (gint64) (1e9 / rate);
  gint64 end = start + (gint64) (seconds * 1e9);
  gint64 due = start;
  guint  next = 0;

  begin (self, result);
  self->closed_loop = FALSE;
  self->measuring = TRUE;
  while (due < end)
    {
      gint64 now = now_ns ();

      for (; due <= now && due < end; due += step)
        {
          Device *device = g_ptr_array_index (self->devices, next++ % active);

          result->lag = MAX (result->lag, (double) (now - due) / 1e6);
          send_message (self, device, due);
          flush (device);
        }
      turn (self, due - now_ns () > 1000000 ? 1 : 0);
    }
  finish (self, start, now_ns ());
  result->acked = self->acks->len;
  result->delivered = self->deliveries->len;
}
