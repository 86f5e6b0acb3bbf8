/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-sqlite-statements.h"

/* The columns of a message, in the order of vis_sqlite_read_message(). */
#define MESSAGE                                                                                    \
  "m.m, m.id, m.sender, m.ts, m.kind, m.deleted, "                                                 \
  "(SELECT t.body FROM text t WHERE t.id = m.text), m.reply_to, m.seq"

/* The columns of a call, in the order of vis_sqlite_save_call(). */
#define CALL                                                                                       \
  "id, caller, caller_device, callee, callee_device, caller_device_id, callee_device_id, "         \
  "video, started, answered, ended, node"

/* clang-format off */
static const char *const statements[VIS_SQL_N_STATEMENTS] = {
  [VIS_SQL_BEGIN] = "BEGIN IMMEDIATE",
  [VIS_SQL_BEGIN_READING] = "BEGIN",
  [VIS_SQL_SAVE] = "SAVEPOINT operation",
  [VIS_SQL_RELEASE] = "RELEASE operation",
  [VIS_SQL_UNDO] = "ROLLBACK TO operation",
  [VIS_SQL_COMMIT] = "COMMIT",
  [VIS_SQL_ROLLBACK] = "ROLLBACK",
  [VIS_SQL_VERSION] = "PRAGMA data_version",
  [VIS_SQL_PING] = "SELECT 1 FROM user LIMIT 1",
  /* Writes the first page, even with the same value; "vvsd" to file(1). */
  [VIS_SQL_PROBE] = "PRAGMA application_id = 1987474276",

  [VIS_SQL_USER_ADD] =
    "INSERT OR IGNORE INTO user (user, name, password, created) VALUES (?1, ?2, ?3, ?4)",
  [VIS_SQL_USER_BY_ID] = "SELECT id, user, name, seq, kept FROM user WHERE id = ?1",
  [VIS_SQL_USER_BY_NAME] = "SELECT id, user, name, seq, kept FROM user WHERE user = ?1",
  [VIS_SQL_USER_PASSWORD] = "SELECT password FROM user WHERE id = ?1",
  [VIS_SQL_USER_SET] =
    "UPDATE user SET name = coalesce (?2, name), password = iif (?4, coalesce (?3, password), "
    "coalesce (password, ?3)) WHERE id = ?1",
  [VIS_SQL_USER_SEQ] = "UPDATE user SET seq = ?2 WHERE id = ?1",
  [VIS_SQL_USER_SEEN] = "UPDATE user SET last_seen = ?2 WHERE id = ?1",
  [VIS_SQL_USER_LIST] =
    "SELECT id, user, name, seq, kept FROM user WHERE id > ?1 ORDER BY id LIMIT ?2",

  [VIS_SQL_DEVICE_ADD] =
    "INSERT OR IGNORE INTO device (user, device, name, token, created) VALUES (?1, ?2, ?3, ?4, ?5)",
  [VIS_SQL_DEVICE_BY_TOKEN] = "SELECT id, user, device, name FROM device WHERE token = ?1",
  [VIS_SQL_DEVICE_REMOVE] = "DELETE FROM device WHERE token = ?1",
  [VIS_SQL_INVITE_ADD] = "INSERT INTO invite (code, uses, expires) VALUES (?1, ?2, ?3)",
  [VIS_SQL_INVITE_CHECK] = "SELECT 1 FROM invite WHERE code = ?1 AND uses > 0 AND expires > ?2",
  [VIS_SQL_INVITE_USE] =
    "UPDATE invite SET uses = uses - 1 WHERE code = ?1 AND uses > 0 AND expires > ?2",

  [VIS_SQL_CONTACT_GET] = "SELECT standing FROM contact WHERE user = ?1 AND other = ?2",
  [VIS_SQL_CONTACT_SET] = "INSERT OR REPLACE INTO contact (user, other, standing) VALUES (?1, ?2, ?3)",
  [VIS_SQL_CONTACT_REMOVE] = "DELETE FROM contact WHERE user = ?1 AND other = ?2",
  [VIS_SQL_CONTACT_LIST] =
    "SELECT u.id, u.user, u.name, c.standing, u.last_seen FROM contact c JOIN user u ON u.id = c.other "
    "WHERE c.user = ?1 ORDER BY u.user LIMIT ?2",
  [VIS_SQL_CONTACT_MUTUAL] =
    "SELECT u.id, u.user FROM contact c JOIN user u ON u.id = c.other "
    "WHERE c.user = ?1 AND c.standing = 3",

  [VIS_SQL_CHAT_GET] = "SELECT id, n FROM chat WHERE low = ?1 AND high = ?2",
  [VIS_SQL_CHAT_ADD] = "INSERT INTO chat (low, high, n) VALUES (?1, ?2, 0)",
  [VIS_SQL_CHAT_TOUCH] = "UPDATE chat SET n = ?2 WHERE id = ?1",
  [VIS_SQL_CHAT_LIST] =
    "SELECT c.id, u.user, c.n, me.read, me.delivered, me.cleared, "
    "other.read, other.delivered, other.cleared, s.standing "
    "FROM member me JOIN chat c ON c.id = me.chat "
    "JOIN user u ON u.id = c.low + c.high - ?1 "
    "LEFT JOIN member other ON other.user = u.id AND other.chat = c.id "
    "LEFT JOIN contact s ON s.user = me.user AND s.other = u.id "
    "WHERE me.user = ?1 LIMIT ?2",
  [VIS_SQL_MEMBER_ADD] = "INSERT OR IGNORE INTO member (user, chat) VALUES (?1, ?2)",
  [VIS_SQL_MEMBER_GET] = "SELECT read, delivered, cleared FROM member WHERE user = ?1 AND chat = ?2",
  [VIS_SQL_MEMBER_SET] =
    "UPDATE member SET read = max (read, ?3), delivered = max (delivered, ?4), "
    "cleared = max (cleared, ?5) WHERE user = ?1 AND chat = ?2",

  [VIS_SQL_ID_ADD] = "INSERT OR IGNORE INTO recent_id (hash, m) VALUES (?1, ?2)",
  [VIS_SQL_ID_KNOWN] = "SELECT 1 FROM message_id WHERE hash = ?1",
  [VIS_SQL_ID_GET] =
    "SELECT " MESSAGE " FROM (SELECT m FROM recent_id WHERE hash = ?1 "
    "UNION ALL SELECT m FROM message_id WHERE hash = ?1) i JOIN message m ON m.m = i.m "
    "WHERE m.id = ?2",
  [VIS_SQL_ID_COUNT] = "SELECT count (*) FROM recent_id",
  [VIS_SQL_ID_MOVE] = "INSERT OR IGNORE INTO message_id (hash, m) SELECT hash, m FROM recent_id ORDER BY hash",
  [VIS_SQL_ID_CLEAR] = "DELETE FROM recent_id",
  [VIS_SQL_MESSAGE_ADD] =
    "INSERT INTO message (m, id, sender, seq, ts, kind, text, reply_to) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [VIS_SQL_MESSAGE_GET] = "SELECT " MESSAGE " FROM message m WHERE m.m = ?1",
  [VIS_SQL_MESSAGE_TIME] = "SELECT ts FROM message WHERE m = ?1",
  [VIS_SQL_MESSAGE_PAGE] =
    "SELECT " MESSAGE ", EXISTS (SELECT 1 FROM hidden h WHERE h.user = ?3 AND h.m = m.m) "
    "FROM message m WHERE m.m < ?1 AND m.m > ?2 ORDER BY m.m DESC",
  [VIS_SQL_MESSAGE_ERASE] =
    "UPDATE message SET text = NULL, reply_to = NULL, deleted = 1 WHERE m BETWEEN ?1 AND ?2",
  [VIS_SQL_TEXT_ADD] = "INSERT INTO text (body) VALUES (?1)",
  [VIS_SQL_TEXT_ERASE] =
    "UPDATE text SET body = zeroblob (length (CAST (body AS BLOB))) WHERE id IN "
    "(SELECT text FROM message WHERE m BETWEEN ?1 AND ?2 AND text IS NOT NULL)",
  [VIS_SQL_CHAT_ERASED] = "UPDATE chat SET erased = ?2 WHERE id = ?1",
  [VIS_SQL_ERASING_ADD] = "INSERT OR REPLACE INTO erasing (chat, upto) VALUES (?1, ?2)",
  [VIS_SQL_ERASING_NEXT] =
    "SELECT e.chat, e.upto, c.erased FROM erasing e JOIN chat c ON c.id = e.chat "
    "WHERE e.chat > ?1 ORDER BY e.chat LIMIT 1",
  [VIS_SQL_ERASING_DONE] = "DELETE FROM erasing WHERE chat = ?1 AND upto <= ?2",
  [VIS_SQL_UNREAD] =
    "SELECT count (*) FROM (SELECT m, sender, kind, deleted, text FROM message "
    "WHERE m > ?1 AND m < ?2 ORDER BY m DESC LIMIT ?4) m WHERE m.sender <> ?3 AND NOT m.deleted "
    "AND (m.kind <> 3 OR (SELECT t.body FROM text t WHERE t.id = m.text) LIKE '% missed %') "
    "AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.user = ?3 AND h.m = m.m)",
  [VIS_SQL_HIDE] = "INSERT OR IGNORE INTO hidden (user, m) VALUES (?1, ?2)",

  [VIS_SQL_LOG_ADD] = "INSERT INTO log (l, ts, m, event, mark) VALUES (?1, ?2, ?3, ?4, ?5)",
  [VIS_SQL_LOG_PAGE] =
    "SELECT " MESSAGE ", l.l, l.event, u.user, l.mark FROM log l "
    "LEFT JOIN chat c ON c.id = l.m >> 32 LEFT JOIN user u ON u.id = c.low + c.high - ?4 "
    "LEFT JOIN message m ON m.m = l.m "
    "WHERE l.l > ?1 AND l.l < ?2 ORDER BY l.l LIMIT ?3",
  [VIS_SQL_LOG_MARK] = "SELECT mark FROM log WHERE l = ?1",
  [VIS_SQL_KEPT_MARK] = "SELECT kept_mark FROM user WHERE id = ?1 AND kept = ?2",
  [VIS_SQL_LOG_SINCE] =
    "SELECT l FROM log WHERE l > ?1 AND l < ?2 AND ts >= ?3 ORDER BY l LIMIT 1",
  [VIS_SQL_TRIM_LOG] = "DELETE FROM log WHERE l > ?1 AND l <= ?2",
  [VIS_SQL_TRIM_KEPT] = "UPDATE user SET kept = ?2, kept_mark = ?3 WHERE id = ?1",

  [VIS_SQL_CALL_SAVE] =
    "INSERT INTO call (" CALL ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
    "ON CONFLICT (id) DO UPDATE SET callee_device = excluded.callee_device, "
    "callee_device_id = excluded.callee_device_id, answered = excluded.answered, "
    "ended = excluded.ended WHERE call.ended = 0 AND call.node = excluded.node",
  [VIS_SQL_CALL_LIST] =
    "SELECT c.id, c.caller, c.caller_device, c.callee, c.callee_device, c.caller_device_id, "
    "c.callee_device_id, c.video, c.started, c.answered, c.ended, c.node, a.user, b.user, "
    "EXISTS (SELECT 1 FROM contact t WHERE t.user = c.caller AND t.other = c.callee "
    "AND t.standing = 3) FROM call c "
    "JOIN user a ON a.id = c.caller JOIN user b ON b.id = c.callee WHERE c.node = ?1 ORDER BY c.ended",
  [VIS_SQL_CALL_FORGET] = "DELETE FROM call WHERE ended > 0 AND ended < ?1",
};
/* clang-format on */

const char *
vis_sqlite_statement (VisSql sql)
{
  return statements[sql];
}
