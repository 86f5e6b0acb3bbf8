/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-message.h"
#include "vis-store.h"

G_BEGIN_DECLS

/* What changes in the store by what the server tells. Pure: the same event is always the same edit.
 */

VisStoreEdit *vis_store_edit_from_event (const VisMessage *event,
                                         const char       *me) G_GNUC_WARN_UNUSED_RESULT;
VisStoreEdit *vis_store_edit_from_contact (const VisMessage *object,
                                           const char       *me) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
