/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-server-store.h"

G_BEGIN_DECLS

/**
 * VisStoreJobs:
 *
 * Periodic jobs of the store: trims old events every VIS_SERVER_TRIM_S seconds.
 */
typedef struct _VisStoreJobs VisStoreJobs;

VisStoreJobs                *vis_store_jobs_new (VisServerStore *store) G_GNUC_WARN_UNUSED_RESULT;
void                         vis_store_jobs_stop (VisStoreJobs *self);
void                         vis_store_jobs_free (VisStoreJobs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisStoreJobs, vis_store_jobs_free)

G_END_DECLS
