/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-call-generations.h"

#include "vis-call-frames.h"
#include "vis-limits.h"

/* Of how many future generations candidates are kept: they may overtake the offer of the next one.
 */
#define MAX_KEPT_GENERATIONS 2

/* One media session and what belongs to it. */
typedef struct
{
  VisCallGenerations *owner;
  int                 gen;
  VisMediaSession    *session;
  GPtrArray          *batch; /* local candidates that are not sent yet */
  guint               flush;
} Generation;

struct _VisCallGenerations
{
  GObject         parent_instance;

  VisMediaEngine *engine;
  Generation     *current;
  Generation     *next;
  GHashTable     *kept; /* int gen: GPtrArray of candidates */
  VisMediaFlags   sending;
};

G_DEFINE_FINAL_TYPE (VisCallGenerations, vis_call_generations, G_TYPE_OBJECT)

enum
{
  STATE,
  DESCRIPTION,
  CANDIDATES,
  PICTURE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
on_state (VisMediaSession *session, GParamSpec *pspec, gpointer data)
{
  Generation *generation = data;

  g_signal_emit (
    generation->owner, signals[STATE], 0, generation->gen, vis_media_session_get_state (session));
}

static void
on_description (VisMediaSession *session, const char *sdp, gpointer data)
{
  Generation *generation = data;

  g_signal_emit (generation->owner, signals[DESCRIPTION], 0, generation->gen, sdp);
}

static void
flush (Generation *generation)
{
  g_autoptr (GPtrArray) batch = g_steal_pointer (&generation->batch);

  g_clear_handle_id (&generation->flush, g_source_remove);
  if (batch != NULL)
    g_signal_emit (generation->owner, signals[CANDIDATES], 0, generation->gen, batch);
}

static gboolean
on_flush (gpointer data)
{
  Generation *generation = data;

  generation->flush = 0;
  flush (generation);
  return G_SOURCE_REMOVE;
}

static void
on_candidate (
  VisMediaSession *session, const char *candidate, const char *mid, guint mline, gpointer data)
{
  Generation *generation = data;

  if (generation->batch == NULL)
    generation->batch = vis_message_array_new ();
  g_ptr_array_add (generation->batch, vis_call_frame_new_candidate (candidate, mid, mline));

  if (generation->batch->len >= VIS_LIMIT_CANDIDATES)
    flush (generation);
  else if (generation->flush == 0)
    generation->flush = g_idle_add_full (G_PRIORITY_DEFAULT, on_flush, generation, NULL);
}

static void
on_picture (VisMediaSession *session, GParamSpec *pspec, gpointer data)
{
  Generation *generation = data;

  g_signal_emit (generation->owner, signals[PICTURE], 0);
}

static Generation *
generation_new (VisCallGenerations *self, int gen, GPtrArray *ice_servers)
{
  Generation *generation = g_new0 (Generation, 1);

  generation->owner = self;
  generation->gen = gen;
  generation->session = vis_media_engine_create_session (self->engine, ice_servers);
  g_signal_connect (generation->session, "notify::state", G_CALLBACK (on_state), generation);
  g_signal_connect (
    generation->session, "notify::remote-video", G_CALLBACK (on_picture), generation);
  g_signal_connect (generation->session, "description", G_CALLBACK (on_description), generation);
  g_signal_connect (generation->session, "candidate", G_CALLBACK (on_candidate), generation);
  vis_media_session_set_sending (generation->session, self->sending);

  return generation;
}

/* Disconnects and closes the session. */
static void
generation_close (Generation **slot)
{
  Generation *generation = g_steal_pointer (slot);

  if (generation == NULL)
    return;

  g_signal_handlers_disconnect_by_data (generation->session, generation);
  g_clear_handle_id (&generation->flush, g_source_remove);
  g_clear_pointer (&generation->batch, g_ptr_array_unref);
  vis_media_session_close (generation->session);
  g_object_unref (generation->session);
  g_free (generation);
}

static Generation *
find_generation (VisCallGenerations *self, int gen)
{
  if (self->current != NULL && self->current->gen == gen)
    return self->current;
  if (self->next != NULL && self->next->gen == gen)
    return self->next;

  return NULL;
}

static void
vis_call_generations_dispose (GObject *object)
{
  VisCallGenerations *self = VIS_CALL_GENERATIONS (object);

  vis_call_generations_close (self);
  g_hash_table_remove_all (self->kept);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (vis_call_generations_parent_class)->dispose (object);
}

static void
vis_call_generations_finalize (GObject *object)
{
  VisCallGenerations *self = VIS_CALL_GENERATIONS (object);

  g_hash_table_unref (self->kept);

  G_OBJECT_CLASS (vis_call_generations_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType type)
{
  return g_signal_new (name,
                       VIS_TYPE_CALL_GENERATIONS,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       2,
                       G_TYPE_INT,
                       type);
}

static void
vis_call_generations_class_init (VisCallGenerationsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vis_call_generations_dispose;
  object_class->finalize = vis_call_generations_finalize;

  signals[STATE] = new_signal ("state", VIS_TYPE_SESSION_STATE);
  signals[DESCRIPTION] = new_signal ("description", G_TYPE_STRING);
  signals[CANDIDATES] = new_signal ("candidates", G_TYPE_PTR_ARRAY);
  signals[PICTURE] = g_signal_new (
    "picture", VIS_TYPE_CALL_GENERATIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
vis_call_generations_init (VisCallGenerations *self)
{
  self->kept = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * vis_call_generations_new:
 * @engine: what makes the media sessions
 *
 * Returns: (transfer full): no generation yet
 */
VisCallGenerations *
vis_call_generations_new (VisMediaEngine *engine)
{
  VisCallGenerations *self = g_object_new (VIS_TYPE_CALL_GENERATIONS, NULL);

  self->engine = g_object_ref (engine);
  return self;
}

static void
add_candidates (VisMediaSession *session, GPtrArray *candidates)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      const VisMessage *candidate = g_ptr_array_index (candidates, i);

      vis_media_session_add_candidate (
        session,
        vis_message_get_string (candidate, VIS_FIELD_CANDIDATE),
        vis_message_get_string (candidate, VIS_FIELD_SDP_MID),
        (guint) vis_message_get_integer (candidate, VIS_FIELD_SDP_MLINE_INDEX));
    }
}

static gboolean
is_not_after (gpointer key, gpointer value, gpointer gen)
{
  return GPOINTER_TO_INT (key) <= GPOINTER_TO_INT (gen);
}

/* The first generation becomes the current one, any other the next one. */
static Generation *
open_generation (VisCallGenerations *self, int gen, GPtrArray *ice_servers)
{
  Generation **slot = self->current == NULL ? &self->current : &self->next;

  generation_close (slot);
  *slot = generation_new (self, gen, ice_servers);
  return *slot;
}

static void
use_kept (VisCallGenerations *self, int gen)
{
  GPtrArray  *candidates = g_hash_table_lookup (self->kept, GINT_TO_POINTER (gen));
  Generation *generation = find_generation (self, gen);

  if (candidates != NULL && generation != NULL)
    {
      g_autoptr (VisMediaSession) session = g_object_ref (generation->session);

      add_candidates (session, candidates);
    }
  g_hash_table_foreach_remove (self->kept, is_not_after, GINT_TO_POINTER (gen));
}

/**
 * vis_call_generations_offer:
 * @self: the generations
 * @gen: the number of a new one
 * @ice_servers: (nullable) (element-type VisMessage): STUN and TURN servers
 *
 * Opens a generation as the side that offers.
 */
void
vis_call_generations_offer (VisCallGenerations *self, int gen, GPtrArray *ice_servers)
{
  g_autoptr (VisMediaSession) session = NULL;

  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  session = g_object_ref (open_generation (self, gen, ice_servers)->session);
  vis_media_session_offer (session);
  use_kept (self, gen);
}

/**
 * vis_call_generations_answer:
 * @self: the generations
 * @gen: the number of a new one
 * @offer: the other side's offer
 * @ice_servers: (nullable) (element-type VisMessage): STUN and TURN servers
 *
 * Opens a generation as the side that answers.
 */
void
vis_call_generations_answer (VisCallGenerations *self,
                             int                 gen,
                             const char         *offer,
                             GPtrArray          *ice_servers)
{
  g_autoptr (VisMediaSession) session = NULL;

  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  session = g_object_ref (open_generation (self, gen, ice_servers)->session);
  vis_media_session_answer (session, offer);
  use_kept (self, gen);
}

/**
 * vis_call_generations_take_answer:
 * @self: the generations
 * @gen: the generation that is answered
 * @answer: the other side's answer
 *
 * Hands an answer to its session.
 */
void
vis_call_generations_take_answer (VisCallGenerations *self, int gen, const char *answer)
{
  Generation *generation;

  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  generation = find_generation (self, gen);
  if (generation != NULL)
    vis_media_session_set_answer (generation->session, answer);
}

static void
keep_candidates (VisCallGenerations *self, int gen, GPtrArray *candidates)
{
  GPtrArray *kept = g_hash_table_lookup (self->kept, GINT_TO_POINTER (gen));

  if (kept == NULL)
    {
      if (g_hash_table_size (self->kept) >= MAX_KEPT_GENERATIONS)
        return;
      kept = vis_message_array_new ();
      g_hash_table_insert (self->kept, GINT_TO_POINTER (gen), kept);
    }

  for (guint i = 0; i < candidates->len && kept->len < VIS_LIMIT_CANDIDATES; i++)
    g_ptr_array_add (kept, vis_message_ref (g_ptr_array_index (candidates, i)));
}

/**
 * vis_call_generations_take_candidates:
 * @self: the generations
 * @gen: the generation that they belong to
 * @candidates: (element-type VisMessage): candidates of the other side
 *
 * Hands candidates to their session; those of a generation that is not there yet are kept for it.
 */
void
vis_call_generations_take_candidates (VisCallGenerations *self, int gen, GPtrArray *candidates)
{
  Generation *generation;

  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  generation = find_generation (self, gen);
  if (generation != NULL)
    {
      g_autoptr (VisMediaSession) session = g_object_ref (generation->session);

      add_candidates (session, candidates);
    }
  else
    keep_candidates (self, gen, candidates);
}

/**
 * vis_call_generations_set_sending:
 * @self: the generations
 * @sending: what is sent
 *
 * Says what is sent, over those that there are and those to come.
 */
void
vis_call_generations_set_sending (VisCallGenerations *self, VisMediaFlags sending)
{
  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  self->sending = sending;
  if (self->current != NULL)
    vis_media_session_set_sending (self->current->session, sending);
  if (self->next != NULL)
    vis_media_session_set_sending (self->next->session, sending);
}

/**
 * vis_call_generations_promote:
 * @self: the generations
 *
 * The next generation carries media: it takes the place of the current one, which is closed.
 */
void
vis_call_generations_promote (VisCallGenerations *self)
{
  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  if (self->next == NULL)
    return;

  generation_close (&self->current);
  self->current = g_steal_pointer (&self->next);
  g_signal_emit (self, signals[PICTURE], 0);
}

/**
 * vis_call_generations_drop_next:
 * @self: the generations
 *
 * Closes the next generation, if there is one.
 */
void
vis_call_generations_drop_next (VisCallGenerations *self)
{
  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  generation_close (&self->next);
}

/**
 * vis_call_generations_close:
 * @self: the generations
 *
 * Closes all of them.
 */
void
vis_call_generations_close (VisCallGenerations *self)
{
  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  generation_close (&self->next);
  generation_close (&self->current);
}

/**
 * vis_call_generations_forget:
 * @self: the generations
 *
 * Forgets the candidates that were kept.
 */
void
vis_call_generations_forget (VisCallGenerations *self)
{
  g_return_if_fail (VIS_IS_CALL_GENERATIONS (self));

  g_hash_table_remove_all (self->kept);
}

/**
 * vis_call_generations_dup_picture:
 * @self: the generations
 *
 * Returns: (transfer full) (nullable): what shows the other side
 */
GObject *
vis_call_generations_dup_picture (VisCallGenerations *self)
{
  GObject *picture = NULL;

  g_return_val_if_fail (VIS_IS_CALL_GENERATIONS (self), NULL);

  if (self->current != NULL)
    g_object_get (self->current->session, "remote-video", &picture, NULL);

  return picture;
}
