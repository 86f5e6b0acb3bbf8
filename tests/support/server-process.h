/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts @program, a visavisd, and waits until it listens at @listen. It is killed when the test
 * ends.
 * @options: further arguments, NULL-terminated; may be NULL
 * @url: out: URL for its clients */
GSubprocess *server_process_start (const char        *program,
                                   const char        *data,
                                   const char        *listen,
                                   const char *const *options,
                                   char             **url) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
