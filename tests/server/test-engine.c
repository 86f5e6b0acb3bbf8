/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "vis-engine.h"
#include "vis-server-limits.h"

/* When the engine calls which function of its clients, the read ends of pipes. */

typedef struct
{
  VisEngineClient  client;
  GString         *log; /* shared: for each call a letter, and the name of the client */
  char             name;
  int              other;  /* the write end */
  gsize            cost;   /* bytes that a read is charged with */
  guint            next;   /* what `check` returns */
  gboolean         ends;   /* retires itself in `read` */
  VisEngineClient *victim; /* client that it retires in `read` or `close` */
  int              code;
} End;

static void
note (End *self, char what)
{
  g_string_append_c (self->log, what);
  g_string_append_c (self->log, self->name);
}

static void
end_read (VisEngineClient *client)
{
  End  *self = (End *) client;
  char  buffer[64];
  gsize n;

  for (n = 0; read (client->fd, buffer, sizeof buffer) > 0; n++)
    ;
  /* A new client is read once without input. */
  if (n == 0)
    return;
  note (self, 'r');
  if (self->victim != NULL)
    vis_engine_client_retire (self->victim);
  vis_engine_client_charge_read (client, self->cost);
  if (self->ends)
    {
      vis_engine_client_retire (client);
      vis_engine_client_retire (client);
      note (self, 'e');
    }
}

static void
end_flush (VisEngineClient *client)
{
  note ((End *) client, 'w');
}

static guint
end_check (VisEngineClient *client)
{
  note ((End *) client, 'c');
  return ((End *) client)->next;
}

static void
end_close (VisEngineClient *client, guint16 code)
{
  End *self = (End *) client;

  note (self, 'g');
  self->code = code;
  if (self->victim != NULL)
    vis_engine_client_retire (self->victim);
}

static void
end_drop (VisEngineClient *client)
{
  note ((End *) client, 'd');
  vis_engine_client_retire (client);
}

static void
end_free (VisEngineClient *client)
{
  End *self = (End *) client;

  note (self, 'f');
  close (client->fd);
  if (self->other >= 0)
    close (self->other);
  g_free (self);
}

static const VisEngineClientFuncs funcs = {
  .read = end_read,
  .flush = end_flush,
  .check = end_check,
  .close = end_close,
  .drop = end_drop,
  .free = end_free,
};

static End *
end_new (VisEngine *engine, GString *log, char name)
{
  End *self = g_new0 (End, 1);
  int  fds[2];

  g_assert_cmpint (pipe2 (fds, O_NONBLOCK | O_CLOEXEC), ==, 0);
  self->log = log;
  self->name = name;
  self->other = fds[1];
  /* No check comes unless a test asks for one, on the slowest machine. */
  self->next = 100;
  vis_engine_add (engine, &self->client, &funcs, fds[0]);
  vis_engine_client_reschedule (&self->client, 100);
  return self;
}

static void
say (End *self)
{
  g_assert_cmpint (write (self->other, "x", 1), ==, 1);
}

static void
turn (void)
{
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

/* Asserts the calls since the last assertion. */
static void
assert_calls (GString *log, const char *expected)
{
  g_assert_cmpstr (log->str, ==, expected);
  g_string_truncate (log, 0);
}

static void
test_read (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');
  End                  *b = end_new (engine, log, 'b');

  turn ();
  assert_calls (log, "");
  say (b);
  turn ();
  assert_calls (log, "rb");
  vis_engine_client_mark_dirty (&a->client);
  vis_engine_client_mark_dirty (&a->client);
  turn ();
  assert_calls (log, "wa");
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 2);
}

/* A client without EPOLLIN is not read, and is dropped when the other side closes. */
static void
test_without_epollin (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');

  turn ();
  vis_engine_client_watch (&a->client, 0);
  say (a);
  turn ();
  assert_calls (log, "");
  vis_engine_client_watch (&a->client, EPOLLIN);
  turn ();
  assert_calls (log, "ra");
  vis_engine_client_watch (&a->client, 0);
  close (a->other);
  a->other = -1;
  turn ();
  assert_calls (log, "dafa");
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 0);
}

/* A client that retires itself in one of its functions is freed once, after that has returned. */
static void
test_retire (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');

  turn ();
  a->ends = TRUE;
  vis_engine_client_mark_dirty (&a->client);
  vis_engine_client_mark_ready (&a->client);
  say (a);
  turn ();
  assert_calls (log, "waraeafa");
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 0);
}

/* Of two clients that retire each other in `read`, only the first one is called. */
static void
test_retire_each_other (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');
  End                  *b = end_new (engine, log, 'b');

  turn ();
  a->victim = &b->client;
  b->victim = &a->client;
  say (a);
  say (b);
  turn ();
  g_assert_true (g_str_equal (log->str, "rafb") || g_str_equal (log->str, "rbfa"));
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 1);
}

static void
test_close_each_other (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');
  End                  *b = end_new (engine, log, 'b');

  turn ();
  a->victim = &b->client;
  b->victim = &a->client;
  vis_engine_close_all (engine, 1001);
  g_assert_true (g_str_equal (log->str, "ga") || g_str_equal (log->str, "gb"));
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 1);
}

/* Clients that have sent much are read after those that have not, and an iteration ends when its
 * budget is spent. */
static void
test_light_before_heavy (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *heavy[3];
  End                  *light;

  for (guint i = 0; i < G_N_ELEMENTS (heavy); i++)
    {
      heavy[i] = end_new (engine, log, (char) ('x' + i));
      heavy[i]->cost = VIS_SERVER_TURN_BYTES;
      say (heavy[i]);
    }
  light = end_new (engine, log, 'a');
  turn ();
  g_string_truncate (log, 0);

  for (guint i = 0; i < G_N_ELEMENTS (heavy); i++)
    say (heavy[i]);
  say (light);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (log->len, ==, 4);
  g_assert_true (g_str_has_prefix (log->str, "ra"));
  say (light);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (log->len, ==, 8);
  g_assert_true (g_str_has_prefix (log->str + 4, "ra"));
  turn ();
  for (guint i = 0; i < G_N_ELEMENTS (heavy); i++)
    g_assert_nonnull (strchr (log->str, heavy[i]->name));
}

static void
test_check (void)
{
  g_autoptr (GString)   log = g_string_new (NULL);
  g_autoptr (VisEngine) engine = vis_engine_new (NULL);
  End                  *a = end_new (engine, log, 'a');
  gint64                begin = g_get_monotonic_time ();

  vis_engine_client_reschedule (&a->client, 1);
  a->next = 1;
  while (strcmp (log->str, "caca") != 0)
    {
      g_assert_true (g_str_has_prefix ("caca", log->str));
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin, >, G_USEC_PER_SEC);
}

/* A client whose `check` returns 0 is checked again after the longest interval, and
 * vis_engine_free() still finds it. */
static void
test_check_returns_zero (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  VisEngine          *engine = vis_engine_new (NULL);
  End                *a = end_new (engine, log, 'a');

  a->next = 0;
  vis_engine_client_reschedule (&a->client, 1);
  while (log->len == 0)
    g_main_context_iteration (NULL, TRUE);
  vis_engine_free (engine);
  assert_calls (log, "cadafa");
}

static void
test_close_all_and_free (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  VisEngine          *engine = vis_engine_new (NULL);
  End                *a = end_new (engine, log, 'a');
  End                *b = end_new (engine, log, 'b');

  vis_engine_client_reschedule (&b->client, 1000);
  vis_engine_close_all (engine, 1001);
  g_assert_cmpint (a->code, ==, 1001);
  g_assert_cmpint (b->code, ==, 1001);
  g_assert_cmpuint (vis_engine_get_n_clients (engine), ==, 2);
  vis_engine_free (engine);
  g_assert_cmpuint (log->len, ==, 12);
  for (guint i = 0; i < 6; i++)
    g_assert_nonnull (
      strstr (log->str, ((const char *[]){ "ga", "gb", "da", "fa", "db", "fb" })[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/read", test_read);
  g_test_add_func ("/engine/without-epollin", test_without_epollin);
  g_test_add_func ("/engine/retire", test_retire);
  g_test_add_func ("/engine/retire-each-other", test_retire_each_other);
  g_test_add_func ("/engine/close-each-other", test_close_each_other);
  g_test_add_func ("/engine/light-before-heavy", test_light_before_heavy);
  g_test_add_func ("/engine/check", test_check);
  g_test_add_func ("/engine/check-returns-zero", test_check_returns_zero);
  g_test_add_func ("/engine/close-all-and-free", test_close_all_and_free);
  return g_test_run ();
}
