/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* One side of a call without windows: the link, the call controller and the media engine of the
 * app, with commands as JSON lines on standard input and events as JSON lines on standard output.
 */

#include "config.h"

#include "counting-engine.h"
#include "vis-background.h"
#include "vis-call-controller.h"
#include "vis-gst-engine.h"
#include "vis-link.h"
#include "vis-video-paintable.h"

#include <gio/gunixinputstream.h>
#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GMainLoop         *loop;
  VisLink           *link;
  VisGstEngine      *engine;
  CountingEngine    *counting;
  VisCallController *controller;
  GDataInputStream  *input;

  VisCall           *call;    /* whose signals are connected */
  GObject           *picture; /* whose signals are connected */
  guint64            shown;
  double             first_shown;
  char              *last_state;
} Peer;

static double
get_time_ms (void)
{
  return (double) g_get_real_time () / 1000.0;
}

static void
say (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode)      root = NULL;
  g_autofree char          *text = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  puts (text);
  fflush (stdout);
}

static JsonBuilder *
begin (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);
  json_builder_set_member_name (builder, "time");
  json_builder_add_double_value (builder, get_time_ms ());
  return builder;
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static const char *
to_nick (GType type, int value)
{
  GEnumClass *klass = g_type_class_peek_static (type);
  GEnumValue *found;

  if (klass == NULL)
    klass = g_type_class_ref (type); /* enumeration types are never unregistered */
  found = g_enum_get_value (klass, value);
  return found != NULL ? found->value_nick : "?";
}

/* Takes each frame, as a widget would that draws it. */
static void
on_picture (GObject *picture, Peer *peer)
{
  g_autoptr (GdkTexture) texture = vis_video_paintable_dup_texture (VIS_VIDEO_PAINTABLE (picture));

  if (texture == NULL)
    return;
  if (peer->shown++ == 0)
    {
      g_autoptr (JsonBuilder) builder = begin ("first-frame");

      peer->first_shown = get_time_ms ();
      add_number (builder, "width", gdk_texture_get_width (texture));
      say (builder);
    }
}

static void
follow_picture (Peer *peer, GObject *picture)
{
  if (peer->picture == picture)
    return;

  if (peer->picture != NULL)
    g_signal_handlers_disconnect_by_data (peer->picture, peer);
  g_set_object (&peer->picture, picture);
  if (VIS_IS_VIDEO_PAINTABLE (picture))
    {
      g_signal_connect (picture, "invalidate-contents", G_CALLBACK (on_picture), peer);
      on_picture (picture, peer);
    }
}

static void
tell_state (Peer *peer)
{
  g_autoptr (JsonBuilder) builder = begin ("state");
  VisCall                *call = peer->call;
  g_autofree char        *summary = NULL;

  if (call == NULL)
    {
      summary = g_strdup ("idle");
      add_string (builder, "state", "idle");
    }
  else
    {
      const char *state = to_nick (VIS_TYPE_CALL_STATE, (int) vis_call_get_state (call));
      const char *media = to_nick (VIS_TYPE_MEDIA_STATE, (int) vis_call_get_media_state (call));

      summary = g_strdup_printf ("%s %s %s %d %u %d %d",
                                 vis_call_get_id (call),
                                 state,
                                 media,
                                 vis_call_get_remote_ringing (call),
                                 vis_call_get_ringing_devices (call),
                                 vis_call_get_remote_audio (call),
                                 vis_call_get_remote_video (call));
      add_string (builder, "state", state);
      add_string (builder, "media", media);
      add_string (builder, "call", vis_call_get_id (call));
      add_string (builder, "peer", vis_call_get_peer (call));
      add_flag (builder, "remote-ringing", vis_call_get_remote_ringing (call));
      add_number (builder, "ringing-devices", vis_call_get_ringing_devices (call));
      add_flag (builder, "remote-audio", vis_call_get_remote_audio (call));
      add_flag (builder, "remote-video", vis_call_get_remote_video (call));
    }

  if (g_strcmp0 (summary, peer->last_state) == 0)
    return;
  g_free (peer->last_state);
  peer->last_state = g_steal_pointer (&summary);
  say (builder);
}

static void
on_call_changed (VisCall *call, GParamSpec *pspec, Peer *peer)
{
  follow_picture (peer, vis_call_get_remote_picture (call));
  tell_state (peer);
}

static void
on_call (VisCallController *controller, GParamSpec *pspec, Peer *peer)
{
  VisCall *call = vis_call_controller_get_call (controller);

  if (peer->call != NULL)
    g_signal_handlers_disconnect_by_data (peer->call, peer);
  follow_picture (peer, NULL);
  g_set_object (&peer->call, call);
  if (call != NULL)
    {
      peer->shown = 0;
      peer->first_shown = 0;
      g_signal_connect (call, "notify", G_CALLBACK (on_call_changed), peer);
      follow_picture (peer, vis_call_get_remote_picture (call));
    }
  tell_state (peer);
}

static void
on_ended (VisCallController *controller, VisCall *call, Peer *peer)
{
  g_autoptr (JsonBuilder) builder = begin ("ended");

  add_string (builder, "call", vis_call_get_id (call));
  add_string (builder, "reason", vis_end_reason_to_string (vis_call_get_end_reason (call)));
  add_number (builder, "shown", (double) peer->shown);
  add_number (builder, "packets-sent", (double) counting_engine_take_sent (peer->counting));
  say (builder);
}

static void
on_wire (VisLink *link, GParamSpec *pspec, Peer *peer)
{
  g_autoptr (JsonBuilder) builder = begin ("wire");

  add_string (
    builder, "state", to_nick (VIS_TYPE_WIRE_STATE, (int) vis_wire_get_state (VIS_WIRE (link))));
  say (builder);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint            count = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    count++;
  return count > 0 ? count - 1 : 0; /* without the open directory itself */
}

/* A line of /proc/self/status. */
static double
read_status (const char *name)
{
  g_autofree char *text = NULL;
  const char      *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, name);
  return line != NULL ? g_ascii_strtod (line + strlen (name), NULL) : 0;
}

static void
tell_stats (Peer *peer)
{
  g_autoptr (JsonBuilder) builder = begin ("stats");
  VisMediaSession        *session = counting_engine_get_newest (peer->counting);
  g_autofree VisStats    *current = NULL;
  VisStats                stats = { 0 };

  if (session != NULL)
    {
      current = vis_media_session_dup_stats (session);
      stats = *current;
    }
  add_number (builder, "frames-decoded", (double) stats.frames_decoded);
  add_number (builder, "audio-decoded", (double) stats.audio_decoded);
  add_number (builder, "audio-level", stats.audio_level);
  add_number (builder, "packets-received", (double) stats.packets_received);
  add_number (builder, "packets-sent", (double) stats.packets_sent);
  add_number (builder, "rtt-ms", stats.rtt_ms);
  add_number (builder, "rtcp-rtt-ms", stats.rtcp_rtt_ms);
  add_number (builder, "jitter-out-ms", stats.jitter_out_ms);
  add_number (builder, "loss-out", stats.loss_out);
  add_number (builder, "packets-reported", (double) stats.packets_reported);
  add_number (builder, "packets-lost", (double) stats.packets_lost);
  add_number (builder, "width", stats.width);
  add_string (builder,
              "path",
              stats.path == VIS_PATH_RELAY    ? "relay"
              : stats.path == VIS_PATH_DIRECT ? "direct"
                                              : "unknown");
  add_number (builder, "shown", (double) peer->shown);
  add_number (builder, "first-shown", peer->first_shown);
  add_number (builder, "sessions", counting_engine_count_alive (peer->counting));
  add_number (builder, "sessions-made", counting_engine_count_made (peer->counting));
  malloc_trim (0);
  add_number (builder, "files", count_files ());
  add_number (builder, "threads", read_status ("Threads:"));
  add_number (builder, "memory-kib", read_status ("VmRSS:"));
  say (builder);
}

/* Prints the time before anything else is done. */
static void
answer (Peer *peer, gboolean video)
{
  g_autoptr (JsonBuilder) builder = begin ("answering");

  say (builder);
  vis_call_controller_answer (peer->controller, video);
}

static void
obey (Peer *peer, const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject            *object;
  const char            *command;

  if (!json_parser_load_from_data (parser, line, -1, NULL))
    return;
  object = json_node_get_object (json_parser_get_root (parser));
  command = json_object_get_string_member_with_default (object, "command", "");
  if (strcmp (command, "call") == 0)
    vis_call_controller_start (peer->controller,
                               json_object_get_string_member_with_default (object, "user", ""),
                               json_object_get_boolean_member_with_default (object, "video", TRUE));
  else if (strcmp (command, "answer") == 0)
    answer (peer, json_object_get_boolean_member_with_default (object, "video", TRUE));
  else if (strcmp (command, "decline") == 0)
    vis_call_controller_decline (peer->controller);
  else if (strcmp (command, "hang-up") == 0)
    vis_call_controller_hang_up (peer->controller);
  else if (strcmp (command, "camera") == 0)
    vis_call_controller_set_camera (
      peer->controller, json_object_get_boolean_member_with_default (object, "on", TRUE));
  else if (strcmp (command, "microphone") == 0)
    vis_call_controller_set_microphone (
      peer->controller, json_object_get_boolean_member_with_default (object, "on", TRUE));
  else if (strcmp (command, "stats") == 0)
    tell_stats (peer);
  else if (strcmp (command, "quit") == 0)
    g_main_loop_quit (peer->loop);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer            *peer = data;
  g_autofree char *line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (peer->loop);
      return;
    }

  obey (peer, line);
  g_data_input_stream_read_line_async (
    G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, on_line, peer);
}

/* A ringer that prints lines. */
#define PAPER_TYPE_RINGER (paper_ringer_get_type ())
G_DECLARE_FINAL_TYPE (PaperRinger, paper_ringer, PAPER, RINGER, GObject)

struct _PaperRinger
{
  GObject parent_instance;
  VisRing ring;
};

static void
paper_ringer_ring (VisRinger *ringer, VisRing ring)
{
  static const char *const names[] = { "none", "incoming", "back", "busy" };
  PaperRinger             *self = PAPER_RINGER (ringer);
  g_autoptr (JsonBuilder)  builder = NULL;

  if (self->ring == ring)
    return;
  self->ring = ring;
  builder = begin ("ring");
  add_string (builder, "ring", names[ring]);
  say (builder);
}

static void
paper_ringer_iface_init (VisRingerInterface *iface)
{
  iface->ring = paper_ringer_ring;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PaperRinger,
                               paper_ringer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (VIS_TYPE_RINGER, paper_ringer_iface_init))

static void
paper_ringer_class_init (PaperRingerClass *klass)
{
}

static void
paper_ringer_init (PaperRinger *self)
{
}

static void
run (Peer *peer, const char *server, const char *token, const char *camera, const char *microphone)
{
  g_autoptr (VisRinger)        ringer = g_object_new (PAPER_TYPE_RINGER, NULL);
  g_autoptr (GInputStream)     stdin_stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (VisTrust)         trust = vis_trust_new (NULL);
  g_autoptr (VisServerAddress) address = NULL;

  peer->loop = g_main_loop_new (NULL, FALSE);
  address = vis_server_address_parse (server, NULL);
  if (address != NULL)
    vis_trust_allow_plain (trust, address->name);
  peer->link = vis_link_new (server, token, trust, vis_clock_get_system ());
  peer->engine = vis_gst_engine_new (camera, microphone);
  vis_gst_engine_set_speaker (peer->engine, "none");
  vis_gst_engine_warm_up (peer->engine);
  peer->counting = counting_engine_new (VIS_MEDIA_ENGINE (peer->engine));
  peer->controller = vis_call_controller_new (
    VIS_WIRE (peer->link), VIS_MEDIA_ENGINE (peer->counting), ringer, vis_clock_get_system ());
  peer->input = g_data_input_stream_new (stdin_stream);
  g_signal_connect (peer->link, "notify::state", G_CALLBACK (on_wire), peer);
  g_signal_connect (peer->controller, "notify::call", G_CALLBACK (on_call), peer);
  g_signal_connect (peer->controller, "ended", G_CALLBACK (on_ended), peer);
  tell_state (peer);
  vis_link_start (peer->link);
  g_data_input_stream_read_line_async (peer->input, G_PRIORITY_DEFAULT, NULL, on_line, peer);
  g_main_loop_run (peer->loop);

  vis_call_controller_hang_up (peer->controller);
  vis_link_stop (peer->link);
  on_call (peer->controller, NULL, peer);
  g_signal_handlers_disconnect_by_data (peer->controller, peer);
  g_signal_handlers_disconnect_by_data (peer->link, peer);
  g_clear_object (&peer->call);
  g_clear_object (&peer->controller);
  g_clear_object (&peer->counting);
  g_clear_object (&peer->engine);
  g_clear_object (&peer->link);
  g_clear_object (&peer->input);
}

static void
on_enough (gpointer data)
{
  *(gboolean *) data = TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *server = NULL, *token = NULL, *camera = NULL, *microphone = NULL;
  GOptionEntry     entries[] = {
        { "server", 0, 0, G_OPTION_ARG_STRING, &server, "The address of the socket", "URL" },
        { "token", 0, 0, G_OPTION_ARG_STRING, &token, "What signs in", "TOKEN" },
        { "camera", 0, 0, G_OPTION_ARG_STRING, &camera, "A camera, test or none", "NAME" },
        { "microphone", 0, 0, G_OPTION_ARG_STRING, &microphone, "Likewise", "NAME" },
        { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- an end of a call");
  g_autoptr (GError)         error = NULL;
  Peer                       peer = { 0 };
  gboolean                   enough = FALSE;

  g_log_writer_default_set_use_stderr (TRUE);
  mallopt (M_ARENA_MAX, 2);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || server == NULL || token == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "--server and --token are needed");
      return 2;
    }

  run (&peer,
       server,
       token,
       camera != NULL ? camera : "test",
       microphone != NULL ? microphone : "test");

  /* Waits for connections that are still being closed. */
  g_timeout_add_once (300, on_enough, &enough);
  while (!enough)
    g_main_context_iteration (NULL, TRUE);
  while (!vis_background_wait ())
    ;
  g_main_loop_unref (peer.loop);
  g_free (peer.last_state);
  return 0;
}
