/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "test-server-process.h"
#include "vis-codec.h"

G_BEGIN_DECLS

/**
 * TestClient:
 *
 * A device on a real socket, which can send single bytes and frames. All calls block until what
 * they wait for has come, and fail the test if it does not.
 */
typedef struct
{
  int      fd;
  GString *in;
  guint    next;
  GQueue   events; /* of VisMessage */
  gint64   seq;    /* of the last durable event */
} TestClient;

guint       test_server_http (TestServer *self,
                              const char *method,
                              const char *path,
                              const char *token,
                              const char *body,
                              char      **answer);

TestClient *test_client_connect (TestServer *server) G_GNUC_WARN_UNUSED_RESULT;
guint       test_client_try_connect (TestServer *server);
TestClient *test_client_new (TestServer  *server,
                             const char  *token,
                             gint64       since,
                             VisMessage **hello) G_GNUC_WARN_UNUSED_RESULT;
void        test_client_free (TestClient *self);
void        test_client_narrow (int fd);
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
GIOStream *test_client_tls (GIOStream *plain) G_GNUC_WARN_UNUSED_RESULT;
GBytes    *test_client_make_hello (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean   test_client_is_quiet (TestClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)

G_END_DECLS
