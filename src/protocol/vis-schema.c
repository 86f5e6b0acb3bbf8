/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-schema.h"

#include <string.h>

#include "vis-check.h"
#include "vis-id.h"
#include "vis-limits.h"

/* clang-format off */

static const char *const words_for[] = { "me", "everyone", NULL };
static const char *const words_kind[] = { "text", "file", "call", NULL };
static const char *const words_draft_kind[] = { "text", NULL };
static const char *const words_media[] = { "audio", "video", NULL };
static const char *const words_outcome[] = { "answered", "missed", "declined", "busy", "failed",
                                             "unreachable", NULL };
static const char *const words_presence[] = { "online", "away", "offline", NULL };
static const char *const words_state[] = { "none", "mutual", "requested", "incoming", "blocked",
                                           NULL };
static const char *const words_reason[] = { "hangup", "declined", "busy", "timeout", "unreachable",
                                            "answered_elsewhere", "glare", "failed", "insecure",
                                            NULL };

/* Shapes of rows. */
#define TEXT(wire, lo, hi, func)  { .name = wire, .type = VIS_TYPE_OF_STRING, .min = lo, .max = hi, .check = func }
#define WORD(wire, list)          { .name = wire, .type = VIS_TYPE_OF_STRING, .max = 64, .words = list }
#define OPEN_WORD(wire, list)     { .name = wire, .type = VIS_TYPE_OF_STRING, .max = 64, .words = list, .open = TRUE }
#define UUID(wire)                { .name = wire, .type = VIS_TYPE_OF_STRING, .max = 36, .check = vis_id_is_valid }
#define NUMBER(wire, lo, hi)      { .name = wire, .type = VIS_TYPE_OF_INTEGER, .min = lo, .max = hi }
#define FLAG(wire)                { .name = wire, .type = VIS_TYPE_OF_BOOLEAN }
#define OBJECT(wire, of)          { .name = wire, .type = VIS_TYPE_OF_OBJECT, .kind = of }
#define ARRAY(wire, of, lo, hi)   { .name = wire, .type = VIS_TYPE_OF_ARRAY, .kind = of, .min = lo, .max = hi }
#define STRINGS(wire, lo, hi)     { .name = wire, .type = VIS_TYPE_OF_STRINGS, .min = lo, .max = hi }

static const VisFieldSpec fields[VIS_N_FIELDS] = {
  [VIS_FIELD_AFTER]           = TEXT ("after", 1, 37, vis_check_chat),
  [VIS_FIELD_AGE_MS]          = NUMBER ("age_ms", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_AUDIO]           = FLAG ("audio"),
  [VIS_FIELD_BEFORE]          = UUID ("before"),
  [VIS_FIELD_CALL]            = UUID ("call"),
  [VIS_FIELD_CALL_INFO]       = OBJECT ("call", VIS_KIND_OBJECT_CALL_INFO),
  [VIS_FIELD_CANDIDATE]       = TEXT ("candidate", 0, VIS_LIMIT_CANDIDATE_BYTES, vis_check_candidate),
  [VIS_FIELD_CANDIDATES]      = ARRAY ("candidates", VIS_KIND_OBJECT_CANDIDATE, 1, VIS_LIMIT_CANDIDATES),
  [VIS_FIELD_CHAT]            = TEXT ("chat", 1, 37, vis_check_chat),
  [VIS_FIELD_CHATS]           = ARRAY ("chats", VIS_KIND_OBJECT_CHAT, 0, VIS_LIMIT_CHATS),
  [VIS_FIELD_CODE]            = TEXT ("code", 1, 64, vis_check_printable),
  [VIS_FIELD_CONTACT]         = OBJECT ("contact", VIS_KIND_OBJECT_CONTACT),
  [VIS_FIELD_CONTACTS]        = ARRAY ("contacts", VIS_KIND_OBJECT_CONTACT, 0, VIS_LIMIT_CONTACTS),
  [VIS_FIELD_CONTACT_NAMES]   = STRINGS ("contacts", 0, VIS_LIMIT_CONTACTS),
  [VIS_FIELD_CREDENTIAL]      = TEXT ("credential", 0, 512, vis_check_printable),
  [VIS_FIELD_DELETED]         = FLAG ("deleted"),
  [VIS_FIELD_DELIVERED]       = UUID ("delivered"),
  [VIS_FIELD_DEVICE]          = TEXT ("device", 1, VIS_LIMIT_DEVICE_NAME, vis_check_name),
  [VIS_FIELD_DRAFT]           = OBJECT ("message", VIS_KIND_OBJECT_DRAFT),
  [VIS_FIELD_DRAFT_KIND]      = WORD ("kind", words_draft_kind),
  [VIS_FIELD_DURATION_MS]     = NUMBER ("duration_ms", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_EDITED_TS]       = NUMBER ("edited_ts", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_ERROR]           = OBJECT ("error", VIS_KIND_OBJECT_ERROR),
  [VIS_FIELD_ERROR_TEXT]      = TEXT ("message", 0, 1024, NULL),
  [VIS_FIELD_FEATURES]        = STRINGS ("features", 0, VIS_LIMIT_FEATURES),
  [VIS_FIELD_FOR]             = WORD ("for", words_for),
  [VIS_FIELD_FRAME_BYTES]     = NUMBER ("frame", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_FROM]            = TEXT ("from", 1, VIS_LIMIT_USER, vis_user_is_valid),
  [VIS_FIELD_GEN]             = NUMBER ("gen", 0, VIS_LIMIT_GENERATION),
  [VIS_FIELD_HISTORY]         = NUMBER ("history", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_ICE_SERVERS]     = ARRAY ("ice_servers", VIS_KIND_OBJECT_ICE_SERVER, 0, VIS_LIMIT_ICE_SERVERS),
  [VIS_FIELD_ID]              = UUID ("id"),
  [VIS_FIELD_INVITE]          = TEXT ("invite", 1, VIS_LIMIT_INVITE, vis_check_printable),
  [VIS_FIELD_KIND]            = OPEN_WORD ("kind", words_kind),
  [VIS_FIELD_LAST]            = OBJECT ("last", VIS_KIND_OBJECT_MESSAGE),
  [VIS_FIELD_LAST_SEEN]       = NUMBER ("last_seen", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_LIMIT]           = NUMBER ("limit", 1, VIS_LIMIT_HISTORY),
  [VIS_FIELD_LIMITS]          = OBJECT ("limits", VIS_KIND_OBJECT_LIMITS),
  [VIS_FIELD_LOST]            = FLAG ("lost"),
  [VIS_FIELD_MARK]            = TEXT ("mark", VIS_LIMIT_MARK, VIS_LIMIT_MARK, vis_check_mark),
  [VIS_FIELD_MEDIA]           = OBJECT ("media", VIS_KIND_OBJECT_MEDIA),
  [VIS_FIELD_MEDIA_KIND]      = WORD ("media", words_media),
  [VIS_FIELD_MESSAGE]         = OBJECT ("message", VIS_KIND_OBJECT_MESSAGE),
  [VIS_FIELD_MESSAGE_ID]      = UUID ("message"),
  [VIS_FIELD_MESSAGES]        = ARRAY ("messages", VIS_KIND_OBJECT_MESSAGE, 0, VIS_LIMIT_HISTORY),
  [VIS_FIELD_MORE]            = FLAG ("more"),
  [VIS_FIELD_MUTED]           = FLAG ("muted"),
  [VIS_FIELD_NAME]            = TEXT ("name", 1, VIS_LIMIT_NAME, vis_check_name),
  [VIS_FIELD_OUTCOME]         = WORD ("outcome", words_outcome),
  [VIS_FIELD_PASSWORD]        = TEXT ("password", 1, VIS_LIMIT_PASSWORD_MAX_BYTES, vis_check_password),
  [VIS_FIELD_PRESENCE]        = WORD ("presence", words_presence),
  [VIS_FIELD_READ]            = UUID ("read"),
  [VIS_FIELD_REASON]          = OPEN_WORD ("reason", words_reason),
  [VIS_FIELD_REPLY_TO]        = UUID ("reply_to"),
  [VIS_FIELD_RESET]           = FLAG ("reset"),
  [VIS_FIELD_RETRY_AFTER_MS]  = NUMBER ("retry_after_ms", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_RINGING]         = NUMBER ("ringing", 0, 1000),
  [VIS_FIELD_SCREEN]          = FLAG ("screen"),
  [VIS_FIELD_SDP]             = TEXT ("sdp", 5, VIS_LIMIT_SDP_BYTES, vis_check_sdp),
  [VIS_FIELD_SDP_MID]         = TEXT ("sdpMid", 0, 64, vis_check_printable),
  [VIS_FIELD_SDP_MLINE_INDEX] = NUMBER ("sdpMLineIndex", 0, VIS_LIMIT_MLINE),
  [VIS_FIELD_SERVER]          = TEXT ("server", 1, 128, vis_check_printable),
  [VIS_FIELD_SILENT]          = FLAG ("silent"),
  [VIS_FIELD_SINCE]           = NUMBER ("since", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_STATE]           = WORD ("state", words_state),
  [VIS_FIELD_STATUS]          = TEXT ("status", 1, 64, vis_check_printable),
  [VIS_FIELD_TEXT]            = TEXT ("text", 1, VIS_LIMIT_TEXT, NULL),
  [VIS_FIELD_TEXT_LENGTH]     = NUMBER ("text", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_TO]              = TEXT ("to", 1, VIS_LIMIT_USER, vis_user_is_valid),
  [VIS_FIELD_TOKEN]           = TEXT ("token", VIS_LIMIT_TOKEN_MIN, VIS_LIMIT_TOKEN, vis_check_printable),
  [VIS_FIELD_TOKENS]          = STRINGS ("tokens", 0, 1000),
  [VIS_FIELD_TS]              = NUMBER ("ts", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_TYPING]          = FLAG ("typing"),
  [VIS_FIELD_UNREAD]          = NUMBER ("unread", 0, VIS_LIMIT_INTEGER),
  [VIS_FIELD_URLS]            = STRINGS ("urls", 1, VIS_LIMIT_URLS),
  [VIS_FIELD_USER]            = TEXT ("user", 1, VIS_LIMIT_USER, vis_user_is_valid),
  [VIS_FIELD_USERNAME]        = TEXT ("username", 0, 512, vis_check_printable),
  [VIS_FIELD_VERSION]         = TEXT ("version", 1, 64, vis_check_printable),
  [VIS_FIELD_VIDEO]           = FLAG ("video"),
};

/* What a field is for whom: needed or optional, of a client's request or of what the server says. */
#define C    VIS_FROM_CLIENT
#define S    VIS_FROM_SERVER
#define BOTH (VIS_FROM_CLIENT | VIS_FROM_SERVER)

#define NEED(name, who)         { VIS_FIELD_##name, who, who }
#define MAY(name, who)          { VIS_FIELD_##name, 0, who }
#define NEED_MAY(name, who, or) { VIS_FIELD_##name, who, (who) | (or) }

#define KIND(wire, who, ...)                                                                       \
  { .name = wire, .senders = who, .fields = { __VA_ARGS__ },                                       \
    .n_fields = sizeof ((VisKindField[]){ __VA_ARGS__ }) / sizeof (VisKindField) }
#define EMPTY_KIND(wire, who) { .name = wire, .senders = who }

static const VisKindSpec kinds[VIS_N_KINDS] = {
  /* The answer to every request: what it holds depends on the request. */
  [VIS_KIND_OK] = KIND ("ok", S,
    MAY (USER, S), MAY (DEVICE, S), MAY (NAME, S), MAY (RESET, S), MAY (LOST, S), MAY (ICE_SERVERS, S),
    MAY (LIMITS, S), MAY (SERVER, S), MAY (MESSAGE, S), MAY (MESSAGES, S), MAY (MORE, S),
    MAY (CHATS, S), MAY (CONTACT, S), MAY (CONTACTS, S), MAY (RINGING, S),
    MAY (FEATURES, S)),
  [VIS_KIND_ERROR] = KIND ("error", S,
    NEED (CODE, S), MAY (ERROR_TEXT, S), MAY (RETRY_AFTER_MS, S)),

  [VIS_KIND_HELLO] = KIND ("hello", C,
    NEED (TOKEN, C), MAY (SINCE, C), MAY (MARK, C), MAY (FEATURES, C)),
  [VIS_KIND_TURN_REFRESH] = EMPTY_KIND ("turn:refresh", C),

  [VIS_KIND_CHAT_SEND] = KIND ("chat:send", C, NEED (CHAT, C), NEED (DRAFT, C)),
  [VIS_KIND_CHAT_HISTORY] = KIND ("chat:history", C,
    NEED (CHAT, C), MAY (BEFORE, C), NEED (LIMIT, C)),
  [VIS_KIND_CHAT_LIST] = KIND ("chat:list", C, MAY (AFTER, C)),
  [VIS_KIND_CHAT_READ] = KIND ("chat:read", BOTH,
    NEED (CHAT, BOTH), NEED (USER, S), NEED (MESSAGE_ID, BOTH)),
  [VIS_KIND_CHAT_DELIVERED] = KIND ("chat:delivered", BOTH,
    NEED (CHAT, BOTH), NEED (USER, S), NEED (MESSAGE_ID, BOTH)),
  [VIS_KIND_CHAT_DELETE] = KIND ("chat:delete", C,
    NEED (CHAT, C), NEED (MESSAGE_ID, C), NEED (FOR, C)),
  [VIS_KIND_CHAT_CLEAR] = KIND ("chat:clear", C, NEED (CHAT, C), MAY (MESSAGE_ID, C)),
  [VIS_KIND_CHAT_TYPING] = KIND ("chat:typing", BOTH,
    NEED (CHAT, BOTH), NEED (TYPING, BOTH), MAY (USER, S)),

  [VIS_KIND_CHAT_MESSAGE] = KIND ("chat:message", S, NEED (CHAT, S), NEED (MESSAGE, S)),
  [VIS_KIND_CHAT_DELETED] = KIND ("chat:deleted", S,
    NEED (CHAT, S), NEED (MESSAGE_ID, S), NEED (FOR, S)),
  [VIS_KIND_CHAT_CLEARED] = KIND ("chat:cleared", S, NEED (CHAT, S), MAY (MESSAGE_ID, S)),

  [VIS_KIND_CONTACT_LIST] = EMPTY_KIND ("contact:list", C),
  [VIS_KIND_CONTACT_ADD] = KIND ("contact:add", C, NEED (USER, C)),
  [VIS_KIND_CONTACT_ACCEPT] = KIND ("contact:accept", C, NEED (USER, C)),
  [VIS_KIND_CONTACT_REMOVE] = KIND ("contact:remove", C, NEED (USER, C)),
  [VIS_KIND_CONTACT_BLOCK] = KIND ("contact:block", C, NEED (USER, C)),
  [VIS_KIND_CONTACT_UNBLOCK] = KIND ("contact:unblock", C, NEED (USER, C)),
  [VIS_KIND_CONTACT_CHANGED] = KIND ("contact:changed", S, NEED (CONTACT, S)),
  [VIS_KIND_PRESENCE] = KIND ("presence", S,
    NEED (USER, S), NEED (PRESENCE, S), MAY (LAST_SEEN, S)),

  [VIS_KIND_CALL_OFFER] = KIND ("call:offer", BOTH,
    NEED (CALL, BOTH), NEED (GEN, BOTH), MAY (TO, C), MAY (MEDIA, BOTH), NEED (SDP, BOTH),
    NEED (FROM, S), MAY (NAME, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  [VIS_KIND_CALL_RINGING] = KIND ("call:ringing", BOTH,
    NEED (CALL, BOTH), NEED (FROM, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  [VIS_KIND_CALL_ANSWER] = KIND ("call:answer", BOTH,
    NEED (CALL, BOTH), NEED (GEN, BOTH), MAY (MEDIA, BOTH), NEED (SDP, BOTH),
    NEED (FROM, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  [VIS_KIND_CALL_ICE] = KIND ("call:ice", BOTH,
    NEED (CALL, BOTH), NEED (GEN, BOTH), NEED (CANDIDATES, BOTH),
    NEED (FROM, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  [VIS_KIND_CALL_RENEW] = KIND ("call:renew", BOTH,
    NEED (CALL, BOTH), NEED (GEN, BOTH), NEED (FROM, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  [VIS_KIND_CALL_MEDIA] = KIND ("call:media", BOTH,
    NEED (CALL, BOTH), NEED (AUDIO, BOTH), NEED (VIDEO, BOTH), MAY (SCREEN, BOTH),
    NEED (FROM, S), NEED (DEVICE, S), NEED (AGE_MS, S)),
  /* The server itself ends calls as well, so nobody need have sent it. */
  [VIS_KIND_CALL_END] = KIND ("call:end", BOTH,
    NEED (CALL, BOTH), NEED (REASON, BOTH), MAY (FROM, S), MAY (DEVICE, S), MAY (AGE_MS, BOTH)),

  [VIS_KIND_UNKNOWN] = EMPTY_KIND (NULL, 0),

  [VIS_KIND_OBJECT_MESSAGE] = KIND (NULL, 0,
    NEED (ID, BOTH), NEED (CHAT, BOTH), NEED (FROM, BOTH), NEED (TS, BOTH), NEED (KIND, BOTH),
    MAY (TEXT, BOTH), MAY (CALL_INFO, BOTH), MAY (REPLY_TO, BOTH), MAY (EDITED_TS, BOTH),
    MAY (DELETED, BOTH), MAY (SILENT, BOTH)),
  [VIS_KIND_OBJECT_DRAFT] = KIND (NULL, 0,
    NEED (ID, BOTH), NEED (DRAFT_KIND, BOTH), NEED (TEXT, BOTH), MAY (REPLY_TO, BOTH)),
  [VIS_KIND_OBJECT_CALL_INFO] = KIND (NULL, 0,
    NEED (ID, BOTH), NEED (MEDIA_KIND, BOTH), NEED (OUTCOME, BOTH), MAY (DURATION_MS, BOTH)),
  [VIS_KIND_OBJECT_CHAT] = KIND (NULL, 0,
    NEED (CHAT, BOTH), MAY (LAST, BOTH), MAY (UNREAD, BOTH), MAY (READ, BOTH),
    MAY (DELIVERED, BOTH), MAY (MUTED, BOTH)),
  [VIS_KIND_OBJECT_CONTACT] = KIND (NULL, 0,
    NEED (USER, BOTH), MAY (NAME, BOTH), NEED (STATE, BOTH), MAY (PRESENCE, BOTH),
    MAY (LAST_SEEN, BOTH)),
  [VIS_KIND_OBJECT_MEDIA] = KIND (NULL, 0, MAY (AUDIO, BOTH), MAY (VIDEO, BOTH)),
  [VIS_KIND_OBJECT_CANDIDATE] = KIND (NULL, 0,
    NEED (CANDIDATE, BOTH), MAY (SDP_MID, BOTH), MAY (SDP_MLINE_INDEX, BOTH)),
  [VIS_KIND_OBJECT_ICE_SERVER] = KIND (NULL, 0,
    NEED (URLS, BOTH), MAY (USERNAME, BOTH), MAY (CREDENTIAL, BOTH)),
  [VIS_KIND_OBJECT_LIMITS] = KIND (NULL, 0,
    MAY (FRAME_BYTES, BOTH), MAY (TEXT_LENGTH, BOTH), MAY (HISTORY, BOTH)),
  [VIS_KIND_OBJECT_ERROR] = KIND (NULL, 0,
    NEED (CODE, BOTH), MAY (ERROR_TEXT, BOTH), MAY (RETRY_AFTER_MS, BOTH)),

  [VIS_KIND_HTTP_REGISTER] = KIND (NULL, 0,
    MAY (INVITE, BOTH), NEED (USER, BOTH), NEED (PASSWORD, BOTH), MAY (NAME, BOTH),
    MAY (DEVICE, BOTH)),
  [VIS_KIND_HTTP_LOGIN] = KIND (NULL, 0,
    NEED (USER, BOTH), NEED (PASSWORD, BOTH), MAY (DEVICE, BOTH)),
  [VIS_KIND_HTTP_ACCOUNT] = KIND (NULL, 0,
    NEED (USER, BOTH), NEED (DEVICE, BOTH), NEED (TOKEN, BOTH)),
  [VIS_KIND_HTTP_HEALTH] = KIND (NULL, 0, NEED (STATUS, BOTH), MAY (VERSION, BOTH)),
  [VIS_KIND_HTTP_ERROR] = KIND (NULL, 0, NEED (ERROR, BOTH)),
  [VIS_KIND_IMPORT] = KIND (NULL, 0,
    NEED (USER, BOTH), MAY (NAME, BOTH), MAY (PASSWORD, BOTH), MAY (CONTACT_NAMES, BOTH),
    MAY (TOKENS, BOTH)),
};

/* clang-format on */

/**
 * vis_schema_field:
 * @field: a field
 *
 * Looks a field up in the table.
 *
 * Returns: (transfer none): its row
 */
const VisFieldSpec *
vis_schema_field (VisField field)
{
  return &fields[field];
}

/**
 * vis_schema_kind:
 * @kind: a kind
 *
 * Looks a kind up in the table.
 *
 * Returns: (transfer none): its row
 */
const VisKindSpec *
vis_schema_kind (VisKind kind)
{
  return &kinds[kind];
}

/**
 * vis_schema_find:
 * @name: the `type` of a frame
 * @kind: (out): the kind with that name
 *
 * Finds a kind by its name on the wire.
 *
 * Returns: %FALSE if there is none
 */
gboolean
vis_schema_find (const char *name, VisKind *kind)
{
  for (guint i = 0; i < VIS_N_KINDS; i++)
    if (kinds[i].name != NULL && strcmp (kinds[i].name, name) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * vis_schema_slot:
 * @kind: a kind
 * @field: a field
 *
 * Where a kind keeps a field.
 *
 * Returns: the field's place in the kind's row, -1 if the kind does not have it
 */
int
vis_schema_slot (VisKind kind, VisField field)
{
  const VisKindSpec *spec = &kinds[kind];

  for (guint i = 0; i < spec->n_fields; i++)
    if (spec->fields[i].field == field)
      return (int) i;

  return -1;
}
