/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "media-fixture.h"
#include "quarks.h"
#include "vis-message.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define SECRET "only for this test"

/* A relay of this computer and a call over it. */
typedef struct
{
  Fixture      fixture;
  GSubprocess *relay;
  char        *folder;
  char        *address;
  guint16      port;
} Relay;

/* ICE skips the loopback. */
static char *
find_address (void)
{
  struct ifaddrs *list;
  char           *address = NULL;

  if (getifaddrs (&list) != 0)
    return NULL;

  for (struct ifaddrs *i = list; i != NULL && address == NULL; i = i->ifa_next)
    {
      char text[INET_ADDRSTRLEN];

      if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET ||
          (i->ifa_flags & IFF_LOOPBACK) != 0 || (i->ifa_flags & IFF_UP) == 0)
        continue;
      if (inet_ntop (AF_INET,
                     &((struct sockaddr_in *) (gpointer) i->ifa_addr)->sin_addr,
                     text,
                     sizeof text) != NULL)
        address = g_strdup (text);
    }
  freeifaddrs (list);

  return address;
}

static guint16
find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static gboolean
accepts (gpointer data)
{
  Relay                        *self = data;
  g_autoptr (GSocketClient)     client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_to_host (client, self->address, self->port, NULL, NULL);

  return connection != NULL;
}

/* Also when the test is aborted. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static gboolean
start_relay (Relay *self)
{
  g_autofree char                *program = g_find_program_in_path ("turnserver");
  g_autofree char                *port = NULL;
  g_autofree char                *pid = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;

  self->address = find_address ();
  if (program == NULL || self->address == NULL)
    return FALSE;

  self->port = find_port ();
  self->folder = g_dir_make_tmp ("visavis-relay-XXXXXX", NULL);
  port = g_strdup_printf ("%u", self->port);
  pid = g_build_filename (self->folder, "pid", NULL);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->relay = g_subprocess_launcher_spawn (launcher,
                                             NULL,
                                             program,
                                             "-n",
                                             "--listening-ip",
                                             self->address,
                                             "--relay-ip",
                                             self->address,
                                             "--listening-port",
                                             port,
                                             "--use-auth-secret",
                                             "--static-auth-secret=" SECRET,
                                             "--realm=visavis",
                                             "--no-tls",
                                             "--no-dtls",
                                             "--no-cli",
                                             "--allow-loopback-peers",
                                             "--pidfile",
                                             pid,
                                             "--log-file=stdout",
                                             NULL);

  return self->relay != NULL && fixture_wait (accepts, self, 20);
}

static GPtrArray *
make_servers (Relay *self, const char *transport)
{
  GPtrArray       *servers = vis_message_array_new ();
  VisMessage      *server = vis_message_new (VIS_KIND_OBJECT_ICE_SERVER);
  g_autofree char *url =
    g_strdup_printf ("turn:%s:%u?transport=%s", self->address, self->port, transport);
  const char      *urls[] = { url, NULL };
  g_autofree char *user =
    g_strdup_printf ("%" G_GINT64_FORMAT ":ada", g_get_real_time () / G_USEC_PER_SEC + 3600);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) SECRET, strlen (SECRET));
  guint8            digest[20];
  gsize             length = sizeof digest;
  g_autofree char  *credential = NULL;

  g_hmac_update (hmac, (const guchar *) user, -1);
  g_hmac_get_digest (hmac, digest, &length);
  credential = g_base64_encode (digest, length);

  vis_message_set_strings (server, VIS_FIELD_URLS, urls);
  vis_message_set_string (server, VIS_FIELD_USERNAME, user);
  vis_message_set_string (server, VIS_FIELD_CREDENTIAL, credential);
  g_ptr_array_add (servers, server);

  return servers;
}

/* On a thread of libnice, while another one says that all are gathered. */
static gboolean
on_found (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  g_usleep (50 * 1000);
  return TRUE;
}

static void
slow_candidates_down (void)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_element_factory_make ("nicesrc", NULL));
  GParamSpec *agent = g_object_class_find_property (G_OBJECT_GET_CLASS (element), "agent");

  g_type_class_unref (g_type_class_ref (agent->value_type));
  g_signal_add_emission_hook (
    g_signal_lookup ("new-candidate-full", agent->value_type), 0, on_found, NULL, NULL);
}

static gboolean
are_gathered (gpointer data)
{
  Fixture *self = data;

  return self->gathered[0] && self->gathered[1];
}

static void
test_relay (gconstpointer transport)
{
  Relay                 self = { 0 };
  g_autoptr (GPtrArray) servers = NULL;

  if (!start_relay (&self))
    {
      g_test_skip ("no turnserver, or no network to run it on");
    }
  else
    {
      servers = make_servers (&self, transport);
      self.fixture.ice_servers = servers;
      self.fixture.relay_only = TRUE;
      fixture_set_up (&self.fixture, NULL);
      fixture_connect (&self.fixture);
      for (guint i = 0; i < 2; i++)
        g_assert_cmpint (fixture_get_stats (&self.fixture, i).path, ==, VIS_PATH_RELAY);
      /* And every line that left this computer names the relay alone. */
      for (guint i = 0; i < 2; i++)
        g_assert_cmpuint (self.fixture.n_candidates[i], >, 0);
      g_assert_true (fixture_wait (are_gathered, &self.fixture, 30));
      fixture_tear_down (&self.fixture, NULL);
    }

  if (self.relay != NULL)
    {
      g_autofree char *pid = g_build_filename (self.folder, "pid", NULL);

      g_subprocess_send_signal (self.relay, SIGTERM);
      g_subprocess_wait (self.relay, NULL, NULL);
      g_remove (pid);
      g_rmdir (self.folder);
    }
  g_clear_object (&self.relay);
  g_free (self.folder);
  g_free (self.address);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  quarks_load ();
  slow_candidates_down ();

  g_test_add_data_func ("/media/relay/udp", "udp", test_relay);
  g_test_add_data_func ("/media/relay/tcp", "tcp", test_relay);

  return g_test_run ();
}
