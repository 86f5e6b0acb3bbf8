/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-call.h"
#include "vis-chat-message.h"
#include "vis-chat.h"
#include "vis-contact.h"

G_BEGIN_DECLS

/* Text for the screen: pure functions of their arguments, so that tests can go through tables.
 * Times are in milliseconds since 1970 and shown in @zone. Results are (transfer full) unless they
 * are const. */

char    *vis_format_clock (gint64 ts, GTimeZone *zone) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_format_day (gint64 ts, gint64 now, GTimeZone *zone) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_format_row_time (gint64 ts, gint64 now, GTimeZone *zone) G_GNUC_WARN_UNUSED_RESULT;
gboolean vis_format_same_day (gint64 a, gint64 b, GTimeZone *zone);
char    *vis_format_duration (guint seconds) G_GNUC_WARN_UNUSED_RESULT;
char    *vis_format_presence (VisPresence presence, gint64 last_seen, gint64 now, GTimeZone *zone)
  G_GNUC_WARN_UNUSED_RESULT;
const char *vis_format_presence_word (VisPresence presence);
char       *vis_format_unread (guint unread) G_GNUC_WARN_UNUSED_RESULT;

char       *vis_format_call_record (const char *outcome,
                                    gboolean    outgoing,
                                    gboolean    video,
                                    guint       duration) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_format_call_icon (const char *outcome, gboolean outgoing);
char       *vis_format_preview (VisChatMessage *message) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_format_draft (const char *draft) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_format_row_name (const char     *name,
                                 guint           unread,
                                 gboolean        draft,
                                 VisPresence     presence,
                                 VisContactState state) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_format_message_name (VisChatMessage *message,
                                     const char     *name,
                                     GTimeZone      *zone) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_format_delivery_icon (VisDelivery delivery);
const char *vis_format_delivery_word (VisDelivery delivery);

char       *vis_format_call_state (VisCallState  state,
                                   VisMediaState media,
                                   gboolean      outgoing,
                                   gboolean      video,
                                   gboolean      ringing,
                                   guint         devices,
                                   guint         duration) G_GNUC_WARN_UNUSED_RESULT;
char       *vis_format_call (VisCall *call) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_format_end_title (VisEndReason reason, VisCallFault fault);
char       *vis_format_end_body (VisEndReason reason,
                                 VisCallFault fault,
                                 const char  *name) G_GNUC_WARN_UNUSED_RESULT;
const char *vis_format_connection (VisChatStatus connection);

G_END_DECLS
