/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-wire.h"

G_BEGIN_DECLS

/* A VisWire whose server is the test. All messages of the server are written as JSON, and go
 * through the real codec. */
#define FAKE_TYPE_WIRE (fake_wire_get_type ())
G_DECLARE_FINAL_TYPE (FakeWire, fake_wire, FAKE, WIRE, GObject)

FakeWire *fake_wire_new (void);

void      fake_wire_set_state (FakeWire *self, VisWireState state);
void      fake_wire_connect (FakeWire *self, gint64 seq, gboolean reset);
void      fake_wire_connect_to_copy (FakeWire *self, gint64 seq);
void      fake_wire_disconnect (FakeWire *self);
void      fake_wire_event (FakeWire *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Requests without an answer, oldest first. */
guint       fake_wire_count (FakeWire *self, VisKind kind);
VisMessage *fake_wire_find (FakeWire *self, VisKind kind);
VisMessage *fake_wire_expect (FakeWire *self, VisKind kind);

/* @format makes the fields of an `ok`, for instance "\"seq\":5", or " " for none. */
void fake_wire_ok (FakeWire *self, VisMessage *request, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
void   fake_wire_refuse (FakeWire *self, VisMessage *request, const char *code);
gint64 fake_wire_get_since (FakeWire *self);

G_END_DECLS
