/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "manual-clock.h"
#include "vis-codec.h"
#include "vis-link.h"

G_BEGIN_DECLS

/* A transport in memory, whose server is the test. */
#define TEST_TYPE_TRANSPORT (test_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestTransport, test_transport, TEST, TRANSPORT, GObject)

struct _TestTransport
{
  GObject    parent_instance;
  gboolean   open_asked;
  gboolean   open;
  gboolean   closed;
  GPtrArray *sent;
};

/* A link with its transports and clock. */
typedef struct
{
  ManualClock *clock;
  VisLink     *link;
  GPtrArray   *transports;
  GString     *log; /* states and events, in their order */
} Fixture;

VisLink       *link_new (Fixture *fixture) G_GNUC_WARN_UNUSED_RESULT;
void           link_set_up (Fixture *fixture, gconstpointer data);
void           link_tear_down (Fixture *fixture, gconstpointer data);
TestTransport *link_get_transport (Fixture *fixture);
void           link_give (Fixture *fixture, const char *text);
void           link_open_socket (Fixture *fixture);
char          *link_take_request (Fixture *fixture, const char *type);
void           link_answer (Fixture *fixture, const char *id, const char *type, const char *rest);
void           link_welcome (Fixture *fixture);
void           link_go_online (Fixture *fixture);
void           link_on_done (GObject *source, GAsyncResult *result, gpointer data);
void           link_ask (Fixture *fixture, GCancellable *cancellable, GAsyncResult **result);
void           link_settle (void);
void link_assert_failed (Fixture *fixture, GAsyncResult **result, GQuark domain, int code);

G_END_DECLS
