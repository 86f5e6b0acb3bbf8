/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-links.h"

#include <gio/gio.h>
#include <string.h>

/* In bytes. Longer addresses, which browsers limit too, can't be checked by eye before they are
 * opened. */
#define LINK_MAX 2048

static const char *const schemes[] = { "https://", "http://", "mailto:" };

/* What ends an address: characters that it can't have (RFC 3986, section 2), and invisible ones,
 * which would let it lead elsewhere than it seems to. */
static gboolean
ends_address (gunichar c)
{
  if (c < 0x80)
    return c <= 0x20 || c == 0x7f || strchr ("<>\"`{}|\\^", (int) c) != NULL;

  /* The last of these are letters and a pattern of Braille that are drawn blank. */
  return !g_unichar_isgraph (c) || g_unichar_isspace (c) ||
         (g_unichar_iszerowidth (c) && !g_unichar_ismark (c)) || c == 0x115f || c == 0x1160 ||
         c == 0x2800 || c == 0x3164 || c == 0xffa0;
}

static gboolean
is_bracket_without_partner (const char *start, const char *bracket)
{
  static const char pairs[] = "()[]";
  const char       *close = strchr (pairs, *bracket);
  int               depth = 0;

  if (close == NULL || (close - pairs) % 2 == 0)
    return FALSE;
  for (const char *p = start; p <= bracket; p++)
    depth += *p == close[-1] ? 1 : *p == *close ? -1 : 0;

  return depth < 0;
}

/* Punctuation that ends the sentence is no part of the address before it. */
static const char *
trim (const char *start, const char *end)
{
  while (end > start)
    {
      const char *last = g_utf8_find_prev_char (start, end);
      gunichar    c = last != NULL ? g_utf8_get_char (last) : 0;
      gboolean    trailing =
        c < 0x80 ? c != 0 && strchr (".,;:!?'*_~", (int) c) != NULL : g_unichar_ispunct (c);

      if (last == NULL || !(trailing || is_bracket_without_partner (start, last)))
        break;
      end = last;
    }

  return end;
}

static gboolean
is_web (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return g_str_equal (scheme, "https") || g_str_equal (scheme, "http");
}

static GUri *
parse (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  const char      *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (uri == NULL)
    return NULL;
  if (is_web (uri) ? host == NULL || *host == '\0' || *host == '.'
                   : strchr (g_uri_get_path (uri), '@') == NULL)
    return NULL;

  return g_steal_pointer (&uri);
}

static gsize
measure_scheme (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return strlen (schemes[i]);

  return 0;
}

/* The length of the address at @text, 0 for none. */
static gsize
measure (const char *text)
{
  gsize            scheme = measure_scheme (text);
  const char      *end = text + scheme;
  g_autofree char *address = NULL;
  g_autoptr (GUri) uri = NULL;

  if (scheme == 0)
    return 0;

  while (*end != '\0' && end - text <= LINK_MAX && !ends_address (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  if (end - text > LINK_MAX)
    return 0;
  end = trim (text + scheme, end);
  address = g_strndup (text, (gsize) (end - text));
  uri = parse (address);

  return uri != NULL ? (gsize) (end - text) : 0;
}

/**
 * vis_links_find:
 * @text: UTF-8
 * @max: how many to look for
 *
 * Finds the addresses in a text that can be followed: those of web pages (http, https) and of
 * mailboxes (mailto, RFC 6068), written out with their scheme. What ends the sentence around an
 * address is left out.
 *
 * Returns: (element-type VisLink) (transfer full): where they are, in order
 */
GArray *
vis_links_find (const char *text, guint max)
{
  GArray  *links = g_array_new (FALSE, FALSE, sizeof (VisLink));
  gboolean inside =
    FALSE; /* the character before was of a word, which may end like a scheme ("xhttps") */

  for (const char *p = text; *p != '\0' && links->len < max; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gsize    length = inside ? 0 : measure (p);

      inside = g_unichar_isalnum (c);
      if (length > 0)
        {
          VisLink link = { .start = (gsize) (p - text), .end = (gsize) (p - text) + length };

          g_array_append_val (links, link);
          p = text + link.end - 1;
          while (((guchar) *p & 0xc0) == 0x80)
            p--;
        }
    }

  return links;
}

/* The host in ASCII (IDNA). */
static char *
dup_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  char       *ascii = g_hostname_to_ascii (host);

  return ascii != NULL ? ascii : g_strdup (host);
}

/**
 * vis_links_dup_target:
 * @uri: an address that was found
 *
 * Where an address leads: the host of a web page in ASCII (RFC 5891), in which letters that look
 * alike differ.
 *
 * Returns: (transfer full): the host, or the whole address for a mailbox
 */
char *
vis_links_dup_target (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && is_web (parsed) ? dup_host (parsed) : g_strdup (uri);
}

/**
 * vis_links_is_plain:
 * @uri: an address that was found
 *
 * Whether an address can't be mistaken for another one. Letters beyond ASCII may look like others
 * or be displayed in another order, and a user name before an "@" may look like the host.
 *
 * Returns: %FALSE if the person should confirm where it leads
 */
gboolean
vis_links_is_plain (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && g_str_is_ascii (uri) &&
         (!is_web (parsed) || (g_uri_get_userinfo (parsed) == NULL &&
                               strstr (g_uri_get_host (parsed), "xn--") == NULL));
}
