/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <string.h>
#include <sys/resource.h>

#include "test-people.h"

/* What an administrator sees and does while the server runs. */

static guint
health (TestServer *server)
{
  return test_server_http (server, "GET", "/healthz", NULL, NULL, NULL);
}

/* Asks until something else is answered, since an answer is repeated for a while. */
static void
wait_for_health (TestServer *server, guint status)
{
  while (health (server) != status)
    g_usleep (G_USEC_PER_SEC / 20);
}

/* Reading still works then, and nobody writes anything but the one who asks. */
static void
test_health_without_disk (void)
{
  g_autoptr (TestServer) server = test_server_new ("");

  test_server_import (server, PEOPLE);
  g_assert_cmpuint (health (server), ==, 200);
  test_server_set_file_size (server, 1);
  wait_for_health (server, 503);
  test_server_set_file_size (server, RLIM_INFINITY);
  wait_for_health (server, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/health-without-disk", test_health_without_disk);
  return g_test_run ();
}
