/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-call-private.h"

static void
count (GObject *object, GParamSpec *pspec, gpointer data)
{
  GHashTable *counts = data;
  gpointer    name = (gpointer) g_param_spec_get_name (pspec);
  guint       old = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));

  g_hash_table_insert (counts, name, GUINT_TO_POINTER (old + 1));
}

static guint
count_of (GHashTable *counts, const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));
}

static gboolean
get_flag (VisCall *call, const char *name)
{
  gboolean flag;

  g_object_get (call, name, &flag, NULL);
  return flag;
}

/* A change is told once, and what is no change is not told. */
static void
test_notifies (void)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  VisCall               *call = vis_call_new ("1", "grace", "Grace", TRUE, TRUE);
  g_autoptr (GObject)    picture = g_object_new (G_TYPE_OBJECT, NULL);

  g_signal_connect (call, "notify", G_CALLBACK (count), counts);
  for (guint i = 0; i < 2; i++)
    {
      vis_call_set_state (call, VIS_CALL_CALLING);
      vis_call_set_media_state (call, VIS_MEDIA_CONNECTING);
      vis_call_set_remote_ringing (call, TRUE);
      vis_call_set_ringing_devices (call, 2);
      vis_call_set_microphone (call, 7);
      vis_call_set_remote_picture (call, picture);
    }

  g_assert_cmpuint (count_of (counts, "state"), ==, 1);
  g_assert_cmpuint (count_of (counts, "can-hang-up"), ==, 1);
  g_assert_cmpuint (count_of (counts, "can-mute"), ==, 1);
  g_assert_cmpuint (count_of (counts, "can-answer"), ==, 0);
  g_assert_cmpuint (count_of (counts, "media-state"), ==, 1);
  g_assert_cmpuint (count_of (counts, "remote-ringing"), ==, 1);
  g_assert_cmpuint (count_of (counts, "ringing-devices"), ==, 1);
  g_assert_cmpuint (count_of (counts, "microphone"), ==, 1);
  g_assert_cmpuint (count_of (counts, "remote-picture"), ==, 1);
  g_assert_cmpuint (g_hash_table_size (counts), ==, 8);

  g_assert_cmpstr (vis_call_get_peer_name (call), ==, "Grace");
  g_assert_true (vis_call_get_microphone (call) == TRUE);
  g_assert_finalize_object (call);
}

static void
test_permissions (void)
{
  static const struct
  {
    VisCallState state;
    gboolean     answer;
    gboolean     decline;
    gboolean     hang_up;
    gboolean     mute;
  } cases[] = {
    { VIS_CALL_RINGING, TRUE, TRUE, FALSE, FALSE },
    { VIS_CALL_IN_CALL, FALSE, FALSE, TRUE, TRUE },
    { VIS_CALL_IDLE, FALSE, FALSE, FALSE, FALSE },
    { VIS_CALL_CALLING, FALSE, FALSE, TRUE, TRUE },
  };
  VisCall *call = vis_call_new ("1", "grace", "Grace", FALSE, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      vis_call_set_state (call, cases[i].state);
      g_assert_cmpint (get_flag (call, "can-answer"), ==, cases[i].answer);
      g_assert_cmpint (get_flag (call, "can-decline"), ==, cases[i].decline);
      g_assert_cmpint (get_flag (call, "can-hang-up"), ==, cases[i].hang_up);
      g_assert_cmpint (get_flag (call, "can-mute"), ==, cases[i].mute);
    }
  g_assert_finalize_object (call);
}

/* Every property can be read as its getter says. */
static void
test_properties (void)
{
  VisCall                *call = vis_call_new ("1", "grace", "Grace", TRUE, FALSE);
  guint                   n;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (call), &n);

  vis_call_set_duration (call, 61);
  vis_call_set_end_reason (call, VIS_END_BUSY);
  vis_call_set_camera (call, TRUE);
  vis_call_set_remote_audio (call, TRUE);
  vis_call_set_remote_video (call, TRUE);
  g_assert_cmpuint (n, ==, 25);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_assert_false (specs[i]->flags & G_PARAM_WRITABLE);
      g_value_init (&value, specs[i]->value_type);
      g_object_get_property (G_OBJECT (call), specs[i]->name, &value);
      if (g_str_equal (specs[i]->name, "duration"))
        g_assert_cmpuint (g_value_get_uint (&value), ==, vis_call_get_duration (call));
      else if (g_str_equal (specs[i]->name, "end-reason"))
        g_assert_cmpint (g_value_get_enum (&value), ==, vis_call_get_end_reason (call));
      else if (g_str_equal (specs[i]->name, "remote-video"))
        g_assert_true (g_value_get_boolean (&value));
    }
  g_assert_finalize_object (call);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call/call/notifies", test_notifies);
  g_test_add_func ("/call/call/permissions", test_permissions);
  g_test_add_func ("/call/call/properties", test_properties);

  return g_test_run ();
}
