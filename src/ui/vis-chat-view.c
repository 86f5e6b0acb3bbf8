/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-chat-view.h"

#include "vis-composer.h"
#include "vis-confirm-dialog.h"
#include "vis-connection-bar.h"
#include "vis-contact-question.h"
#include "vis-draft.h"
#include "vis-error.h"
#include "vis-format.h"
#include "vis-padlock.h"
#include "vis-request-panel.h"
#include "vis-text.h"
#include "vis-timeline-view.h"
#include "vis-ui.h"
#include "vis-wall-clock.h"

#include <glib/gi18n.h>

struct _VisChatView
{
  VisPane             parent_instance;

  VisChat            *chat;
  VisCallController  *controller;
  VisConversation    *conversation;
  VisConversation    *leaving; /* being removed or blocked, until the server has answered */
  GSignalGroup       *chat_signals;
  GSignalGroup       *controller_signals;
  GSignalGroup       *conversation_signals;
  GSignalGroup       *contact_signals;
  GSimpleActionGroup *actions;
  VisDraft           *draft;
  gboolean            blocking;   /* `leaving` is blocked rather than removed */
  gboolean            was_mutual; /* whether it was a contact at the last update */

  AdwAvatar          *avatar;
  GtkLabel           *name;
  GtkLabel           *subtitle;
  VisPadlock         *padlock;
  VisConnectionBar   *connection_bar;
  VisTimelineView    *timeline;
  VisRequestPanel    *request;
  VisComposer        *composer;
};

G_DEFINE_FINAL_TYPE (VisChatView, vis_chat_view, VIS_TYPE_PANE)

static VisContact *
get_contact (VisChatView *self)
{
  return self->conversation != NULL ? vis_conversation_get_contact (self->conversation) : NULL;
}

static gboolean
is_mutual (VisChatView *self)
{
  VisContact *contact = get_contact (self);

  return contact != NULL && vis_contact_get_state (contact) == VIS_CONTACT_MUTUAL;
}

static gboolean
is_connected (VisChatView *self)
{
  return self->chat != NULL && vis_chat_get_connection (self->chat) >= VIS_CHAT_STATUS_SYNCING;
}

static char *
dup_subtitle (VisChatView *self)
{
  GTimeZone  *zone;
  VisContact *contact = get_contact (self);

  if (self->leaving == self->conversation)
    return g_strdup (self->blocking ? _ ("Blocking…") : _ ("Removing…"));
  /* Presences are unknown without a connection. */
  if (is_mutual (self) && !is_connected (self))
    return g_strdup (_ ("Not connected"));
  if (vis_conversation_get_typing (self->conversation))
    return g_strdup (_ ("Typing…"));
  /* Without being contacts, people see only each other's names. */
  if (!is_mutual (self))
    return g_strconcat ("@", vis_contact_get_user (contact), NULL);

  zone = vis_wall_clock_get_zone (vis_wall_clock_get_default ());
  return vis_format_presence (vis_contact_get_presence (contact),
                              vis_contact_get_last_seen (contact),
                              vis_wall_clock_get_now (vis_wall_clock_get_default ()),
                              zone);
}

static void
enable (VisChatView *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (VisChatView *self)
{
  gboolean mutual = is_mutual (self);
  gboolean free_line =
    self->controller != NULL && vis_call_controller_get_call (self->controller) == NULL;
  VisContact *contact = get_contact (self);

  enable (self, "call", mutual && is_connected (self) && free_line);
  enable (self, "clear", self->conversation != NULL);
  enable (self,
          "remove",
          contact != NULL && self->leaving == NULL &&
            vis_contact_get_state (contact) != VIS_CONTACT_NONE);
  enable (self,
          "block",
          contact != NULL && self->leaving == NULL &&
            vis_contact_get_state (contact) != VIS_CONTACT_BLOCKED);
}

/* After a request was accepted, by either side, the composer gets the focus if nothing else has it.
 */
static void
keep_focus (VisChatView *self)
{
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean   free_focus = focus == NULL || !gtk_widget_get_mapped (focus) ||
                        gtk_widget_is_ancestor (focus, GTK_WIDGET (self->request));

  if (!self->was_mutual && is_mutual (self) && free_focus &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->composer));
  self->was_mutual = is_mutual (self);
}

static void
update (VisChatView *self)
{
  VisContact      *contact = get_contact (self);
  g_autofree char *subtitle = NULL;

  update_actions (self);
  if (contact == NULL)
    return;

  subtitle = dup_subtitle (self);
  adw_avatar_set_text (self->avatar, vis_contact_get_name (contact));
  gtk_label_set_label (self->name, vis_contact_get_name (contact));
  gtk_label_set_label (self->subtitle, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->composer), is_mutual (self));
  keep_focus (self);
}

static void
on_contact_changed (VisChatView *self)
{
  VisContact *contact = get_contact (self);

  g_signal_group_set_target (self->contact_signals, contact);
  vis_request_panel_set_contact (self->request, self->chat, contact);
  update (self);
}

static void
on_submitted (VisChatView *self, const char *text)
{
  vis_draft_keep (self->draft);
  if (self->conversation != NULL)
    vis_chat_send (self->chat, self->conversation, text);
  vis_timeline_view_jump_to_bottom (self->timeline);
}

static void
on_typing (VisChatView *self, gboolean typing)
{
  if (self->conversation != NULL && is_mutual (self))
    vis_chat_set_typing (self->chat, self->conversation, typing);
}

static void
on_call (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisChatView *self = user_data;

  if (self->controller != NULL && self->conversation != NULL)
    vis_call_controller_start (self->controller,
                               vis_conversation_get_chat (self->conversation),
                               g_variant_get_boolean (parameter));
}

typedef struct
{
  VisChatView     *view;
  VisChat         *chat;
  VisConversation *conversation;
} Question;

static Question *
question_new (VisChatView *self)
{
  Question *question = g_new0 (Question, 1);

  question->view = g_object_ref (self);
  question->chat = g_object_ref (self->chat);
  question->conversation = g_object_ref (self->conversation);

  return question;
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->view);
  g_object_unref (question->chat);
  g_object_unref (question->conversation);
  g_free (question);
}

static void
complain (VisChatView *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    vis_ui_say (GTK_WIDGET (self), vis_error_to_sentence (error));
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisChatView) self = user_data;
  g_autoptr (GError)      error = NULL;

  if (!vis_chat_clear_finish (VIS_CHAT (source), result, &error))
    complain (self, error);
}

static void
on_clear_confirmed (gpointer data)
{
  Question *question = data;

  vis_chat_clear_async (
    question->chat, question->conversation, NULL, on_cleared, g_object_ref (question->view));
}

static void
on_clear (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  VisChatView     *self = user_data;
  g_autofree char *name = NULL, *body = NULL;

  if (self->conversation == NULL)
    return;

  name = vis_text_isolate (vis_contact_get_name (get_contact (self)));
  body = g_strdup_printf (
    _ ("All messages with %s will be deleted from your devices. %s will still have them."),
    name,
    name);
  vis_confirm_dialog_show (GTK_WIDGET (self),
                           _ ("Clear history?"),
                           body,
                           _ ("Clear"),
                           on_clear_confirmed,
                           question_new (self),
                           question_free);
}

static void
on_sent_away (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VisChatView) self = user_data;
  g_autoptr (GError)      error = NULL;

  if (!vis_chat_contact_finish (VIS_CHAT (source), result, &error))
    complain (self, error);
  g_clear_object (&self->leaving);
  if (self->actions != NULL)
    update (self);
}

static void
send_away (Question *question, VisContactVerb verb)
{
  g_set_object (&question->view->leaving, question->conversation);
  question->view->blocking = verb == VIS_CONTACT_VERB_BLOCK;
  update (question->view);

  vis_chat_contact_async (question->chat,
                          verb,
                          vis_conversation_get_chat (question->conversation),
                          NULL,
                          on_sent_away,
                          g_object_ref (question->view));
}

static void
on_remove_confirmed (gpointer question)
{
  send_away (question, VIS_CONTACT_VERB_REMOVE);
}

static void
on_block_confirmed (gpointer question)
{
  send_away (question, VIS_CONTACT_VERB_BLOCK);
}

static void
ask_to_send_away (VisChatView *self, VisContactVerb verb, VisConfirmFunc confirmed)
{
  if (self->conversation != NULL)
    vis_contact_question_show (
      GTK_WIDGET (self), get_contact (self), verb, confirmed, question_new (self), question_free);
}

static void
on_remove (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_to_send_away (user_data, VIS_CONTACT_VERB_REMOVE, on_remove_confirmed);
}

static void
on_block (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ask_to_send_away (user_data, VIS_CONTACT_VERB_BLOCK, on_block_confirmed);
}

static const GActionEntry action_entries[] = {
  { .name = "call", .activate = on_call, .parameter_type = "b" },
  { .name = "clear", .activate = on_clear },
  { .name = "remove", .activate = on_remove },
  { .name = "block", .activate = on_block },
};

static gboolean
vis_chat_view_grab_focus (GtkWidget *widget)
{
  VisChatView *self = VIS_CHAT_VIEW (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->composer)))
    return gtk_widget_grab_focus (GTK_WIDGET (self->composer));

  return gtk_widget_child_focus (GTK_WIDGET (self->request), GTK_DIR_TAB_FORWARD);
}

static void
vis_chat_view_dispose (GObject *object)
{
  VisChatView *self = VIS_CHAT_VIEW (object);

  if (self->draft != NULL)
    vis_draft_keep (self->draft);
  g_clear_object (&self->draft);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->controller_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->actions);
  g_clear_object (&self->conversation);
  g_clear_object (&self->leaving);
  g_clear_object (&self->controller);
  g_clear_object (&self->chat);

  G_OBJECT_CLASS (vis_chat_view_parent_class)->dispose (object);
}

static void
vis_chat_view_class_init (VisChatViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = vis_chat_view_dispose;
  widget_class->grab_focus = vis_chat_view_grab_focus;
  widget_class->focus = vis_ui_focus_child;

  vis_ui_init ();
  g_type_ensure (VIS_TYPE_COMPOSER);
  g_type_ensure (VIS_TYPE_CONNECTION_BAR);
  g_type_ensure (VIS_TYPE_PADLOCK);
  g_type_ensure (VIS_TYPE_REQUEST_PANEL);
  g_type_ensure (VIS_TYPE_TIMELINE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               VIS_UI_RESOURCE_PATH "vis-chat-view.ui");
  gtk_widget_class_bind_template_child (widget_class, VisChatView, avatar);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, name);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, subtitle);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, padlock);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, timeline);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, request);
  gtk_widget_class_bind_template_child (widget_class, VisChatView, composer);
  gtk_widget_class_bind_template_callback (widget_class, on_submitted);
  gtk_widget_class_bind_template_callback (widget_class, on_typing);
  gtk_widget_class_bind_template_callback (widget_class, vis_ui_dup_decoration_layout);
}

static GSignalGroup *
watch (VisChatView *self, GType type, const char *signal, GCallback callback)
{
  GSignalGroup *group = g_signal_group_new (type);

  g_signal_group_connect_swapped (group, signal, callback, self);

  return group;
}

static void
vis_chat_view_init (VisChatView *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (
    G_ACTION_MAP (self->actions), action_entries, G_N_ELEMENTS (action_entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chat", G_ACTION_GROUP (self->actions));

  gtk_widget_init_template (GTK_WIDGET (self));
  self->draft = vis_draft_new (self->composer);

  self->chat_signals = watch (self, VIS_TYPE_CHAT, "notify::connection", G_CALLBACK (update));
  self->controller_signals =
    watch (self, VIS_TYPE_CALL_CONTROLLER, "notify::call", G_CALLBACK (update_actions));
  self->conversation_signals =
    watch (self, VIS_TYPE_CONVERSATION, "notify::typing", G_CALLBACK (update));
  g_signal_group_connect_swapped (
    self->conversation_signals, "notify::contact", G_CALLBACK (on_contact_changed), self);
  self->contact_signals = watch (self, VIS_TYPE_CONTACT, "notify", G_CALLBACK (update));
  g_signal_connect_object (
    vis_wall_clock_get_default (), "minute", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update_actions (self);
}

/**
 * vis_chat_view_set_session:
 * @chat: (nullable): what verbs about messages and people are sent to
 * @controller: (nullable): what verbs about calls are sent to
 *
 * What was written and not sent stays with the conversation.
 */
void
vis_chat_view_set_session (VisChatView *self, VisChat *chat, VisCallController *controller)
{
  g_return_if_fail (VIS_IS_CHAT_VIEW (self));

  if (self->chat != chat)
    vis_chat_view_set_conversation (self, NULL);

  g_set_object (&self->chat, chat);
  g_set_object (&self->controller, controller);
  g_signal_group_set_target (self->chat_signals, chat);
  g_signal_group_set_target (self->controller_signals, controller);
  vis_connection_bar_set_chat (self->connection_bar, chat);
  update_actions (self);
}

/**
 * vis_chat_view_set_news:
 * @news: what is known of the connection
 */
void
vis_chat_view_set_news (VisChatView *self, VisLinkNews *news)
{
  g_return_if_fail (VIS_IS_CHAT_VIEW (self));

  vis_connection_bar_set_news (self->connection_bar, news);
  vis_padlock_set_news (self->padlock, news);
}

VisConversation *
vis_chat_view_get_conversation (VisChatView *self)
{
  g_return_val_if_fail (VIS_IS_CHAT_VIEW (self), NULL);

  return self->conversation;
}

void
vis_chat_view_set_conversation (VisChatView *self, VisConversation *conversation)
{
  g_return_if_fail (VIS_IS_CHAT_VIEW (self));

  if (self->conversation == conversation)
    return;

  /* Before the conversation changes: a "stopped typing" is sent to the one that is left. */
  vis_draft_set_conversation (self->draft, self->chat, conversation);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  vis_timeline_view_set_conversation (self->timeline, self->chat, conversation);
  on_contact_changed (self);
}
