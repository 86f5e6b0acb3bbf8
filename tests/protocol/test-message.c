/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vis-codec.h"
#include "vis-error.h"
#include "vis-limits.h"

static void
test_values (void)
{
  g_autoptr (VisMessage) offer = vis_message_new (VIS_KIND_CALL_OFFER);
  g_autoptr (VisMessage) media = vis_message_new (VIS_KIND_OBJECT_MEDIA);
  g_autoptr (VisMessage) copy = NULL;

  g_assert_false (vis_message_has (offer, VIS_FIELD_GEN));
  g_assert_cmpint (vis_message_get_integer (offer, VIS_FIELD_GEN), ==, 0);
  g_assert_null (vis_message_get_string (offer, VIS_FIELD_SDP));
  g_assert_false (vis_message_has (offer, VIS_FIELD_TEXT));

  vis_message_set_boolean (media, VIS_FIELD_AUDIO, TRUE);
  vis_message_set_integer (offer, VIS_FIELD_GEN, 3);
  vis_message_set_string (offer, VIS_FIELD_SDP, "one");
  vis_message_set_string (offer, VIS_FIELD_SDP, "two");
  vis_message_set_object (offer, VIS_FIELD_MEDIA, media);
  vis_message_set_seq (offer, 7);
  vis_message_set_mark (offer, "0123abcd");
  vis_message_set_request (offer, "17");

  copy = vis_message_copy (offer);
  vis_message_set_mark (offer, NULL);
  vis_message_set_string (offer, VIS_FIELD_SDP, NULL);
  vis_message_set_object (offer, VIS_FIELD_MEDIA, NULL);

  g_assert_false (vis_message_has (offer, VIS_FIELD_SDP));
  g_assert_cmpstr (vis_message_get_string (copy, VIS_FIELD_SDP), ==, "two");
  g_assert_cmpint (vis_message_get_integer (copy, VIS_FIELD_GEN), ==, 3);
  g_assert_true (
    vis_message_get_boolean (vis_message_get_object (copy, VIS_FIELD_MEDIA), VIS_FIELD_AUDIO));
  g_assert_cmpint (vis_message_get_seq (copy), ==, 7);
  g_assert_cmpstr (vis_message_get_mark (copy), ==, "0123abcd");
  g_assert_null (vis_message_get_mark (offer));
  g_assert_cmpstr (vis_message_get_request (copy), ==, "17");
  g_assert_cmpstr (vis_message_get_type_name (copy), ==, "call:offer");
}

static void
test_has_string (void)
{
  static const char *const features[] = { VIS_FEATURE_MARK, "envelope", NULL };
  g_autoptr (VisMessage)   hello = vis_message_new (VIS_KIND_HELLO);

  g_assert_false (vis_message_has_string (hello, VIS_FIELD_FEATURES, VIS_FEATURE_MARK));
  vis_message_set_strings (hello, VIS_FIELD_FEATURES, features);
  g_assert_true (vis_message_has_string (hello, VIS_FIELD_FEATURES, VIS_FEATURE_MARK));
  g_assert_false (vis_message_has_string (hello, VIS_FIELD_FEATURES, "sealed"));
}

static void
test_errors (void)
{
  for (guint i = 0; i < VIS_N_PROTOCOL_ERRORS; i++)
    {
      g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_ERROR);
      g_autoptr (GError)     error = NULL;
      VisProtocolError       found;

      g_assert_true (vis_protocol_error_from_code (vis_protocol_error_to_code (i), &found));
      g_assert_cmpint (found, ==, i);

      vis_message_set_string (answer, VIS_FIELD_CODE, vis_protocol_error_to_code (i));
      vis_message_set_string (answer, VIS_FIELD_ERROR_TEXT, "words of the server");
      vis_protocol_error_set (&error, answer);
      g_assert_error (error, VIS_PROTOCOL_ERROR, (int) i);
      g_assert_cmpstr (error->message, ==, "words of the server");
      g_assert_cmpstr (vis_error_to_sentence (error), !=, error->message);
    }
}

static void
test_unknown_code (void)
{
  g_autoptr (VisMessage) answer = vis_message_new (VIS_KIND_ERROR);
  g_autoptr (GError)     error = NULL;

  vis_message_set_string (answer, VIS_FIELD_CODE, "out_of_coffee");
  vis_protocol_error_set (&error, answer);
  g_assert_error (error, VIS_PROTOCOL_ERROR, VIS_PROTOCOL_ERROR_BAD_REQUEST);
  g_assert_cmpstr (error->message, ==, "out_of_coffee");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/message/values", test_values);
  g_test_add_func ("/protocol/message/has-string", test_has_string);
  g_test_add_func ("/protocol/message/errors", test_errors);
  g_test_add_func ("/protocol/message/unknown-code", test_unknown_code);
  return g_test_run ();
}
