#include "http/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "env/shared_library.h"
#include "http/server.h"
#include "sockets.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class StillClock : public Clock {
 public:
  Instant Now() override { return {}; }
  Duration Monotonic() override { return {}; }
};

std::unique_ptr<CurlTransport> MakeTransport() {
  CurlOptions options;
  options.max_body_bytes = 100'000;
  options.user_agent = "cxctl-test/1";
  return MakeCurlTransport(options).value();
}

HttpRequest Request(const std::string& method, const std::string& url, const std::string& body = "") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.body = body;
  return request;
}

class CurlTransportTest : public ::testing::Test {
 protected:
  CurlTransportTest() { transport_->Attach(loop_); }

  HttpOutcome Send(HttpRequest request) { return loop_.RunUntilDone(transport_->Send(std::move(request))); }

  StillClock clock_;
  std::unique_ptr<CurlTransport> transport_ = MakeTransport();
  Loop loop_{clock_, *transport_};
};

TEST_F(CurlTransportTest, WakingEndsTheWaitThatIsUnderWayOrTheNext) {
  transport_->Wake();
  transport_->Wait(std::chrono::hours(1));
  std::thread other([this] { transport_->Wake(); });
  transport_->Wait(std::chrono::hours(1));
  other.join();
}

const char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// ---- what is sent

TEST_F(CurlTransportTest, SendsTheRequestAndNothingOfItsOwn) {
  RawServer server({AnswerAndClose(kOk)});
  HttpRequest request = Request("POST", server.Url("/a%20b?c=d"), "{\"e\":1}");
  request.headers = {
      {"Content-Type", "application/json"}, {"Authorization", "Bearer t"}, {"X-Empty", ""}, {"User-Agent", "other"},
      {"Accept-Encoding", "gzip"},          {"Content-Length", "1"},       {"Expect", "x"}};
  ASSERT_TRUE(Send(std::move(request)).has_value());
  const std::string host = server.Url("").substr(7);
  EXPECT_EQ(server.Stop().at(0), "POST /a%20b?c=d HTTP/1.1\r\nHost: " + host +
                                     "\r\nUser-Agent: cxctl-test/1\r\nAccept: */*\r\n"
                                     "Content-Type: application/json\r\nAuthorization: Bearer t\r\nX-Empty:\r\n"
                                     "Content-Length: 7\r\n\r\n{\"e\":1}");
}

TEST_F(CurlTransportTest, ALargeBodyGoesWithoutAskingFirst) {
  RawServer server({AnswerAndClose(kOk)});
  ASSERT_TRUE(Send(Request("PUT", server.Url(), std::string(2u << 20, 'x'))).has_value());
  const std::string received = server.Stop().at(0);
  EXPECT_THAT(received.substr(0, 300), Not(HasSubstr("Expect")));
  EXPECT_GT(received.size(), 2u << 20);
}

struct MethodCase {
  const char* method;
  const char* body;
  const char* expected_length;  ///< Null: no Content-Length.
};

void PrintTo(const MethodCase& tested, std::ostream* out) {
  *out << tested.method << ' ' << tested.body;
}

class MethodTest : public CurlTransportTest, public ::testing::WithParamInterface<MethodCase> {};

/// The handles are used again, so each method comes after a POST and before a GET.
TEST_P(MethodTest, LeavesNothingBehind) {
  const char kKept[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  const auto answer_three = [&](RawServer::Peer& peer) {
    for (int i = 0; i < 3; ++i) {
      peer.ReadRequest();
      peer.Send(kKept);
    }
    peer.AwaitClose();
  };
  RawServer server({answer_three});
  EXPECT_TRUE(Send(Request("POST", server.Url("/1"), "first")).has_value());
  EXPECT_TRUE(Send(Request(GetParam().method, server.Url("/2"), GetParam().body)).has_value());
  EXPECT_TRUE(Send(Request("GET", server.Url("/3"))).has_value());
  const std::vector<std::string> requests = server.Stop();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(requests[1], StartsWith(std::string(GetParam().method) + " /2 HTTP/1.1\r\n"));
  EXPECT_THAT(requests[1], ::testing::EndsWith("\r\n\r\n" + std::string(GetParam().body)));
  if (GetParam().expected_length == nullptr) {
    EXPECT_THAT(requests[1], Not(HasSubstr("Content-Length")));
  } else {
    EXPECT_THAT(requests[1], HasSubstr("\r\nContent-Length: " + std::string(GetParam().expected_length) + "\r\n"));
  }
  EXPECT_THAT(requests[1], Not(HasSubstr("Content-Type")));
  EXPECT_THAT(requests[2], AllOf(StartsWith("GET /3 HTTP/1.1\r\n"), Not(HasSubstr("Content-Length"))));
}

INSTANTIATE_TEST_SUITE_P(Methods, MethodTest,
                         ::testing::Values(MethodCase{"GET", "", nullptr}, MethodCase{"HEAD", "", nullptr},
                                           MethodCase{"DELETE", "", nullptr}, MethodCase{"OPTIONS", "", nullptr},
                                           MethodCase{"POST", "", "0"}, MethodCase{"PUT", "", "0"},
                                           MethodCase{"PATCH", "", "0"}, MethodCase{"POST", "body", "4"},
                                           MethodCase{"PUT", "body", "4"}, MethodCase{"PATCH", "body", "4"},
                                           MethodCase{"DELETE", "body", "4"}, MethodCase{"GET", "body", "4"}),
                         [](const auto& tested) {
                           return std::string(tested.param.method) + (*tested.param.body == 0 ? "" : "WithBody");
                         });

TEST_F(CurlTransportTest, RefusesWhatWouldBecomeAnotherRequest) {
  RawServer server({});
  HttpRequest bad_value = Request("GET", server.Url());
  bad_value.headers = {{"X", "a\r\nY: b"}};
  HttpRequest bad_name = Request("GET", server.Url());
  bad_name.headers = {{"X: y\r\nZ", "a"}};
  HttpRequest empty_name = Request("GET", server.Url());
  empty_name.headers = {{"", "a"}};
  const HttpRequest kBad[] = {bad_value,
                              bad_name,
                              empty_name,
                              Request("GET / HTTP/1.1\r\nX: y\r\n\r\nGET", server.Url()),
                              Request("", server.Url()),
                              Request("GET", server.Url("/a b")),
                              Request("GET", server.Url("/a\r\nX: y")),
                              Request("GET", ""),
                              Request("GET", "file:///etc/hostname"),
                              Request("GET", server.Url("/", "ftp"))};
  for (const HttpRequest& request : kBad) {
    const HttpOutcome outcome = Send(request);
    ASSERT_FALSE(outcome.has_value()) << request.method << " " << request.url;
    EXPECT_FALSE(outcome.error().maybe_received);
  }
  EXPECT_THAT(server.Stop(), SizeIs(0));
}

// ---- against our own server

class EchoHandler : public HttpHandler {
 public:
  ServerReply Handle(const HttpRequest& request) override {
    ServerReply reply;
    reply.response.status = 200;
    reply.response.headers = {{"X-Method", request.method}};
    reply.response.body = request.url + " " + request.body;
    if (request.url == "/drop") reply.drop = true;
    if (request.url == "/cut") reply.truncate_at = 2;
    if (request.url == "/slow") reply.delay = std::chrono::hours(1);
    if (request.url == "/redirect") {
      reply.response.status = 302;
      reply.response.headers = {{"Location", "/elsewhere"}};
    }
    return reply;
  }
};

class CurlAgainstServerTest : public CurlTransportTest {
 protected:
  CurlAgainstServerTest() : server_(ListenHttp("127.0.0.1", 0, handler_, {}).value()) {
    thread_ = std::thread([this] { server_->Run(); });
  }
  ~CurlAgainstServerTest() override {
    server_->Stop();
    thread_.join();
  }
  std::string Url(const std::string& path) { return "http://127.0.0.1:" + std::to_string(server_->port()) + path; }

  EchoHandler handler_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(CurlAgainstServerTest, ExchangesRequests) {
  for (const char* method : {"GET", "POST", "PATCH", "DELETE", "PUT"}) {
    const HttpOutcome outcome = Send(Request(method, Url("/a?b"), "c"));
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    EXPECT_EQ(outcome->status, 200);
    EXPECT_EQ(outcome->body, "/a?b c");
    EXPECT_EQ(*outcome->header("x-method"), method);
  }
}

TEST_F(CurlAgainstServerTest, AnswersToHeadHaveNoBody) {
  const HttpOutcome outcome = Send(Request("HEAD", Url("/")));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->body, "");
  EXPECT_EQ(*outcome->header("Content-Length"), "2");
}

TEST_F(CurlAgainstServerTest, DoesNotFollowRedirects) {
  const HttpOutcome outcome = Send(Request("GET", Url("/redirect")));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->status, 302);
}

Task<void> SendInto(CurlTransport& transport, HttpRequest request, std::vector<HttpOutcome>& outcomes) {
  outcomes.push_back(co_await transport.Send(std::move(request)));
}

TEST_F(CurlAgainstServerTest, SendsSideBySide) {
  std::vector<HttpOutcome> outcomes;
  for (int i = 0; i < 50; ++i) {
    loop_.Spawn(SendInto(*transport_, Request("POST", Url("/" + std::to_string(i)), "x"), outcomes));
  }
  loop_.Run();
  ASSERT_THAT(outcomes, SizeIs(50));
  std::vector<std::string> bodies;
  for (const HttpOutcome& outcome : outcomes) {
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    bodies.push_back(outcome->body);
  }
  std::ranges::sort(bodies);
  EXPECT_EQ(std::ranges::unique(bodies).begin(), bodies.end());
}

TEST_F(CurlAgainstServerTest, AFaultySimulatedAnswerIsAnError) {
  for (const char* path : {"/drop", "/cut"}) {
    const HttpOutcome outcome = Send(Request("POST", Url(path), "x"));
    ASSERT_FALSE(outcome.has_value()) << path;
    EXPECT_TRUE(outcome.error().maybe_received) << path;
    EXPECT_FALSE(outcome.error().timeout) << path;
  }
}

TEST_F(CurlAgainstServerTest, GivesUpOnASlowAnswer) {
  HttpRequest request = Request("POST", Url("/slow"), "x");
  request.timeout = milliseconds(50);
  const HttpOutcome outcome = Send(std::move(request));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().timeout);
  EXPECT_TRUE(outcome.error().maybe_received);
  EXPECT_THAT(outcome.error().message, HasSubstr("no complete answer within 50 ms"));
}

// ---- against servers that misbehave

/// Found with libcurl 7.88: a reused connection that dies makes it send the request again, and report success.
class ReplayTest : public CurlTransportTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ReplayTest, ARequestOnADyingConnectionIsSentOnce) {
  const auto die_after_the_second = [](RawServer::Peer& peer) {
    peer.ReadRequest();
    peer.Send(kOk);
    peer.ReadRequest();  // Here it takes effect; the answer never comes.
  };
  const auto serve_on = [](RawServer::Peer& peer) {
    while (!peer.ReadRequest().empty()) peer.Send(kOk);
  };
  RawServer server({die_after_the_second, serve_on, serve_on});
  ASSERT_TRUE(Send(Request("GET", server.Url("/first"))).has_value());
  const HttpOutcome outcome = Send(Request(GetParam(), server.Url("/second?key=secret"), "secret"));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().maybe_received);
  EXPECT_FALSE(outcome.error().timeout);
  EXPECT_THAT(outcome.error().message, AllOf(StartsWith(std::string(GetParam()) + " " + server.Url("/second") + ": "),
                                             HasSubstr("not repeated"), Not(HasSubstr("secret"))));
  // The transport is as good as new.
  EXPECT_TRUE(Send(Request("GET", server.Url("/third"))).has_value());
  const std::vector<std::string> requests = server.Stop();
  EXPECT_EQ(std::ranges::count_if(requests, [](const std::string& r) { return r.find("/second") != r.npos; }), 1);
}

INSTANTIATE_TEST_SUITE_P(Methods, ReplayTest, ::testing::Values("POST", "PUT", "PATCH", "DELETE", "GET"));

TEST_F(CurlTransportTest, ConnectionsAreUsedAgain) {
  const auto serve_three = [](RawServer::Peer& peer) {
    for (int i = 0; i < 3; ++i) {
      peer.ReadRequest();
      peer.Send(kOk);
    }
  };
  RawServer server({serve_three, AnswerAndClose("HTTP/1.1 500 another connection\r\nContent-Length: 0\r\n\r\n")});
  for (int i = 0; i < 3; ++i) {
    const HttpOutcome outcome = Send(Request("POST", server.Url(), "x"));
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->status, 200);
  }
}

// ---- which addresses may be connected to

std::string NoLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" ? "its address " + std::string(address) + " is loopback" : "";
}

TEST_F(CurlTransportTest, AsksAboutTheAddressBeforeItConnects) {
  RawServer server({AnswerAndClose(kOk)});
  // A name, and every way to write the address: what counts is what it comes down to.
  const std::string port = server.Url("").substr(server.Url("").rfind(':'));
  for (const std::string host : {"localhost", "127.0.0.1", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]"}) {
    HttpRequest request = Request("POST", "http://" + host + port + "/x?secret=canary", "x");
    request.refuse_address = [](std::string_view address) {
      return NoLoopback(address.starts_with("::ffff:") ? address.substr(7) : address);
    };
    const HttpOutcome outcome = Send(std::move(request));
    ASSERT_FALSE(outcome.has_value()) << host;
    EXPECT_FALSE(outcome.error().maybe_received) << host;
    EXPECT_FALSE(outcome.error().timeout) << host;
    EXPECT_THAT(outcome.error().message, AllOf(HasSubstr("is loopback"), Not(HasSubstr("canary")))) << host;
  }
  EXPECT_THAT(server.Stop(), SizeIs(0));
}

TEST_F(CurlTransportTest, AnAddressThatIsNotRefusedIsTaken) {
  RawServer server({AnswerAndClose(kOk)});
  std::vector<std::string> asked;
  HttpRequest request = Request("POST", server.Url(), "x");
  request.refuse_address = [&](std::string_view address) {
    asked.emplace_back(address);
    return std::string();
  };
  EXPECT_TRUE(Send(std::move(request)).has_value());
  ASSERT_FALSE(asked.empty());
  EXPECT_EQ(asked[0], "127.0.0.1");
}

// Somebody else's request may have opened a connection there: it is not to be used, either.
TEST_F(CurlTransportTest, AsksAboutAConnectionThatIsUsedAgain) {
  const auto serve_two = [](RawServer::Peer& peer) {
    for (int i = 0; i < 2; ++i) {
      peer.ReadRequest();
      peer.Send(kOk);
    }
  };
  RawServer server({serve_two});
  ASSERT_TRUE(Send(Request("POST", server.Url(), "first")).has_value());
  HttpRequest request = Request("POST", server.Url(), "second");
  request.refuse_address = NoLoopback;
  const HttpOutcome outcome = Send(std::move(request));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_FALSE(outcome.error().maybe_received);
  EXPECT_THAT(outcome.error().message, HasSubstr("127.0.0.1 is loopback"));
  EXPECT_THAT(server.Stop(), SizeIs(1));
}

TEST_F(CurlTransportTest, AHandleThatServedAGuardedRequestServesOthers) {
  RawServer server({AnswerAndClose(kOk)});
  HttpRequest guarded = Request("POST", server.Url(), "x");
  guarded.refuse_address = NoLoopback;
  EXPECT_FALSE(Send(std::move(guarded)).has_value());
  EXPECT_TRUE(Send(Request("POST", server.Url(), "x")).has_value());
}

TEST_F(CurlTransportTest, TakesNoLongerAnswerThanARequestWants) {
  RawServer server({AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world")});
  HttpRequest request = Request("GET", server.Url());
  request.max_answer_bytes = 10;
  EXPECT_FALSE(Send(std::move(request)).has_value());
}

struct BadAnswer {
  const char* name;
  std::string bytes;
  const char* problem;
};

void PrintTo(const BadAnswer& tested, std::ostream* out) {
  *out << tested.name;
}

class BadAnswerTransportTest : public CurlTransportTest, public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(BadAnswerTransportTest, IsNoAnswer) {
  RawServer server({AnswerAndClose(GetParam().bytes)});
  const HttpOutcome outcome = Send(Request("POST", server.Url(), "x"));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().maybe_received);
  EXPECT_FALSE(outcome.error().timeout);
  EXPECT_THAT(outcome.error().message, HasSubstr(GetParam().problem));
  EXPECT_THAT(server.Stop(), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadAnswerTransportTest,
    ::testing::Values(
        BadAnswer{"None", "", ""}, BadAnswer{"CutStatusLine", "HTTP/1.1 20", ""},
        BadAnswer{"CutHeader", "HTTP/1.1 200 OK\r\nContent-Le", "inside its headers"},
        BadAnswer{"NoEmptyLine", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "inside its headers"},
        BadAnswer{"CutBody", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", ""},
        BadAnswer{"CutChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123", ""},
        BadAnswer{"NoLastChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", ""},
        BadAnswer{"BadChunkSize", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n", ""},
        BadAnswer{"DelimitedByClose", "HTTP/1.1 200 OK\r\n\r\nok", "nothing about its length"},
        BadAnswer{"EmptyDelimitedByClose", "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n", "about its length"},
        BadAnswer{"TwoContentLengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                  "two Content-Length"},
        BadAnswer{"LengthAndChunked",
                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                  "beside Transfer-Encoding"},
        BadAnswer{"Compressed", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "not chunked"},
        BadAnswer{"BadLength", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok", ""},
        BadAnswer{"NotHttp", "220 mail.example ESMTP\r\n", ""},
        BadAnswer{"LongHeader", "HTTP/1.1 200 OK\r\nX: " + std::string(400'000, 'x') + "\r\nContent-Length: 0\r\n\r\n",
                  ""},
        BadAnswer{"ManyHeaders",
                  [] {
                    std::string head = "HTTP/1.1 200 OK\r\n";
                    for (int i = 0; i < 20'000; ++i) head += "X-Header: x\r\n";
                    return head + "Content-Length: 0\r\n\r\n";
                  }(),
                  "headers are larger"},
        BadAnswer{"InterimFlood",
                  [] {
                    std::string heads;
                    for (int i = 0; i < 20'000; ++i) heads += "HTTP/1.1 102 Processing\r\n\r\n";
                    return heads + kOk;
                  }(),
                  "headers are larger"},
        BadAnswer{"HugeByLength", "HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n" + std::string(100'001, 'x'),
                  "larger than 100000 bytes"},
        BadAnswer{"HugeByChunks",
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n" + std::string(100'001, 'x') +
                      "\r\n0\r\n\r\n",
                  "larger than 100000 bytes"},
        BadAnswer{"HugeError", "HTTP/1.1 500 Sorry\r\n\r\n" + std::string(100'001, 'x'), "larger than 100000 bytes"}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct GoodAnswer {
  const char* name;
  std::string bytes;
  int status;
  std::size_t body_bytes;
};

void PrintTo(const GoodAnswer& tested, std::ostream* out) {
  *out << tested.name;
}

class GoodAnswerTransportTest : public CurlTransportTest, public ::testing::WithParamInterface<GoodAnswer> {};

TEST_P(GoodAnswerTransportTest, IsTaken) {
  RawServer server({AnswerAndClose(GetParam().bytes)});
  const HttpOutcome outcome = Send(Request("POST", server.Url(), "x"));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->status, GetParam().status);
  EXPECT_EQ(outcome->body.size(), GetParam().body_bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, GoodAnswerTransportTest,
    ::testing::Values(
        GoodAnswer{"Plain", kOk, 200, 2}, GoodAnswer{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", 204, 0},
        GoodAnswer{"NotModified", "HTTP/1.1 304 Not Modified\r\n\r\n", 304, 0},
        GoodAnswer{"Chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: x\r\n\r\n", 200,
                   2},
        GoodAnswer{"Interim", std::string("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n") + kOk, 200, 2},
        GoodAnswer{"Unauthorized", "HTTP/1.1 401 ?\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 401, 0},
        GoodAnswer{"GatewayPage", "HTTP/1.0 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>", 502, 6},
        GoodAnswer{"AsLargeAsAllowed", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'),
                   200, 100'000}),
    [](const auto& tested) { return std::string(tested.param.name); });

/// Whatever byte an answer is cut at, it is no answer.
TEST_F(CurlTransportTest, EveryCutOfAnAnswerIsAnError) {
  for (const std::string& answer :
       {std::string("HTTP/1.1 201 Created\r\nETag: \"1\"\r\nContent-Length: 4\r\n\r\n{  }"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{ }\r\n0\r\n\r\n")}) {
    std::vector<RawServer::Script> scripts;
    for (std::size_t cut = 0; cut < answer.size(); ++cut) scripts.push_back(AnswerAndClose(answer.substr(0, cut)));
    RawServer server(std::move(scripts));
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
      const HttpOutcome outcome = Send(Request("POST", server.Url(), "x"));
      // Of a chunked body only the very last line end says nothing any more.
      if (outcome.has_value() && cut + 2 >= answer.size() && outcome->body == "{ }") continue;
      ASSERT_FALSE(outcome.has_value()) << answer.substr(0, cut);
      EXPECT_TRUE(outcome.error().maybe_received);
    }
  }
}

// ---- no connection at all

TEST_F(CurlTransportTest, ARefusedConnectionReceivedNothing) {
  const ClosedPort closed;
  const HttpOutcome outcome = Send(Request("POST", "http://127.0.0.1:" + std::to_string(closed.port()) + "/x?y", "x"));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_FALSE(outcome.error().maybe_received);
  EXPECT_FALSE(outcome.error().timeout);
  EXPECT_EQ(outcome.error().message,
            "POST http://127.0.0.1:" + std::to_string(closed.port()) + "/x: Couldn't connect to server");
}

TEST_F(CurlTransportTest, AFailedTlsHandshakeReceivedNothing) {
  const auto not_tls = [](RawServer::Peer& peer) { peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n"); };
  RawServer server({not_tls});
  const HttpOutcome outcome = Send(Request("POST", server.Url("/", "https"), "x"));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_FALSE(outcome.error().maybe_received);
  EXPECT_FALSE(outcome.error().timeout);
  EXPECT_THAT(outcome.error().message, HasSubstr("TLS failed: "));
}

TEST_F(CurlTransportTest, ATlsHandshakeThatStallsTimesOutWithoutHavingSentAnything) {
  const auto stall = [](RawServer::Peer& peer) { peer.AwaitClose(); };
  RawServer server({stall});
  HttpRequest request = Request("POST", server.Url("/", "https"), "x");
  request.connect_timeout = milliseconds(50);
  const HttpOutcome outcome = Send(std::move(request));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().timeout);
  EXPECT_FALSE(outcome.error().maybe_received);
  EXPECT_THAT(outcome.error().message, HasSubstr("no connection within 50 ms"));
}

TEST_F(CurlTransportTest, ATricklingAnswerDoesNotProlongTheTimeout) {
  const auto trickle = [](RawServer::Peer& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
    peer.AwaitClose();
  };
  RawServer server({trickle});
  HttpRequest request = Request("GET", server.Url());
  request.timeout = milliseconds(50);
  const HttpOutcome outcome = Send(std::move(request));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().timeout);
  EXPECT_TRUE(outcome.error().maybe_received);
}

TEST_F(CurlTransportTest, SaysThatItNeedsALoop) {
  const std::unique_ptr<CurlTransport> unattached = MakeTransport();
  const HttpOutcome outcome = loop_.RunUntilDone(unattached->Send(Request("GET", "http://127.0.0.1:1/")));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_FALSE(outcome.error().maybe_received);
}

// ---- giving up

/// Waits with the transport until it is told that enough has happened.
class WaiterThatEnds : public Waiter {
 public:
  WaiterThatEnds(std::unique_ptr<CurlTransport> transport, const std::atomic<bool>& enough)
      : transport_(std::move(transport)), enough_(enough) {}
  CurlTransport& transport() { return *transport_; }
  void Wait(Duration at_most) override {
    if (!transport_) return;
    transport_->Wait(std::min<Duration>(at_most, milliseconds(1)));
    if (enough_) transport_.reset();
  }

 private:
  std::unique_ptr<CurlTransport> transport_;
  const std::atomic<bool>& enough_;
};

TEST(CurlTransportEndTest, ATransportThatIsDestroyedFailsItsRequests) {
  std::atomic<bool> received = false;
  const auto never_answer = [&received](RawServer::Peer& peer) {
    peer.ReadRequest();
    received = true;
    peer.AwaitClose();
  };
  RawServer server({never_answer});
  StillClock clock;
  WaiterThatEnds waiter(MakeTransport(), received);
  Loop loop(clock, waiter);
  waiter.transport().Attach(loop);
  const HttpOutcome outcome = loop.RunUntilDone(waiter.transport().Send(Request("POST", server.Url(), "x")));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_TRUE(outcome.error().maybe_received);
  EXPECT_THAT(outcome.error().message, HasSubstr("given up"));
}

struct Interrupted {};
class InterruptedWaiter : public Waiter {
 public:
  explicit InterruptedWaiter(CurlTransport& transport) : transport_(transport) {}
  void Wait(Duration) override {
    transport_.Wait(Duration::zero());
    throw Interrupted();
  }

 private:
  CurlTransport& transport_;
};

/// In both orders nothing leaks and nothing is touched after its end: the sanitizers judge.
TEST(CurlTransportEndTest, LoopAndTransportMayEndInEitherOrderWithRequestsUnderWay) {
  for (const bool transport_first : {true, false}) {
    RawServer server({[](RawServer::Peer& peer) { peer.AwaitClose(); }});
    StillClock clock;
    std::unique_ptr<CurlTransport> transport = MakeTransport();
    InterruptedWaiter waiter(*transport);
    auto loop = std::make_unique<Loop>(clock, waiter);
    transport->Attach(*loop);
    std::vector<HttpOutcome> outcomes;
    for (int i = 0; i < 3; ++i) loop->Spawn(SendInto(*transport, Request("POST", server.Url(), "x"), outcomes));
    EXPECT_THROW(loop->Run(), Interrupted);
    if (transport_first) transport.reset();
    loop.reset();
    transport.reset();
    EXPECT_THAT(outcomes, SizeIs(0));
  }
}

TEST(CurlLibraryTest, NamesThePackageOfALibraryThatIsNotThere) {
  const Result<SharedLibrary> library = SharedLibrary::Load("libnosuchthing.so.4", "libnosuch4");
  ASSERT_FALSE(library.has_value());
  EXPECT_EQ(library.error().code, ErrorCode::kIo);
  EXPECT_THAT(library.error().message,
              AllOf(HasSubstr("libnosuchthing.so.4"), HasSubstr("install the package libnosuch4")));
}

TEST(CurlLibraryTest, NamesTheSymbolThatIsMissing) {
  const Result<SharedLibrary> library = SharedLibrary::Load("libcurl.so.4", "libcurl4");
  ASSERT_TRUE(library.has_value()) << library.error().message;
  void (*function)() = nullptr;
  const Result<void> bound = library->Bind(function, "curl_no_such_function");
  ASSERT_FALSE(bound.has_value());
  EXPECT_THAT(bound.error().message, HasSubstr("curl_no_such_function"));
}

}  // namespace
}  // namespace cxctl
