/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

int vis_admin_main (int argc, char **argv);
