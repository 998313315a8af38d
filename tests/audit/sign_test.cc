#include "audit/sign.h"

#include <gmock/gmock.h>

#include "audit/audit.h"

namespace cxctl {
namespace {

using testing::HasSubstr;
using testing::Not;

class SignTest : public testing::Test {
 protected:
  static SigningKey Make() {
    auto key = MakeSigningKey();
    EXPECT_TRUE(key) << key.error().message;
    return *key;
  }
  const SigningKey key_ = Make();
  const ChainHead head_{41, std::string(64, 'a'), "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D",
                        ParseDateTime("2026-11-20T21:15:13.123Z")->instant};
  const std::string line_ = *SignHead(head_, key_.private_pem);
};

TEST_F(SignTest, WhatWasSignedVerifies) {
  const auto head = VerifySignedHead(line_, key_.public_pem);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->count, 41);
  EXPECT_EQ(head->hash, head_.hash);
  EXPECT_EQ(head->run, head_.run);
  EXPECT_EQ(head->time, head_.time);
}

TEST_F(SignTest, ALineIsOneLineOfCanonicalJson) {
  EXPECT_EQ(line_.find('\n'), std::string::npos);
  EXPECT_TRUE(line_.starts_with(R"({"count":41,"hash":"aaaa)")) << line_;
}

TEST_F(SignTest, EveryFlippedBitIsFound) {
  for (std::size_t bit = 0; bit < line_.size() * 8; ++bit) {
    std::string changed = line_;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const auto head = VerifySignedHead(changed, key_.public_pem);
    ASSERT_FALSE(head) << changed;
    EXPECT_EQ(head.error().code, ErrorCode::kIntegrity);
  }
}

TEST_F(SignTest, AnotherKeyIsNamedAsSuch) {
  const SigningKey other = Make();
  EXPECT_NE(other.public_pem, key_.public_pem);
  const auto head = VerifySignedHead(line_, other.public_pem);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().message, "it was signed with another key");
}

TEST_F(SignTest, WhatIsNoKeyIsRefusedWithoutShowingIt) {
  for (const std::string& text : {std::string(), std::string("canary"), key_.public_pem,
                                  "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n" + std::string()}) {
    const auto line = SignHead(head_, text);
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error().code, ErrorCode::kUsage);
    EXPECT_THAT(line.error().message, Not(HasSubstr("canary")));
  }
  EXPECT_FALSE(VerifySignedHead(line_, key_.private_pem));
  EXPECT_FALSE(VerifySignedHead(line_, ""));
}

TEST_F(SignTest, WhatIsNoSignedHeadIsRefused) {
  for (const char* line : {"", "{}", "[]", "null", "x", R"({"count":"41"})", R"({"count":41})"}) {
    const auto head = VerifySignedHead(line, key_.public_pem);
    ASSERT_FALSE(head) << line;
    EXPECT_EQ(head.error().code, ErrorCode::kIntegrity);
  }
}

}  // namespace
}  // namespace cxctl
