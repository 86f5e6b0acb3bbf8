/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-schema.h"

/* Every row of both tables is filled in, and no kind has two fields of one name. */
static void
test_fields (void)
{
  for (guint i = 0; i < VIS_N_FIELDS; i++)
    {
      const VisFieldSpec *spec = vis_schema_field (i);

      g_assert_nonnull (spec->name);
      g_assert_cmpint (spec->min, <=, spec->max);
      if (spec->type == VIS_TYPE_OF_OBJECT || spec->type == VIS_TYPE_OF_ARRAY)
        g_assert_null (vis_schema_kind (spec->kind)->name);
    }
}

static void
test_kinds (void)
{
  for (guint i = 0; i < VIS_N_KINDS; i++)
    {
      const VisKindSpec     *spec = vis_schema_kind (i);
      g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
      VisKind                found;

      g_assert_cmpuint (spec->n_fields, <=, VIS_MAX_FIELDS_OF_KIND);
      g_assert_true (spec->name != NULL || spec->n_fields > 0 || i == VIS_KIND_UNKNOWN);
      if (spec->name != NULL)
        {
          g_assert_true (vis_schema_find (spec->name, &found));
          g_assert_cmpint (found, ==, i);
          g_assert_cmpint (spec->senders, !=, 0);
        }

      for (guint j = 0; j < spec->n_fields; j++)
        {
          const VisKindField *field = &spec->fields[j];

          g_assert_true (
            g_hash_table_add (names, (gpointer) vis_schema_field (field->field)->name));
          g_assert_cmpint (field->required & ~field->allowed, ==, 0);
          g_assert_cmpint (field->allowed, !=, 0);
          g_assert_cmpint (vis_schema_slot (i, field->field), ==, j);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/schema/fields", test_fields);
  g_test_add_func ("/protocol/schema/kinds", test_kinds);
  return g_test_run ();
}
