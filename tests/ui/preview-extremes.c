/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "preview-extremes.h"

#include "preview-screens.h"

#define LONG_NAME "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff, Senior, of Philadelphia"

static VisConversation *
add_long (void)
{
  VisConversation *conversation =
    stage_add (stage, "hubert", LONG_NAME, VIS_CONTACT_MUTUAL, VIS_PRESENCE_OFFLINE);

  stage_say (stage,
             conversation,
             "https://example.org/a/very/long/address/"
             "without_any_place_where_it_could_be_broken_0123456789_0123456789_0123456789",
             9 * 60);
  stage_own (stage,
             conversation,
             "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
             8 * 60,
             VIS_DELIVERY_FAILED);
  stage_call (stage, conversation, TRUE, "unreachable", TRUE, 0, 7 * 60);
  stage_own (stage, conversation, "k", 60, VIS_DELIVERY_READ);

  return conversation;
}

/* Texts such as strangers may send. */
void
preview_show_texts (void)
{
  VisConversation *conversation =
    stage_add (stage, "eve", "עדה \u202eevE", VIS_CONTACT_MUTUAL, VIS_PRESENCE_ONLINE);
  g_autoptr (GString) men = g_string_new (NULL);
  g_autoptr (GString) prose = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    g_string_append (men, "👨\u200d");
  for (guint i = 0; i < 120; i++)
    g_string_append (prose, "Nobody will ever read all of this, and yet it was written. ");
  stage_say (stage, conversation, men->str, 10 * 60);
  stage_say (
    stage,
    conversation,
    "Look at https://example.org/engine?card=1 (and http://xn--e1awd7f.example/), or write "
    "to mailto:ada@example.org.",
    9 * 60);
  stage_own (stage, conversation, "See https://example.org/a/b.", 8 * 60, VIS_DELIVERY_READ);
  stage_say (stage, conversation, prose->str, 7 * 60);
  stage_own (stage, conversation, "\u202egnorw si siht", 60, VIS_DELIVERY_READ);
  vis_window_open_chat (window, "eve");
}

static VisCall *
add_long_call (gboolean outgoing, VisCallState state)
{
  g_autoptr (VisCall) call = vis_call_new ("l", "hubert", LONG_NAME, outgoing, TRUE);

  vis_call_set_remote_audio (call, FALSE);
  vis_call_set_state (call, state);
  vis_call_set_media_state (call, VIS_MEDIA_CONNECTED);
  spy_controller_set_call (stage->controller, call);

  return vis_call_controller_get_call (stage->controller);
}

void
preview_show_long (void)
{
  add_long ();
  vis_window_open_chat (window, "hubert");
}

void
preview_show_long_list (void)
{
  add_long ();
}

void
preview_show_long_call (void)
{
  preview_show_long ();
  add_long_call (TRUE, VIS_CALL_IN_CALL);
}

void
preview_show_long_incoming (void)
{
  preview_show_long ();
  add_long_call (FALSE, VIS_CALL_RINGING);
}

void
preview_show_long_over (void)
{
  preview_show_long_call ();
  spy_controller_end (stage->controller, VIS_END_UNREACHABLE);
}

void
preview_show_long_bar (void)
{
  preview_show_long_call ();
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-chat", NULL);
}
