/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-trust.h"

#include <glib/gi18n.h>

#define KEY_CERTIFICATE "certificate"
#define KEY_PLAIN       "plain"

struct _VisTrust
{
  GObject     parent_instance;

  GKeyFile   *decisions;     /* one group for each server */
  GHashTable *plain_for_now; /* groups of servers without TLS, allowed until the program ends */
  char       *path;          /* NULL: nothing is saved */
  gboolean    saving;        /* one write at a time: two could end in the wrong order */
  gboolean    dirty;         /* decisions changed during the write */
};

G_DEFINE_FINAL_TYPE (VisTrust, vis_trust, G_TYPE_OBJECT)

/* Carries what the person is asked about: the server, and of its certificate the fingerprint and
 * what is wrong with it. */

typedef struct
{
  char *server;
  char *fingerprint;
  char *reason;
} VisTrustErrorPrivate;

static void
vis_trust_error_private_init (VisTrustErrorPrivate *priv)
{
}

static void
vis_trust_error_private_copy (const VisTrustErrorPrivate *source, VisTrustErrorPrivate *copy)
{
  copy->server = g_strdup (source->server);
  copy->fingerprint = g_strdup (source->fingerprint);
  copy->reason = g_strdup (source->reason);
}

static void
vis_trust_error_private_clear (VisTrustErrorPrivate *priv)
{
  g_free (priv->server);
  g_free (priv->fingerprint);
  g_free (priv->reason);
}

G_DEFINE_EXTENDED_ERROR (VisTrustError, vis_trust_error)

static char *
dup_sentence (VisTrustError code, const VisServerAddress *server)
{
  g_autoptr (VisServerAddress) other = vis_server_address_switch (server);
  g_autofree char             *text = vis_server_address_dup_text (other);

  switch (code)
    {
    case VIS_TRUST_ERROR_PLAIN:
      return g_strdup_printf (_ ("The connection to %s is not encrypted, so nothing was sent."),
                              server->name);
    case VIS_TRUST_ERROR_UNKNOWN:
      return g_strdup_printf (_ ("%s can’t prove who it is, so nothing was sent. Ask whoever runs "
                                 "the server for the fingerprint of its certificate."),
                              server->name);
    case VIS_TRUST_ERROR_CHANGED:
      return g_strdup_printf (_ ("The certificate of %s has changed, so nothing was sent. Somebody "
                                 "may be listening in: ask whoever runs the server whether it has "
                                 "a new one."),
                              server->name);
    case VIS_TRUST_ERROR_NO_TLS:
      return g_strdup_printf (_ ("%s does not encrypt connections. To sign in all the same, enter "
                                 "its address as “%s”."),
                              server->name,
                              text);
    case VIS_TRUST_ERROR_TLS_ONLY:
    default:
      return g_strdup_printf (
        _ ("%s takes encrypted connections only. Enter its address as “%s”."), server->name, text);
    }
}

/**
 * vis_trust_error_set:
 * @error: (out) (optional): where to put the error
 * @code: what is the matter
 * @server: with which server
 *
 * Makes an error of [error@Vis.TrustError].
 */
void
vis_trust_error_set (GError **error, VisTrustError code, const VisServerAddress *server)
{
  g_autofree char *sentence = dup_sentence (code, server);
  GError          *made;

  if (error == NULL)
    return;

  made = g_error_new_literal (VIS_TRUST_ERROR, (int) code, sentence);
  vis_trust_error_get_private (made)->server = g_strdup (server->name);
  g_propagate_error (error, made);
}

/**
 * vis_trust_error_is_question:
 * @error: (nullable): an error of any domain
 *
 * Returns: whether a person can decide what it is about
 */
gboolean
vis_trust_error_is_question (const GError *error)
{
  return error != NULL && error->domain == VIS_TRUST_ERROR &&
         (error->code == VIS_TRUST_ERROR_PLAIN || error->code == VIS_TRUST_ERROR_UNKNOWN ||
          error->code == VIS_TRUST_ERROR_CHANGED);
}

/**
 * vis_trust_error_get_server:
 * @error: an error of this domain
 *
 * Returns: (transfer none): which server it is about, as [func@Vis.Trust.pin] wants it
 */
const char *
vis_trust_error_get_server (const GError *error)
{
  return vis_trust_error_get_private (error)->server;
}

/**
 * vis_trust_error_get_fingerprint:
 * @error: an error of this domain
 *
 * Returns: (transfer none) (nullable): the fingerprint of the certificate that was refused
 */
const char *
vis_trust_error_get_fingerprint (const GError *error)
{
  return vis_trust_error_get_private (error)->fingerprint;
}

/**
 * vis_trust_error_get_reason:
 * @error: an error of this domain
 *
 * Returns: (transfer none) (nullable): a sentence: what is wrong with the certificate
 */
const char *
vis_trust_error_get_reason (const GError *error)
{
  return vis_trust_error_get_private (error)->reason;
}

static const char *
describe (GTlsCertificateFlags faults)
{
  if (faults & G_TLS_CERTIFICATE_REVOKED)
    return _ ("Its certificate was revoked.");
  if (faults & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _ ("No authority that this computer knows vouches for its certificate.");
  if (faults & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _ ("Its certificate belongs to another name.");
  if (faults & G_TLS_CERTIFICATE_EXPIRED)
    return _ ("Its certificate has expired.");
  if (faults & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _ ("Its certificate is not valid yet. Check the clock of this computer.");

  return _ ("Its certificate is not safe.");
}

static void
vis_trust_finalize (GObject *object)
{
  VisTrust *self = VIS_TRUST (object);

  g_key_file_unref (self->decisions);
  g_hash_table_unref (self->plain_for_now);
  g_free (self->path);

  G_OBJECT_CLASS (vis_trust_parent_class)->finalize (object);
}

static void
vis_trust_class_init (VisTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vis_trust_finalize;
}

static void
vis_trust_init (VisTrust *self)
{
  self->decisions = g_key_file_new ();
  self->plain_for_now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * vis_trust_new:
 * @path: (nullable): the file of the decisions, %NULL to keep them in memory
 *
 * Reads what was decided before. A file that can't be read counts as none: the person is asked
 * again.
 *
 * Returns: (transfer full): a new object
 */
VisTrust *
vis_trust_new (const char *path)
{
  VisTrust          *self = g_object_new (VIS_TYPE_TRUST, NULL);
  g_autoptr (GError) error = NULL;

  self->path = g_strdup (path);
  if (path != NULL && !g_key_file_load_from_file (self->decisions, path, G_KEY_FILE_NONE, &error) &&
      !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_info ("What was decided about servers can't be read: %s", error->message);

  return self;
}

static void save (VisTrust *self);

static void
on_saved (GObject *file, GAsyncResult *result, gpointer data)
{
  g_autoptr (VisTrust) self = data;
  g_autoptr (GError)   error = NULL;
  GApplication        *application = g_application_get_default ();

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    g_info ("What was decided about a server could not be kept: %s", error->message);

  self->saving = FALSE;
  if (self->dirty)
    save (self);
  if (application != NULL)
    g_application_release (application);
}

/* In the background, with the application held until it is done. If it fails, the person is asked
 * again next time. */
static void
save (VisTrust *self)
{
  GApplication      *application = g_application_get_default ();
  g_autoptr (GFile)  file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char              *text;
  gsize              length;

  if (self->path == NULL)
    return;
  self->dirty = self->saving;
  if (self->saving)
    return;

  self->saving = TRUE;
  if (application != NULL)
    g_application_hold (application);
  file = g_file_new_for_path (self->path);
  text = g_key_file_to_data (self->decisions, &length, NULL);
  bytes = g_bytes_new_take (text, length);
  g_file_replace_contents_bytes_async (
    file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, on_saved, g_object_ref (self));
}

/* The brackets of IPv6 addresses mean something in a key file. */
static char *
dup_group (const char *server)
{
  return g_uri_escape_string (server, ":", FALSE);
}

/**
 * vis_trust_check_address:
 * @self: (nullable): the decisions, %NULL for none
 * @server: where something is to be sent
 * @error: %VIS_TRUST_ERROR_PLAIN
 *
 * Whether anything may be sent to an address, as far as its scheme goes: over TLS, to this
 * computer, or where the person has agreed to do without.
 *
 * Returns: %TRUE if it may
 */
gboolean
vis_trust_check_address (VisTrust *self, const VisServerAddress *server, GError **error)
{
  g_autofree char *group = dup_group (server->name);

  if (server->secure || server->local ||
      (self != NULL && (g_hash_table_contains (self->plain_for_now, group) ||
                        g_key_file_get_boolean (self->decisions, group, KEY_PLAIN, NULL))))
    return TRUE;

  vis_trust_error_set (error, VIS_TRUST_ERROR_PLAIN, server);
  return FALSE;
}

/**
 * vis_trust_check_certificate:
 * @self: (nullable): the decisions, %NULL for none
 * @server: where it comes from
 * @certificate: what the server has shown
 * @faults: what is wrong with it
 * @error: %VIS_TRUST_ERROR_UNKNOWN or %VIS_TRUST_ERROR_CHANGED
 *
 * Whether a server is trusted that has shown a certificate. One with faults is if it is the very
 * one that the person has trusted before.
 *
 * Returns: %TRUE if it is
 */
gboolean
vis_trust_check_certificate (VisTrust               *self,
                             const VisServerAddress *server,
                             GTlsCertificate        *certificate,
                             GTlsCertificateFlags    faults,
                             GError                **error)
{
  g_autofree char      *pin = self != NULL ? vis_trust_dup_pin (self, server->name) : NULL;
  g_autofree char      *fingerprint = vis_trust_fingerprint (certificate);
  GError               *made = NULL;
  VisTrustErrorPrivate *about;

  if (faults == 0 || g_strcmp0 (pin, fingerprint) == 0)
    return TRUE;

  vis_trust_error_set (
    &made, pin != NULL ? VIS_TRUST_ERROR_CHANGED : VIS_TRUST_ERROR_UNKNOWN, server);
  about = vis_trust_error_get_private (made);
  about->fingerprint = g_steal_pointer (&fingerprint);
  about->reason = g_strdup (describe (faults));
  g_propagate_error (error, made);
  return FALSE;
}

/**
 * vis_trust_allow_plain:
 * @self: the decisions
 * @server: the name of a server
 *
 * The person agrees to send everything to a server in the open.
 */
void
vis_trust_allow_plain (VisTrust *self, const char *server)
{
  g_autofree char *group = dup_group (server);

  g_key_file_set_boolean (self->decisions, group, KEY_PLAIN, TRUE);
  save (self);
}

/**
 * vis_trust_allow_plain_for_now:
 * @self: the decisions
 * @server: the name of a server
 *
 * As [method@Vis.Trust.allow_plain], for as long as the program runs: whoever starts it without
 * having said so is asked again.
 */
void
vis_trust_allow_plain_for_now (VisTrust *self, const char *server)
{
  g_hash_table_add (self->plain_for_now, dup_group (server));
}

/**
 * vis_trust_pin:
 * @self: the decisions
 * @server: the name of a server
 * @fingerprint: of the certificate that was shown to the person
 *
 * The person trusts a certificate: this one, and from now on no other one that can't prove itself.
 */
void
vis_trust_pin (VisTrust *self, const char *server, const char *fingerprint)
{
  g_autofree char *group = dup_group (server);

  g_key_file_set_string (self->decisions, group, KEY_CERTIFICATE, fingerprint);
  save (self);
}

/**
 * vis_trust_dup_pin:
 * @self: the decisions
 * @server: the name of a server
 *
 * Returns: (transfer full) (nullable): the fingerprint of the certificate that is trusted
 */
char *
vis_trust_dup_pin (VisTrust *self, const char *server)
{
  g_autofree char *group = dup_group (server);

  return g_key_file_get_string (self->decisions, group, KEY_CERTIFICATE, NULL);
}

/**
 * vis_trust_fingerprint:
 * @certificate: a certificate
 *
 * Its SHA-256 fingerprint, written as OpenSSL does: `AB:CD:…`.
 *
 * Returns: (transfer full): 95 characters
 */
char *
vis_trust_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autofree char       *digits = NULL;
  GString               *text = g_string_new (NULL);

  g_object_get (certificate, "certificate", &der, NULL);
  digits = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  for (const char *digit = digits; *digit != '\0'; digit++)
    {
      if (digit != digits && (digit - digits) % 2 == 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (*digit));
    }

  return g_string_free (text, FALSE);
}
