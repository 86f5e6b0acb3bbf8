/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

G_DEFINE_QUARK (vis_error, vis_error)

static const char *const sentences[] = {
  [VIS_ERROR_FAILED] = N_ ("Something went wrong. Please try again."),
  [VIS_ERROR_OFFLINE] = N_ ("You are offline. Try again once you are connected."),
  [VIS_ERROR_TIMED_OUT] = N_ ("The server did not answer in time. Please try again."),
  [VIS_ERROR_LOST] = N_ ("The connection was lost. Please try again."),
  [VIS_ERROR_SERVER_UNREACHABLE] =
    N_ ("The server can’t be reached. Check its address and your network."),
  [VIS_ERROR_SERVER_UNKNOWN] = N_ ("No server with that name was found. Check the address."),
  [VIS_ERROR_SERVER_REFUSED] =
    N_ ("No server is running at that address. Check the address and port."),
  [VIS_ERROR_BAD_ADDRESS] =
    N_ ("That isn’t a server address. It should look like “chat.example.org” or “127.0.0.1:8448”."),
  [VIS_ERROR_NO_INVITE] =
    N_ ("This server asks for an invite code. Ask whoever runs the server for one."),
  [VIS_ERROR_INSECURE] = N_ ("The other side could not prove who it is, so nothing was sent."),
  [VIS_ERROR_STORE] = N_ ("Your messages can’t be saved. Check the free space on your disk."),
  [VIS_ERROR_STORE_NEWER] =
    N_ ("Your messages were saved by a newer version of Visavis. Please update this one."),
  [VIS_ERROR_STORE_DAMAGED] =
    N_ ("Your saved messages were damaged. They are being fetched from the server again."),
  [VIS_ERROR_DEVICE] =
    N_ ("The camera or microphone can’t be used. Check that no other app is using it."),
  [VIS_ERROR_MEDIA] = N_ ("Audio and video could not be set up. Please call again."),
};

static GHashTable *domains; /* GQuark -> VisErrorSentenceFunc */
G_LOCK_DEFINE_STATIC (domains);

static VisErrorSentenceFunc
find_domain (GQuark domain)
{
  gpointer func = NULL;

  G_LOCK (domains);
  if (domains != NULL)
    func = g_hash_table_lookup (domains, GUINT_TO_POINTER (domain));
  G_UNLOCK (domains);

  return (VisErrorSentenceFunc) func;
}

/**
 * vis_error_add_domain:
 * @domain: an error domain
 * @func: (scope forever): puts its errors into words
 *
 * Teaches [func@Vis.error_to_sentence] the errors of another layer.
 */
void
vis_error_add_domain (GQuark domain, VisErrorSentenceFunc func)
{
  G_LOCK (domains);
  if (domains == NULL)
    domains = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (domains, GUINT_TO_POINTER (domain), (gpointer) func);
  G_UNLOCK (domains);
}

/**
 * vis_error_to_sentence:
 * @error: an error of any domain
 *
 * Puts an error into words for a person: what happened, and what to do about it. Errors of domains
 * that know no sentence keep their own message.
 *
 * Returns: (transfer none): a translated sentence, valid as long as @error
 */
const char *
vis_error_to_sentence (const GError *error)
{
  VisErrorSentenceFunc func;
  const char          *sentence;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == VIS_ERROR && error->code >= 0 &&
      (guint) error->code < G_N_ELEMENTS (sentences))
    return _ (sentences[error->code]);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return _ ("That was cancelled.");

  func = find_domain (error->domain);
  sentence = func != NULL ? func (error) : NULL;

  return sentence != NULL ? sentence : error->message;
}
