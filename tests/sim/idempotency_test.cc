#include "sim_fixture.h"

namespace cxctl {
namespace {

constexpr const char* kCodes = "/api/v2/callcodes";
constexpr const char* kNew = R"({"name":"N","code":"NEW","type":"NEUTRAL","category":"OUTBOUND"})";

TEST_F(SimTest, SameKeyAndBodyIsTheFirstAnswerAgain) {
  const HttpResponse first = Post(kCodes, kNew, {{"Idempotency-Key", "k1"}});
  ASSERT_EQ(first.status, 201);
  const char* same = R"({ "category":"OUTBOUND", "type":"NEUTRAL","code":"NEW","name":"N"})";
  const HttpResponse second = Post(kCodes, same, {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(*second.header("ETag"), *first.header("ETag"));
  EXPECT_EQ(Items(Get("/api/v2/callcodes?filter=code%3DNEW"), "code").size(), 1u);
  EXPECT_EQ(Post(kCodes, kNew).status, 409) << "without the key it is a duplicate";
}

TEST_F(SimTest, KeyForAnotherRequestIs422) {
  ASSERT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 201);
  const HttpResponse other_body =
      Post(kCodes, R"({"name":"N","code":"NEW2","type":"NEUTRAL","category":"OUTBOUND"})", {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(other_body.status, 422);
  EXPECT_EQ(Code(other_body), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(Code(Post(Schedules(kEast), kNew, {{"Idempotency-Key", "k1"}})), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(SimTest, RefusalsAreRememberedButInvalidBodiesAreNot) {
  const char* orphan = R"({"name":"N","code":"KID","type":"NEUTRAL","category":"OUTBOUND","parentCallCodeId":"zz"})";
  EXPECT_EQ(Post(kCodes, orphan, {{"Idempotency-Key", "k1"}}).status, 422);
  EXPECT_EQ(Code(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}})), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(Post(kCodes, R"({"name":"N"})", {{"Idempotency-Key", "k2"}}).status, 400);
  EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k2"}}).status, 201);
}

TEST_F(SimTest, KeysThatAreNone) {
  for (const std::string& key :
       {std::string(""), std::string(256, 'k'), std::string("a b"), std::string("k\t"), std::string("\xc3\xa9")}) {
    EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", key}}).status, 400) << key;
  }
  EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", std::string(255, '~')}}).status, 201);
}

TEST_F(SimTest, KeysLiveForADay) {
  ASSERT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 201);
  clock_.Advance(std::chrono::hours(24));
  token_ = Token();
  EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 201);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 409) << "forgotten: a duplicate";
}

TEST_F(SimTest, RepeatWhileTheFirstIsProcessed) {
  Start({.idempotency_processing = std::chrono::seconds(2)});
  ASSERT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 201);
  EXPECT_EQ(Code(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}})), "IDEMPOTENCY_IN_PROGRESS");
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Post(kCodes, kNew, {{"Idempotency-Key", "k1"}}).status, 201);
}

TEST_F(SimTest, EveryCreateTakesAKey) {
  struct Row {
    std::string path, body;
    int status;
  };
  const Row rows[] = {
      {"/api/v2/conversations/messages", R"({"to":"+14155550100","from":"+18005550199","type":"sms","body":"x"})", 201},
      {"/api/v2/conversations/callbacks",
       R"({"to":"+14155550100","from":"+18005550199","scheduleDate":"2027-01-01T00:00:00Z","queueId":")" +
           std::string(kSupport) + "\"}",
       201},
      {"/api/v2/interaction/exports", R"({"name":"x","type":"custom","columns":["id"],"filter":""})", 202},
  };
  for (const Row& row : rows) {
    const HttpResponse first = Post(row.path, row.body, {{"Idempotency-Key", row.path}});
    EXPECT_EQ(first.status, row.status) << first.body;
    EXPECT_EQ(Post(row.path, row.body, {{"Idempotency-Key", row.path}}).body, first.body);
    EXPECT_NE(Post(row.path, row.body).body, first.body) << "without a key a second one is made";
  }
}

}  // namespace
}  // namespace cxctl
