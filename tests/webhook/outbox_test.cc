// What stands in the outbox, when it is tried again, where it may go, and how its secrets are kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "webhook/address_guard.h"
#include "webhook/delivery_record.h"
#include "webhook/event.h"
#include "webhook/seal.h"

namespace cxctl {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow{1795209313000000};

std::vector<std::string> IdsOf(const std::vector<AgentWrite>& writes) {
  std::vector<std::string> ids;
  for (const AgentWrite& write : writes) ids.push_back(write.record.collection + " " + write.record.id);
  return ids;
}

TEST(WritesOf, AreTheEventAndADeliveryForEachSinkThatWantsIt) {
  const Event event{"01JX", "pacing.adjusted", kNow, R"({"rate":12})"};
  const std::vector<SinkSettings> sinks = {{"a", "https://a", {"pacing.adjusted", "plan.applied"}, "s", false},
                                           {"b", "https://b", {"plan.applied"}, "", false},
                                           {"c", "https://c", {"pacing.adjusted"}, "", false}};
  const auto writes = WritesOf(event, sinks, nullptr);
  EXPECT_THAT(IdsOf(writes), testing::ElementsAre("event 01JX", "delivery 01JX/a", "delivery 01JX/c"));
  EXPECT_EQ(writes[0].record.state, "pacing.adjusted");
  EXPECT_EQ(writes[0].record.due, kNow + hours(7 * 24));
  EXPECT_EQ(writes[0].record.body,
            R"({"type":"pacing.adjusted","timestamp":"2026-11-20T21:15:13.000Z","data":{"rate":12}})");
  EXPECT_EQ(writes[1].record.state, "pending/a");
  EXPECT_EQ(writes[1].record.due, kNow);
  EXPECT_EQ(ReadDelivery(writes[1].record)->body, writes[0].record.body);
  EXPECT_THAT(writes[1].record.body, Not(HasSubstr("https")));

  const std::vector<std::string> only = {"c", "b"};
  EXPECT_THAT(IdsOf(WritesOf(event, sinks, &only)), testing::ElementsAre("event 01JX", "delivery 01JX/c"));
  const std::vector<std::string> none;
  EXPECT_THAT(IdsOf(WritesOf(event, sinks, &none)), testing::ElementsAre("event 01JX"));
}

TEST(DeliveryRecord, IsReadAsItWasWritten) {
  Delivery written{"wfo", "01JX", "plan.applied", R"({"a":"\"ü"})", kNow, 3, kNow - hours(1), 503, "it answered 503"};
  const AgentRecord record = DeadRecord(written, kNow);
  EXPECT_EQ(record.state, "dead/wfo");
  const auto read = ReadDelivery(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sink, "wfo");
  EXPECT_EQ(read->event, "01JX");
  EXPECT_EQ(read->type, "plan.applied");
  EXPECT_EQ(read->body, written.body);
  EXPECT_EQ(read->created, kNow);
  EXPECT_EQ(read->tries, 3);
  EXPECT_EQ(read->first_try, kNow - hours(1));
  EXPECT_EQ(read->last_status, 503);
  EXPECT_EQ(read->last_error, "it answered 503");
  EXPECT_EQ(SinkOfState(record.state), "wfo");
  EXPECT_EQ(SinkOfState("pending"), "");
  EXPECT_EQ(SinkOfState(""), "");
}

TEST(DeliveryRecord, ThatIsNoneIsSaid) {
  for (const char* body : {"", "{}", "[]", "x", R"({"sink":"a","event":"b"})", R"({"sink":1,"event":2,"body":3})"}) {
    const auto read = ReadDelivery({kDeliveryCollection, "b/a", "pending/a", kNow, body, 1});
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, ErrorCode::kIntegrity);
  }
}

TEST(NextTry, GrowsAndEndsAfterADay) {
  Instant now = kNow;
  Duration before{};
  int tries = 1;
  for (; now < kNow + hours(24); ++tries) {
    const auto next = NextTry(tries, kNow, now, 0.5, {});
    ASSERT_TRUE(next);
    const Duration pause = *next - now;
    EXPECT_LE(pause, hours(4));
    EXPECT_TRUE(pause >= before || *next == kNow + hours(24));
    before = pause;
    now = *next;
  }
  EXPECT_EQ(now, kNow + hours(24));
  EXPECT_EQ(tries, 14);
  EXPECT_FALSE(NextTry(tries, kNow, now, 0.5, {}));
  EXPECT_FALSE(NextTry(1, kNow, kNow + hours(48), 0, minutes(1)));
}

TEST(NextTry, IsSpreadAndWaitsAsAsked) {
  EXPECT_EQ(NextTry(1, kNow, kNow, 0, {}), kNow + std::chrono::milliseconds(3750));
  EXPECT_LT(*NextTry(1, kNow, kNow, 0.999, {}), kNow + std::chrono::milliseconds(6250));
  EXPECT_EQ(NextTry(1, kNow, kNow, 0, minutes(10)), kNow + minutes(10));
  EXPECT_EQ(NextTry(1, kNow, kNow, 0, hours(240)), kNow + hours(24));
}

TEST(AddressGuard, LetsPublicAddressesAlone) {
  const SinkSettings sink{"a", "https://a.example.com/x", {}, "", false};
  EXPECT_EQ(RefusalOfAddress("8.8.8.8", sink, false), "");
  EXPECT_EQ(RefusalOfAddress("2606:4700::1111", sink, false), "");
  for (const char* address : {"10.0.0.1", "127.0.0.1", "::1", "169.254.169.254", "fd00::1", "100.64.0.1", "224.0.0.1",
                              "0.0.0.0", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"})
    EXPECT_THAT(RefusalOfAddress(address, sink, false), HasSubstr("say allowPrivate: true")) << address;
  EXPECT_THAT(RefusalOfAddress("", sink, false), HasSubstr("no IP address"));
}

TEST(AddressGuard, LetsPrivateOnesBeWhereTheyAreAllowed) {
  const SinkSettings sink{"a", "https://a.example.com/x", {}, "", true};
  for (const char* address : {"10.0.0.1", "127.0.0.1", "::1", "169.254.169.254", "fd00::1"})
    EXPECT_EQ(RefusalOfAddress(address, sink, false), "") << address;
}

TEST(AddressGuard, LetsLoopbackBeBesideATenantOnLoopback) {
  const SinkSettings sink{"a", "http://localhost:9000/x", {}, "", false};
  EXPECT_EQ(RefusalOfAddress("127.0.0.1", sink, true), "");
  EXPECT_NE(RefusalOfAddress("127.0.0.1", sink, false), "");
  EXPECT_NE(RefusalOfAddress("10.0.0.1", sink, true), "");
}

TEST(AddressGuard, KeepsPlainHttpOnLoopback) {
  const SinkSettings sink{"a", "http://a.example.com/x", {}, "", true};
  EXPECT_EQ(RefusalOfAddress("127.0.0.1", sink, false), "");
  EXPECT_THAT(RefusalOfAddress("10.0.0.1", sink, false), HasSubstr("https://"));
  EXPECT_THAT(RefusalOfAddress("8.8.8.8", sink, true), HasSubstr("https://"));
}

TEST(AddressGuard, ReadsUrls) {
  EXPECT_EQ(RefusalOfUrl("https://a.example.com/x?y=@"), "");
  EXPECT_EQ(RefusalOfUrl("HTTP://127.0.0.1"), "");
  for (const char* url : {"https://user:pass@a.example.com/", "https://user@a.example.com", "ftp://a", "//a", "a", ""})
    EXPECT_NE(RefusalOfUrl(url), "") << url;
}

TEST(SecretSealer, OpensWhatItSealed) {
  const SecretSealer sealer("client-secret");
  for (const std::string& secret : {std::string("canary"), std::string(), std::string(10'000, 'x')}) {
    const std::string sealed = sealer.Seal(secret, "prod-us/Sink/wfo");
    EXPECT_TRUE(sealed.starts_with("sealed:v1:"));
    EXPECT_EQ(sealed, sealer.Seal(secret, "prod-us/Sink/wfo"));
    EXPECT_EQ(sealer.Open(sealed, "prod-us/Sink/wfo").value(), secret);
  }
  EXPECT_THAT(sealer.Seal("canary", "a"), Not(HasSubstr("canary")));
}

TEST(SecretSealer, OpensNothingElse) {
  const SecretSealer sealer("client-secret");
  const std::string sealed = sealer.Seal("canary", "prod-us/Sink/wfo");
  EXPECT_FALSE(sealer.Open(sealed, "prod-us/Sink/other"));
  EXPECT_FALSE(SecretSealer("another").Open(sealed, "prod-us/Sink/wfo"));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sealer.Open(changed, "prod-us/Sink/wfo")) << at;
    EXPECT_FALSE(sealer.Open(sealed.substr(0, at), "prod-us/Sink/wfo")) << at;
  }
  const auto wrong = sealer.Open("canary", "prod-us/Sink/wfo");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kIntegrity);
  EXPECT_THAT(wrong.error().message, testing::AllOf(HasSubstr("apply again"), Not(HasSubstr("canary"))));
}

TEST(SecretSealer, TellsSecretsApartWithoutShowingThem) {
  const SecretSealer sealer("client-secret");
  const std::string print = sealer.Fingerprint("canary", "prod-us/Sink/wfo");
  EXPECT_EQ(print, sealer.Fingerprint("canary", "prod-us/Sink/wfo"));
  EXPECT_NE(print, sealer.Fingerprint("canary2", "prod-us/Sink/wfo"));
  EXPECT_NE(print, sealer.Fingerprint("canary", "prod-us/Sink/other"));
  EXPECT_NE(print, SecretSealer("another").Fingerprint("canary", "prod-us/Sink/wfo"));
  EXPECT_NE(sealer.Fingerprint("bc", "a"), sealer.Fingerprint("c", "ab"));
}

}  // namespace
}  // namespace cxctl
