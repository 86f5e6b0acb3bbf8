/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "quarks.h"

#include "vis-gst.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/* By how much GLib's table of quarks grows. The old one is left behind on purpose. */
#define STEP 2048

/* Adds quarks until there is room for so many without another table. */
static void
make_room (guint room)
{
  static guint n;
  GQuark       quark;

  __lsan_disable ();
  do
    {
      g_autofree char *name = g_strdup_printf ("visavis-test-%u", n++);

      quark = g_quark_from_string (name);
    }
  while (quark % STEP + room >= STEP);
  __lsan_enable ();
}

/* The first table is made before main () begins. */
static void
begin (void)
{
  __lsan_disable ();
}

__attribute__ ((section (".preinit_array"), used)) static void (*const begin_early) (void) = begin;

__attribute__ ((constructor)) static void
end (void)
{
  __lsan_enable ();
  make_room (STEP - 16);
}

/* GStreamer alone makes more than a table. */
void
quarks_load (void)
{
  __lsan_disable ();
  vis_gst_init ();
  __lsan_enable ();
  quarks_grow ();
}

void
quarks_grow (void)
{
  make_room (STEP - STEP / 8);
}

#else

void
quarks_load (void)
{
}

void
quarks_grow (void)
{
}

#endif
