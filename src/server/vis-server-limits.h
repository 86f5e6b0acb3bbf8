/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "vis-limits.h"

/* Every limit of the server that is not one of the wire, in one place, each with its reason. */

/* What is read of one connection before the next one has its turn. */
#define VIS_SERVER_READ_BYTES (8 * 1024)
/* A connection that says more than this, less as much in a second, comes after all that say little;
 * of those that come after, one turn of the loop reads and parses so much together: some 10 ms. */
#define VIS_SERVER_LIGHT_BYTES (16 * 1024)
#define VIS_SERVER_TURN_BYTES  (64 * 1024)

/* The first frame of a connection, a hello: a token, a place, and what newer clients add. */
#define VIS_SERVER_HELLO_BYTES 2048

/* How far into a frame that is refused by rate its id is looked for. */
#define VIS_SERVER_ID_BYTES 256

/* Output that a client has not taken. Over it the client is dropped: it comes back with `since`,
 * which costs less than memory for the slowest phone of all. */
#define VIS_SERVER_OUTPUT_BYTES (2 * 1024 * 1024)

/* Catching up pauses above this, so that a long absence does not fill the buffer by itself: it
 * holds one page of events more at most (VIS_SERVER_PAGE_BYTES). */
#define VIS_SERVER_CATCH_UP_BYTES  (256 * 1024)
#define VIS_SERVER_CATCH_UP_EVENTS 256

/* Output that a client has not taken, and answers that it waits for by how long they may be: above
 * this it is not read, and below half of it again. With the longest answer (VIS_LIMIT_ANSWER_BYTES)
 * on top it is still far from being dropped. */
#define VIS_SERVER_OWED_BYTES (512 * 1024)
/* What a request counts at least: 256 of them wait for the store at once. */
#define VIS_SERVER_REQUEST_BYTES 2048

/* Events without a place that wait for a client to catch up; what is lost then is presence. */
#define VIS_SERVER_LATER_EVENTS 256

/* How long a closed socket may take to read the close frame. */
#define VIS_SERVER_LINGER_MS 2000

/* Requests that wait for the writer, over all connections: a disk that hangs must not eat memory.
 * Over it requests are answered with `unavailable`. */
#define VIS_SERVER_STORE_QUEUE 50000

/* The most that one transaction holds: beyond some hundred the flush costs nothing more, and each
 * further one makes the first wait longer. */
#define VIS_SERVER_STORE_BATCH 4096

/* The write-ahead log goes into the database when it has so many pages of 4 KiB, and is cut to that
 * length: 16 MiB, for fewer flushes; one transaction more is in it at most. Only another process
 * that reads for long keeps it from that; at twice as many it is waited for. */
#define VIS_SERVER_WAL_PAGES 4000

/* How long another process may keep everybody from writing, as `visavisd user import` does, and how
 * long one that reads is waited for. */
#define VIS_SERVER_BUSY_MS       10000
#define VIS_SERVER_CHECKPOINT_MS 100
/* After so many waits in vain, 5 s apart, the log of the server says so. */
#define VIS_SERVER_HELD_CHECKPOINTS 12

/* What was erased is gone from the write-ahead log so long after it: within the minute that the
 * protocol promises, and one flush for all that is erased meanwhile. */
#define VIS_SERVER_ERASE_MS 3000
/* Messages of a cleared chat that are erased in one step: some milliseconds. */
#define VIS_SERVER_ERASE_MESSAGES 500
/* How long a copy from before a migration is kept: a week shows whether the new version works. */
#define VIS_SERVER_COPY_S (7 * 24 * 60 * 60)

/* Answers with lists end here, far below what a client takes (VIS_LIMIT_ANSWER_BYTES). */
#define VIS_SERVER_PAGE_BYTES (256 * 1024)

/* Unread messages are counted among so many of a chat; people read "999+" anyway. */
#define VIS_SERVER_UNREAD 1000

/* Messages that somebody has deleted for themselves and that a page of history goes past: nobody
 * does that so often by hand, and all others wait for the search. */
#define VIS_SERVER_HIDDEN 5000

/* What a message that is only looked at counts in a page of chats: some 16,000 in one page. */
#define VIS_SERVER_SCAN_BYTES 16

/* How long durable events are kept for devices that are away. */
#define VIS_SERVER_KEEP_MS     (90LL * 24 * 60 * 60 * 1000)
#define VIS_SERVER_KEEP_EVENTS 100000
#define VIS_SERVER_TRIM_S      3600

/* How often to look whether `visavisd user` has written into the store of a running server. */
#define VIS_SERVER_LOOK_S 2

/* For how long /healthz says again what it found: each look is a write to the disk, and anybody may
 * ask. */
#define VIS_SERVER_PROBE_MS 1000
/* For how long a refusal of the disk counts there, whatever it takes meanwhile, since it may have
 * room for something smaller: as long as people take to say something again. */
#define VIS_SERVER_REFUSED_MS 10000

/* Bodies of HTTP: an account with every field at its longest is under 2 KiB. */
#define VIS_SERVER_BODY_BYTES (16 * 1024)

/* How long a connection may take to say what it wants, and how long it is kept for the next time.
 */
#define VIS_SERVER_HTTP_MS 15000

/* Connections at once, if there are descriptors for so many: some 30 kB each with TLS. */
#define VIS_SERVER_CONNECTIONS 32768
/* Of them, what one address may have: an office or a school behind one, and seven more like it. */
#define VIS_SERVER_CONNECTIONS_SHARE 8
/* Descriptors that are not connections: the database, its log, epoll, and each handshake has one of
 * its own while it goes on. With fewer than twice as many the server does not start. */
#define VIS_SERVER_OTHER_FILES 128
/* Connections to the address of /metrics. */
#define VIS_SERVER_METRICS_CONNECTIONS 16
/* How many connections are taken in one turn of the loop: those that are there get theirs too. */
#define VIS_SERVER_ACCEPTS 64
/* After a failure that only time helps. */
#define VIS_SERVER_ACCEPT_PAUSE_MS 100
/* How often the log says that something is refused. */
#define VIS_SERVER_LOG_S 60

/* Sockets of one address that have not said hello: each costs a frame of 2 KiB at most, and a
 * client that means it says hello at once. */
#define VIS_SERVER_UNGREETED_EACH 32

/* TLS handshakes at once, each on a thread for as long as the other side takes to answer; and those
 * of one address, so that one which never answers holds up nobody else. */
#define VIS_SERVER_HANDSHAKES      64
#define VIS_SERVER_HANDSHAKES_EACH 8
/* How long a connection may take until its ClientHello is there whole, which one packet or two do;
 * how long a handshake may take then, which is one round trip; and after how long it can lose its
 * place to a client that has fewer: slow networks take a second. */
#define VIS_SERVER_HELLO_MS     15000
#define VIS_SERVER_HANDSHAKE_MS 10000
#define VIS_SERVER_PLACE_MS     1000
/* How often to look again at what no poll says: half a ClientHello, if the system is short of
 * memory; handshakes that have taken too long while others wait. */
#define VIS_SERVER_LOOK_MS 100

/* Let's Encrypt renews 30 days before the end: with less than this left, something is wrong. */
#define VIS_SERVER_CERTIFICATE_DAYS    14
#define VIS_SERVER_CERTIFICATE_CHECK_S (24 * 60 * 60)

/* Hashing takes 64 MiB and some 50 ms each: two at once, and a queue of some seconds. */
#define VIS_SERVER_HASH_THREADS 2
#define VIS_SERVER_HASH_QUEUE   64

/* A socket that breaks and comes back within this time was never offline to the others. */
#define VIS_SERVER_PRESENCE_GRACE_MS 3000

/* Credentials for the relay live this long; clients ask again at half of it. */
#define VIS_SERVER_TURN_S 3600

/* Frames that are kept for a device in a call whose socket is gone for a moment. */
#define VIS_SERVER_HELD_FRAMES 128
/* And how long they may be together: two descriptions with all their candidates. */
#define VIS_SERVER_HELD_BYTES (256 * 1024)

/* Calls of one device at once, ringing or not: a person makes one, glare makes two. */
#define VIS_SERVER_CALLS_PER_DEVICE 8

/* After a restart a device that is back for so long and has said no end of its call is still in it:
 * clients say first what they have kept for the server. */
#define VIS_SERVER_SETTLE_MS 2000

/* Ends of calls that the disk has refused, until it takes them: hours of a busy server, some
 * megabytes. Those beyond are not recorded. */
#define VIS_SERVER_UNRECORDED_CALLS 20000
/* So many of them are written at once when it does. */
#define VIS_SERVER_REWRITTEN_CALLS 256

/* Ended calls that are remembered, so that a late or repeated `call:end` is no error, and an offer
 * with such an id is refused at once: some megabytes. The store knows those of a day, but not the
 * ones that the disk has refused: there are more than of them. */
#define VIS_SERVER_ENDED_CALLS (2 * VIS_SERVER_UNRECORDED_CALLS)

/* Drain on SIGTERM: what is not flushed after this is left to the resume. */
#define VIS_SERVER_DRAIN_MS 3000

/* Token buckets: how many at once, and how many a second after that. */

/* New sockets of one address: an office behind one address comes back at once after a power cut. */
#define VIS_RATE_CONNECT_BURST  200
#define VIS_RATE_CONNECT_REFILL 20.0
/* Log-ins and registrations of one address: guessing passwords is slow, a family's devices fit. */
#define VIS_RATE_LOGIN_BURST  20
#define VIS_RATE_LOGIN_REFILL 0.2
/* Wrong passwords of one account, whoever tries them: fewer than the 100 of NIST SP 800-63B, 5.2.2,
 * and then some hundred a day, which no password of eight letters falls to. */
#define VIS_RATE_GUESS_BURST  20
#define VIS_RATE_GUESS_REFILL (20.0 / 3600)
/* Addresses from which accounts are used, the newest: some megabytes. */
#define VIS_SERVER_KNOWN_PLACES 65536
/* Names that are taken, told to one address that wants to register: as many as `contact:add` tells.
 */
#define VIS_RATE_TAKEN_BURST  20
#define VIS_RATE_TAKEN_REFILL (20.0 / 3600)
/* Frames of one connection: candidates come in bursts, an outbox of a day is sent at once. */
#define VIS_RATE_FRAME_BURST  1200
#define VIS_RATE_FRAME_REFILL 100.0
/* A longer frame counts as one more for each of these: the longest as nine, some 700 kB a second.
 */
#define VIS_RATE_FRAME_BYTES 8192
/* Refused frames, less the accepted ones, until the connection is closed: a client that waits as it
 * was told never gets there. */
#define VIS_SERVER_REFUSED_FRAMES 1000
#define VIS_SERVER_REFUSED_BYTES  1024 /* of a frame that count as one more */
/* Messages of one user over all devices: nobody types faster, but an outbox is emptied at once. */
#define VIS_RATE_MESSAGE_BURST  1000
#define VIS_RATE_MESSAGE_REFILL 20.0
/* New calls of one user: redialling once a second for two minutes is still human. */
#define VIS_RATE_CALL_BURST  120
#define VIS_RATE_CALL_REFILL 1.0
/* What one user says in calls, but for new calls and ends: the candidates of the five generations
 * that a client makes in 10 s, each in a frame of its own, on two devices; and then what a person
 * can switch on and off. The other side has to read it all. */
#define VIS_RATE_CALL_FRAME_BURST  700
#define VIS_RATE_CALL_FRAME_REFILL 20.0
/* `contact:add` of one user: it says who has an account here, and it makes a request to be
 * answered. Nobody meets more people in an hour; an import fills an address book. */
#define VIS_RATE_ADD_BURST  20
#define VIS_RATE_ADD_REFILL (20.0 / 3600)
/* The other verbs of contacts: a list that is tidied up by hand. */
#define VIS_RATE_CONTACT_BURST  100
#define VIS_RATE_CONTACT_REFILL 1.0
/* Addresses that are remembered at most; those that have spent least are forgotten,
 * which refills them. */
#define VIS_RATE_ADDRESSES 65536
