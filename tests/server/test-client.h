/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sys/resource.h>

#include "vis-codec.h"

G_BEGIN_DECLS

/**
 * TestServer:
 *
 * A real `visavisd` in a process and a folder of its own.
 */
typedef struct
{
  char   *folder;
  GPid    pid;
  guint16 port;
  guint16 first_port; /* the one that a restart takes again */
  char   *forwarded;  /* whom a proxy in front has seen, or NULL */
  char   *log;        /* where its log goes, or NULL */
  guint   files;      /* how many it may open, or 0 */
} TestServer;

TestServer *test_server_new (const char *arguments) G_GNUC_WARN_UNUSED_RESULT;
TestServer *test_server_prepare (void) G_GNUC_WARN_UNUSED_RESULT;
void        test_server_keep_log (TestServer *self);
void        test_server_wait_for_log (TestServer *self, const char *words);
void        test_server_free (TestServer *self);
void        test_server_kill (TestServer *self, int signal);
void        test_server_set_file_size (TestServer *self, rlim_t most);
void        test_server_start (TestServer *self, const char *arguments);
void        test_server_import (TestServer *self, const char *lines);
guint       test_server_http (TestServer *self,
                              const char *method,
                              const char *path,
                              const char *token,
                              const char *body,
                              char      **answer);

/**
 * TestClient:
 *
 * A device that speaks to it over a real socket, byte by byte where a test wants that. All calls
 * block until what they wait for has come, and fail the test if it does not.
 */
typedef struct
{
  int      fd;
  GString *in;
  guint    next;
  GQueue   events; /* of VisMessage */
  gint64   seq;    /* of the last durable event */
} TestClient;

TestClient *test_client_connect (TestServer *server) G_GNUC_WARN_UNUSED_RESULT;
guint       test_client_try_connect (TestServer *server);
TestClient *test_client_new (TestServer  *server,
                             const char  *token,
                             gint64       since,
                             VisMessage **hello) G_GNUC_WARN_UNUSED_RESULT;
void        test_client_free (TestClient *self);
void        test_client_write (TestClient *self, gconstpointer data, gsize length);
void
test_client_frame (TestClient *self, gboolean last, int opcode, gconstpointer data, gsize length);
void        test_client_text (TestClient *self, const char *text);
char       *test_client_read_text (TestClient *self) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *test_client_read (TestClient *self) G_GNUC_WARN_UNUSED_RESULT;
int         test_client_read_close (TestClient *self);
VisMessage *test_client_event (TestClient *self, VisKind kind) G_GNUC_WARN_UNUSED_RESULT;
VisMessage *test_client_request (TestClient *self,
                                 const char *format,
                                 ...) G_GNUC_WARN_UNUSED_RESULT G_GNUC_PRINTF (2, 3);
void        test_client_ok (TestClient *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void        test_client_error (TestClient *self, const char *code, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
gboolean test_client_is_quiet (TestClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)

G_END_DECLS
