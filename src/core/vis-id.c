/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-id.h"

#include <string.h>

#define USER_MAX 32

/**
 * vis_id_new:
 *
 * Makes the id of a message, a call or a device: a random UUID (RFC 4122, version 4).
 *
 * Returns: (transfer full): a new id
 */
char *
vis_id_new (void)
{
  return g_uuid_string_random ();
}

/**
 * vis_id_is_valid:
 * @id: (nullable): text from anywhere
 *
 * Whether @id has the one form in which ids travel: a lower-case UUID (RFC 4122, section 3). One
 * form only, so that comparing bytes is comparing ids.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_id_is_valid (const char *id)
{
  if (id == NULL)
    return FALSE;

  for (gsize i = 0; i < 36; i++)
    {
      gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

      if (dash ? id[i] != '-' : !(g_ascii_isdigit (id[i]) || (id[i] >= 'a' && id[i] <= 'f')))
        return FALSE;
    }

  return id[36] == '\0';
}

/**
 * vis_user_is_valid:
 * @user: (nullable): text from anywhere
 *
 * Whether @user can be a user name: `[a-z0-9][a-z0-9._-]{0,31}`.
 *
 * Returns: %TRUE if so
 */
gboolean
vis_user_is_valid (const char *user)
{
  gsize length = 0;

  if (user == NULL || !(g_ascii_islower (user[0]) || g_ascii_isdigit (user[0])))
    return FALSE;

  for (const char *c = user; *c != '\0'; c++, length++)
    if (length == USER_MAX ||
        !(g_ascii_islower (*c) || g_ascii_isdigit (*c) || strchr ("._-", *c) != NULL))
      return FALSE;

  return TRUE;
}

/**
 * vis_user_from_text:
 * @text: a user name as people write it, like "@Ada"
 *
 * Takes spaces around it and an "@" before it away and makes its letters small, as names have no
 * others. Whether it is a name then is for [func@Vis.user_is_valid] to say.
 *
 * Returns: (transfer full): the name, empty for none
 */
char *
vis_user_from_text (const char *text)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));

  return g_ascii_strdown (*copy == '@' ? copy + 1 : copy, -1);
}

/**
 * vis_id_compare:
 * @a: an id
 * @b: another id
 *
 * Orders ids by their bytes: the order by which two calls that meet are told apart.
 *
 * Returns: below, at or above 0, as `strcmp`
 */
int
vis_id_compare (const char *a, const char *b)
{
  return strcmp (a, b);
}
