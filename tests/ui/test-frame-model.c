/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "until.h"
#include "vis-frame-model.h"

#include <gtk/gtk.h>

typedef struct
{
  GListStore    *store;
  VisFrameModel *model;
  GPtrArray     *mirror; /* the items as a list would have them that only follows items-changed */
  guint          changes;
  guint          growth; /* the most items that one change has added */
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->changes++;
  fixture->growth = MAX (fixture->growth, added - MIN (added, removed));
  g_ptr_array_remove_range (fixture->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (
      fixture->mirror, (int) (position + i), g_list_model_get_item (model, position + i));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = g_list_store_new (G_TYPE_OBJECT);
  fixture->model = vis_frame_model_new ();
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->model, "items-changed", G_CALLBACK (on_items_changed), fixture);
  vis_frame_model_set_model (fixture->model, G_LIST_MODEL (fixture->store));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->model);
  g_assert_finalize_object (fixture->store);
  g_ptr_array_unref (fixture->mirror);
}

static void
append (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (fixture->store, item);
    }
}

static gboolean
is_up_to_date (Fixture *fixture)
{
  GListModel *store = G_LIST_MODEL (fixture->store);

  if (fixture->mirror->len != g_list_model_get_n_items (store))
    return FALSE;
  for (guint i = 0; i < fixture->mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (store, i);

      if (item != fixture->mirror->pdata[i])
        return FALSE;
    }

  return TRUE;
}

static void
settle (Fixture *fixture)
{
  WAIT_FOR (is_up_to_date (fixture));
}

/* Changes at once become one; thousands of items come in parts. */
static void
test_collects (Fixture *fixture, gconstpointer data)
{
  append (fixture, 20);
  g_assert_cmpuint (fixture->changes, ==, 0);
  settle (fixture);
  g_assert_cmpuint (fixture->changes, ==, 1);

  append (fixture, 1000);
  settle (fixture);
  g_assert_cmpuint (fixture->changes, >, 10);
  g_assert_cmpuint (fixture->changes, <, 60);

  fixture->changes = 0;
  g_list_store_remove_all (fixture->store);
  settle (fixture);
  g_assert_cmpuint (fixture->changes, ==, 1);
}

/* New items come in parts, at whatever position. */
static void
test_grows (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint position, removed;
  } cases[] = { { 0, 0 }, { 20, 0 }, { 20, 10 }, { 39, 1 }, { 0, 40 } };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (items, g_object_new (G_TYPE_OBJECT, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_list_store_remove_all (fixture->store);
      append (fixture, 40);
      settle (fixture);
      fixture->changes = fixture->growth = 0;
      g_list_store_splice (
        fixture->store, cases[i].position, cases[i].removed, items->pdata, items->len);
      settle (fixture);
      g_assert_cmpuint (fixture->changes, >, 10);
      g_assert_cmpuint (fixture->changes, <, 60);
      g_assert_cmpuint (fixture->growth, <, 50);
    }
}

typedef struct
{
  guint drawn;   /* frames since rows were made */
  guint starved; /* how often that was 0 */
} Drawing;

static gboolean
on_draw (gpointer data)
{
  Drawing *drawing = data;

  drawing->drawn++;

  return G_SOURCE_CONTINUE;
}

/* Rows that take longer than a frame. */
static void
on_rows (Drawing *drawing)
{
  if (drawing->drawn == 0)
    drawing->starved++;
  drawing->drawn = 0;
  g_usleep (25000);
}

/* The list is drawn between two parts, even if its rows are slow: otherwise one layout would have
 * to measure the rows of several parts. */
static void
test_takes_turns (Fixture *fixture, gconstpointer data)
{
  Drawing drawing = { 1, 0 };
  guint   id = g_idle_add_full (GDK_PRIORITY_REDRAW, on_draw, &drawing, NULL);

  g_signal_connect_swapped (fixture->model, "items-changed", G_CALLBACK (on_rows), &drawing);
  append (fixture, 200);
  settle (fixture);
  g_assert_cmpuint (fixture->changes, >, 5);
  g_assert_cmpuint (drawing.starved, ==, 0);
  g_source_remove (id);
}

/* The model follows random changes of the other one, and is consistent at any time. */
static void
test_follows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 3000; i++)
    {
      guint               n = g_list_model_get_n_items (G_LIST_MODEL (fixture->store));
      guint               position = n > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) n) : 0;
      g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

      switch (g_rand_int_range (rand, 0, 8))
        {
        case 0:
          append (fixture, 60);
          break;
        case 1:
        case 2:
          g_list_store_insert (fixture->store, position, item);
          break;
        case 3:
          if (n > 0)
            g_list_store_splice (
              fixture->store, position, MIN (40, n - position), (gpointer *) &item, 1);
          break;
        case 4:
          g_main_context_iteration (NULL, FALSE);
          break;
        case 5:
          if (g_rand_int_range (rand, 0, 30) == 0)
            g_list_store_remove_all (fixture->store);
          break;
        default:
          if (n > 0)
            g_list_store_remove (fixture->store, position);
          break;
        }
      if (i % 100 == 0)
        settle (fixture);
    }
  settle (fixture);

  vis_frame_model_set_model (fixture->model, NULL);
  g_assert_cmpuint (fixture->mirror->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/frame-model/collects", Fixture, NULL, set_up, test_collects, tear_down);
  g_test_add ("/frame-model/grows", Fixture, NULL, set_up, test_grows, tear_down);
  g_test_add ("/frame-model/takes-turns", Fixture, NULL, set_up, test_takes_turns, tear_down);
  g_test_add ("/frame-model/follows", Fixture, NULL, set_up, test_follows, tear_down);

  return g_test_run ();
}
