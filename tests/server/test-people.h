/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Ada and Grace know each other, Eve knows nobody. Each has a second device. */
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
