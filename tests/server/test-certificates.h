/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Self-signed, for tests alone. The first is for localhost, from 2026-11-22 to 2126-10-29; the
 * second for chat.example.org, *.example.org and 192.0.2.7. */

#define LOCALHOST_CERTIFICATE                                                                      \
  "-----BEGIN CERTIFICATE-----\n"                                                                  \
  "MIIBgDCCASWgAwIBAgIUBy5j7bFDaFMDUIo/SdBJbO0+1SwwCgYIKoZIzj0EAwIw\n"                             \
  "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjEyMTUyNVoYDzIxMjYxMDI5\n"                             \
  "MTIxNTI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"                             \
  "PQMBBwNCAATvpP7VqmTyn5LKrrzPwcyWDAEtJZYPpu13JQGCz6psjV5rFykmJ5F8\n"                             \
  "3nFz+5r4wk1O32TID+jlBB73XA2wuIy6o1MwUTAdBgNVHQ4EFgQU0qJeECdljrLQ\n"                             \
  "/DrGzsMmw08jWXwwHwYDVR0jBBgwFoAU0qJeECdljrLQ/DrGzsMmw08jWXwwDwYD\n"                             \
  "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAnJEMnRJOJDnUEjIhlYoQ\n"                             \
  "o+Cc6pg0RJswA/1c9y2wbMUCIQDhAMSNkMSVU5gDC+qMKvERfw2bUX3Q5C0rgfF6\n"                             \
  "yl338A==\n"                                                                                     \
  "-----END CERTIFICATE-----\n"

#define LOCALHOST_KEY                                                                              \
  "-----BEGIN PRIVATE KEY-----\n"                                                                  \
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgE6Be6Sxv44efuDfv\n"                             \
  "O+TaSk6lkvLOf1zk2GvDI74CcMahRANCAATvpP7VqmTyn5LKrrzPwcyWDAEtJZYP\n"                             \
  "pu13JQGCz6psjV5rFykmJ5F83nFz+5r4wk1O32TID+jlBB73XA2wuIy6\n"                                     \
  "-----END PRIVATE KEY-----\n"

#define OTHER_CERTIFICATE                                                                          \
  "-----BEGIN CERTIFICATE-----\n"                                                                  \
  "MIIBvDCCAWGgAwIBAgIUGQ8MZW/ZVyfZYkZZCDTN1vgBuCcwCgYIKoZIzj0EAwIw\n"                             \
  "GDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTAgFw0yNjExMjgxMDM3NTRaGA8yMTI2\n"                             \
  "MTEwNDEwMzc1NFowGDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTBZMBMGByqGSM49\n"                             \
  "AgEGCCqGSM49AwEHA0IABFylZQmH2+Oz83u8QGrUpGDTp7j9ghs4+adRx6fyVRBZ\n"                             \
  "sjXnxshtWL2p+2SflOkaCis202FH8bMAePJjgkhncZyjgYYwgYMwHQYDVR0OBBYE\n"                             \
  "FBrYIrG4Rxkl35btwrnPMBSrEWykMB8GA1UdIwQYMBaAFBrYIrG4Rxkl35btwrnP\n"                             \
  "MBSrEWykMA8GA1UdEwEB/wQFMAMBAf8wMAYDVR0RBCkwJ4IQY2hhdC5leGFtcGxl\n"                             \
  "Lm9yZ4INKi5leGFtcGxlLm9yZ4cEwAACBzAKBggqhkjOPQQDAgNJADBGAiEAh7LL\n"                             \
  "MRXrHYEovFXyfAg9Nly7fuL1mOuCPgYv+OvOhIoCIQDMM9/2S/4hvGPjDE18h9w1\n"                             \
  "FejdZjnvFEgCxPHGbOzQAg==\n"                                                                     \
  "-----END CERTIFICATE-----\n"

#define OTHER_KEY                                                                                  \
  "-----BEGIN PRIVATE KEY-----\n"                                                                  \
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0jImlhKV+stkajxJ\n"                             \
  "GOlhhPl7MDqPBdramlJcXhKTyxihRANCAARcpWUJh9vjs/N7vEBq1KRg06e4/YIb\n"                             \
  "OPmnUcen8lUQWbI158bIbVi9qftkn5TpGgorNtNhR/GzAHjyY4JIZ3Gc\n"                                     \
  "-----END PRIVATE KEY-----\n"
