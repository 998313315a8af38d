#include "http/read_only_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/loop.h"
#include "http/url_text.h"

namespace cxctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class StillClock : public Clock {
 public:
  Instant Now() override { return {}; }
  Duration Monotonic() override { return {}; }
};
class NothingToWaitFor : public Waiter {
 public:
  void Wait(Duration) override {}
};

class RecordingTransport : public HttpTransport {
 public:
  Task<HttpOutcome> Send(HttpRequest request) override {
    sent.push_back(request.method + " " + request.url);
    HttpResponse response;
    response.status = 200;
    response.body = request.body;
    co_return response;
  }
  std::vector<std::string> sent;
};

class ReadOnlyTransportTest : public ::testing::Test {
 protected:
  HttpOutcome Send(const std::string& method, const std::string& url) {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.body = "body";
    return loop_.RunUntilDone(transport_->Send(request));
  }

  StillClock clock_;
  NothingToWaitFor waiter_;
  Loop loop_{clock_, waiter_};
  RecordingTransport inner_;
  std::unique_ptr<HttpTransport> transport_ = MakeReadOnlyTransport(inner_, "/oauth/token");
};

TEST_F(ReadOnlyTransportTest, PassesReadsUnchanged) {
  const std::pair<const char*, const char*> kReads[] = {
      {"GET", "https://api/api/v2/campaigns?page=1"},
      {"GET", "http://127.0.0.1:8080/"},
      {"POST", "https://api/oauth/token"},
      {"POST", "https://other.example:8443/oauth/token"},
      {"POST", "https://api/oauth/token?x=1"},
      {"POST", "https://api/api/analytics/outbound/details/query"},
      {"POST", "https://api/api/v2/analytics/campaigns/details/query"},
  };
  for (const auto& [method, url] : kReads) {
    const HttpOutcome outcome = Send(method, url);
    ASSERT_TRUE(outcome.has_value()) << method << " " << url;
    EXPECT_EQ(outcome->body, "body");
    EXPECT_EQ(inner_.sent.back(), std::string(method) + " " + url);
  }
}

TEST_F(ReadOnlyTransportTest, RefusesEverythingElseBeforeItReachesTheNetwork) {
  const std::pair<const char*, const char*> kWrites[] = {
      {"POST", "https://api/api/v2/campaigns"},
      {"PUT", "https://api/api/v2/campaigns/1"},
      {"PATCH", "https://api/api/v2/campaigns/1"},
      {"DELETE", "https://api/api/v2/campaigns/1"},
      {"HEAD", "https://api/"},
      {"OPTIONS", "https://api/"},
      {"get", "https://api/"},
      {"", "https://api/"},
      {"GET ", "https://api/"},
      {"post", "https://api/oauth/token"},
      {"PUT", "https://api/oauth/token"},
      {"DELETE", "https://api/api/analytics/outbound/details/query"},
      {"POST", "https://api/oauth/token/"},
      {"POST", "https://api/oauth/tokens"},
      {"POST", "https://api/OAUTH/token"},
      {"POST", "https://api//oauth/token"},
      {"POST", "https://api/x/../oauth/token"},
      {"POST", "https://api/oauth/token/../../api/v2/campaigns"},
      {"POST", "https://api/oauth%2Ftoken"},
      {"POST", "https://api/%6fauth/token"},
      {"POST", "https://api/v1/oauth/token"},
      {"POST", "https://api/api/v2/campaigns?next=/oauth/token"},
      {"POST", "https://api/api/v2/campaigns#/oauth/token"},
      {"POST", "https://api?/oauth/token"},
      {"POST", "https://api#/oauth/token"},
      {"POST", "/api/v2/campaigns?x=http://a/oauth/token"},
      {"POST", "/oauth/token"},
      {"POST", ""},
      {"POST", "https://api/api/analytics/outbound/details/query/1"},
      {"POST", "https://api/api/v2/analytics/campaigns/details"},
      {"POST", "https://api/api/v1/analytics/campaigns/details/query"},
  };
  for (const auto& [method, url] : kWrites) {
    const HttpOutcome outcome = Send(method, url);
    ASSERT_FALSE(outcome.has_value()) << method << " " << url;
    EXPECT_FALSE(outcome.error().maybe_received);
    EXPECT_FALSE(outcome.error().timeout);
    EXPECT_THAT(outcome.error().message, HasSubstr("was not sent"));
  }
  EXPECT_TRUE(inner_.sent.empty());
}

TEST_F(ReadOnlyTransportTest, AnEmptyTokenPathAllowsNoPost) {
  transport_ = MakeReadOnlyTransport(inner_, "");
  EXPECT_FALSE(Send("POST", "https://api").has_value());
  EXPECT_FALSE(Send("POST", "https://api/").has_value());
  EXPECT_TRUE(inner_.sent.empty());
}

TEST_F(ReadOnlyTransportTest, TheMessageTellsWhatWasRefusedWithoutSecrets) {
  const HttpOutcome outcome = Send("PATCH", "https://me:secret@api.example/c/+14155551234?key=secret#secret");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_THAT(outcome.error().message,
              AllOf(HasSubstr("PATCH https://api.example/c/"), Not(HasSubstr("secret")), Not(HasSubstr("5555"))));
}

TEST(UrlTextTest, PathOfUrl) {
  EXPECT_EQ(PathOfUrl("https://h:1/a/b?c#d"), "/a/b");
  EXPECT_EQ(PathOfUrl("https://h"), "");
  EXPECT_EQ(PathOfUrl("https://h/"), "/");
  EXPECT_EQ(PathOfUrl("https://u@h/a@b"), "/a@b");
  EXPECT_EQ(PathOfUrl("/a"), "");
  EXPECT_EQ(PathOfUrl("://h/a"), "");
}

TEST(UrlTextTest, DescribeRequestEscapesControls) {
  EXPECT_EQ(DescribeRequest("GET", "http://h/\x1b[31m"), "GET http://h/\\u001b[31m");
}

}  // namespace
}  // namespace cxctl
