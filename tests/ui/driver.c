/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "driver.h"

#include "until.h"

/* The most sources that are dispatched between two looks at a condition: an animation never ends.
 */
#define AT_ONCE 100

/* A look goes through hundreds of widgets, so it follows not each source, but all that are ready.
 */
static gboolean
holds (DriverCondition condition, gpointer data)
{
  for (guint i = 0; i < AT_ONCE && g_main_context_iteration (NULL, FALSE); i++)
    ;
  return condition (data);
}

/* Runs the main loop until @condition holds; fails when it never does. */
void
driver_until (DriverCondition condition, gpointer data)
{
  if (!condition (data))
    WAIT_FOR (holds (condition, data));
}

/* Dispatches all sources that are ready. Layout and drawing that they cause come later. */
void
driver_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Dispatches all sources that are ready, and waits for the next frame of @widget. For a change that
 * may take more than one frame, use driver_until(). */
void
driver_draw (GtkWidget *widget)
{
  driver_settle ();
  gtk_test_widget_wait_for_draw (widget);
}

gboolean
driver_is_named (GtkWidget *widget, const char *name)
{
  g_autofree char *other = NULL;

  /* Labels first: most widgets are, and their text needs no accessible lookup. */
  if (GTK_IS_LABEL (widget))
    return g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), name);

  other = gtk_test_accessible_check_property (
    GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, NULL);
  if (other == NULL)
    return TRUE;
  if (GTK_IS_BUTTON (widget) && ADW_IS_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (widget))))
    return g_str_equal (adw_button_content_get_label (
                          ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (widget)))),
                        name);
  if (GTK_IS_BUTTON (widget))
    return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), name) == 0;

  return FALSE;
}

/* The first mapped widget of that type and name; NULL if there is none. */
GtkWidget *
driver_look_for (GtkWidget *root, GType type, const char *name)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (root), type) && driver_is_named (root, name))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = driver_look_for (child, type, name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

typedef struct
{
  GtkWidget  *root;
  GType       type;
  const char *name;
} Wanted;

static gboolean
is_there (gpointer data)
{
  Wanted *wanted = data;

  return driver_look_for (wanted->root, wanted->type, wanted->name) != NULL;
}

static gboolean
is_gone (gpointer data)
{
  return !is_there (data);
}

/* Prints the tree of widgets, for the log of a test that does not find one. */
static void
describe (GtkWidget *widget, guint depth)
{
  const char *words = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "";

  g_printerr ("%*s%s %s%s\n",
              (int) depth * 2,
              "",
              G_OBJECT_TYPE_NAME (widget),
              words,
              gtk_widget_get_mapped (widget) ? "" : " (hidden)");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    describe (child, depth + 1);
}

G_NORETURN static void
fail_to_find (const Wanted *wanted)
{
  describe (wanted->root, 0);
  g_error ("there is no “%s”", wanted->name);
}

GtkWidget *
driver_find (GtkWidget *root, GType type, const char *name)
{
  Wanted wanted = { root, type, name };

  g_test_message ("looking for “%s”", name);
  if (!is_there (&wanted))
    WAIT_FOR_OR (holds (is_there, &wanted), fail_to_find (&wanted));

  return driver_look_for (root, type, name);
}

/* The first visible window of that type; NULL if there is none. */
GtkWidget *
driver_look_for_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type) && gtk_widget_get_visible (window))
        return window;
    }

  return NULL;
}

void
driver_gone (GtkWidget *root, GType type, const char *name)
{
  Wanted wanted = { root, type, name };

  g_test_message ("waiting for “%s” to go", name);
  driver_until (is_gone, &wanted);
}

void
driver_click (GtkWidget *root, const char *name)
{
  GtkWidget *button = driver_find (root, GTK_TYPE_BUTTON, name);

  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

void
driver_write (GtkWidget *root, const char *name, const char *text)
{
  GtkWidget *widget = driver_look_for (root, GTK_TYPE_TEXT_VIEW, name);

  if (widget != NULL)
    {
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), text, -1);
      return;
    }

  widget = driver_find (root, GTK_TYPE_EDITABLE, name);
  gtk_editable_set_text (GTK_EDITABLE (widget), text);
}

static gboolean
press_shortcut (GtkWidget *widget, GListModel *shortcuts, guint keyval, GdkModifierType state)
{
  g_autoptr (GtkShortcutTrigger) wanted = gtk_keyval_trigger_new (keyval, state);

  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++)
    {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);

      if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), wanted) &&
          gtk_shortcut_action_activate (
            gtk_shortcut_get_action (shortcut), 0, widget, gtk_shortcut_get_arguments (shortcut)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_our_phase (GtkPropagationPhase phase)
{
  return phase == GTK_PHASE_TARGET || phase == GTK_PHASE_CAPTURE;
}

/* GTK can't synthesize events. This offers a key to the shortcuts and key controllers from @widget
 * up to the window, as GTK does. Of the key controllers only those of the app are asked, which are
 * in the target or capture phase: GTK's own need a real event. */
gboolean
driver_press (GtkWidget *widget, guint keyval, GdkModifierType state)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
          gboolean                       taken = FALSE;

          if (GTK_IS_SHORTCUT_CONTROLLER (controller))
            taken = press_shortcut (widget, G_LIST_MODEL (controller), keyval, state);
          else if (GTK_IS_EVENT_CONTROLLER_KEY (controller) &&
                   is_our_phase (gtk_event_controller_get_propagation_phase (controller)))
            g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &taken);
          if (taken)
            return TRUE;
        }
    }

  return FALSE;
}
