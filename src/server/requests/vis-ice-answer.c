/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-ice-answer.h"

#include "vis-turn.h"

/**
 * vis_ice_answer_add:
 * @config: the STUN and TURN servers
 * @peer: the device that uses them
 * @answer: the answer to @peer
 *
 * Adds `ice_servers` to an answer, with TURN credentials issued now.
 */
void
vis_ice_answer_add (const VisServerConfig *config, VisPeer *peer, VisMessage *answer)
{
  g_autoptr (GPtrArray) servers = vis_turn_servers ((const char *const *) config->stun,
                                                    (const char *const *) config->turn,
                                                    config->turn_secret,
                                                    vis_peer_get_user_name (peer),
                                                    g_get_real_time () / 1000);

  vis_message_set_array (answer, VIS_FIELD_ICE_SERVERS, servers);
}
