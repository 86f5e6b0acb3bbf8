/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-limits.h"

/* The limits of the server that are not in the protocol (vis-limits.h), each with its reason. */

/* Bytes that are read from one connection before the next one is read. */
#define VIS_SERVER_READ_BYTES (8 * 1024)
/* Input rate, in bytes and bytes a second, up to which a connection is read at once. The others are
 * read after those, so many bytes of them together in one iteration of the main loop: some 10 ms
 * with parsing. */
#define VIS_SERVER_LIGHT_BYTES (16 * 1024)
#define VIS_SERVER_TURN_BYTES  (64 * 1024)

/* The first frame of a connection, hello: a token, `since`, and what newer clients add. */
#define VIS_SERVER_HELLO_BYTES 2048

/* The part of a rate-limited frame in which its `id` is looked for. */
#define VIS_SERVER_ID_BYTES 256

/* Unwritten output of a client. Over it the client is dropped: it reconnects with `since`, which
 * costs less than memory for the slowest phone of all. */
#define VIS_SERVER_OUTPUT_BYTES (2 * 1024 * 1024)

/* Unwritten output above which catching up pauses, so that a long absence does not fill the buffer
 * by itself: one page of events more at most (VIS_SERVER_PAGE_BYTES). */
#define VIS_SERVER_CATCH_UP_BYTES  (256 * 1024)
#define VIS_SERVER_CATCH_UP_EVENTS 256

/* Unwritten output, and the greatest length of the answers to come: from here on a client is not
 * read, and below half of it read again. With the longest answer (VIS_LIMIT_ANSWER_BYTES) on top it
 * is still far from VIS_SERVER_OUTPUT_BYTES. */
#define VIS_SERVER_OWED_BYTES (512 * 1024)
/* What a request counts towards it at least: 256 of them wait for the store at once. */
#define VIS_SERVER_REQUEST_BYTES 2048

/* Events without a `seq` that wait for a client to catch up. Those beyond, presence, are lost. */
#define VIS_SERVER_LATER_EVENTS 256

/* How long to wait for the close frame of the other side. */
#define VIS_SERVER_LINGER_MS 2000

/* Requests in the queue of the writer thread, over all connections: a hanging disk must not eat
 * memory. Over it requests are answered with `unavailable`. */
#define VIS_SERVER_STORE_QUEUE 50000

/* Operations in one transaction: beyond some hundred fsync() is shared well enough, and each
 * further one makes the first wait longer. */
#define VIS_SERVER_STORE_BATCH 4096

/* Pages of 4 KiB at which the write-ahead log is checkpointed, and its size afterwards: 16 MiB, for
 * few fsyncs; one transaction more is in it at most. Only another process with a long read
 * transaction prevents a checkpoint; at twice as many pages it is waited for. */
#define VIS_SERVER_WAL_PAGES 4000

/* How long to wait for another process that writes, such as `visavisd user import`, and at a
 * checkpoint for one that reads. */
#define VIS_SERVER_BUSY_MS       10000
#define VIS_SERVER_CHECKPOINT_MS 100
/* After so many failed checkpoints, 5 s apart, the server logs it. */
#define VIS_SERVER_HELD_CHECKPOINTS 12

/* How long after something was erased the write-ahead log is truncated: within the minute that the
 * protocol promises, and once for all that is erased meanwhile. */
#define VIS_SERVER_ERASE_MS 3000
/* Messages of a cleared chat that one transaction erases: some milliseconds. */
#define VIS_SERVER_ERASE_MESSAGES 500
/* How long the copy of the database from before a migration is kept: a week shows whether the new
 * version works. */
#define VIS_SERVER_COPY_S (7 * 24 * 60 * 60)

/* Answers with lists are split into pages here, far below what a client accepts
 * (VIS_LIMIT_ANSWER_BYTES). */
#define VIS_SERVER_PAGE_BYTES (256 * 1024)

/* The newest messages of a chat among which unread ones are counted; people read "999+" anyway. */
#define VIS_SERVER_UNREAD 1000

/* Messages deleted for oneself that a page of history skips: nobody deletes so many by hand, and
 * the scan keeps all other requests waiting. */
#define VIS_SERVER_HIDDEN 5000

/* What a scanned message counts in a page of chats: some 16,000 of them fit. */
#define VIS_SERVER_SCAN_BYTES 16

/* How long durable events are kept for devices that are offline. */
#define VIS_SERVER_KEEP_MS     (90LL * 24 * 60 * 60 * 1000)
#define VIS_SERVER_KEEP_EVENTS 100000
#define VIS_SERVER_TRIM_S      3600

/* How often a running server polls for what `visavisd user` has written into its store. */
#define VIS_SERVER_LOOK_S 2

/* How long /healthz repeats its last result: each probe is a write to the disk, and anybody may
 * ask. */
#define VIS_SERVER_PROBE_MS 1000
/* How long a failed write makes /healthz fail, even if probes succeed, since the disk may have room
 * for something smaller: as long as people take to send again. */
#define VIS_SERVER_REFUSED_MS 10000

/* HTTP request bodies: an account with every field at its longest is under 2 KiB. */
#define VIS_SERVER_BODY_BYTES (16 * 1024)

/* How long a connection may wait for its TLS handshake to begin, and then take to send its HTTP
 * request. */
#define VIS_SERVER_HTTP_MS 15000

/* Connections at once, if there are descriptors for so many: some 30 kB each with TLS. */
#define VIS_SERVER_CONNECTIONS 32768
/* The share of one address is one in so many: an office or a school behind one address, and seven
 * more like it. */
#define VIS_SERVER_CONNECTIONS_SHARE 8
/* Descriptors that are not connections: the database, its log, epoll, and one for each handshake
 * while it goes on. With fewer than twice as many the server does not start. */
#define VIS_SERVER_OTHER_FILES 128
/* Connections to the address of /metrics. */
#define VIS_SERVER_METRICS_CONNECTIONS 16
/* Connections that are accepted in one iteration of the main loop: open ones have to be served too.
 */
#define VIS_SERVER_ACCEPTS 64
/* How long to stop accepting after accept() has failed. */
#define VIS_SERVER_ACCEPT_PAUSE_MS 100
/* How often refused connections are logged. */
#define VIS_SERVER_LOG_S 60

/* Sockets of one address that have not sent hello: each costs a frame of 2 KiB at most, and a
 * genuine client sends hello at once. */
#define VIS_SERVER_UNGREETED_EACH 32

/* TLS handshakes at once, each on a thread until the other side answers; and those of one address,
 * so that one which never answers blocks no other. */
#define VIS_SERVER_HANDSHAKES      64
#define VIS_SERVER_HANDSHAKES_EACH 8
/* How long a ClientHello may take to be complete, one packet or two; how long the handshake may
 * take then, one round trip; and after how long it may be cancelled for a client that has fewer:
 * slow networks take a second. */
#define VIS_SERVER_HELLO_MS     15000
#define VIS_SERVER_HANDSHAKE_MS 10000
#define VIS_SERVER_PLACE_MS     1000
/* How often to poll what has no event: half a ClientHello, if the system is short of memory;
 * handshakes that have taken too long while others wait. */
#define VIS_SERVER_LOOK_MS 100

/* When to warn: Let's Encrypt renews 30 days before expiry, so with less than this left something
 * is wrong. */
#define VIS_SERVER_CERTIFICATE_DAYS    14
#define VIS_SERVER_CERTIFICATE_CHECK_S (24 * 60 * 60)

/* Hashing a password takes 64 MiB and some 50 ms: two at once, and a queue of some seconds. */
#define VIS_SERVER_HASH_THREADS 2
#define VIS_SERVER_HASH_QUEUE   64

/* A device that reconnects within this time was never shown as offline. */
#define VIS_SERVER_PRESENCE_GRACE_MS 3000

/* Credentials for the relay are valid this long; clients ask again at half of it. */
#define VIS_SERVER_TURN_S 3600

/* Frames that are kept for a device in a call while it reconnects. */
#define VIS_SERVER_HELD_FRAMES 128
/* Their length together: two descriptions with all their candidates. */
#define VIS_SERVER_HELD_BYTES (256 * 1024)

/* Calls of one device at once, ringing or not: a person makes one, glare makes two. */
#define VIS_SERVER_CALLS_PER_DEVICE 8

/* After a restart a device that is connected for so long and has sent no end of its call is still
 * in it: clients send first what was queued while they were offline. */
#define VIS_SERVER_SETTLE_MS 2000

/* Ends of calls that could not be written and wait for the disk: hours of a busy server, some
 * megabytes. Those beyond are not recorded. */
#define VIS_SERVER_UNRECORDED_CALLS 20000
/* How many of them are written at once then. */
#define VIS_SERVER_REWRITTEN_CALLS 256

/* Ended calls in memory, so that a late or repeated `call:end` is no error, and an offer with such
 * an id is refused at once: some megabytes. The store has those of a day, but not the ones that
 * could not be written, so there must be room for more than VIS_SERVER_UNRECORDED_CALLS. */
#define VIS_SERVER_ENDED_CALLS (2 * VIS_SERVER_UNRECORDED_CALLS)

/* Drain on SIGTERM: clients fetch what is not sent by then when they reconnect. */
#define VIS_SERVER_DRAIN_MS 3000

/* Token buckets: BURST is the size, REFILL the tokens a second. */

/* New sockets of one address: an office behind one address reconnects at once after a power cut. */
#define VIS_RATE_CONNECT_BURST  200
#define VIS_RATE_CONNECT_REFILL 20.0
/* Sign-ins and registrations of one address: guessing passwords is slow, a family's devices fit. */
#define VIS_RATE_LOGIN_BURST  20
#define VIS_RATE_LOGIN_REFILL 0.2
/* Wrong passwords of one account, from all addresses: fewer than the 100 of NIST SP 800-63B,
 * section 5.2.2, and then some hundred a day, too few to guess a password of eight letters. */
#define VIS_RATE_GUESS_BURST  20
#define VIS_RATE_GUESS_REFILL (20.0 / 3600)
/* The newest addresses from which accounts are used: some megabytes. */
#define VIS_SERVER_KNOWN_PLACES 65536
/* Names that one address finds taken when it registers: as many as `contact:add` tells. */
#define VIS_RATE_TAKEN_BURST  20
#define VIS_RATE_TAKEN_REFILL (20.0 / 3600)
/* Frames of one connection: candidates come in bursts, an outbox of a day is sent at once. */
#define VIS_RATE_FRAME_BURST  1200
#define VIS_RATE_FRAME_REFILL 100.0
/* A longer frame counts one more for each of these: the longest nine, some 700 kB a second. */
#define VIS_RATE_FRAME_BYTES 8192
/* Rate-limited frames, less the accepted ones, at which the connection is closed: a client that
 * waits for `retry_after_ms` never gets there. */
#define VIS_SERVER_REFUSED_FRAMES 1000
#define VIS_SERVER_REFUSED_BYTES  1024 /* of a frame count as one more */
/* Messages of one user over all devices: nobody types faster, but an outbox is sent at once. */
#define VIS_RATE_MESSAGE_BURST  1000
#define VIS_RATE_MESSAGE_REFILL 20.0
/* New calls of one user: redialling once a second for two minutes is still human. */
#define VIS_RATE_CALL_BURST  120
#define VIS_RATE_CALL_REFILL 1.0
/* Call frames of one user but for new calls and ends: the candidates of the five generations that a
 * client makes in 10 s, each in a frame of its own, on two devices; and then what a person can
 * switch on and off. The other side has to read it all. */
#define VIS_RATE_CALL_FRAME_BURST  700
#define VIS_RATE_CALL_FRAME_REFILL 20.0
/* `contact:add` of one user: it tells who has an account here, and it makes a request to be
 * answered. Nobody meets more people in an hour; an import fills an address book. */
#define VIS_RATE_ADD_BURST  20
#define VIS_RATE_ADD_REFILL (20.0 / 3600)
/* The other contact requests: a list that is tidied up by hand. */
#define VIS_RATE_CONTACT_BURST  100
#define VIS_RATE_CONTACT_REFILL 1.0
/* Buckets in one table: beyond that those that have spent least are forgotten, which refills them.
 */
#define VIS_RATE_ADDRESSES 65536
