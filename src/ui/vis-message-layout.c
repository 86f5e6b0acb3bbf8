/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-message-layout.h"

/* Between a line and its time, in pixels. */
#define GAP 8

/* Lays out two children, a text and its time: side by side if the text has one line, else the time
 * below the text, which then has the whole width. */
struct _VisMessageLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (VisMessageLayout, vis_message_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  GtkWidget *text, *time;
  int        text_minimum, text_natural;
  int        time_minimum, time_width;
} Parts;

static void
get_parts (GtkWidget *widget, Parts *parts)
{
  parts->text = gtk_widget_get_first_child (widget);
  parts->time = gtk_widget_get_next_sibling (parts->text);
  gtk_widget_measure (parts->text,
                      GTK_ORIENTATION_HORIZONTAL,
                      -1,
                      &parts->text_minimum,
                      &parts->text_natural,
                      NULL,
                      NULL);
  gtk_widget_measure (parts->time,
                      GTK_ORIENTATION_HORIZONTAL,
                      -1,
                      &parts->time_minimum,
                      &parts->time_width,
                      NULL,
                      NULL);
}

static int
get_height (GtkWidget *widget, int width)
{
  int height;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);

  return height;
}

/* Whether the text has one line, found out by heights, which GTK caches: two lines are at least
 * twice as high as the time, whose font is smaller. */
static gboolean
fits_beside (const Parts *parts, int width)
{
  if (width >= 0 && width < parts->text_natural + GAP + parts->time_width)
    return FALSE;

  return get_height (parts->text, parts->text_natural) < 2 * get_height (parts->time, -1);
}

static GtkSizeRequestMode
vis_message_layout_get_request_mode (GtkLayoutManager *layout, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
vis_message_layout_measure (GtkLayoutManager *layout,
                            GtkWidget        *widget,
                            GtkOrientation    orientation,
                            int               for_size,
                            int              *minimum,
                            int              *natural,
                            int              *minimum_baseline,
                            int              *natural_baseline)
{
  Parts    parts;
  gboolean beside;

  get_parts (widget, &parts);
  beside = fits_beside (&parts, orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (parts.text_minimum, parts.time_minimum);
      *natural = beside ? parts.text_natural + GAP + parts.time_width
                        : MAX (parts.text_natural, parts.time_width);
    }
  else if (beside)
    {
      *minimum = *natural =
        MAX (get_height (parts.text, parts.text_natural), get_height (parts.time, -1));
    }
  else
    {
      *minimum = *natural = get_height (parts.text, for_size) + get_height (parts.time, -1);
    }
}

static void
vis_message_layout_allocate (
  GtkLayoutManager *layout, GtkWidget *widget, int width, int height, int baseline)
{
  Parts         parts;
  GtkAllocation text = { 0, 0, width, height }, time = { 0, 0, 0, height };

  get_parts (widget, &parts);
  time.width = MIN (parts.time_width, width);
  if (fits_beside (&parts, width))
    {
      text.width = width - GAP - time.width;
    }
  else
    {
      time.height = get_height (parts.time, -1);
      text.height = MAX (height - time.height, 0);
      time.y = height - time.height;
    }
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    text.x = width - text.width;
  else
    time.x = width - time.width;
  gtk_widget_size_allocate (parts.text, &text, -1);
  gtk_widget_size_allocate (parts.time, &time, -1);
}

static void
vis_message_layout_class_init (VisMessageLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = vis_message_layout_get_request_mode;
  layout_class->measure = vis_message_layout_measure;
  layout_class->allocate = vis_message_layout_allocate;
}

static void
vis_message_layout_init (VisMessageLayout *self)
{
}

/**
 * vis_message_layout_new:
 *
 * For a widget with two children: the text of a message, then its time.
 */
GtkLayoutManager *
vis_message_layout_new (void)
{
  return g_object_new (VIS_TYPE_MESSAGE_LAYOUT, NULL);
}
