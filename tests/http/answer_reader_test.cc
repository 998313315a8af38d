#include "http/answer_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cxctl {
namespace {

using ::testing::HasSubstr;

/// Feeds a head line by line, as libcurl does, then the body.
std::expected<HttpResponse, std::string> Read(std::string_view head, std::string_view body = "", bool is_head = false,
                                              std::size_t limit = 100) {
  AnswerReader reader(is_head, limit);
  while (!head.empty()) {
    const std::size_t length = std::min(head.find('\n'), head.size() - 1) + 1;
    if (!reader.OnHeaderLine(head.substr(0, length))) return std::unexpected(reader.problem());
    head.remove_prefix(length);
  }
  if (!body.empty() && !reader.OnBody(body)) return std::unexpected(reader.problem());
  return reader.Finish();
}

struct GoodCase {
  const char* head;
  const char* body = "";
  bool is_head = false;
  int status = 200;
};

void PrintTo(const GoodCase& tested, std::ostream* out) {
  *out << ::testing::PrintToString(tested.head);
}

class GoodAnswerTest : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodAnswerTest, IsTaken) {
  const auto response = Read(GetParam().head, GetParam().body, GetParam().is_head);
  ASSERT_TRUE(response.has_value()) << response.error();
  EXPECT_EQ(response->status, GetParam().status);
  EXPECT_EQ(response->body, GetParam().body);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, GoodAnswerTest,
    ::testing::Values(GoodCase{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"},
                      GoodCase{"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"},
                      GoodCase{"HTTP/1.1 200\r\ncontent-length:2\r\n\r\n", "ok"},
                      GoodCase{"HTTP/1.0 200 OK\r\n\r\n", "ok"},
                      GoodCase{"HTTP/1.1 200 OK\nContent-Length: 2\n\n", "ok"},
                      GoodCase{"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", "ok"},
                      GoodCase{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
                      GoodCase{"HTTP/1.1 204 No Content\r\n\r\n", "", false, 204},
                      GoodCase{"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "", false, 304},
                      GoodCase{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "", true},
                      GoodCase{"HTTP/1.1 200 OK\r\n\r\n", "", true},
                      GoodCase{"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n", "", false, 301},
                      GoodCase{"HTTP/1.1 503 Sorry\r\n\r\n", "<html>", false, 503},
                      GoodCase{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n", "ok",
                               false, 201}));

struct BadCase {
  const char* head;
  const char* problem;
  const char* body = "";
};

void PrintTo(const BadCase& tested, std::ostream* out) {
  *out << ::testing::PrintToString(tested.head);
}

class BadAnswerTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadAnswerTest, IsRefused) {
  const auto response = Read(GetParam().head, GetParam().body);
  ASSERT_FALSE(response.has_value());
  EXPECT_THAT(response.error(), HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadAnswerTest,
    ::testing::Values(
        BadCase{"", "inside its headers"}, BadCase{"HTTP/1.1 200 OK\r\n", "inside its headers"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Le", "inside its headers"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "inside its headers"},
        BadCase{"HTTP/1.1 100 Continue\r\n\r\n", "inside its headers"}, BadCase{"<html>\r\n", "status line"},
        BadCase{"HTTP/2 200\r\n\r\n", "status line"}, BadCase{"HTTP/1.1 20 OK\r\n\r\n", "status line"},
        BadCase{"HTTP/1.1 2000 OK\r\n\r\n", "status line"}, BadCase{"HTTP/1.1 099 ?\r\n\r\n", "status is 99"},
        BadCase{"HTTP/1.1 101 Switching\r\n\r\n", "101"}, BadCase{"HTTP/1.1 600 ?\r\n\r\n", "600"},
        BadCase{"HTTP/1.1 200 OK\r\n\r\n", "says nothing about its length"},
        BadCase{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "says nothing about its length", "cut?"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", "two Content-Length", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 1\r\n\r\n", "two Content-Length", "ok"},
        BadCase{"HTTP/1.1 404 ?\r\nContent-Length: 2\r\ncontent-length: 1\r\n\r\n", "two Content-Length", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n", "not a number", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n", "not a number", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n", "not a number"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "not a number"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "not a number"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "beside", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "beside", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "not chunked", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "two Transfer"},
        BadCase{"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed header"},
        BadCase{"HTTP/1.1 200 OK\r\n: x\r\n\r\n", "malformed header"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n", "malformed header", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "begins with a blank"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "shorter than its Content-Length", "ok"},
        BadCase{"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", "larger than 100 bytes"}));

TEST(AnswerReaderTest, KeepsNamesAndTrimsValues) {
  const auto response = Read("HTTP/1.1 204 x\r\nX-One: \t a b \t\r\nx-two:\r\nX-Folded: a\r\n\t b\r\n\r\n");
  ASSERT_TRUE(response.has_value());
  ASSERT_EQ(response->headers.size(), 3u);
  EXPECT_EQ(response->headers[0].name, "X-One");
  EXPECT_EQ(response->headers[0].value, "a b");
  EXPECT_EQ(response->headers[1].value, "");
  EXPECT_EQ(*response->header("x-folded"), "a b");
}

TEST(AnswerReaderTest, ForgetsTheHeadersOfInterimAnswers) {
  const auto response = Read("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 x\r\n\r\n");
  ASSERT_TRUE(response.has_value()) << response.error();
  EXPECT_TRUE(response->headers.empty());
}

TEST(AnswerReaderTest, TrailersDoNotBecomeHeaders) {
  AnswerReader reader(false, 100);
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "\r\n"}) {
    ASSERT_TRUE(reader.OnHeaderLine(line));
  }
  EXPECT_TRUE(reader.OnBody("ok"));
  EXPECT_TRUE(reader.OnHeaderLine("Content-Length: 9\r\n"));
  const auto response = reader.Finish();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->header("Content-Length"), nullptr);
}

TEST(AnswerReaderTest, CountsTheBytesOfABodyWithoutALength) {
  AnswerReader reader(false, 10);
  for (const char* line : {"HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "\r\n"}) reader.OnHeaderLine(line);
  EXPECT_TRUE(reader.OnBody("123456"));
  EXPECT_TRUE(reader.OnBody("7890"));
  EXPECT_FALSE(reader.OnBody("x"));
  EXPECT_EQ(reader.problem(), "the answer is larger than 10 bytes");
  EXPECT_FALSE(reader.Finish().has_value());
}

TEST(AnswerReaderTest, CountsTheBytesOfAllHeads) {
  AnswerReader reader(false, 10);
  std::size_t lines = 0;
  bool took = true;
  while (took && lines < 1'000'000) {
    took = reader.OnHeaderLine(lines++ % 2 == 0 ? "HTTP/1.1 100 Continue\r\n" : "\r\n");
  }
  EXPECT_FALSE(took);
  EXPECT_THAT(reader.problem(), HasSubstr("headers are larger than"));
}

/// A cut at any byte of a head must not give an answer.
TEST(AnswerReaderTest, EveryCutOfAHeadIsRefused) {
  const std::string head = "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n";
  ASSERT_TRUE(Read(head).has_value());
  for (std::size_t cut = 0; cut + 1 < head.size(); ++cut) {
    EXPECT_FALSE(Read(std::string_view(head).substr(0, cut)).has_value()) << head.substr(0, cut);
  }
}

}  // namespace
}  // namespace cxctl
