/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "vis-candidates.h"

#include "vis-limits.h"

/* Over the life of a session: what is more than this is no peer but a flood. */
#define MAX_CANDIDATES (4 * VIS_LIMIT_CANDIDATES)

/* How late the last candidate of ours may be: ms. */
#define LATE_MS 1000

typedef struct
{
  char *candidate;
  char *mid;
  guint mline;
} Candidate;

struct _VisCandidates
{
  VisCandidatesFunc  func;
  gpointer           data;

  const VisSdpFacts *facts; /* of the description they belong to, NULL before it */
  GPtrArray         *held;
  guint              n_seen;

  gboolean           gathered;
  gint64             gathered_at; /* or the last candidate after it; 0 once it is told */
  gboolean           late;        /* nothing came for that long when it was last asked */
};

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->candidate);
  g_free (self->mid);
  g_free (self);
}

/* GStreamer 1.22: webrtcbin takes text that is no candidate for the end of candidates, and warns of
 * components that it has not; there is one, since RTCP shares the port of RTP. */
static gboolean
is_usable (const char *candidate)
{
  g_auto (GStrv) words = NULL;

  if (*candidate == '\0')
    return TRUE;
  if (!vis_sdp_candidate_is_valid (candidate))
    return FALSE;

  words = g_strsplit (candidate, " ", 3);
  return g_strv_length (words) == 3 && g_str_equal (words[1], "1");
}

/* The tag rules when there is one (RFC 8829, section 5.12). */
static guint
find_section (const VisSdpFacts *facts, const char *mid, guint mline)
{
  for (guint i = 0; mid != NULL && *mid != '\0' && i < facts->mids->len; i++)
    {
      if (g_str_equal (g_ptr_array_index (facts->mids, i), mid))
        return i;
    }

  return mline;
}

static void
apply (VisCandidates *self, const char *candidate, const char *mid, guint mline)
{
  mline = find_section (self->facts, mid, mline);
  if (mline < self->facts->kinds->len)
    self->func (candidate, mline, self->data);
}

/**
 * vis_candidates_new:
 * @func: (scope forever): where usable candidates go
 * @data: for @func
 *
 * Returns: (transfer full): no candidates yet
 */
VisCandidates *
vis_candidates_new (VisCandidatesFunc func, gpointer data)
{
  VisCandidates *self = g_new0 (VisCandidates, 1);

  self->func = func;
  self->data = data;
  self->held = g_ptr_array_new_with_free_func (candidate_free);

  return self;
}

/**
 * vis_candidates_free:
 * @self: (nullable): candidates
 */
void
vis_candidates_free (VisCandidates *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->held);
  g_free (self);
}

/**
 * vis_candidates_add:
 * @self: candidates
 * @candidate: what the other side sent: a candidate-attribute of RFC 8839, or "" for the end
 * @mid: (nullable): the tag of its section
 * @mline: the index of its section, for when there is no tag
 *
 * Takes a candidate of the other side. What is malformed or too much is left out silently: the path
 * may well be found without it.
 */
void
vis_candidates_add (VisCandidates *self, const char *candidate, const char *mid, guint mline)
{
  Candidate *held;

  if (!is_usable (candidate) || self->n_seen >= MAX_CANDIDATES)
    return;

  self->n_seen++;
  if (self->facts != NULL)
    {
      apply (self, candidate, mid, mline);
    }
  else if (self->held->len < VIS_LIMIT_CANDIDATES)
    {
      held = g_new0 (Candidate, 1);
      held->candidate = g_strdup (candidate);
      held->mid = g_strdup (mid);
      held->mline = mline;
      g_ptr_array_add (self->held, held);
    }
}

/**
 * vis_candidates_open:
 * @self: candidates
 * @facts: (transfer none): of the other side's description; it must live as long as @self is open
 *
 * Lets the held candidates go, in the order they came, and from now on each as it comes.
 */
void
vis_candidates_open (VisCandidates *self, const VisSdpFacts *facts)
{
  self->facts = facts;
  for (guint i = 0; i < self->held->len; i++)
    {
      Candidate *held = g_ptr_array_index (self->held, i);

      apply (self, held->candidate, held->mid, held->mline);
    }
  g_ptr_array_set_size (self->held, 0);
}

/**
 * vis_candidates_close:
 * @self: candidates
 *
 * Forgets what is held, and takes no more.
 */
void
vis_candidates_close (VisCandidates *self)
{
  self->n_seen = MAX_CANDIDATES;
  g_ptr_array_set_size (self->held, 0);
}

/**
 * vis_candidates_note_own:
 * @self: candidates
 *
 * Says that one of this side's candidates was found.
 */
void
vis_candidates_note_own (VisCandidates *self)
{
  if (self->gathered_at != 0)
    self->gathered_at = g_get_monotonic_time ();
  self->late = FALSE;
}

/**
 * vis_candidates_note_gathered:
 * @self: candidates
 *
 * Says that all of this side's candidates are gathered, as far as libnice knows.
 */
void
vis_candidates_note_gathered (VisCandidates *self)
{
  if (!self->gathered)
    self->gathered_at = g_get_monotonic_time ();
  self->gathered = TRUE;
}

/**
 * vis_candidates_take_end:
 * @self: candidates
 *
 * Whether the end of this side's candidates is to be told now. To be asked
 * again and again.
 *
 * Returns: %TRUE once
 */
gboolean
vis_candidates_take_end (VisCandidates *self)
{
  gboolean was_late = self->late;

  /* libnice may say that it has all candidates before it tells of the last one, which it does on
   * another thread; whoever believes that gives up too early. After a loop that stood still, what
   * came meanwhile is heard in the same turn as this is asked first: hence twice. */
  self->late = self->gathered_at != 0 &&
               g_get_monotonic_time () - self->gathered_at >= LATE_MS * G_GINT64_CONSTANT (1000);
  if (!was_late || !self->late)
    return FALSE;

  self->gathered_at = 0;
  return TRUE;
}
