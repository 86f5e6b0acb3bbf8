/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The journal alone, on a store whose answers are given by the test. */

#include "manual-clock.h"
#include "vis-chat-journal.h"
#include "vis-error.h"

#define TEST_TYPE_STORE (test_store_get_type ())
G_DECLARE_FINAL_TYPE (TestStore, test_store, TEST, STORE, GObject)

struct _TestStore
{
  GObject    parent_instance;

  GPtrArray *edits; /* in their order */
  GQueue     tasks; /* without an answer */
};

static void test_store_iface_init (VisStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestStore,
                               test_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_STORE, test_store_iface_init))

static void
wait_for_answer (TestStore *self, GAsyncReadyCallback callback, gpointer data)
{
  g_queue_push_tail (&self->tasks, g_task_new (self, NULL, callback, data));
}

static void
test_store_load_async (VisStore           *store,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            data)
{
  wait_for_answer (TEST_STORE (store), callback, data);
}

static VisStoreContents *
test_store_load_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_store_apply_async (VisStore           *store,
                        VisStoreEdit       *edit,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            data)
{
  g_ptr_array_add (TEST_STORE (store)->edits, edit);
  wait_for_answer (TEST_STORE (store), callback, data);
}

static VisStoreChange *
test_store_apply_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_store_page_async (VisStore           *store,
                       const char         *chat,
                       gint64              before,
                       guint               limit,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            data)
{
  wait_for_answer (TEST_STORE (store), callback, data);
}

static VisStorePage *
test_store_page_finish (VisStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_store_iface_init (VisStoreInterface *iface)
{
  iface->load_async = test_store_load_async;
  iface->load_finish = test_store_load_finish;
  iface->apply_async = test_store_apply_async;
  iface->apply_finish = test_store_apply_finish;
  iface->page_async = test_store_page_async;
  iface->page_finish = test_store_page_finish;
}

static void
test_store_finalize (GObject *object)
{
  g_assert_true (g_queue_is_empty (&TEST_STORE (object)->tasks));
  g_ptr_array_unref (TEST_STORE (object)->edits);

  G_OBJECT_CLASS (test_store_parent_class)->finalize (object);
}

static void
test_store_class_init (TestStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_store_finalize;
}

static void
test_store_init (TestStore *self)
{
  self->edits = g_ptr_array_new_with_free_func ((GDestroyNotify) vis_store_edit_free);
  g_queue_init (&self->tasks);
}

/* What happened, one letter each: Counted, cHanged, Unsaved, then (T or t if it failed), Settled,
 * Damaged, Loaded. */
typedef struct
{
  ManualClock    *clock;
  TestStore      *store;
  VisChatJournal *journal;
  GString        *log;
} Fixture;

static void
log_counted (Fixture *fixture)
{
  g_string_append_c (fixture->log, 'C');
}

static void
log_changed (Fixture *fixture)
{
  g_string_append_c (fixture->log, 'H');
}

static void
log_unsaved (Fixture *fixture, const char *chat, const char *message)
{
  g_assert_cmpstr (chat, ==, "grace");
  g_assert_cmpstr (message, ==, "one");
  g_string_append_c (fixture->log, 'U');
}

static void
log_settled (Fixture *fixture)
{
  g_string_append_c (fixture->log, 'S');
}

static void
log_damaged (Fixture *fixture)
{
  g_string_append_c (fixture->log, 'D');
}

static void
log_loaded (Fixture *fixture)
{
  g_string_append_c (fixture->log, 'L');
}

static void
assert_log (Fixture *fixture, const char *expected)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_truncate (fixture->log, 0);
}

static void
connect (Fixture *fixture, const char *signal, GCallback func)
{
  g_signal_connect_swapped (fixture->journal, signal, func, fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = manual_clock_new ();
  fixture->store = g_object_new (TEST_TYPE_STORE, NULL);
  fixture->journal = vis_chat_journal_new (VIS_STORE (fixture->store), VIS_CLOCK (fixture->clock));
  fixture->log = g_string_new (NULL);
  connect (fixture, "counted", G_CALLBACK (log_counted));
  connect (fixture, "changed", G_CALLBACK (log_changed));
  connect (fixture, "unsaved", G_CALLBACK (log_unsaved));
  connect (fixture, "settled", G_CALLBACK (log_settled));
  connect (fixture, "damaged", G_CALLBACK (log_damaged));
  connect (fixture, "loaded", G_CALLBACK (log_loaded));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->journal != NULL)
    g_assert_finalize_object (fixture->journal);
  g_assert_finalize_object (fixture->store);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->log, TRUE);
}

static VisStoreEdit *
last_edit (Fixture *fixture)
{
  return fixture->store->edits->pdata[fixture->store->edits->len - 1];
}

static void
then (gpointer owner, const VisStoreChange *change, gpointer data)
{
  Fixture *fixture = data;

  g_assert_true (owner == fixture->store);
  g_string_append_c (fixture->log, change != NULL ? 'T' : 't');
}

/* With a @since, the edit counts. */
static void
apply (Fixture *fixture, VisEditKind kind, gint64 since)
{
  VisStoreEdit *edit = vis_store_edit_new (kind, "grace");

  edit->since = since;
  edit->mark = since >= 0 ? g_strdup_printf ("m%d", (int) since) : NULL;
  if (kind == VIS_EDIT_QUEUE)
    {
      edit->message = g_new0 (VisStoredMessage, 1);
      edit->message->id = g_strdup ("one");
    }
  vis_chat_journal_apply_then (fixture->journal, edit, then, fixture->store, fixture, NULL);
}

static void
succeed (Fixture *fixture, gboolean counted)
{
  g_autoptr (GTask) task = g_queue_pop_head (&fixture->store->tasks);
  VisStoreChange   *change = vis_store_change_new ("grace");

  change->counted = counted;
  g_task_return_pointer (task, change, (GDestroyNotify) vis_store_change_free);
}

static void
fail (Fixture *fixture, VisError code)
{
  g_autoptr (GTask) task = g_queue_pop_head (&fixture->store->tasks);

  g_task_return_new_error (task, VIS_ERROR, (int) code, "No");
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  apply (fixture, VIS_EDIT_RECEIVE, 7);
  apply (fixture, VIS_EDIT_QUEUE, -1);
  succeed (fixture, TRUE);
  assert_log (fixture, "CHTS");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->journal), ==, 7);
  g_assert_cmpstr (vis_chat_journal_get_mark (fixture->journal), ==, "m7");
  succeed (fixture, FALSE);
  assert_log (fixture, "HTS");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->journal), ==, 7);
}

/* After an event that could not be stored, none is counted until the next connection. */
static void
test_frozen (Fixture *fixture, gconstpointer data)
{
  apply (fixture, VIS_EDIT_RECEIVE, 7);
  g_assert_cmpint (last_edit (fixture)->follows, ==, 0);
  apply (fixture, VIS_EDIT_RECEIVE, 8);
  g_assert_cmpint (last_edit (fixture)->follows, ==, 1);
  g_assert_false (vis_chat_journal_thaw (fixture->journal));

  fail (fixture, VIS_ERROR_STORE_NEWER);
  assert_log (fixture, "tS");
  g_assert_error (
    vis_chat_journal_get_problem (fixture->journal), VIS_ERROR, VIS_ERROR_STORE_NEWER);
  /* The store does not count an edit that follows a failed one. */
  succeed (fixture, FALSE);
  assert_log (fixture, "HTS");
  g_assert_null (vis_chat_journal_get_problem (fixture->journal));
  apply (fixture, VIS_EDIT_RECEIVE, 9);
  g_assert_cmpint (last_edit (fixture)->since, ==, -1);
  succeed (fixture, FALSE);
  assert_log (fixture, "HTS");
  g_assert_cmpint (vis_chat_journal_get_since (fixture->journal), ==, -1);

  g_assert_true (vis_chat_journal_thaw (fixture->journal));
  apply (fixture, VIS_EDIT_RECEIVE, 7);
  g_assert_cmpint (last_edit (fixture)->since, ==, 7);
  g_assert_cmpint (last_edit (fixture)->follows, ==, 0);
  succeed (fixture, TRUE);
  assert_log (fixture, "CHTS");
}

/* What a person wrote is not lost in silence; it does not stop the counting. */
static void
test_unsaved (Fixture *fixture, gconstpointer data)
{
  apply (fixture, VIS_EDIT_QUEUE, -1);
  fail (fixture, VIS_ERROR_STORE);
  assert_log (fixture, "UtS");
  g_assert_false (vis_chat_journal_thaw (fixture->journal));
}

static void
on_page (gpointer owner, const VisStorePage *page, gpointer data)
{
  g_assert_null (page);
  g_string_append_c (((Fixture *) data)->log, 'p');
}

/* `damaged` is emitted once for each damage, whether an edit or a page finds it. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  apply (fixture, VIS_EDIT_RECEIVE, 7);
  fail (fixture, VIS_ERROR_STORE_DAMAGED);
  assert_log (fixture, "DtS");
  g_assert_false (vis_chat_journal_thaw (fixture->journal));

  vis_chat_journal_read (
    fixture->journal, "grace", G_MAXINT64, 64, on_page, fixture->store, fixture, NULL);
  fail (fixture, VIS_ERROR_STORE_DAMAGED);
  assert_log (fixture, "pD");
}

/* A damaged store is loaded again; one that can't be read is taken for empty. */
static void
test_load (Fixture *fixture, gconstpointer data)
{
  vis_chat_journal_load (fixture->journal);
  fail (fixture, VIS_ERROR_STORE_DAMAGED);
  assert_log (fixture, "");
  g_assert_cmpuint (fixture->store->tasks.length, ==, 1);
  fail (fixture, VIS_ERROR_STORE);
  assert_log (fixture, "L");
  g_assert_true (vis_chat_journal_thaw (fixture->journal));
}

/* The owner or the journal is finalized: no callback runs. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);

  vis_chat_journal_apply_then (fixture->journal,
                               vis_store_edit_new (VIS_EDIT_NOTE, NULL),
                               then,
                               owner,
                               g_strdup ("freed with the answer"),
                               g_free);
  g_assert_finalize_object (owner);
  succeed (fixture, FALSE);
  assert_log (fixture, "HS");

  apply (fixture, VIS_EDIT_NOTE, -1);
  g_assert_finalize_object (g_steal_pointer (&fixture->journal));
  succeed (fixture, FALSE);
  assert_log (fixture, "");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/journal/order", test_order },     { "/journal/since-frozen", test_frozen },
    { "/journal/unsaved", test_unsaved }, { "/journal/damaged", test_damaged },
    { "/journal/load", test_load },       { "/journal/owner-finalized", test_gone },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
