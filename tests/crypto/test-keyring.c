/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "until.h"
#include "vis-error.h"
#include "vis-keyring.h"

#include <glib/gstdio.h>
#include <string.h>

/* There is no bus in this test, so no Secret Service: the file is what is left. Where a service is
 * needed, libsecret keeps the secrets itself. */

typedef struct
{
  char       *folder;
  char       *path;
  VisKeyring *keyring;
  guint       notified;
} Fixture;

static void
on_backend (VisKeyring *keyring, GParamSpec *pspec, Fixture *fixture)
{
  fixture->notified++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *top = g_dir_make_tmp ("visavis-keyring-XXXXXX", &error);

  g_assert_no_error (error);
  fixture->folder = g_build_filename (top, "profile", NULL);
  fixture->path = g_build_filename (fixture->folder, "sign-in", NULL);
  fixture->keyring = vis_keyring_new ("test", fixture->folder);
  g_signal_connect (fixture->keyring, "notify::backend", G_CALLBACK (on_backend), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *top = g_path_get_dirname (fixture->folder);

  until_finalized (fixture->keyring);
  g_remove (fixture->path);
  g_remove (fixture->folder);
  g_remove (top);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  WAIT_FOR (*result != NULL);
  /* The task lets go of the keyring after its callback. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
store (Fixture *fixture, const char *server, GError **error)
{
  g_autoptr (VisSignIn)    sign_in = vis_sign_in_new (server, "ada", "0123 = \n\t token");
  g_autoptr (GAsyncResult) result = NULL;

  vis_keyring_store_async (fixture->keyring, sign_in, NULL, on_done, &result);
  wait_for (&result);
  return vis_keyring_store_finish (fixture->keyring, result, error);
}

static VisSignIn *
lookup (Fixture *fixture)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  VisSignIn               *sign_in;

  vis_keyring_lookup_async (fixture->keyring, NULL, on_done, &result);
  wait_for (&result);
  sign_in = vis_keyring_lookup_finish (fixture->keyring, result, &error);
  g_assert_no_error (error);
  return sign_in;
}

static void
clear (Fixture *fixture)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  vis_keyring_clear_async (fixture->keyring, NULL, on_done, &result);
  wait_for (&result);
  g_assert_true (vis_keyring_clear_finish (fixture->keyring, result, &error));
  g_assert_no_error (error);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GStatBuf           info;

  g_assert_cmpint (vis_keyring_get_backend (fixture->keyring), ==, VIS_KEYRING_UNKNOWN);
  g_assert_null (lookup (fixture));
  clear (fixture);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char      *server = g_strdup_printf ("https://%u.example.org", i);
      g_autoptr (VisSignIn) sign_in = NULL;

      g_assert_true (store (fixture, server, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
      g_assert_cmpint (g_stat (fixture->folder, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0700);

      sign_in = lookup (fixture);
      g_assert_cmpstr (sign_in->server, ==, server);
      g_assert_cmpstr (sign_in->user, ==, "ada");
      g_assert_cmpstr (sign_in->token, ==, "0123 = \n\t token");

      /* Somebody opened it to others; the next store closes it again. */
      g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
    }
  g_assert_cmpint (vis_keyring_get_backend (fixture->keyring), ==, VIS_KEYRING_FILE);
  g_assert_cmpuint (fixture->notified, ==, 1);

  clear (fixture);
  g_assert_null (lookup (fixture));
  g_assert_cmpint (g_stat (fixture->path, &info), !=, 0);
}

static void
test_broken (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "nonsense",
    "[Sign-in]\n",
    "[Sign-in]\nserver=a\nuser=b\n",
    "[Other]\nserver=a\nuser=b\ntoken=c\n",
    "\xff\xfe\xfd",
  };

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
      g_assert_null (lookup (fixture));
    }
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *top = g_path_get_dirname (fixture->folder);

  /* A file where the folder should be. */
  g_assert_true (g_file_set_contents (fixture->folder, "x", -1, NULL));
  g_assert_false (store (fixture, "https://chat.example.org", &error));
  g_assert_error (error, VIS_ERROR, VIS_ERROR_STORE);
  g_assert_null (lookup (fixture));
}

/* What was kept while the service was away is newer than what the service has. */
static void
test_both (Fixture *fixture, gconstpointer data)
{
  static const char *const servers[] = { "https://old.example.org", "https://new.example.org" };
  g_autoptr (GError)       error = NULL;

  if (!g_test_subprocess ())
    {
      /* libsecret loses a few bytes with each secret that it keeps itself. */
      g_setenv ("ASAN_OPTIONS", "detect_leaks=0", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }

  {
    g_autofree char *top = g_path_get_dirname (fixture->folder);
    g_autofree char *path = g_build_filename (top, "service", NULL);

    g_setenv ("SECRET_BACKEND", "file", TRUE);
    g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
    g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
    g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
    for (guint i = 0; i < 2; i++)
      {
        g_autoptr (VisSignIn) from_service = NULL;
        g_autoptr (VisSignIn) from_file = NULL;

        g_assert_true (store (fixture, servers[0], &error));
        g_assert_no_error (error);
        g_assert_cmpint (vis_keyring_get_backend (fixture->keyring), ==, VIS_KEYRING_SERVICE);
        g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
        from_service = lookup (fixture);
        g_assert_cmpstr (from_service->server, ==, servers[0]);

        g_assert_true (g_file_set_contents (fixture->path,
                                            "[Sign-in]\nserver=https://new.example.org\n"
                                            "user=ada\ntoken=newer\n",
                                            -1,
                                            NULL));
        from_file = lookup (fixture);
        g_assert_cmpstr (from_file->server, ==, servers[1]);
        g_assert_cmpint (vis_keyring_get_backend (fixture->keyring), ==, VIS_KEYRING_FILE);
      }

    clear (fixture);
    g_assert_null (lookup (fixture));
    g_assert_cmpint (vis_keyring_get_backend (fixture->keyring), ==, VIS_KEYRING_SERVICE);
    g_remove (path);
  }
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  g_cancellable_cancel (cancellable);
  vis_keyring_lookup_async (fixture->keyring, cancellable, on_done, &result);
  wait_for (&result);
  g_assert_null (vis_keyring_lookup_finish (fixture->keyring, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_unsetenv ("DISPLAY");
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/keyring/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("file", test_file);
  ADD ("broken", test_broken);
  ADD ("no-folder", test_no_folder);
  ADD ("both", test_both);
  ADD ("cancel", test_cancel);
  return g_test_run ();
}
