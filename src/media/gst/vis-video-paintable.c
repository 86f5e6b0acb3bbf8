/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-video-paintable.h"

#include <gst/video/video.h>

#include "vis-main.h"

/* Pictures that nobody has drawn for this long need not be made. */
#define UNSEEN_US (500 * 1000)

struct _VisVideoPaintable
{
  GObject     parent_instance;

  GMutex      mutex;
  GdkTexture *latest; /* the mailbox */
  gboolean    posted; /* the main loop knows that there is something new */
  gint64      post_time;
  int         pushed_width;
  int         pushed_height;

  /* Of the main thread: */
  GdkTexture *shown;
  int         width;
  int         height;
};

static void vis_video_paintable_iface_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VisVideoPaintable,
                               vis_video_paintable,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                                                      vis_video_paintable_iface_init))

/* Empties the mailbox; from now on the next picture wakes the main loop again. */
static void
take_latest (VisVideoPaintable *self)
{
  g_autoptr (GdkTexture) old = NULL;

  g_mutex_lock (&self->mutex);
  if (self->latest != NULL)
    {
      old = self->shown;
      self->shown = g_steal_pointer (&self->latest);
    }
  self->posted = FALSE;
  g_mutex_unlock (&self->mutex);
}

static void
vis_video_paintable_snapshot (GdkPaintable *paintable,
                              GdkSnapshot  *snapshot,
                              double        width,
                              double        height)
{
  VisVideoPaintable *self = VIS_VIDEO_PAINTABLE (paintable);

  take_latest (self);
  if (self->shown != NULL)
    gdk_paintable_snapshot (GDK_PAINTABLE (self->shown), snapshot, width, height);
}

static GdkPaintable *
vis_video_paintable_get_current_image (GdkPaintable *paintable)
{
  VisVideoPaintable *self = VIS_VIDEO_PAINTABLE (paintable);

  take_latest (self);
  if (self->shown != NULL)
    return GDK_PAINTABLE (g_object_ref (self->shown));

  return gdk_paintable_new_empty (0, 0);
}

static int
vis_video_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  return VIS_VIDEO_PAINTABLE (paintable)->width;
}

static int
vis_video_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  return VIS_VIDEO_PAINTABLE (paintable)->height;
}

static double
vis_video_paintable_get_intrinsic_aspect_ratio (GdkPaintable *paintable)
{
  VisVideoPaintable *self = VIS_VIDEO_PAINTABLE (paintable);

  return self->height > 0 ? (double) self->width / self->height : 0;
}

static void
vis_video_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = vis_video_paintable_snapshot;
  iface->get_current_image = vis_video_paintable_get_current_image;
  iface->get_intrinsic_width = vis_video_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = vis_video_paintable_get_intrinsic_height;
  iface->get_intrinsic_aspect_ratio = vis_video_paintable_get_intrinsic_aspect_ratio;
}

static void
vis_video_paintable_finalize (GObject *object)
{
  VisVideoPaintable *self = VIS_VIDEO_PAINTABLE (object);

  g_clear_object (&self->latest);
  g_clear_object (&self->shown);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (vis_video_paintable_parent_class)->finalize (object);
}

static void
vis_video_paintable_class_init (VisVideoPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_video_paintable_finalize;
}

static void
vis_video_paintable_init (VisVideoPaintable *self)
{
  g_mutex_init (&self->mutex);
}

static void
free_frame (gpointer data)
{
  GstVideoFrame *frame = data;

  gst_video_frame_unmap (frame);
  g_free (frame);
}

/* Textures are immutable and may be made on any thread; the pixels stay where they are. */
static GdkTexture *
make_texture (GstSample *sample)
{
  g_autofree GstVideoFrame *frame = g_new0 (GstVideoFrame, 1);
  g_autoptr (GBytes)        bytes = NULL;
  GstVideoInfo              info;
  gsize                     stride;
  gsize                     size;

  if (gst_sample_get_caps (sample) == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      GST_VIDEO_INFO_FORMAT (&info) != GST_VIDEO_FORMAT_BGRA ||
      !gst_video_frame_map (frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  stride = (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  size = stride * (gsize) GST_VIDEO_INFO_HEIGHT (&info);
  bytes =
    g_bytes_new_with_free_func (GST_VIDEO_FRAME_PLANE_DATA (frame, 0), size, free_frame, frame);
  g_steal_pointer (&frame);

  return gdk_memory_texture_new (GST_VIDEO_INFO_WIDTH (&info),
                                 GST_VIDEO_INFO_HEIGHT (&info),
                                 GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                 bytes,
                                 stride);
}

static gboolean
on_posted (gpointer data)
{
  VisVideoPaintable *self = data;
  int                width;
  int                height;

  g_mutex_lock (&self->mutex);
  width = self->pushed_width;
  height = self->pushed_height;
  g_mutex_unlock (&self->mutex);

  if (width != self->width || height != self->height)
    {
      self->width = width;
      self->height = height;
      gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
    }
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));

  return G_SOURCE_REMOVE;
}

static void
post (VisVideoPaintable *self)
{
  vis_main_post ("[visavis] new picture", on_posted, g_object_ref (self), g_object_unref);
}

/**
 * vis_video_paintable_new:
 *
 * Makes a paintable that shows nothing yet.
 *
 * Returns: (transfer full): a paintable
 */
VisVideoPaintable *
vis_video_paintable_new (void)
{
  return g_object_new (VIS_TYPE_VIDEO_PAINTABLE, NULL);
}

/**
 * vis_video_paintable_push:
 * @self: a paintable
 * @sample: a picture in BGRA
 *
 * Shows @sample next. May be called on any thread.
 */
void
vis_video_paintable_push (VisVideoPaintable *self, GstSample *sample)
{
  g_autoptr (GdkTexture) texture = make_texture (sample);
  g_autoptr (GdkTexture) old = NULL;
  gboolean               wake;

  if (texture == NULL)
    return;

  g_mutex_lock (&self->mutex);
  /* A picture of another size must be told even to a view that does not draw now. */
  wake = !self->posted || self->pushed_width != gdk_texture_get_width (texture) ||
         self->pushed_height != gdk_texture_get_height (texture);
  self->pushed_width = gdk_texture_get_width (texture);
  self->pushed_height = gdk_texture_get_height (texture);
  old = self->latest;
  self->latest = g_steal_pointer (&texture);
  if (wake)
    {
      self->posted = TRUE;
      self->post_time = g_get_monotonic_time ();
    }
  g_mutex_unlock (&self->mutex);

  if (wake)
    post (self);
}

/**
 * vis_video_paintable_wants:
 * @self: a paintable
 *
 * Whether a picture is worth converting: nobody may be looking. May be called on any thread.
 *
 * Returns: whether to push
 */
gboolean
vis_video_paintable_wants (VisVideoPaintable *self)
{
  gboolean wants;

  g_mutex_lock (&self->mutex);
  wants = !self->posted || g_get_monotonic_time () - self->post_time < UNSEEN_US;
  g_mutex_unlock (&self->mutex);

  return wants;
}

/**
 * vis_video_paintable_clear:
 * @self: a paintable
 *
 * Shows nothing. To be called on the main thread once nothing is pushed any more.
 */
void
vis_video_paintable_clear (VisVideoPaintable *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->latest);
  self->posted = FALSE;
  g_mutex_unlock (&self->mutex);

  g_clear_object (&self->shown);
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

/**
 * vis_video_paintable_dup_texture:
 * @self: a paintable
 *
 * The picture that would be drawn now.
 *
 * Returns: (transfer full) (nullable): a texture, %NULL before the first picture
 */
GdkTexture *
vis_video_paintable_dup_texture (VisVideoPaintable *self)
{
  take_latest (self);

  return self->shown != NULL ? g_object_ref (self->shown) : NULL;
}
