/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "test-client.h"

G_BEGIN_DECLS

/* The tokens of three users: Ada and Grace are contacts, Eve has none. Ada and Grace have a second
 * device each. */
#define ADA     "ada-token-ada-token-ada-token-ada-1"
#define ADA_2   "ada-token-ada-token-ada-token-ada-2"
#define GRACE   "grace-token-grace-token-grace-token-1"
#define GRACE_2 "grace-token-grace-token-grace-token-2"
#define EVE     "eve-token-eve-token-eve-token-eve-1"

#define PEOPLE                                                                                     \
  "{\"user\":\"ada\",\"name\":\"Ada\",\"contacts\":[\"grace\"],\"tokens\":[\"" ADA "\",\"" ADA_2   \
  "\"]}\n"                                                                                         \
  "{\"user\":\"grace\",\"tokens\":[\"" GRACE "\",\"" GRACE_2 "\"]}\n"                              \
  "{\"user\":\"eve\",\"tokens\":[\"" EVE "\"]}\n"

/* A server with these users, with the arguments that are the test's data, and one device of Ada and
 * Grace each. */
typedef struct
{
  TestServer *server;
  TestClient *ada;
  TestClient *grace;
} People;

void  people_set_up (People *self, gconstpointer arguments);
void  people_tear_down (People *self, gconstpointer arguments);
char *people_send (TestClient *from, const char *chat, const char *text) G_GNUC_WARN_UNUSED_RESULT;
void  people_expect (TestClient *client, const char *chat, const char *from, const char *text);

G_END_DECLS
