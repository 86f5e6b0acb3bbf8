/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Every limit of the wire in one place, each with its reason. Lengths of text count characters
 * (Unicode code points) unless the name says bytes. */

/* An SDP with every codec of a browser is under 20 KiB; a chat text of 8,000 characters of four
 * bytes, each escaped, is under 64 KiB. */
#define VIS_LIMIT_FRAME_BYTES (64 * 1024)

/* What the server says may be longer than what it is told: a page of history. The server ends a
 * page early (with `more`) rather than to go over this; a client closes the connection beyond it.
 */
#define VIS_LIMIT_ANSWER_BYTES (1024 * 1024)

/* Objects in objects in arrays: the deepest frame of the protocol has 4 levels. */
#define VIS_LIMIT_DEPTH 8

/* Members of one object: the largest of the protocol has some 20, and newer ones may have more. The
 * parser's work grows with the square of it. */
#define VIS_LIMIT_MEMBERS 128

/* Numbers: 2^53 - 1, exact in every JSON library (RFC 8259, section 6). None is negative. */
#define VIS_LIMIT_INTEGER 9007199254740991LL

/* A peer that sends this many broken frames is no client of ours. */
#define VIS_LIMIT_BAD_FRAMES         8

#define VIS_LIMIT_REQUEST_ID         64  /* a UUID fits, an attack on the log does not */
#define VIS_LIMIT_MARK               8   /* 32 bits: one chance in 4·10⁹ to miss it */
#define VIS_LIMIT_FEATURES           64  /* some ten are planned */
#define VIS_LIMIT_USER               32  /* fits a row of the chat list */
#define VIS_LIMIT_NAME               64  /* the longest real names, with room */
#define VIS_LIMIT_DEVICE_NAME        64  /* a host name */
#define VIS_LIMIT_TOKEN              128 /* 256 bits in hex are 64; foreign ones may be longer */
#define VIS_LIMIT_TOKEN_MIN          32  /* 128 bits in hex: nobody guesses it */
#define VIS_LIMIT_INVITE             64

#define VIS_LIMIT_PASSWORD_MIN_BYTES 8   /* NIST SP 800-63B, 5.1.1.1 */
#define VIS_LIMIT_PASSWORD_MAX_BYTES 256 /* argon2id takes any length; the request should not */

#define VIS_LIMIT_TEXT               8000 /* a page and a half; longer things are files */
#define VIS_LIMIT_HISTORY            200 /* messages in one page: some 100 KiB at the most common sizes */
#define VIS_LIMIT_CONTACTS           10000
#define VIS_LIMIT_CHATS              10000

#define VIS_LIMIT_SDP_BYTES          (48 * 1024) /* leaves room for the rest of the frame */
#define VIS_LIMIT_CANDIDATE_BYTES    1024        /* RFC 8839 lines are under 200 */
#define VIS_LIMIT_CANDIDATES         64          /* in one frame, and held for one generation */
#define VIS_LIMIT_GENERATION         100000      /* one a second for a day */
#define VIS_LIMIT_MLINE              64          /* sections of one description */
#define VIS_LIMIT_ICE_SERVERS        16

/* RTP packets that the feedback in one RTCP packet may tell of: feedback comes some ten times a
 * second, so this is over 100 Mbit/s of full packets. Each of them costs the receiver a microsecond
 * or more, and 36 bytes can claim 65,535. */
#define VIS_LIMIT_RTCP_REPORTS 2000
#define VIS_LIMIT_URLS         8

/* How long an offer rings, and how long things are waited for (protocol, section 5). The server's
 * timeout is the longer one: the caller's client ends the call before. */
#define VIS_LIMIT_RING_MS          45000
#define VIS_LIMIT_RING_SERVER_MS   50000
#define VIS_LIMIT_CALLER_GONE_MS   10000
#define VIS_LIMIT_BOTH_GONE_MS     60000
#define VIS_LIMIT_RECONNECT_MS     45000
#define VIS_LIMIT_MEDIA_SILENCE_MS 3000
#define VIS_LIMIT_HELLO_MS         10000
#define VIS_LIMIT_PING_MS          30000
#define VIS_LIMIT_SILENCE_MS       75000
#define VIS_LIMIT_TYPING_MS        6000
#define VIS_LIMIT_ENDED_CALLS_MS   (24 * 60 * 60 * 1000)

/* Close codes of the WebSocket (RFC 6455, 7.4; 4000-4999 are ours). */
#define VIS_CLOSE_GOING_AWAY  1001
#define VIS_CLOSE_UNSUPPORTED 1003
#define VIS_CLOSE_POLICY      1008
#define VIS_CLOSE_TOO_LARGE   1009
#define VIS_CLOSE_REPLACED    4001
#define VIS_CLOSE_LOGGED_OUT  4002

#define VIS_SUBPROTOCOL       "visavis.v1"

/* What `hello` and its `ok` can name in `features` (protocol, section 2). */
#define VIS_FEATURE_MARK "mark"
