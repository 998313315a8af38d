#include "webhook/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "base/crypto.h"
#include "base/strings.h"

namespace cxctl {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The example of the specification's reference libraries.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* kBody = R"({"test": 2432232314})";
constexpr const char* kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr Instant kSent{1614265330000000};

std::vector<HttpHeader> Headers() {
  return {{kWebhookId, kId}, {kWebhookTimestamp, "1614265330"}, {kWebhookSignature, kSignature}};
}

/// Why they are refused, or "".
std::string Refusal(const std::vector<HttpHeader>& headers, std::string_view body = kBody,
                    std::string_view secret = kSecret, Instant now = kSent) {
  const auto verified = VerifyWebhook(headers, body, WebhookKeys(secret).value(), now);
  return verified ? "" : verified.error();
}

TEST(WebhookSignature, IsThatOfTheSpecification) {
  EXPECT_EQ(WebhookSignatureOf(kId, kSent, kBody, *WebhookKeys(kSecret)), kSignature);
  EXPECT_EQ(Refusal(Headers()), "");
  const auto verified = VerifyWebhook(Headers(), kBody, *WebhookKeys(kSecret), kSent);
  EXPECT_EQ(verified->id, kId);
  EXPECT_EQ(verified->timestamp, kSent);
}

TEST(WebhookSignature, TakesHeadersInAnyCase) {
  EXPECT_EQ(Refusal({{"Webhook-Id", kId}, {"WEBHOOK-TIMESTAMP", "1614265330"}, {"webhook-signature", kSignature}}), "");
}

// Python's hmac says the same of texts of all sizes, with secrets of both kinds.
TEST(WebhookSignature, AgreesWithAnIndependentImplementation) {
  const std::string bodies[] = {"", "{}", R"({"name":"Größe","emoji":"😀"})", std::string(70'000, 'x')};
  for (const std::string& body : bodies) {
    for (const char* secret : {kSecret, "plain-sécret"}) {
      const std::string command =
          "python3 -c 'import base64,hashlib,hmac,sys\n"
          "s,i,t,b=sys.argv[1],sys.argv[2],sys.argv[3],base64.b64decode(sys.stdin.read())\n"
          "k=base64.b64decode(s[6:]) if s.startswith(\"whsec_\") else s.encode()\n"
          "print(\"v1,\"+base64.b64encode(hmac.new(k,(i+\".\"+t+\".\").encode()+b,hashlib.sha256).digest()).decode(),"
          "end=\"\")' " +
          std::string(secret) + " " + kId + " 1614265330 <<'END'\n" + EncodeBase64(body) + "\nEND";
      std::FILE* python = ::popen(command.c_str(), "r");
      ASSERT_NE(python, nullptr);
      std::array<char, 256> buffer{};
      const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), python);
      ASSERT_EQ(::pclose(python), 0);
      EXPECT_EQ(WebhookSignatureOf(kId, kSent, body, *WebhookKeys(secret)), std::string(buffer.data(), size));
    }
  }
}

TEST(WebhookSecret, IsTextOrBase64) {
  EXPECT_THAT(*WebhookKeys("plain"), ElementsAre("plain"));
  EXPECT_THAT(*WebhookKeys("whsec_cGxhaW4="), ElementsAre("plain"));
  EXPECT_THAT(*WebhookKeys(" new  whsec_b2xk "), ElementsAre("new", "old"));
}

TEST(WebhookSecret, IsRefusedWithoutBeingShown) {
  for (const char* secret : {"", "   ", "whsec_", "whsec_canary!", "whsec_cGxhaW4", "ok whsec_canary!"}) {
    const auto keys = WebhookKeys(secret);
    ASSERT_FALSE(keys) << secret;
    EXPECT_EQ(keys.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(keys.error().message, Not(HasSubstr("canary")));
  }
}

TEST(WebhookSecret, ChangesWithoutALostDelivery) {
  const auto both = WebhookHeaders(kId, kSent, kBody, *WebhookKeys("new old"));
  EXPECT_EQ(Refusal(both, kBody, "old"), "");
  EXPECT_EQ(Refusal(both, kBody, "new"), "");
  const auto old = WebhookHeaders(kId, kSent, kBody, *WebhookKeys("old"));
  EXPECT_EQ(Refusal(old, kBody, "new old"), "");
  EXPECT_THAT(Refusal(old, kBody, "new"), HasSubstr("not one by a secret"));
}

TEST(VerifyWebhook, FindsEveryBitThatChanged) {
  const std::string body = kBody;
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    std::string changed = body;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(Refusal(Headers(), changed), "") << bit;
  }
  for (std::size_t header = 0; header < 3; ++header) {
    const std::string value = Headers()[header].value;
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
      auto headers = Headers();
      headers[header].value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << bit % 8));
      EXPECT_NE(Refusal(headers), "") << header << " " << bit;
    }
  }
}

TEST(VerifyWebhook, NeedsEachHeaderOnce) {
  for (std::size_t header = 0; header < 3; ++header) {
    auto without = Headers();
    const std::string name = without[header].name;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(header));
    EXPECT_EQ(Refusal(without), "the header " + name + " is missing");
    auto empty = Headers();
    empty[header].value = " ";
    EXPECT_EQ(Refusal(empty), "the header " + name + " is missing");
    auto twice = Headers();
    twice.push_back(twice[header]);
    EXPECT_EQ(Refusal(twice), "the header " + name + " stands there twice");
  }
}

TEST(VerifyWebhook, TakesFiveMinutesEitherWay) {
  EXPECT_EQ(Refusal(Headers(), kBody, kSecret, kSent + seconds(300)), "");
  EXPECT_EQ(Refusal(Headers(), kBody, kSecret, kSent - seconds(300)), "");
  EXPECT_THAT(Refusal(Headers(), kBody, kSecret, kSent + seconds(301)), HasSubstr("5 minutes off"));
  EXPECT_THAT(Refusal(Headers(), kBody, kSecret, kSent - seconds(301)), HasSubstr("5 minutes off"));
}

TEST(VerifyWebhook, RefusesTimestampsThatAreNone) {
  for (const char* timestamp : {"-1", "+1614265330", "1614265330.0", "0x60", "1614265330 ", "16142653300000000000000",
                                "9223372036854775807", "9223372036855", "now", "1614265330\x01"}) {
    auto headers = Headers();
    headers[1].value = timestamp;
    if (Trim(headers[1].value) == "1614265330") continue;
    EXPECT_NE(Refusal(headers), "") << timestamp;
  }
}

TEST(VerifyWebhook, LooksForItsOwnKindOfSignatureAlone) {
  const std::string digest = std::string(kSignature).substr(3);
  for (const std::string& signature :
       {"v1a," + digest, "v2," + digest, "V1," + digest, digest, "v1=" + digest, "sha256=" + digest, std::string("v1,"),
        std::string("none"), "v1," + digest.substr(0, 10), "v1," + digest + "="}) {
    auto headers = Headers();
    headers[2].value = signature;
    EXPECT_THAT(Refusal(headers), HasSubstr("not one by a secret")) << signature;
  }
  auto among_others = Headers();
  among_others[2].value = "v1a,Zm9v v1,Zm9v  " + std::string(kSignature) + " v2,x";
  EXPECT_EQ(Refusal(among_others), "");
}

TEST(VerifyWebhook, NeverTakesAnEmptyKey) {
  const auto headers = WebhookHeaders(kId, kSent, kBody, {""});
  EXPECT_FALSE(VerifyWebhook(headers, kBody, {""}, kSent));
  EXPECT_FALSE(VerifyWebhook(headers, kBody, {}, kSent));
}

TEST(VerifyWebhook, TakesPrintableIdsOfSomeLength) {
  for (const std::string& id : {std::string(257, 'x'), std::string("a b"), std::string("a\x1b[1m"), std::string("\xff"),
                                std::string("a\0b", 3), std::string("ü")}) {
    const auto headers = WebhookHeaders(id, kSent, kBody, {"k"});
    EXPECT_FALSE(VerifyWebhook(headers, kBody, {"k"}, kSent)) << id;
  }
  const auto longest = WebhookHeaders(std::string(256, '~'), kSent, kBody, {"k"});
  EXPECT_TRUE(VerifyWebhook(longest, kBody, {"k"}, kSent));
}

}  // namespace
}  // namespace cxctl
