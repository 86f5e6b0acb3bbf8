/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-keyring.h"
#include "vis-login.h"

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  *place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *place;
}

static void
keep (VisProfile *profile)
{
  g_autoptr (VisKeyring) keyring =
    vis_keyring_new (vis_profile_get_name (profile), vis_profile_get_data_dir (profile));
  g_autoptr (VisSignIn)    sign_in = vis_sign_in_new ("http://127.0.0.1:1", "ada", "a token");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  vis_keyring_store_async (keyring, sign_in, NULL, on_done, &result);
  g_assert_true (vis_keyring_store_finish (keyring, wait_for (&result), &error));
  g_assert_no_error (error);
}

/* What is kept is found, but not by who no longer waits for it. */
static void
test_restore (void)
{
  g_autoptr (VisProfile) profile = vis_profile_new ("restore", NULL);
  g_autoptr (VisTrust)   trust = vis_trust_new (NULL);
  g_autoptr (VisLogin)   login = vis_login_new (profile, trust);

  keep (profile);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError)       error = NULL;
      g_autoptr (VisSignIn)    found = NULL;

      vis_login_restore_async (login, NULL, NULL, cancellable, on_done, &result);
      if (i == 1)
        g_cancellable_cancel (cancellable);
      found = vis_login_restore_finish (login, wait_for (&result), &error);
      if (i == 1)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_assert_null (found);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (found->user, ==, "ada");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/login/restore", test_restore);
  return g_test_run ();
}
