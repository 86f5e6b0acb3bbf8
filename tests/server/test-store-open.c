/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "store-fixture.h"
#include "vis-bus-open.h"
#include "vis-error.h"
#include "vis-server-config.h"
#include "vis-store-open.h"

/* Stores and buses by their address. */

static void
test_unknown (void)
{
  static const char *const stores[] = {
    "", "x", "/srv/x", "sqlite", "sqlite:", "sqlitex:y", "a:b"
  };
  static const char *const buses[] = { "", "x", "locale", "nats://x" };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vis_server_store_open (stores[i], &error));
      g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);
      g_assert_nonnull (strstr (error->message, stores[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (buses); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vis_bus_open (buses[i], &error));
      g_assert_error (error, VIS_ERROR, VIS_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, buses[i]));
    }
}

/* Whatever a folder is called, the store is in it, and nowhere else. */
static void
test_folders (StoreFixture *self, gconstpointer data)
{
  static const char *const names[] = { "a b", "50%25", "a?b#c", "\xff", "ä" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char   *folder = g_build_filename (self->folder, names[i], NULL);
      VisServerConfig    config = { .data = folder };
      g_autofree char   *path = vis_server_config_database (&config);
      g_autofree char   *uri = vis_server_config_get_store (&config);
      g_autoptr (GError) error = NULL;
      VisServerStore    *store;

      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
      store = vis_server_store_open (uri, &error);
      g_assert_no_error (error);
      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
      vis_server_store_close (store);
      g_object_unref (store);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (g_rmdir (folder), ==, 0);
    }
}

static void
test_local (void)
{
  const VisServerConfig config = { 0 };
  g_autoptr (VisBus)    bus = vis_bus_open (vis_server_config_get_bus (&config), NULL);

  g_assert_nonnull (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store-open/unknown", test_unknown);
  g_test_add ("/store-open/folders",
              StoreFixture,
              NULL,
              store_fixture_set_up,
              test_folders,
              store_fixture_tear_down);
  g_test_add_func ("/store-open/local-bus", test_local);
  return g_test_run ();
}
