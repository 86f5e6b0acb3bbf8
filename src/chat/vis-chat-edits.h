/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"
#include "vis-store.h"

G_BEGIN_DECLS

/* Edits of the store by the server's events. Pure functions: the same event gives the same edit. */

VisStoreEdit *vis_store_edit_from_event (const VisMessage *event,
                                         const char       *me) G_GNUC_WARN_UNUSED_RESULT;
VisStoreEdit *vis_store_edit_from_contact (const VisMessage *object,
                                           const char       *me) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
