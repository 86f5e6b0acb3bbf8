/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib.h>

void        *forgetful_module_remember (void);

static void *remembered;

/* Allocates memory that is never freed, as drivers do. */
void *
forgetful_module_remember (void)
{
  if (remembered == NULL)
    remembered = g_malloc0 (128);

  return remembered;
}
