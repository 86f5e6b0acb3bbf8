/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sys/resource.h>

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
  guint16 first_port; /* for restarts */
  char   *forwarded;  /* `X-Forwarded-For` of requests, or NULL */
  char   *log;        /* path of its log, or NULL */
  guint   files;      /* RLIMIT_NOFILE, or 0 for the default */
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

G_END_DECLS
