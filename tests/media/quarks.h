/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Loads GStreamer where the leak check looks away. */
void quarks_load (void);

/* Lets GLib's table of quarks grow where the leak check looks away, if it will have to grow soon.
 * Stacks that are short enough for media in real time don't tell it from a leak. */
void quarks_grow (void);
