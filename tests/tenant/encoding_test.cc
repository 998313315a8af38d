#include "tenant/encoding.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

TEST(FormEncode, AsFormsDo) {
  EXPECT_EQ(FormEncode(""), "");
  EXPECT_EQ(FormEncode("Az09-._*"), "Az09-._*");
  EXPECT_EQ(FormEncode("a b"), "a+b");
  EXPECT_EQ(FormEncode("a+b&c=d:e~%"), "a%2Bb%26c%3Dd%3Ae%7E%25");
  EXPECT_EQ(FormEncode("\xC3\xA9"), "%C3%A9");
}

TEST(Base64, VectorsOfRfc4648) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64("\xFF\xFE\xFD"), "//79");
}

TEST(IsPathSegment, NoDotSegments) {
  for (const char* good : {"a", "...", "a/b", "%2e", ".a"}) EXPECT_TRUE(IsPathSegment(good)) << good;
  for (const char* bad : {"", ".", ".."}) EXPECT_FALSE(IsPathSegment(bad)) << bad;
}

TEST(FilterTerm, EscapesCommaAndBackslash) {
  EXPECT_EQ(FilterTerm("code", "SALE"), "code=SALE");
  EXPECT_EQ(FilterTerm("category", R"(a,b\c=d)"), R"(category=a\,b\\c=d)");
}

TEST(NormalizeEtag, GivesTheFormOfTheHeader) {
  EXPECT_EQ(NormalizeEtag("\"v1\""), "\"v1\"");
  EXPECT_EQ(NormalizeEtag("v1"), "\"v1\"");
  EXPECT_EQ(NormalizeEtag("  \"v1\" "), "\"v1\"");
  EXPECT_EQ(NormalizeEtag("*"), "\"*\"");
  EXPECT_EQ(NormalizeEtag("\"a b\""), "");  // A space is no character of a tag.
  const std::string_view bad[] = {"", "\"\"", "W/\"v1\"", "a\"b", "\"", "a\r\nX-Evil: 1", "\"a\x7F\"", "\"a\"b\""};
  for (std::string_view text : bad) EXPECT_EQ(NormalizeEtag(text), "") << text;
}

}  // namespace
}  // namespace cxctl
