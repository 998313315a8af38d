#include "agent/intake_request.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

constexpr const char* kWhole =
    R"({"phoneNumber":"+14155551234","scheduledTime":"2026-11-24T15:00:00-05:00","queueId":"q-1",)"
    R"("contactId":"crm-1","attributes":{"reason":"billing"}})";

TEST(CallbackRequestTest, IsRead) {
  const auto request = ReadCallbackRequest(kWhole);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->phone_number, "+14155551234");
  EXPECT_EQ(request->scheduled_time, "2026-11-24T15:00:00-05:00");
  EXPECT_EQ(request->queue_id, "q-1");
  EXPECT_EQ(request->contact_id, "crm-1");
  EXPECT_EQ(request->attributes, (std::map<std::string, std::string>{{"reason", "billing"}}));
}

TEST(CallbackRequestTest, BodiesThatSayTheSameHaveTheSameFingerprint) {
  const auto one = ReadCallbackRequest(R"({"phoneNumber":"1","scheduledTime":"2","queueId":"3"})");
  const auto same = ReadCallbackRequest(R"( {"queueId":"\u0033", "scheduledTime":"2","phoneNumber":"1"})");
  const auto other = ReadCallbackRequest(R"({"phoneNumber":"1","scheduledTime":"2","queueId":"4"})");
  EXPECT_EQ(one->fingerprint, same->fingerprint);
  EXPECT_NE(one->fingerprint, other->fingerprint);
}

TEST(CallbackRequestTest, WhatIsWrongIsNamed) {
  struct Row {
    const char *body, *field, *message;
  };
  for (const Row& row : {
           Row{"", "", "The body must be a JSON object."},
           Row{"[]", "", "The body must be a JSON object."},
           Row{"{", "", "The body must be a JSON object."},
           Row{"{}", "phoneNumber", "phoneNumber is missing."},
           Row{R"({"phoneNumber":1})", "phoneNumber", "phoneNumber must be a string that is not empty."},
           Row{R"({"phoneNumber":""})", "phoneNumber", "phoneNumber must be a string that is not empty."},
           Row{R"({"phoneNumber":"1"})", "scheduledTime", "scheduledTime is missing."},
           Row{R"({"phoneNumber":"1","scheduledTime":"2"})", "queueId", "queueId is missing."},
           Row{R"({"phoneNumber":"1","scheduledTime":"2","queueId":null})", "queueId",
               "queueId must be a string that is not empty."},
           Row{R"({"phoneNumber":"1","scheduledTime":"2","queueId":"3","contactId":".."})", "contactId",
               "contactId is not the id of a contact."},
           Row{R"({"phoneNumber":"1","scheduledTime":"2","queueId":"3","attributes":[]})", "attributes",
               "attributes must be an object of strings."},
           Row{R"({"phoneNumber":"1","scheduledTime":"2","queueId":"3","attributes":{"a":1}})", "attributes",
               "The attribute \"a\" must be a string."},
           Row{R"({"phonenumber":"1"})", "phonenumber",
               "There is no member \"phonenumber\". Did you mean phoneNumber?"},
           Row{R"({"colour":"1"})", "colour", "There is no member \"colour\"."},
       }) {
    const auto request = ReadCallbackRequest(row.body);
    ASSERT_FALSE(request) << row.body;
    EXPECT_EQ(request.error().status, 400);
    EXPECT_EQ(request.error().code, "INVALID_REQUEST");
    EXPECT_EQ(request.error().field, row.field) << row.body;
    EXPECT_EQ(request.error().message, row.message);
  }
}

TEST(CallbackRequestTest, AMemberThatIsThereTwiceIsRefused) {
  EXPECT_FALSE(ReadCallbackRequest(R"({"phoneNumber":"1","phoneNumber":"1","scheduledTime":"2","queueId":"3"})"));
}

}  // namespace
}  // namespace cxctl
