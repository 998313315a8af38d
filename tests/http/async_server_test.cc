#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "http/server.h"
#include "sockets.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Keeps its requests until the test answers them, from the test's thread.
class LaterHandler : public AsyncHttpHandler {
 public:
  struct Asked {
    HttpRequest request;
    Responder responder;
  };
  void Handle(HttpRequest request, Responder responder) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back({std::move(request), std::move(responder)});
    changed_.notify_all();
  }
  /// Waits for the next request.
  Asked Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !asked_.empty(); });
    Asked first = std::move(asked_.front());
    asked_.erase(asked_.begin());
    return first;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Asked> asked_;
};

HttpResponse Ok(std::string body) {
  return {200, {{"Content-Type", "text/plain"}}, std::move(body)};
}

class AsyncServerTest : public ::testing::Test {
 protected:
  ~AsyncServerTest() override { Stop(); }

  void Start() {
    auto server = ListenHttp("127.0.0.1", 0, handler_, options_);
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
    thread_.emplace(*server_, nullptr);
  }
  void Stop() { thread_.reset(); }
  RawSocket Ask(std::string_view bytes) {
    RawSocket socket = RawSocket::Connect(server_->port());
    socket.Send(bytes);
    return socket;
  }

  LaterHandler handler_;
  ServerOptions options_;
  std::unique_ptr<HttpServer> server_;
  std::optional<ServerThread> thread_;
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetAndClose = "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(AsyncServerTest, TheAnswerMayComeLaterAndFromAnotherThread) {
  Start();
  RawSocket first = Ask(kGet), second = Ask(kGetAndClose);
  LaterHandler::Asked one = handler_.Take(), two = handler_.Take();
  if (one.request.url == "/b") std::swap(one, two);
  two.responder.Send(Ok("second"));
  EXPECT_THAT(second.ReadAll(), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nsecond")));
  one.responder.Send(Ok("first"));
  one.responder.Send(Ok("again"));
  EXPECT_THAT(first.ReadMessage(), EndsWith("\r\n\r\nfirst"));
}

TEST_F(AsyncServerTest, ARequestWhoseResponderIsDroppedGets503) {
  Start();
  RawSocket socket = Ask(kGetAndClose);
  { const LaterHandler::Asked dropped = handler_.Take(); }
  EXPECT_THAT(socket.ReadAll(), AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"),
                                      HasSubstr("Retry-After: 1\r\n"), HasSubstr("\"error\":\"UNAVAILABLE\"")));
}

TEST_F(AsyncServerTest, ARequestThatIsNotAnsweredInTimeGets503AndItsLateAnswerIsDropped) {
  options_.limits.answer_timeout = milliseconds(30);
  Start();
  RawSocket socket = Ask(kGet);
  LaterHandler::Asked late = handler_.Take();
  EXPECT_THAT(socket.ReadAll(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Connection: close")));
  late.responder.Send(Ok("late"));
}

TEST_F(AsyncServerTest, OverTheRequestsInFlightItSaysNoAndKeepsTheConnection) {
  options_.limits.max_in_flight = 1;
  Start();
  RawSocket first = Ask(kGet);
  LaterHandler::Asked one = handler_.Take();
  RawSocket second = Ask(kGet);
  EXPECT_THAT(second.ReadMessage(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1\r\n"),
                                          HasSubstr("Connection: keep-alive\r\n")));
  one.responder.Send(Ok("first"));
  EXPECT_THAT(first.ReadMessage(), EndsWith("first"));
  second.Send(kGet);
  handler_.Take().responder.Send(Ok("second"));
  EXPECT_THAT(second.ReadMessage(), EndsWith("second"));
}

TEST_F(AsyncServerTest, AConnectionServesSoManyRequests) {
  options_.limits.max_requests_per_connection = 2;
  Start();
  RawSocket socket = Ask(kGet);
  handler_.Take().responder.Send(Ok("1"));
  EXPECT_THAT(socket.ReadMessage(), HasSubstr("Connection: keep-alive\r\n"));
  socket.Send(kGet);
  handler_.Take().responder.Send(Ok("2"));
  EXPECT_THAT(socket.ReadAll(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("2")));
}

TEST_F(AsyncServerTest, ConnectionsOverTheLimitAreToldSo) {
  options_.limits.max_connections = 1;
  options_.limits.refused_connections = 1;
  Start();
  RawSocket first = Ask(kGet);
  LaterHandler::Asked one = handler_.Take();
  EXPECT_THAT(Ask(kGet).ReadAll(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1\r\n")));
  one.responder.Send(Ok("first"));
  EXPECT_THAT(first.ReadMessage(), EndsWith("first"));
}

TEST_F(AsyncServerTest, ASlowRequestIsAnswered408WithinItsTime) {
  options_.limits.receive_timeout = milliseconds(50);
  options_.limits.answers_timeouts = true;
  Start();
  for (std::string_view bytes :
       {"GE", "GET / HTTP/1.1\r\nHost: h\r\nX: ", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"}) {
    EXPECT_THAT(Ask(bytes).ReadAll(), AllOf(StartsWith("HTTP/1.1 408 Request Timeout\r\n"),
                                            HasSubstr("Connection: close\r\n"), HasSubstr("REQUEST_TIMEOUT")))
        << bytes;
  }
  EXPECT_EQ(Ask("").ReadAll(), "");
}

TEST_F(AsyncServerTest, RefusalsHaveTheShapeThatIsAskedFor) {
  options_.refuse = [](const ServerRefusal& refusal) {
    return HttpResponse{refusal.status, {{"X-Own", "1"}}, std::string(refusal.code) + "!"};
  };
  Start();
  EXPECT_THAT(Ask("nonsense\r\n\r\n").ReadAll(),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("X-Own: 1\r\n"), EndsWith("\r\n\r\nBAD_REQUEST!")));
}

TEST_F(AsyncServerTest, StopLetsWhatIsUnderWayFinish) {
  Start();
  RawSocket waiting = Ask(kGet), half = Ask("GET /half HTTP/1.1\r\nHost: h\r\n");
  LaterHandler::Asked one = handler_.Take();
  // A connection is under way once the server has read of it: what came before this request, it has read.
  RawSocket later = Ask(kGet);
  handler_.Take().responder.Send(Ok("later"));
  server_->Stop();
  one.responder.Send(Ok("finished"));
  EXPECT_THAT(waiting.ReadAll(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("finished")));
  half.Send("\r\n");
  handler_.Take().responder.Send(Ok("half"));
  EXPECT_THAT(half.ReadAll(), EndsWith("half"));
  Stop();
}

TEST_F(AsyncServerTest, StopWaitsNoLongerThanItsTime) {
  options_.limits.drain_timeout = milliseconds(30);
  Start();
  RawSocket waiting = Ask(kGet);
  const LaterHandler::Asked one = handler_.Take();
  Stop();
  EXPECT_EQ(waiting.ReadAll(), "");
}

TEST_F(AsyncServerTest, AResponderMayOutliveTheServer) {
  Start();
  RawSocket waiting = Ask(kGet);
  options_.limits.drain_timeout = milliseconds(1);
  LaterHandler::Asked one = handler_.Take();
  AnswerStream stream = one.responder.Stream(Ok(""));
  Stop();
  server_.reset();
  one.responder.Send(Ok("nobody"));
  stream.Write("nobody");
}

TEST_F(AsyncServerTest, MayBeDestroyedWithConnectionsThatItNeverServed) {
  Start();
  RawSocket waiting = Ask(kGet);
  LaterHandler::Asked one = handler_.Take();
  options_.limits.drain_timeout = milliseconds(1);
  auto idle = ListenHttp("127.0.0.1", 0, handler_, options_).value();
  const RawSocket never = RawSocket::Connect(idle->port());
  idle.reset();
  one.responder.Send(Ok(""));
  EXPECT_THAT(waiting.ReadMessage(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AsyncServerTest, StreamsWhatIsWrittenInChunksUntilTheLastCopyIsGone) {
  Start();
  RawSocket socket = Ask(kGet);
  {
    AnswerStream stream = handler_.Take().responder.Stream({200, {{"Content-Type", "text/event-stream"}}, ": hi\n\n"});
    EXPECT_TRUE(stream.Write("data: 1\n\n"));
    const AnswerStream copy = stream;
    EXPECT_TRUE(stream.Write("data: 2\n\n"));
    EXPECT_FALSE(copy.is_closed());
  }
  const std::string answer = socket.ReadAll();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"),
                            HasSubstr("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\n: hi\n\n\r\n"),
                            HasSubstr("9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n"), EndsWith("\r\n0\r\n\r\n")));
}

TEST_F(AsyncServerTest, AStreamForHttp10EndsWithItsConnection) {
  Start();
  RawSocket socket = Ask("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
  handler_.Take().responder.Stream(Ok("")).Write("data: 1\n\n");
  EXPECT_THAT(socket.ReadAll(), AllOf(Not(HasSubstr("chunked")), EndsWith("\r\n\r\ndata: 1\n\n")));
}

TEST_F(AsyncServerTest, AReaderThatFallsBehindIsCut) {
  options_.limits.stream_buffer_bytes = 1000;
  Start();
  RawSocket socket = Ask(kGet);
  AnswerStream stream = handler_.Take().responder.Stream(Ok(""));
  // More than the kernel keeps for a reader that does not read.
  const std::string line(500, 'x');
  while (stream.Write(line)) {
  }
  EXPECT_TRUE(stream.is_closed());
  EXPECT_THAT(socket.ReadAll(), Not(EndsWith("\r\n0\r\n\r\n")));
}

TEST_F(AsyncServerTest, AStreamWhoseReaderLeftIsClosed) {
  Start();
  RawSocket socket = Ask(kGet);
  AnswerStream stream = handler_.Take().responder.Stream(Ok("first"));
  EXPECT_THAT(socket.ReadMessage(false), StartsWith("HTTP/1.1 200 OK\r\n"));
  socket.Close();
  while (!stream.is_closed()) std::this_thread::yield();
  EXPECT_FALSE(stream.Write("x"));
}

TEST_F(AsyncServerTest, StreamsAreBoundedAndEndWithTheServer) {
  options_.limits.max_streams = 1;
  Start();
  RawSocket first = Ask(kGet);
  AnswerStream stream = handler_.Take().responder.Stream(Ok("first"));
  EXPECT_THAT(first.ReadMessage(false), StartsWith("HTTP/1.1 200 OK\r\n"));
  RawSocket second = Ask(kGet);
  AnswerStream refused = handler_.Take().responder.Stream(Ok(""));
  EXPECT_THAT(second.ReadAll(), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(refused.is_closed());
  Stop();
  EXPECT_THAT(first.ReadAll(), EndsWith("0\r\n\r\n"));
  EXPECT_TRUE(stream.is_closed());
}

TEST_F(AsyncServerTest, DrippingClientsHurtNobody) {
  options_.limits.receive_timeout = std::chrono::seconds(60);
  Start();
  std::vector<RawSocket> dripping;
  for (int i = 0; i < 400; ++i) dripping.push_back(Ask("GET / HTTP/1.1\r\nHost: h\r\nX: "));
  for (int round = 0; round < 20; ++round) {
    for (RawSocket& each : dripping) ASSERT_TRUE(each.Send("x"));
    RawSocket real = Ask(kGetAndClose);
    handler_.Take().responder.Send(Ok("real"));
    EXPECT_THAT(real.ReadAll(), EndsWith("real"));
  }
}

}  // namespace
}  // namespace cxctl
