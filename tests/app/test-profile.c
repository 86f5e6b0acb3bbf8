/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-profile.h"

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *application_id;
  } cases[] = {
    { NULL, "org.visavis.Visavis" },
    { "default", "org.visavis.Visavis" },
    { "ada", "org.visavis.Visavis.ada" },
    { "Work_2", "org.visavis.Visavis.Work_2" },
    { "abcdefghijklmnopqrstuvwxyzabcdef", "org.visavis.Visavis.abcdefghijklmnopqrstuvwxyzabcdef" },
    { "abcdefghijklmnopqrstuvwxyzabcdefg", NULL },
    { "", NULL },
    { "2", NULL },
    { "_a", NULL },
    { "a.b", NULL },
    { "a/b", NULL },
    { "..", NULL },
    { "a b", NULL },
    { "ä", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)     error = NULL;
      g_autoptr (VisProfile) profile = vis_profile_new (cases[i].name, &error);

      if (cases[i].application_id == NULL)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (vis_profile_get_application_id (profile), ==, cases[i].application_id);
      g_assert_true (g_application_id_is_valid (vis_profile_get_application_id (profile)));
      g_assert_true (g_file_test (vis_profile_get_data_dir (profile), G_FILE_TEST_IS_DIR));
    }
}

static void
test_apart (void)
{
  g_autoptr (VisProfile) one = vis_profile_new ("one", NULL);
  g_autoptr (VisProfile) two = vis_profile_new ("two", NULL);
  g_autofree char       *value = NULL;

  g_assert_cmpstr (vis_profile_get_data_dir (one), !=, vis_profile_get_data_dir (two));

  vis_profile_set_string (one, "user", "ada");
  value = vis_profile_dup_string (two, "user");
  g_assert_null (value);
  value = vis_profile_dup_string (one, "user");
  g_assert_cmpstr (value, ==, "ada");
  vis_profile_set_string (one, "user", NULL);
  g_clear_pointer (&value, g_free);
  value = vis_profile_dup_string (one, "user");
  g_assert_null (value);
}

/* Whatever the server's name, the account's folder is inside of that of the profile. */
static void
test_account_dir (void)
{
  g_autoptr (VisProfile) profile = vis_profile_new ("accounts", NULL);
  g_autoptr (GError)     error = NULL;
  g_autofree char *plain = vis_profile_make_account_dir (profile, "ada", "192.0.2.1:8448", &error);
  g_autofree char *tricky = NULL;
  g_autofree char *parent = NULL;

  g_assert_no_error (error);
  g_assert_true (g_file_test (plain, G_FILE_TEST_IS_DIR));

  tricky = vis_profile_make_account_dir (profile, "..", "/../../etc", &error);
  g_assert_no_error (error);
  parent = g_path_get_dirname (tricky);
  g_assert_cmpstr (parent, ==, vis_profile_get_data_dir (profile));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/profile/names", test_names);
  g_test_add_func ("/app/profile/apart", test_apart);
  g_test_add_func ("/app/profile/account-dir", test_account_dir);
  return g_test_run ();
}
