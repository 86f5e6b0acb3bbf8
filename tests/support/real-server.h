/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "until.h"

G_BEGIN_DECLS

#define ADA_TOKEN   "ada-0000000000000000000000000000000000"
#define ADA_TOKEN_2 "ada-1111111111111111111111111111111111"
#define GRACE_TOKEN "grace-00000000000000000000000000000000"

/**
 * RealServer:
 * @folder: for files of the test; removed with the server
 * @data: folder of the server's database
 * @url: URL of its WebSocket
 *
 * A `visavisd` in a process of its own; the environment variable `VISAVISD` has its path. It has
 * the accounts of Ada, with two devices, and Grace, who are contacts.
 */
typedef struct
{
  char        *folder;
  char        *data;
  char        *listen;
  char        *url;
  GSubprocess *process;
} RealServer;

void real_server_set_up (RealServer *self);
void real_server_tear_down (RealServer *self);
void real_server_start (RealServer *self);
void real_server_stop (RealServer *self, int signal_number);

/* Copies and restores its database, while it is stopped. */
void real_server_back_up (RealServer *self);
void real_server_put_back (RealServer *self);

G_END_DECLS
