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
 * @folder: for whatever the test puts there; gone with the server
 * @data: where the server keeps its database
 * @url: of its socket
 *
 * A `visavisd` in a process of its own, whose path is in the environment (`VISAVISD`). It knows
 * Ada, with two devices, and Grace, and they know each other.
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

/* Of its database, while it is stopped. */
void real_server_back_up (RealServer *self);
void real_server_put_back (RealServer *self);

G_END_DECLS
