/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-error.h"
#include "vis-protocol-error.h"

static void
test_retry (void)
{
  static const VisRetry expected[VIS_N_PROTOCOL_ERRORS] = {
    [VIS_PROTOCOL_ERROR_BAD_FRAME] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_BAD_REQUEST] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_UNKNOWN_TYPE] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_UNAUTHORIZED] = VIS_RETRY_AGAIN,
    [VIS_PROTOCOL_ERROR_BAD_CREDENTIALS] = VIS_RETRY_AGAIN,
    [VIS_PROTOCOL_ERROR_BAD_INVITE] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_USER_TAKEN] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_NOT_FOUND] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_FORBIDDEN] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_BLOCKED] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_TOO_LARGE] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_RATE_LIMITED] = VIS_RETRY_LATER,
    [VIS_PROTOCOL_ERROR_CONFLICT] = VIS_RETRY_NEVER,
    [VIS_PROTOCOL_ERROR_UNAVAILABLE] = VIS_RETRY_LATER,
  };
  static const struct
  {
    int      code;
    VisRetry expected;
  } others[] = { { VIS_ERROR_LOST, VIS_RETRY_AGAIN },
                 { VIS_ERROR_OFFLINE, VIS_RETRY_AGAIN },
                 { VIS_ERROR_TIMED_OUT, VIS_RETRY_LATER } };

  g_assert_cmpint (vis_error_get_retry (NULL), ==, VIS_RETRY_DONE);
  for (int i = 0; i < VIS_N_PROTOCOL_ERRORS; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (VIS_PROTOCOL_ERROR, i, "");

      g_assert_cmpint (vis_error_get_retry (error), ==, expected[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (VIS_ERROR, others[i].code, "");

      g_assert_cmpint (vis_error_get_retry (error), ==, others[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/error/retry", test_retry);
  return g_test_run ();
}
