/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "vis-calls.h"
#include "vis-engine.h"
#include "vis-server-counters.h"

G_BEGIN_DECLS

/**
 * VisMetrics:
 *
 * Serves the counters and gauges under /metrics, in the text format of Prometheus.
 */
typedef struct _VisMetrics VisMetrics;

VisMetrics                *vis_metrics_new (VisEngine               *engine,
                                            VisDeviceRegistry       *registry,
                                            VisCalls                *calls,
                                            const VisServerCounters *counters) G_GNUC_WARN_UNUSED_RESULT;
void                       vis_metrics_free (VisMetrics *self);
SoupServer                *vis_metrics_get_soup (VisMetrics *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisMetrics, vis_metrics_free)

G_END_DECLS
