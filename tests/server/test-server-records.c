/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-client.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "test-people.h"
#include "vis-id.h"
#include "vis-server-limits.h"

/* Each call is recorded once, with the right duration, whatever happens to the server meanwhile. */

#define SDP "v=0\\r\\n"

typedef enum
{
  STEP_OFFER,
  STEP_ANSWER,
  STEP_END,
  N_STEPS,
} Step;

typedef struct
{
  TestServer *server;
  TestClient *ada;
  TestClient *grace;
  char       *call;
  gint64      answer_sent; /* milliseconds since 1970 */
  gint64      answer_known;
  gint64      end_sent;
  gint64      end_known; /* latest end of the call, from the server's point of view */
  gint64      killed;
  gint64      again;   /* when a frame was sent again after the kill */
  gboolean    settled; /* the last frame was answered before the kill */
  gboolean    heard;   /* Ada has received the answer */
} Call;

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static void
connect_both (Call *self)
{
  self->ada = test_client_new (self->server, ADA, -1, NULL);
  self->grace = test_client_new (self->server, GRACE, -1, NULL);
}

static void
disconnect_both (Call *self)
{
  g_clear_pointer (&self->ada, test_client_free);
  g_clear_pointer (&self->grace, test_client_free);
}

static void
set_up (Call *self, gconstpointer data)
{
  self->server = test_server_new ("");
  test_server_import (self->server, PEOPLE);
  connect_both (self);
  self->call = vis_id_new ();
}

static void
tear_down (Call *self, gconstpointer data)
{
  disconnect_both (self);
  g_free (self->call);
  test_server_free (self->server);
}

static char *
frame_of (Call *self, Step step)
{
  static const char *const formats[] = {
    [STEP_OFFER] = "\"type\":\"call:offer\",\"call\":\"%s\",\"gen\":0,\"to\":\"grace\",\"sdp\":"
                   "\"" SDP "\"",
    [STEP_ANSWER] = "\"type\":\"call:answer\",\"call\":\"%s\",\"gen\":0,\"sdp\":\"" SDP "\"",
    [STEP_END] = "\"type\":\"call:end\",\"call\":\"%s\",\"reason\":\"hangup\"",
  };
  g_auto (GStrv) halves = g_strsplit (formats[step], "%s", 2);

  return g_strconcat (halves[0], self->call, halves[1], NULL);
}

static TestClient *
teller (Call *self, Step step)
{
  return step == STEP_OFFER ? self->ada : self->grace;
}

/* "ok", or the error code. */
static char *
outcome_of (VisMessage *answer)
{
  return g_strdup (vis_message_get_kind (answer) == VIS_KIND_OK
                     ? "ok"
                     : vis_message_get_string (answer, VIS_FIELD_CODE));
}

static char *
say (Call *self, Step step, gint64 age)
{
  g_autofree char       *frame = frame_of (self, step);
  g_autofree char       *aged = g_strdup_printf (",\"age_ms\":%" G_GINT64_FORMAT, age);
  g_autoptr (VisMessage) answer =
    test_client_request (teller (self, step), "%s%s", frame, age >= 0 ? aged : "");

  return outcome_of (answer);
}

static void
expect_ok (Call *self, Step step)
{
  g_autofree char *outcome = say (self, step, -1);

  g_assert_cmpstr (outcome, ==, "ok");
}

/* Whether the remaining output of a killed server has these bytes. */
static gboolean
has_sent (TestClient *client, const char *bytes)
{
  char    buffer[4096];
  ssize_t n;

  while ((n = recv (client->fd, buffer, sizeof buffer, 0)) > 0)
    g_string_append_len (client->in, buffer, n);
  return memmem (client->in->str, client->in->len, bytes, strlen (bytes)) != NULL;
}

/* Sends a frame to a server that is killed a moment later, and starts it again. */
static void
say_and_kill (Call *self, Step step, guint moment)
{
  TestClient      *client = teller (self, step);
  g_autofree char *frame = frame_of (self, step);
  g_autofree char *text = g_strdup_printf ("{\"id\":4711,%s}", frame);

  test_client_text (client, text);
  g_usleep (moment);
  test_server_kill (self->server, SIGKILL);
  self->killed = now_ms ();
  self->settled = has_sent (client, "{\"type\":\"ok\",\"id\":4711");
  self->heard |= has_sent (self->ada, "{\"type\":\"call:answer\"");
  g_test_message (
    "killed %u µs behind step %d, %s it", moment, step, self->settled ? "after" : "before");
  disconnect_both (self);
  test_server_start (self->server, "");
  connect_both (self);
}

/* Sends a frame until it is answered, with a kill if @step is @killed. */
static char *
say_surely (Call *self, Step step, Step killed, guint moment)
{
  if (step != killed)
    return say (self, step, step == STEP_END ? 0 : -1);
  say_and_kill (self, step, moment);
  if (self->settled)
    return g_strdup ("ok");
  self->again = now_ms ();
  return say (self, step, step == STEP_END ? self->again - self->end_sent : -1);
}

/* The record of the call; asserts that it is exactly once in the history. */
static VisMessage *
find_record (TestClient *client, const char *chat, const char *call)
{
  g_autoptr (VisMessage) page =
    test_client_request (client, "\"type\":\"chat:history\",\"chat\":\"%s\",\"limit\":200", chat);
  GPtrArray  *messages = vis_message_get_array (page, VIS_FIELD_MESSAGES);
  VisMessage *found = NULL;

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      VisMessage *info =
        vis_message_get_object (g_ptr_array_index (messages, i), VIS_FIELD_CALL_INFO);

      if (info == NULL || strcmp (vis_message_get_string (info, VIS_FIELD_ID), call) != 0)
        continue;
      g_assert_null (found);
      found = vis_message_ref (g_ptr_array_index (messages, i));
    }
  return found;
}

static void
expect_record (TestClient *client, Call *call, const char *chat, const char *outcome)
{
  g_autoptr (VisMessage) record = find_record (client, chat, call->call);
  VisMessage            *info;
  gint64                 duration;

  g_assert_nonnull (record);
  info = vis_message_get_object (record, VIS_FIELD_CALL_INFO);
  duration = vis_message_get_integer (info, VIS_FIELD_DURATION_MS);
  g_assert_cmpstr (vis_message_get_string (info, VIS_FIELD_OUTCOME), ==, outcome);
  if (strcmp (outcome, "answered") != 0)
    {
      g_assert_cmpint (duration, ==, 0);
      return;
    }
  /* The duration as far as the client can know it; each time is cut to a millisecond. */
  g_assert_cmpint (duration, >=, call->end_sent - call->answer_known - 2);
  g_assert_cmpint (duration, <=, call->end_known - call->answer_sent + 2);
}

static void
expect_records (Call *self, const char *outcome)
{
  expect_record (self->ada, self, "grace", outcome);
  expect_record (self->grace, self, "ada", outcome);
}

/* Ends the call, and remembers the earliest and latest time of its end. */
static void
end_call (Call *self, Step killed, guint moment)
{
  g_autofree char *ended = NULL;
  gint64           said;

  self->end_sent = now_ms ();
  ended = say_surely (self, STEP_END, killed, moment);
  g_assert_cmpstr (ended, ==, "ok");
  said = now_ms ();
  if (killed != STEP_END)
    self->end_known = said;
  else if (self->settled)
    self->end_known = self->killed;
  else
    self->end_known = MAX (self->killed, self->end_sent + said - self->again);
}

/* Plays a call whose server is killed around one of its steps. */
static void
play (Call *self, Step killed, guint moment)
{
  g_autofree char *offered = NULL;
  g_autofree char *answered = NULL;

  g_free (self->call);
  self->call = vis_id_new ();
  self->heard = FALSE;
  self->settled = FALSE;

  offered = say_surely (self, STEP_OFFER, killed, moment);
  if (killed == STEP_OFFER && (self->settled || strcmp (offered, "conflict") == 0))
    {
      /* It rang when the server was killed, so it has ended. */
      expect_records (self, "missed");
      return;
    }
  g_assert_cmpstr (offered, ==, "ok");

  self->answer_sent = now_ms ();
  answered = say_surely (self, STEP_ANSWER, killed, moment);
  self->answer_known = now_ms ();
  if (killed == STEP_ANSWER && strcmp (answered, "not_found") == 0)
    {
      /* The answer was not delivered. */
      g_assert_false (self->heard);
      expect_records (self, "missed");
      return;
    }
  g_assert_cmpstr (answered, ==, "ok");
  g_usleep (30000);
  end_call (self, killed, moment);
  expect_records (self, "answered");
}

/* The duration does not include the time without a server. */
static void
test_server_killed (Call *self, gconstpointer data)
{
  for (guint i = 0; i < 4 * N_STEPS; i++)
    play (self, i % N_STEPS, (guint) g_test_rand_int_range (0, i < 2 * N_STEPS ? 3000 : 20000));
}

static void
talk (Call *self)
{
  g_free (self->call);
  self->call = vis_id_new ();
  expect_ok (self, STEP_OFFER);
  self->answer_sent = now_ms ();
  expect_ok (self, STEP_ANSWER);
  self->answer_known = now_ms ();
}

/* A client that sends the end without an age as soon as it reconnects: time that no connection has
 * seen does not count. */
static void
test_end_without_age (Call *self, gconstpointer data)
{
  talk (self);
  self->end_sent = self->answer_known;
  test_server_kill (self->server, SIGKILL);
  self->end_known = now_ms ();
  disconnect_both (self);
  test_server_start (self->server, "");
  connect_both (self);
  expect_ok (self, STEP_END);
  expect_records (self, "answered");
}

/* An impossible age, from a client that was never offline. */
static void
test_end_with_wrong_age (Call *self, gconstpointer data)
{
  g_autofree char *outcome = NULL;

  talk (self);
  g_usleep (30000);
  self->end_sent = now_ms ();
  outcome = say (self, STEP_END, G_GINT64_CONSTANT (9007199254740991));
  self->end_known = now_ms ();
  g_assert_cmpstr (outcome, ==, "ok");
  expect_records (self, "answered");
}

static void
expect_end (Call *self)
{
  g_autoptr (VisMessage) end = test_client_event (self->ada, VIS_KIND_CALL_END);

  g_assert_cmpstr (vis_message_get_string (end, VIS_FIELD_REASON), ==, "hangup");
}

/* With a full disk the call ends at once for both, but the end is not acknowledged; it is recorded
 * with the right time when there is room again, whether it is sent again or not. */
static void
test_full_disk (Call *self, gconstpointer again)
{
  g_autofree char *outcome = NULL;

  talk (self);
  vis_message_unref (test_client_event (self->ada, VIS_KIND_CALL_ANSWER));
  test_server_set_file_size (self->server, 1);
  self->end_sent = now_ms ();
  outcome = say (self, STEP_END, -1);
  self->end_known = now_ms ();
  g_assert_cmpstr (outcome, ==, "unavailable");
  expect_end (self);
  g_free (outcome);
  outcome = say (self, STEP_END, -1);
  g_assert_cmpstr (outcome, ==, "unavailable");

  test_server_set_file_size (self->server, RLIM_INFINITY);
  if (again != NULL)
    expect_ok (self, STEP_END);
  else
    vis_message_unref (test_client_event (self->ada, VIS_KIND_CHAT_MESSAGE));
  expect_records (self, "answered");
  expect_ok (self, STEP_END);
  expect_records (self, "answered");
}

/* The server is killed while the disk is full: the client still has the end. */
static void
test_full_disk_server_killed (Call *self, gconstpointer data)
{
  g_autofree char *outcome = NULL;
  gint64           age;

  talk (self);
  test_server_set_file_size (self->server, 1);
  self->end_sent = now_ms ();
  outcome = say (self, STEP_END, -1);
  g_assert_cmpstr (outcome, ==, "unavailable");
  test_server_kill (self->server, SIGKILL);
  disconnect_both (self);
  test_server_start (self->server, "");
  connect_both (self);
  g_free (outcome);
  age = now_ms () - self->end_sent;
  outcome = say (self, STEP_END, age);
  self->end_known = now_ms () - age;
  g_assert_cmpstr (outcome, ==, "ok");
  expect_records (self, "answered");
}

/* The disk is full during the whole call. */
static void
test_full_disk_whole_call (Call *self, gconstpointer data)
{
  g_autofree char *outcome = NULL;

  test_server_set_file_size (self->server, 1);
  talk (self);
  self->end_sent = now_ms ();
  outcome = say (self, STEP_END, -1);
  self->end_known = now_ms ();
  g_assert_cmpstr (outcome, ==, "unavailable");
  test_server_set_file_size (self->server, RLIM_INFINITY);
  expect_ok (self, STEP_END);
  expect_records (self, "answered");
}

static VisMessage *
send_with_id (TestClient *client, const char *chat, const char *id)
{
  return test_client_request (client,
                              "\"type\":\"chat:send\",\"chat\":\"%s\",\"message\":{\"id\":\"%s\","
                              "\"kind\":\"text\",\"text\":\"x\"}",
                              chat,
                              id);
}

/* A message with the call's id does not replace its record, whoever sends it, and is not taken for
 * it. */
static void
test_message_with_call_id (Call *self, gconstpointer data)
{
  g_autoptr (VisMessage) before = NULL;
  g_autoptr (VisMessage) after = NULL;
  g_autoptr (VisMessage) record = NULL;

  talk (self);
  before = send_with_id (self->grace, "ada", self->call);
  g_assert_cmpint (vis_message_get_kind (before), ==, VIS_KIND_OK);
  end_call (self, N_STEPS, 0);
  expect_records (self, "answered");
  record = find_record (self->ada, "grace", self->call);
  g_assert_cmpstr (vis_message_get_string (record, VIS_FIELD_ID), !=, self->call);

  talk (self);
  end_call (self, N_STEPS, 0);
  after = send_with_id (self->ada, "grace", self->call);
  g_assert_cmpint (vis_message_get_kind (after), ==, VIS_KIND_ERROR);
  g_assert_cmpstr (vis_message_get_string (after, VIS_FIELD_CODE), ==, "conflict");
  expect_records (self, "answered");
}

/* Adds so many ended calls that the server forgets this one at its next start. */
static void
end_others (Call *self)
{
  g_autofree char *path = g_build_filename (self->server->folder, "visavis.sqlite", NULL);
  g_autofree char *sql = g_strdup_printf (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
    "INSERT INTO call (id, caller, caller_device, callee, callee_device, caller_device_id, "
    "callee_device_id, video, started, answered, ended) "
    "SELECT randomblob (16), caller, caller_device, callee, callee_device, caller_device_id, "
    "callee_device_id, video, started, answered, ended + 1 FROM call, n",
    VIS_SERVER_ENDED_CALLS);
  sqlite3 *handle = NULL;

  disconnect_both (self);
  test_server_kill (self->server, SIGTERM);
  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  test_server_start (self->server, "");
  connect_both (self);
}

static void
expect_conflict (Call *self)
{
  g_autofree char *outcome = say (self, STEP_OFFER, -1);

  g_assert_cmpstr (outcome, ==, "conflict");
}

/* An offer with the id of an old call: no device rings, there is no second record, and the next
 * call rings. */
static void
test_offer_of_old_call (Call *self, gconstpointer unreachable)
{
  g_autofree char       *old = NULL;
  g_autoptr (VisMessage) record = NULL;
  g_autoptr (VisMessage) offer = NULL;

  talk (self);
  end_call (self, N_STEPS, 0);
  end_others (self);
  if (unreachable != NULL)
    g_clear_pointer (&self->grace, test_client_free);
  expect_conflict (self);
  if (unreachable != NULL)
    self->grace = test_client_new (self->server, GRACE, -1, NULL);
  else
    vis_message_unref (test_client_event (self->grace, VIS_KIND_CALL_END));
  old = g_strdup (self->call);

  talk (self);
  offer = test_client_event (self->grace, VIS_KIND_CALL_OFFER);
  g_assert_cmpstr (vis_message_get_string (offer, VIS_FIELD_CALL), ==, self->call);
  end_call (self, N_STEPS, 0);
  expect_records (self, "answered");
  record = find_record (self->ada, "grace", old);
  g_assert_nonnull (record);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Call *self, gconstpointer data);
    gconstpointer data;
  } tests[] = {
    { "/records/server-killed", test_server_killed, NULL },
    { "/records/end-without-age", test_end_without_age, NULL },
    { "/records/end-with-wrong-age", test_end_with_wrong_age, NULL },
    { "/records/full-disk/end-repeated", test_full_disk, "again" },
    { "/records/full-disk/end-sent-once", test_full_disk, NULL },
    { "/records/full-disk/server-killed", test_full_disk_server_killed, NULL },
    { "/records/full-disk/whole-call", test_full_disk_whole_call, NULL },
    { "/records/message-with-call-id", test_message_with_call_id, NULL },
    { "/records/offer-of-old-call", test_offer_of_old_call, NULL },
    { "/records/offer-of-old-call/unreachable", test_offer_of_old_call, "unreachable" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Call, tests[i].data, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
