/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "vis-kinds.h"

G_BEGIN_DECLS

/**
 * VisMessage:
 *
 * One message of the protocol, or an object inside of one: a kind, and a value for each field that
 * is there. Made with setters, then shared and no longer changed.
 *
 * Everything that comes out of [func@Vis.codec_decode] has passed the checks of the table, so
 * nothing behind the codec checks lengths or types again.
 */
typedef struct _VisMessage VisMessage;

#define VIS_TYPE_MESSAGE (vis_message_get_type ())
GType              vis_message_get_type (void);

VisMessage        *vis_message_new (VisKind kind) G_GNUC_WARN_UNUSED_RESULT;
VisMessage        *vis_message_copy (const VisMessage *self) G_GNUC_WARN_UNUSED_RESULT;
VisMessage        *vis_message_ref (VisMessage *self);
void               vis_message_unref (VisMessage *self);

VisKind            vis_message_get_kind (const VisMessage *self);
const char        *vis_message_get_type_name (const VisMessage *self);

const char        *vis_message_get_request (const VisMessage *self);
void               vis_message_set_request (VisMessage *self, const char *request);
gint64             vis_message_get_seq (const VisMessage *self);
void               vis_message_set_seq (VisMessage *self, gint64 seq);
const char        *vis_message_get_mark (const VisMessage *self);
void               vis_message_set_mark (VisMessage *self, const char *mark);
guint              vis_message_get_skipped (const VisMessage *self);
void               vis_message_add_skipped (VisMessage *self, guint skipped);

gboolean           vis_message_has (const VisMessage *self, VisField field);
const char        *vis_message_get_string (const VisMessage *self, VisField field);
gint64             vis_message_get_integer (const VisMessage *self, VisField field);
gboolean           vis_message_get_boolean (const VisMessage *self, VisField field);
VisMessage        *vis_message_get_object (const VisMessage *self, VisField field);
GPtrArray         *vis_message_get_array (const VisMessage *self, VisField field);
const char *const *vis_message_get_strings (const VisMessage *self, VisField field);
gboolean   vis_message_has_string (const VisMessage *self, VisField field, const char *value);

void       vis_message_clear (VisMessage *self, VisField field);
void       vis_message_set_string (VisMessage *self, VisField field, const char *value);
void       vis_message_set_integer (VisMessage *self, VisField field, gint64 value);
void       vis_message_set_boolean (VisMessage *self, VisField field, gboolean value);
void       vis_message_set_object (VisMessage *self, VisField field, VisMessage *value);
void       vis_message_set_array (VisMessage *self, VisField field, GPtrArray *value);
void       vis_message_set_strings (VisMessage *self, VisField field, const char *const *value);

GPtrArray *vis_message_array_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisMessage, vis_message_unref)

G_END_DECLS
