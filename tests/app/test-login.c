/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "until.h"
#include "vis-error.h"
#include "vis-keyring.h"
#include "vis-login.h"

#include <libsoup/soup.h>

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  *place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **place)
{
  WAIT_FOR (*place != NULL);
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

/* A stored sign-in is found; a cancelled lookup returns nothing. */
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

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  static const char refusal[] =
    "{\"error\":{\"code\":\"bad_invite\",\"message\":\"a valid invite is needed\"}}";

  if (!g_str_equal (path, "/v1/register"))
    {
      soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
      return;
    }
  soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
  soup_server_message_set_response (
    message, "application/json", SOUP_MEMORY_STATIC, refusal, sizeof refusal - 1);
}

/* The server's answer is the same: without a code, the sentence asks for one; with one, it says
 * that it is not valid. */
static void
test_invite (void)
{
  static const struct
  {
    const char *invite, *sentence;
  } cases[] = {
    { "", "This server asks for an invite code. Ask whoever runs the server for one." },
    { "7f3k-22ab",
      "That invite code isn’t valid (any more). Ask whoever runs the server for a new one." },
  };
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (VisProfile) profile = vis_profile_new ("invite", NULL);
  g_autoptr (VisTrust)   trust = vis_trust_new (NULL);
  g_autoptr (VisLogin)   login = vis_login_new (profile, trust);
  g_autoptr (GError)     problem = NULL;
  g_autofree char       *address = NULL;
  GSList                *uris;

  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &problem));
  g_assert_no_error (problem);
  uris = soup_server_get_uris (server);
  address = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError)       error = NULL;

      vis_login_register_async (
        login, address, "ada", "correct horse", "", cases[i].invite, NULL, on_done, &result);
      g_assert_null (vis_login_register_finish (login, wait_for (&result), &error));
      g_assert_cmpstr (vis_error_to_sentence (error), ==, cases[i].sentence);
    }
}

int
main (int argc, char *argv[])
{
  /* GProxyResolver of GNOME needs schemas that are not in the isolated folders. */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/login/restore", test_restore);
  g_test_add_func ("/app/login/invite", test_invite);
  return g_test_run ();
}
