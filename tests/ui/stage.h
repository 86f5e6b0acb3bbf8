/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "spy-controller.h"
#include "vis-chat-message-private.h"
#include "vis-chat-private.h"
#include "vis-contact-private.h"
#include "vis-timeline-private.h"

G_BEGIN_DECLS

/* People and messages for previews and tests of widgets. */

typedef struct
{
  VisChat           *chat;
  VisCallController *controller;
} Stage;

Stage           *stage_new (void);
void             stage_free (Stage *stage);
VisConversation *stage_add (
  Stage *stage, const char *user, const char *name, VisContactState state, VisPresence presence);
VisChatMessage *
stage_say (Stage *stage, VisConversation *conversation, const char *text, gint64 ago_s);
VisChatMessage *stage_own (Stage           *stage,
                           VisConversation *conversation,
                           const char      *text,
                           gint64           ago_s,
                           VisDelivery      delivery);
VisChatMessage *stage_call (Stage           *stage,
                            VisConversation *conversation,
                            gboolean         outgoing,
                            const char      *outcome,
                            gboolean         video,
                            guint            duration,
                            gint64           ago_s);
void            stage_fill (Stage *stage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stage, stage_free)

G_END_DECLS
