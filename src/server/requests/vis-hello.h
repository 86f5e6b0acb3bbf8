/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-calls.h"
#include "vis-guesses.h"
#include "vis-server-config.h"

G_BEGIN_DECLS

/**
 * VisHello:
 *
 * Handles `hello` and disconnects (protocol, section 2): authenticates the token of a device,
 * finds where it resumes, and adds it to the device registry.
 */
typedef struct _VisHello VisHello;

VisHello                *vis_hello_new (VisServerStore        *store,
                                        VisDeviceRegistry     *registry,
                                        VisCalls              *calls,
                                        VisGuesses            *guesses,
                                        const VisServerConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void                     vis_hello_free (VisHello *self);
void                     vis_hello_open (VisHello *self);
void                     vis_hello_request (VisHello *self, VisPeer *peer, VisMessage *request);
void                     vis_hello_gone (VisHello *self, VisPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VisHello, vis_hello_free)

G_END_DECLS
