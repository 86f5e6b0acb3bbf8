/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-links.h"

/* The addresses in @text, one in a line. */
static char *
dup_links (const char *text)
{
  g_autoptr (GArray) links = vis_links_find (text, 8);
  GString           *found = g_string_new (NULL);

  for (guint i = 0; i < links->len; i++)
    {
      const VisLink *link = &g_array_index (links, VisLink, i);

      g_string_append_len (found, text + link->start, (gssize) (link->end - link->start));
      g_string_append_c (found, '\n');
    }

  return g_string_free (found, FALSE);
}

static void
test_find (void)
{
  static const struct
  {
    const char *text, *links;
  } cases[] = {
    { "", "" },
    { "nothing here", "" },
    { "http://a.example", "http://a.example\n" },
    { "HTTPS://A.example/b", "HTTPS://A.example/b\n" },
    { "See https://a.example/b?c=d&e#f, and", "https://a.example/b?c=d&e#f\n" },
    { "See https://a.example/b.", "https://a.example/b\n" },
    { "(https://a.example/b)", "https://a.example/b\n" },
    { "https://a.example/b_(c) d", "https://a.example/b_(c)\n" },
    { "<https://a.example/b>", "https://a.example/b\n" },
    { "“https://a.example/b”!", "https://a.example/b\n" },
    { "„https://a.example/b“", "https://a.example/b\n" },
    { "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x\n" },
    { "https://a.example/один。", "https://a.example/один\n" },
    { "mailto:ada@a.example.", "mailto:ada@a.example\n" },
    { "mailto:nobody", "" },
    { "http://", "" },
    { "http:// a", "" },
    { "http:///path", "" },
    { "xhttp://a.example", "" },
    { "javascript://a.example", "" },
    { "file:///etc/passwd", "" },
    { "a\nhttp://a.example\nhttp://b.example/", "http://a.example\nhttp://b.example/\n" },
    /* Invisible characters end an address: direction marks, joiners, blanks. */
    { "http://a.example/\u202emoc", "http://a.example/\n" },
    { "http://a.example\u200b.evil", "http://a.example\n" },
    { "http://a.example\u3164.evil", "http://a.example\n" },
    { "http://a.example\u00a0b", "http://a.example\n" },
    { "http://a.example|b", "http://a.example\n" },
  };
  g_autofree char    *long_path = g_strnfill (3000, 'a');
  g_autofree char    *endless = g_strconcat ("http://a.example/", long_path, NULL);
  g_autofree char    *none = dup_links (endless);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GArray)  few = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *links = dup_links (cases[i].text);

      g_assert_cmpstr (links, ==, cases[i].links);
    }

  g_assert_cmpstr (none, ==, "");
  for (guint i = 0; i < 100; i++)
    g_string_append (many, "http://a.example ");
  few = vis_links_find (many->str, 8);
  g_assert_cmpuint (few->len, ==, 8);
}

static void
test_target (void)
{
  static const struct
  {
    const char *uri, *target;
    gboolean    plain;
  } cases[] = {
    { "https://a.example/b", "a.example", TRUE },
    { "http://a.example:81/", "a.example", TRUE },
    { "mailto:ada@a.example", "mailto:ada@a.example", TRUE },
    /* Cyrillic letters that look like Latin ones, as such and in ASCII. */
    { "https://аррӏе.example/", "xn--80ak6aa92e.example", FALSE },
    { "https://xn--80ak6aa92e.example/", "xn--80ak6aa92e.example", FALSE },
    { "https://bank.example@evil.example/", "evil.example", FALSE },
    { "https://evil.example/א/moc.knab", "evil.example", FALSE },
    { "mailto:аdа@a.example", "mailto:аdа@a.example", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = vis_links_dup_target (cases[i].uri);

      g_assert_cmpstr (target, ==, cases[i].target);
      g_assert_cmpint (vis_links_is_plain (cases[i].uri), ==, cases[i].plain);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/links/find", test_find);
  g_test_add_func ("/links/target", test_target);

  return g_test_run ();
}
