#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "sockets.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Answers with a scripted reply and remembers what it was asked.
class RecordingHandler : public HttpHandler {
 public:
  RecordingHandler() {
    reply.response.status = 200;
    reply.response.body = "ok";
  }
  ServerReply Handle(const HttpRequest& request) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    ServerReply answer = reply;
    std::exchange(entered, std::promise<void>()).set_value();
    return answer;
  }
  std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  /// Changes the reply to the requests that come from now on.
  template <typename Change>
  void Script(Change change) {
    const std::lock_guard lock(mutex_);
    change(reply);
  }

  ServerReply reply;           ///< Set before the server runs, later by Script.
  std::promise<void> entered;  ///< Fulfilled by the next request; take its future before.

 private:
  std::mutex mutex_;
  std::vector<HttpRequest> requests_;
};

class HttpServerTest : public ::testing::Test {
 protected:
  ~HttpServerTest() override { Stop(); }

  void Start(const ServerLimits& limits = {}) {
    Result<std::unique_ptr<HttpServer>> server = ListenHttp("127.0.0.1", 0, handler_, limits);
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
    thread_ = std::thread([this] { server_->Run(); });
  }
  void Stop() {
    if (!thread_.joinable()) return;
    server_->Stop();
    thread_.join();
  }
  RawSocket Connect() { return RawSocket::Connect(server_->port()); }
  /// Sends the bytes and returns everything that comes until the server closes.
  std::string Exchange(std::string_view bytes) {
    RawSocket socket = Connect();
    socket.Send(bytes);
    return socket.ReadAll();
  }

  RecordingHandler handler_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

constexpr std::string_view kGet = "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetAndClose = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(HttpServerTest, HandsTheRequestOver) {
  Start();
  Exchange(
      "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-One: 2\r\nContent-Length: 4\r\nConnection: "
      "close\r\n\r\nbody");
  ASSERT_EQ(handler_.requests().size(), 1u);
  const HttpRequest request = handler_.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "/a/b?c=d");
  EXPECT_EQ(request.body, "body");
  EXPECT_EQ(*request.header("host"), "h");
  ASSERT_EQ(request.headers.size(), 5u);
  EXPECT_EQ(request.headers[1].name, "X-One");
  EXPECT_EQ(request.headers[2].value, "2");
}

TEST_F(HttpServerTest, AnswersWithTheHandlersHeadersAndItsOwn) {
  handler_.reply.response.status = 201;
  handler_.reply.response.headers = {{"X-b", "2"}, {"ETag", "\"1\""}, {"X-b", "1"}, {"Content-Length", "99"}};
  Start();
  EXPECT_THAT(
      Exchange(kGetAndClose),
      ContainsRegex("^HTTP/1\\.1 201 Created\r\nX-b: 2\r\nETag: \"1\"\r\nX-b: 1\r\nDate: [A-Z][a-z][a-z], [0-9][0-9] "
                    "[A-Z][a-z][a-z] [0-9][0-9][0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT\r\n"
                    "Content-Length: 2\r\nConnection: close\r\n\r\nok$"));
}

TEST_F(HttpServerTest, KeepsTheHandlersDate) {
  handler_.reply.response.headers = {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  Start();
  EXPECT_EQ(
      Exchange(kGetAndClose),
      "HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

TEST_F(HttpServerTest, ServesManyRequestsOfOneConnection) {
  Start();
  RawSocket socket = Connect();
  for (int i = 0; i < 20; ++i) {
    socket.Send(kGet);
    EXPECT_THAT(socket.ReadMessage(),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Connection: keep-alive\r\n"), EndsWith("ok")));
  }
  EXPECT_EQ(handler_.requests().size(), 20u);
}

TEST_F(HttpServerTest, ServesRequestsThatAreSentWithoutWaiting) {
  Start();
  RawSocket socket = Connect();
  socket.Send(std::string(kGet) + "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
              std::string(kGetAndClose));
  const std::string answers = socket.ReadAll();
  ASSERT_EQ(handler_.requests().size(), 3u);
  EXPECT_EQ(handler_.requests()[1].body, "abc");
  EXPECT_THAT(answers, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("Connection: close\r\n\r\nok")));
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  Start();
  RawSocket socket = Connect();
  socket.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.ReadMessage(false), HasSubstr("Content-Length: 2\r\n"));
  socket.Send(kGetAndClose);
  EXPECT_THAT(socket.ReadAll(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, Answers204WithoutBodyAndLength) {
  handler_.reply.response.status = 204;
  Start();
  EXPECT_THAT(Exchange(kGetAndClose), AllOf(Not(HasSubstr("Content-Length")), EndsWith("\r\n\r\n")));
}

TEST_F(HttpServerTest, TakesChunkedBodiesAndDropsTheirTrailers) {
  Start();
  Exchange(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
  ASSERT_EQ(handler_.requests().size(), 1u);
  EXPECT_EQ(handler_.requests()[0].body, "abcde");
  EXPECT_EQ(handler_.requests()[0].header("Authorization"), nullptr);
}

TEST_F(HttpServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  Start();
  RawSocket socket = Connect();
  socket.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(socket.ReadMessage(), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.Send("body");
  EXPECT_THAT(socket.ReadAll(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(handler_.requests().at(0).body, "body");
}

TEST_F(HttpServerTest, ClosesAfterHttp10) {
  Start();
  EXPECT_THAT(Exchange("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n"),
              HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(handler_.requests().size(), 1u);
}

struct RefusedCase {
  const char* name;
  std::string bytes;
  const char* status = "400 Bad Request";
  const char* code = "BAD_REQUEST";
};

void PrintTo(const RefusedCase& tested, std::ostream* out) {
  *out << tested.name;
}

std::string Post(const std::string& headers, const std::string& body = "hello") {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

class RefusedRequestTest : public HttpServerTest, public ::testing::WithParamInterface<RefusedCase> {};

TEST_P(RefusedRequestTest, NeverReachesTheHandlerAndClosesTheConnection) {
  Start();
  // The request behind it is what a smuggler is after: it must not be answered.
  const std::string answer = Exchange(GetParam().bytes + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string code = GetParam().code;
  EXPECT_THAT(answer, AllOf(StartsWith(std::string("HTTP/1.1 ") + GetParam().status + "\r\n"),
                            HasSubstr("Content-Type: application/json\r\n"), HasSubstr("Connection: close\r\n"),
                            HasSubstr("{\"error\":\"" + code + "\",\"code\":\"" + code + "\",\"message\":\""),
                            EndsWith("\"}")));
  EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos);
  EXPECT_THAT(handler_.requests(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Smuggling, RefusedRequestTest,
    ::testing::Values(
        RefusedCase{"ContentLengths5And0", Post("Content-Length: 5\r\nContent-Length: 0\r\n")},
        RefusedCase{"TheSameContentLengthTwice", Post("Content-Length: 5\r\nContent-Length: 5\r\n")},
        RefusedCase{"ContentLengthList", Post("Content-Length: 5, 5\r\n")},
        RefusedCase{"ContentLengthAndChunked",
                    Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        RefusedCase{"ChunkedAndContentLength",
                    Post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        RefusedCase{"XchunkedAndContentLength", Post("Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n")},
        RefusedCase{"Gzip", Post("Transfer-Encoding: gzip\r\n", "")},
        RefusedCase{"GzipAndChunked", Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        RefusedCase{"ChunkedTwice", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        RefusedCase{"Identity", Post("Transfer-Encoding: identity\r\n", "")},
        RefusedCase{"ChunkedInHttp10",
                    "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
        RefusedCase{"ContentLengthWithLetters", Post("Content-Length: 5abc\r\n")},
        RefusedCase{"ContentLengthWithSign", Post("Content-Length: +5\r\n")},
        RefusedCase{"ContentLengthNegative", Post("Content-Length: -5\r\n")},
        RefusedCase{"ContentLengthHex", Post("Content-Length: 0x5\r\n")},
        RefusedCase{"ContentLengthEmpty", Post("Content-Length: \r\n")},
        RefusedCase{"ContentLengthOverflow", Post("Content-Length: 99999999999999999999999\r\n")},
        RefusedCase{"BlankBeforeColon", Post("Content-Length : 5\r\n")},
        RefusedCase{"BareLineFeeds", "POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello\r\n\r\n"},
        RefusedCase{"NulInHeader", Post(std::string("X: a\0b\r\n", 8) + "Content-Length: 5\r\n")},
        RefusedCase{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        RefusedCase{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        RefusedCase{"BadChunkSize", Post("Transfer-Encoding: chunked\r\n", "-2\r\nab\r\n0\r\n\r\n")},
        RefusedCase{"ChunkSizeOverflow",
                    Post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nab\r\n0\r\n\r\n")},
        RefusedCase{"ChunkLongerThanSaid", Post("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n")}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Malformed, RefusedRequestTest,
    ::testing::Values(RefusedCase{"NotHttp", "hello there\r\n\r\n"},
                      RefusedCase{"TlsHello", std::string("\x16\x03\x01\x00\x05hello\r\n\r\n", 14)},
                      RefusedCase{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
                      RefusedCase{"Version", "GET / HTTP/3.0\r\nHost: h\r\n\r\n"},
                      RefusedCase{"NoVersion", "GET /\r\nHost: h\r\n\r\n"},
                      RefusedCase{"NoColon", "GET / HTTP/1.1\r\nHost: h\r\nnothing\r\n\r\n"},
                      RefusedCase{"NonAsciiTarget", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n"},
                      RefusedCase{"ControlInTarget", "GET /a\x01 HTTP/1.1\r\nHost: h\r\n\r\n"},
                      RefusedCase{"AbsoluteTarget", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"},
                      RefusedCase{"AsteriskTarget", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
                      RefusedCase{"ConnectTarget", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"},
                      RefusedCase{"UnknownExpectation", Post("Expect: 200-ok\r\nContent-Length: 5\r\n"),
                                  "417 Expectation Failed", "EXPECTATION_FAILED"}),
    [](const auto& tested) { return std::string(tested.param.name); });

std::string Chunks(std::size_t count, std::size_t size) {
  std::string chunks;
  char length[32];
  std::snprintf(length, sizeof(length), "%zx\r\n", size);
  for (std::size_t i = 0; i < count; ++i) chunks += length + std::string(size, 'x') + "\r\n";
  return chunks + "0\r\n\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedRequestTest,
    ::testing::Values(RefusedCase{"HeaderLine",
                                  "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(9000, 'x') + "\r\n\r\n",
                                  "431 Request Header Fields Too Large", "HEADERS_TOO_LARGE"},
                      RefusedCase{"HeaderLineWithoutEnd",
                                  "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1u << 20, 'x'),
                                  "431 Request Header Fields Too Large", "HEADERS_TOO_LARGE"},
                      RefusedCase{"Target", "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n",
                                  "431 Request Header Fields Too Large", "HEADERS_TOO_LARGE"},
                      RefusedCase{"Body", Post("Content-Length: 65537\r\n", std::string(65537, 'x')),
                                  "413 Payload Too Large", "PAYLOAD_TOO_LARGE"},
                      RefusedCase{"BodyOfMegabytes", Post("Content-Length: 3000000\r\n", std::string(3000000, 'x')),
                                  "413 Payload Too Large", "PAYLOAD_TOO_LARGE"},
                      RefusedCase{"ChunkedBody", Post("Transfer-Encoding: chunked\r\n", Chunks(9, 8000)),
                                  "413 Payload Too Large", "PAYLOAD_TOO_LARGE"},
                      RefusedCase{"OneHugeChunk", Post("Transfer-Encoding: chunked\r\n", Chunks(1, 1u << 20)),
                                  "413 Payload Too Large", "PAYLOAD_TOO_LARGE"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(HttpServerTest, TakesABodyOfExactlyTheLimit) {
  Start();
  EXPECT_THAT(Exchange(Post("Content-Length: 65536\r\nConnection: close\r\n", std::string(65536, 'x'))),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(handler_.requests().at(0).body.size(), 65536u);
}

TEST_F(HttpServerTest, SaysNothingToAClientThatStopsHalfWay) {
  Start();
  for (std::string_view bytes :
       {"", "GET", "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"}) {
    RawSocket socket = Connect();
    socket.Send(bytes);
    socket.FinishSending();
    EXPECT_EQ(socket.ReadAll(), "") << bytes;
  }
  EXPECT_THAT(handler_.requests(), IsEmpty());
}

TEST_F(HttpServerTest, ClosesOnAClientThatDoesNotFinishItsRequest) {
  ServerLimits limits;
  limits.receive_timeout = milliseconds(30);
  Start(limits);
  for (std::string_view bytes :
       {"", "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"}) {
    EXPECT_EQ(Exchange(bytes), "") << bytes;
  }
  EXPECT_THAT(handler_.requests(), IsEmpty());
}

TEST_F(HttpServerTest, TheTimeForARequestIsNotProlongedByDripping) {
  ServerLimits limits;
  limits.receive_timeout = milliseconds(30);
  Start(limits);
  RawSocket socket = Connect();
  socket.Send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
  // Far fewer bytes than the header limit; ends because the server closes, whatever the pace of this loop.
  while (socket.Send("x")) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(socket.ReadAll(), "");  // Not a 431.
  EXPECT_THAT(handler_.requests(), IsEmpty());
}

TEST_F(HttpServerTest, ClosesAConnectionThatIsIdle) {
  ServerLimits limits;
  limits.idle_timeout = milliseconds(30);
  Start(limits);
  EXPECT_THAT(Exchange(kGet), AllOf(HasSubstr("Connection: keep-alive"), EndsWith("ok")));
}

TEST_F(HttpServerTest, DropsTheConnectionWithoutAByte) {
  handler_.reply.drop = true;
  Start();
  EXPECT_EQ(Exchange(kGet), "");
  EXPECT_EQ(handler_.requests().size(), 1u);
}

TEST_F(HttpServerTest, DropsTheConnectionByAReset) {
  handler_.reply.drop = true;
  for (const bool reset : {false, true}) {
    handler_.Script([&](ServerReply& reply) { reply.reset = reset; });
    if (!server_) Start();
    RawSocket socket = Connect();
    socket.Send(kGet);
    EXPECT_EQ(socket.EndsByReset(), reset);
  }
}

TEST_F(HttpServerTest, CutsTheHead) {
  Start();
  const std::string whole = Exchange(kGetAndClose);
  const std::size_t head = whole.find("\r\n\r\n") + 4;
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{20}, head - 2, head, SIZE_MAX - 1}) {
    handler_.Script([&](ServerReply& reply) { reply.cut_head_at = length; });
    const std::string cut = Exchange(kGet);
    EXPECT_EQ(cut.size(), std::min(length, head - 2)) << cut;
    EXPECT_THAT(cut, Not(HasSubstr("\r\n\r\n")));
  }
}

TEST_F(HttpServerTest, TruncatesTheBodyUnderTheFullLength) {
  handler_.reply.response.body = "0123456789";
  for (std::size_t length : {0u, 1u, 9u}) {
    handler_.Script([&](ServerReply& reply) { reply.truncate_at = length; });
    if (!server_) Start();
    EXPECT_THAT(Exchange(kGet), AllOf(HasSubstr("Content-Length: 10\r\n"),
                                      EndsWith("\r\n\r\n" + std::string("0123456789").substr(0, length))));
  }
}

TEST_F(HttpServerTest, ATruncationBehindTheEndChangesNothing) {
  handler_.reply.truncate_at = 2;
  Start();
  RawSocket socket = Connect();
  for (int i = 0; i < 2; ++i) {
    socket.Send(kGet);
    EXPECT_THAT(socket.ReadMessage(), EndsWith("ok"));
  }
}

TEST_F(HttpServerTest, DelaysAnAnswerWithoutHoldingUpOthers) {
  handler_.reply.delay = std::chrono::hours(1);
  Start();
  std::future<void> entered = handler_.entered.get_future();
  RawSocket slow = Connect();
  slow.Send(kGetAndClose);
  entered.wait();
  handler_.reply.delay = milliseconds(1);
  EXPECT_THAT(Exchange(kGetAndClose), EndsWith("ok"));
  Stop();  // The answer that is under way is finished, without the rest of its delay.
  EXPECT_THAT(slow.ReadAll(), EndsWith("ok"));
}

TEST_F(HttpServerTest, AnAnswerThatCannotBeWrittenIsAnInternalError) {
  const HttpHeader kBad[] = {{"X", "a\r\nSet-Cookie: b"}, {"X", "a\nb"}, {"X:", "a"}, {"", "a"}, {"a b", "c"}};
  for (const HttpHeader& header : kBad) {
    handler_.reply.response.headers = {header};
    if (!server_) Start();
    EXPECT_THAT(Exchange(kGetAndClose), AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("Set-Cookie"))));
  }
  handler_.reply.response.headers.clear();
  handler_.reply.response.status = 0;
  EXPECT_THAT(Exchange(kGetAndClose), StartsWith("HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, ConnectionsOverTheLimitWaitForTheirTurn) {
  ServerLimits limits;
  limits.max_connections = 1;
  Start(limits);
  RawSocket first = Connect();
  first.Send(kGet);
  EXPECT_THAT(first.ReadMessage(), EndsWith("ok"));
  RawSocket second = Connect();
  second.Send(kGetAndClose);
  first.Send(kGet);
  EXPECT_THAT(first.ReadMessage(), EndsWith("ok"));
  EXPECT_EQ(handler_.requests().size(), 2u);  // Both of the first one.
  first.Close();
  EXPECT_THAT(second.ReadAll(), EndsWith("ok"));
}

TEST_F(HttpServerTest, StopClosesIdleConnections) {
  Start();
  RawSocket socket = Connect();
  socket.Send(kGet);
  EXPECT_THAT(socket.ReadMessage(), EndsWith("ok"));
  Stop();
  EXPECT_EQ(socket.ReadAll(), "");
}

TEST_F(HttpServerTest, MayBeStoppedBeforeItRunsAndTwice) {
  Result<std::unique_ptr<HttpServer>> server = ListenHttp("127.0.0.1", 0, handler_, {});
  ASSERT_TRUE(server.has_value());
  (*server)->Stop();
  (*server)->Stop();
  (*server)->Run();
  EXPECT_THAT(handler_.requests(), IsEmpty());
}

TEST_F(HttpServerTest, MayBeDestroyedWithoutHavingRun) {
  Result<std::unique_ptr<HttpServer>> server = ListenHttp("localhost", 0, handler_, {});
  ASSERT_TRUE(server.has_value());
  EXPECT_NE((*server)->port(), 0);
}

TEST_F(HttpServerTest, NamesTheAddressThatIsNotToBeHad) {
  const ClosedPort taken;
  const Result<std::unique_ptr<HttpServer>> server = ListenHttp("127.0.0.1", taken.port(), handler_, {});
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().code, ErrorCode::kIo);
  EXPECT_THAT(server.error().message,
              AllOf(HasSubstr("127.0.0.1 port " + std::to_string(taken.port())), HasSubstr("Address already in use")));
}

}  // namespace
}  // namespace cxctl
