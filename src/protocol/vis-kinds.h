/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VisKind:
 *
 * The kinds of messages: frames of the socket, bodies of HTTP, and the objects inside of them.
 * What each consists of stands in one table, `vis-schema.c`.
 */
typedef enum
{
  /* Answers */
  VIS_KIND_OK,
  VIS_KIND_ERROR,

  /* Session */
  VIS_KIND_HELLO,
  VIS_KIND_TURN_REFRESH,

  /* Chat: requests */
  VIS_KIND_CHAT_SEND,
  VIS_KIND_CHAT_HISTORY,
  VIS_KIND_CHAT_LIST,
  VIS_KIND_CHAT_READ,      /* request and event */
  VIS_KIND_CHAT_DELIVERED, /* request and event */
  VIS_KIND_CHAT_DELETE,
  VIS_KIND_CHAT_CLEAR,
  VIS_KIND_CHAT_TYPING, /* request and event */

  /* Chat: events */
  VIS_KIND_CHAT_MESSAGE,
  VIS_KIND_CHAT_DELETED,
  VIS_KIND_CHAT_CLEARED,

  /* Contacts */
  VIS_KIND_CONTACT_LIST,
  VIS_KIND_CONTACT_ADD,
  VIS_KIND_CONTACT_ACCEPT,
  VIS_KIND_CONTACT_REMOVE,
  VIS_KIND_CONTACT_BLOCK,
  VIS_KIND_CONTACT_UNBLOCK,
  VIS_KIND_CONTACT_CHANGED,
  VIS_KIND_PRESENCE,

  /* Calls: each is a request and an event */
  VIS_KIND_CALL_OFFER,
  VIS_KIND_CALL_RINGING,
  VIS_KIND_CALL_ANSWER,
  VIS_KIND_CALL_ICE,
  VIS_KIND_CALL_RENEW,
  VIS_KIND_CALL_MEDIA,
  VIS_KIND_CALL_END,

  /* An event of a later version of the server: nothing is known of it but its `seq`. */
  VIS_KIND_UNKNOWN,

  /* Objects inside of frames; these have no type of their own on the wire */
  VIS_KIND_OBJECT_MESSAGE,
  VIS_KIND_OBJECT_DRAFT,
  VIS_KIND_OBJECT_CALL_INFO,
  VIS_KIND_OBJECT_CHAT,
  VIS_KIND_OBJECT_CONTACT,
  VIS_KIND_OBJECT_MEDIA,
  VIS_KIND_OBJECT_CANDIDATE,
  VIS_KIND_OBJECT_ICE_SERVER,
  VIS_KIND_OBJECT_LIMITS,
  VIS_KIND_OBJECT_ERROR,

  /* Bodies of HTTP */
  VIS_KIND_HTTP_REGISTER,
  VIS_KIND_HTTP_LOGIN,
  VIS_KIND_HTTP_ACCOUNT, /* the answer to both */
  VIS_KIND_HTTP_HEALTH,
  VIS_KIND_HTTP_ERROR,

  VIS_KIND_IMPORT, /* a line of `visavisd user import` */

  VIS_N_KINDS,
} VisKind;

/* Whether a frame belongs to a call: those stand together, from the offer to the end. */
#define VIS_KIND_IS_CALL(kind) ((kind) >= VIS_KIND_CALL_OFFER && (kind) <= VIS_KIND_CALL_END)

/**
 * VisField:
 *
 * The fields of messages. Two fields that share a name on the wire but not a type are two values
 * here (`message` is an object in `chat:send` and an id in `chat:read`).
 */
typedef enum
{
  VIS_FIELD_AFTER,
  VIS_FIELD_AGE_MS,
  VIS_FIELD_AUDIO,
  VIS_FIELD_BEFORE,
  VIS_FIELD_CALL,      /* "call": a call's id */
  VIS_FIELD_CALL_INFO, /* "call": an object */
  VIS_FIELD_CANDIDATE,
  VIS_FIELD_CANDIDATES,
  VIS_FIELD_CHAT,
  VIS_FIELD_CHATS,
  VIS_FIELD_CODE,
  VIS_FIELD_CONTACT,
  VIS_FIELD_CONTACTS,
  VIS_FIELD_CONTACT_NAMES, /* "contacts": user names */
  VIS_FIELD_CREDENTIAL,
  VIS_FIELD_DELETED,
  VIS_FIELD_DELIVERED,
  VIS_FIELD_DEVICE,
  VIS_FIELD_DRAFT,      /* "message": what is to be sent */
  VIS_FIELD_DRAFT_KIND, /* "kind": of what is to be sent */
  VIS_FIELD_DURATION_MS,
  VIS_FIELD_EDITED_TS,
  VIS_FIELD_ERROR,
  VIS_FIELD_ERROR_TEXT, /* "message": words for people */
  VIS_FIELD_FEATURES,
  VIS_FIELD_FOR,
  VIS_FIELD_FRAME_BYTES,
  VIS_FIELD_FROM,
  VIS_FIELD_GEN,
  VIS_FIELD_HISTORY,
  VIS_FIELD_ICE_SERVERS,
  VIS_FIELD_ID, /* "id" of an object; the id of a request belongs to the envelope */
  VIS_FIELD_INVITE,
  VIS_FIELD_KIND,
  VIS_FIELD_LAST,
  VIS_FIELD_LAST_SEEN,
  VIS_FIELD_LIMIT,
  VIS_FIELD_LIMITS,
  VIS_FIELD_LOST,
  VIS_FIELD_MARK,       /* of `hello`; that of an event belongs to the envelope */
  VIS_FIELD_MEDIA,      /* "media": an object */
  VIS_FIELD_MEDIA_KIND, /* "media": "audio" or "video" */
  VIS_FIELD_MESSAGE,    /* "message": an object */
  VIS_FIELD_MESSAGE_ID, /* "message": an id */
  VIS_FIELD_MESSAGES,
  VIS_FIELD_MORE,
  VIS_FIELD_MUTED,
  VIS_FIELD_NAME,
  VIS_FIELD_OUTCOME,
  VIS_FIELD_PASSWORD,
  VIS_FIELD_PRESENCE,
  VIS_FIELD_READ,
  VIS_FIELD_REASON,
  VIS_FIELD_REPLY_TO,
  VIS_FIELD_RESET,
  VIS_FIELD_RETRY_AFTER_MS,
  VIS_FIELD_RINGING,
  VIS_FIELD_SCREEN,
  VIS_FIELD_SDP,
  VIS_FIELD_SDP_MID,
  VIS_FIELD_SDP_MLINE_INDEX,
  VIS_FIELD_SERVER,
  VIS_FIELD_SILENT,
  VIS_FIELD_SINCE,
  VIS_FIELD_STATE,
  VIS_FIELD_STATUS,
  VIS_FIELD_TEXT,
  VIS_FIELD_TEXT_LENGTH, /* "text" of the limits */
  VIS_FIELD_TO,
  VIS_FIELD_TOKEN,
  VIS_FIELD_TOKENS,
  VIS_FIELD_TS,
  VIS_FIELD_TYPING,
  VIS_FIELD_UNREAD,
  VIS_FIELD_URLS,
  VIS_FIELD_USER,
  VIS_FIELD_USERNAME,
  VIS_FIELD_VERSION,
  VIS_FIELD_VIDEO,

  VIS_N_FIELDS,
} VisField;

/**
 * VisSender:
 * @VIS_FROM_CLIENT: requests
 * @VIS_FROM_SERVER: answers and events
 *
 * Who wrote a message: many kinds travel both ways with different fields.
 */
typedef enum
{
  VIS_FROM_CLIENT = 1 << 0,
  VIS_FROM_SERVER = 1 << 1,
} VisSender;

G_END_DECLS
