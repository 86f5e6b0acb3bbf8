/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dlfcn.h>
#include <gmodule.h>

#include "driver.h"
#include "fixture.h"

/* The window drawn by GTK's GL renderer, as on most desktops. Other tests of widgets draw without
 * GL. */

#define RED  0xffcc2010u
#define BLUE 0xff1020ccu

/* A picture that is red on its left and blue on its right. */
static GdkTexture *
make_picture (void)
{
  g_autoptr (GBytes) bytes = NULL;
  const int          columns = 320, rows = 240;
  guint32           *pixels = g_new (guint32, columns * rows);

  for (int i = 0; i < columns * rows; i++)
    pixels[i] = i % columns < columns / 2 ? RED : BLUE;
  bytes = g_bytes_new_take (pixels, sizeof *pixels * columns * rows);

  return gdk_memory_texture_new (
    columns, rows, GDK_MEMORY_DEFAULT, bytes, sizeof *pixels * columns);
}

static GskRenderer *
get_renderer (Fixture *fixture)
{
  return gtk_native_get_renderer (GTK_NATIVE (fixture->window));
}

static GdkTexture *
draw (Fixture *fixture)
{
  g_autoptr (GdkPaintable)  paintable = gtk_widget_paintable_new (fixture->widget);
  g_autoptr (GtkSnapshot)   snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  int                       width = gtk_widget_get_width (fixture->widget);
  int                       height = gtk_widget_get_height (fixture->widget);

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  if (node == NULL)
    return NULL;

  return gsk_renderer_render_texture (
    get_renderer (fixture), node, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

/* In GTK 4.8, a GtkPicture has an accessible description, but no name. */
static GtkWidget *
find_picture (GtkWidget *widget, const char *description)
{
  if (GTK_IS_PICTURE (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_picture_get_alternative_text (GTK_PICTURE (widget)), description) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_picture (child, description);

      if (found != NULL)
        return found;
    }

  return NULL;
}

typedef struct
{
  Fixture    *fixture;
  const char *picture;
  guint32     left, right;
} Seen;

/* Whether the picture has these colours, at a quarter of its width from either side. */
static gboolean
is_seen (gpointer data)
{
  Seen                  *seen = data;
  GtkWidget             *root = seen->fixture->widget;
  GtkWidget             *picture = find_picture (root, seen->picture);
  g_autoptr (GdkTexture) drawn = draw (seen->fixture);
  g_autofree guint32    *pixels = NULL;
  const guint32         *line;
  graphene_rect_t        box;
  gsize                  columns, rows;

  if (picture == NULL || drawn == NULL || !gtk_widget_compute_bounds (picture, root, &box))
    return FALSE;

  columns = (gsize) gdk_texture_get_width (drawn);
  rows = (gsize) gdk_texture_get_height (drawn);
  pixels = g_new (guint32, columns * rows);
  gdk_texture_download (drawn, (guchar *) pixels, sizeof *pixels * columns);
  line = pixels + (gsize) (box.origin.y + box.size.height / 2) * columns;

  return line[(gsize) (box.origin.x + box.size.width / 4)] == seen->left &&
         line[(gsize) (box.origin.x + box.size.width * 3 / 4)] == seen->right;
}

static void
test_renderer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GdkGLContext) context = NULL;
  g_autoptr (GError)       error = NULL;

  g_assert_cmpstr (G_OBJECT_TYPE_NAME (get_renderer (fixture)), ==, "GskGLRenderer");
  context =
    gdk_surface_create_gl_context (gtk_native_get_surface (GTK_NATIVE (fixture->window)), &error);
  g_assert_no_error (error);
  g_assert_true (gdk_gl_context_realize (context, &error));
  g_assert_no_error (error);
}

static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GdkTexture) picture = make_picture ();
  VisCall               *call;
  Seen                   other = { fixture, "Picture of the other side", RED, BLUE };
  Seen                   own = { fixture, "Your own picture", BLUE, RED };

  fixture_sign_in (fixture);
  call = fixture_begin_call (fixture, TRUE, TRUE, VIS_CALL_IN_CALL);
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  vis_call_set_local_picture (call, G_OBJECT (picture));
  vis_call_set_remote_picture (call, G_OBJECT (picture));
  vis_call_set_remote_video (call, TRUE);

  driver_until (is_seen, &other);
  driver_until (is_seen, &own);

  vis_call_set_remote_picture (call, NULL);
  vis_call_set_local_picture (call, NULL);
}

/* The leak check would report what this module holds if it were unloaded. */
static void
test_modules_stay (void)
{
  GModule *module = g_module_open (FORGETFUL_MODULE, G_MODULE_BIND_LOCAL);
  void *(*remember) (void) = NULL;

  g_assert_nonnull (module);
  g_assert_true (g_module_symbol (module, "forgetful_module_remember", (gpointer *) &remember));
  g_assert_nonnull (remember ());
  g_assert_true (g_module_close (module));
  g_assert_nonnull (dlopen (FORGETFUL_MODULE, RTLD_NOW | RTLD_NOLOAD));
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);

  FIXTURE_ADD ("/gl/renderer", test_renderer);
  FIXTURE_ADD ("/gl/pictures", test_pictures);
  g_test_add_func ("/gl/modules-stay", test_modules_stay);

  return g_test_run ();
}
