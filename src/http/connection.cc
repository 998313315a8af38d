#include "http/connection.h"

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/strings.h"
#include "http/answer_writer.h"
#include "http/request_policy.h"
#include "http/responder.h"

namespace cxctl {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr std::chrono::seconds kLingerTime(2);
constexpr std::chrono::milliseconds kLastWord(500);
constexpr std::size_t kLingerBytes = 4u << 20;
constexpr std::size_t kReadSize = 2048;  // A connection that only drips takes little more.
constexpr std::string_view kLineEnd = "\r\n";

/// What a client that broke the rules is told, or nothing if it is gone.
std::optional<ServerRefusal> RefusalFor(error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return kHeadTooLarge;
  if (error == http::error::body_limit) return kTooLarge;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return kMalformed;
  return std::nullopt;
}

template <class Stream>
Stream MakeStream(tcp::socket socket, const ServerSide& server) {
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    return TlsStream(std::move(socket), *server.tls);
  } else {
    return socket;
  }
}

/// A client behind a plain or a TLS stream.
template <class Stream>
class StreamConnection final : public Connection, public std::enable_shared_from_this<StreamConnection<Stream>> {
 public:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  StreamConnection(ServerSide& server, tcp::socket socket)
      : server_(server),
        stream_(MakeStream<Stream>(std::move(socket), server)),
        deadline_(stream_.get_executor()),
        delay_(stream_.get_executor()),
        buffer_(server.limits().header_bytes + server.limits().body_bytes + kReadSize) {
    server_.connections.insert(this);
  }
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;
  ~StreamConnection() override {
    LeaveStage();
    server_.Remove(this);
  }

  void Start() override;
  void StartRefused() override;
  void BeginStop() override;
  void Abort() override;
  void OnReply(std::size_t serial, ServerReply reply) override;
  void OnStream(std::size_t serial, HttpResponse head, std::shared_ptr<AnswerStream::Channel> channel) override;
  void OnStreamBytes(std::string bytes) override;
  void OnStreamEnd() override;

 private:
  enum class Stage {
    kIdle,       ///< between requests, or in a TLS handshake
    kReceiving,  ///< a request
    kWaiting,    ///< for the handler's answer
    kAnswering,
    kStreaming,
    kLingering,
  };

  void ExpireAfter(std::chrono::milliseconds time);
  void OnDeadline();
  void AwaitFirstBytes();
  void AwaitRequest();
  void ReadHead();
  void OnHead(error_code error);
  void ReadBody();
  void OnBody(error_code error);
  void OnBroken(error_code error);
  void HandOver();
  void LeaveStage();
  void Refuse(const ServerRefusal& refusal);
  void Drop();
  void Write();
  void OnWritten(error_code error);
  void BeginStream(const HttpResponse& head);
  void WatchStream();
  void WriteStream();
  void OnStreamWritten(error_code error, std::size_t sent);
  void EndAnswer();
  void Linger();

  tcp::socket& Socket() {
    if constexpr (kIsTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }
  template <class Method>
  auto Then(Method method) {
    return
        [self = this->shared_from_this(), method](error_code error, std::size_t = 0) { (self.get()->*method)(error); };
  }

  ServerSide& server_;
  Stream stream_;
  asio::steady_timer deadline_;  ///< Does not own the connection.
  asio::steady_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  ServerReply reply_;
  std::string outgoing_;
  std::weak_ptr<AnswerStream::Channel> channel_;
  std::string stream_waiting_;   ///< What is to be sent behind outgoing_.
  std::size_t stream_size_ = 0;  ///< How much of it the handler wrote.
  bool stream_writing_ = false, stream_ended_ = false, chunked_ = false;
  std::size_t lingered_ = 0;
  std::size_t serial_ = 0;  ///< Requests so far.
  bool keep_alive_ = false, timed_out_ = false;
  Stage stage_ = Stage::kIdle;
};

/// From now on the stage may last so long.
template <class Stream>
void StreamConnection<Stream>::ExpireAfter(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([weak = this->weak_from_this()](error_code error) {
    const auto self = weak.lock();
    // One that was set anew when it had just fired is not over.
    if (!error && self && self->deadline_.expiry() <= asio::steady_timer::clock_type::now()) self->OnDeadline();
  });
}

template <class Stream>
void StreamConnection<Stream>::OnDeadline() {
  if (stage_ == Stage::kWaiting) {
    keep_alive_ = false;
    LeaveStage();
    return Refuse(kNoAnswer);
  }
  const bool answers = stage_ == Stage::kReceiving && server_.limits().answers_timeouts;
  if (!answers || timed_out_) return Abort();
  timed_out_ = true;
  ExpireAfter(kLastWord);  // Should what is cancelled have just succeeded.
  error_code ignored;
  Socket().cancel(ignored);
}

template <class Stream>
void StreamConnection<Stream>::Start() {
  error_code ignored;
  Socket().set_option(tcp::no_delay(true), ignored);
  ExpireAfter(server_.limits().receive_timeout);
  if constexpr (kIsTls) {
    stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
      if (!error) self->AwaitFirstBytes();
    });
  } else {
    AwaitFirstBytes();
  }
}

template <class Stream>
void StreamConnection<Stream>::StartRefused() {
  // The answer would need a handshake first.
  if constexpr (!kIsTls) Refuse(kBusy);
}

/// A client that connects and then says nothing is given no more time than one that says something.
template <class Stream>
void StreamConnection<Stream>::AwaitFirstBytes() {
  if (kIsTls) ExpireAfter(server_.limits().receive_timeout);
  stream_.async_read_some(buffer_.prepare(kReadSize),
                          [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                            self->buffer_.commit(bytes);
                            if (!error) self->ReadHead();
                          });
}

/// The next request on a connection that served one.
template <class Stream>
void StreamConnection<Stream>::AwaitRequest() {
  stage_ = Stage::kIdle;
  if (server_.stopping) return;
  if (buffer_.size() > 0) {
    ExpireAfter(server_.limits().receive_timeout);
    return ReadHead();
  }
  ExpireAfter(server_.limits().idle_timeout);
  stream_.async_read_some(buffer_.prepare(kReadSize),
                          [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                            self->buffer_.commit(bytes);
                            if (error) return;
                            self->ExpireAfter(self->server_.limits().receive_timeout);
                            self->ReadHead();
                          });
}

template <class Stream>
void StreamConnection<Stream>::ReadHead() {
  stage_ = Stage::kReceiving;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(server_.limits().header_bytes));
  parser_->body_limit(server_.limits().body_bytes);
  request_ = HttpRequest();
  keep_alive_ = timed_out_ = false;
  http::async_read_header(stream_, buffer_, *parser_, Then(&StreamConnection::OnHead));
}

template <class Stream>
void StreamConnection<Stream>::OnHead(error_code error) {
  const auto& head = parser_->get();
  request_.method = std::string(head.method_string());
  if (error) return OnBroken(error);
  request_.url = std::string(head.target());
  // Taken now: Beast would add the trailers of a chunked body to them.
  for (const auto& field : head) {
    request_.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  if (const std::optional<ServerRefusal> refusal = CheckRequestHead(request_, head.version())) return Refuse(*refusal);
  keep_alive_ = head.version() == 11 && parser_->keep_alive();
  chunked_ = head.version() == 11;
  const std::string* expect = request_.header("Expect");
  if (expect == nullptr || head.version() != 11) return ReadBody();
  if (!EqualsIgnoringCase(*expect, "100-continue")) return Refuse(kExpectation);
  if (parser_->is_done() || buffer_.size() > 0) return ReadBody();
  outgoing_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(outgoing_),
                    [self = this->shared_from_this()](error_code write_error, std::size_t) {
                      if (!write_error) self->ReadBody();
                    });
}

template <class Stream>
void StreamConnection<Stream>::ReadBody() {
  http::async_read(stream_, buffer_, *parser_, Then(&StreamConnection::OnBody));
}

template <class Stream>
void StreamConnection<Stream>::OnBody(error_code error) {
  if (error) return OnBroken(error);
  request_.body = std::move(parser_->get().body());
  HandOver();
}

template <class Stream>
void StreamConnection<Stream>::OnBroken(error_code error) {
  if (std::exchange(timed_out_, false)) return Refuse(kTooSlow);
  // A client that stopped half-way is gone.
  if (const std::optional<ServerRefusal> refusal = RefusalFor(error)) Refuse(*refusal);
}

/// Gives the request to the handler, whose answer comes to OnReply or OnStream.
template <class Stream>
void StreamConnection<Stream>::HandOver() {
  ++serial_;
  if (serial_ >= server_.limits().max_requests_per_connection) keep_alive_ = false;
  if (server_.in_flight >= server_.limits().max_in_flight) {
    reply_ = ServerReply();
    reply_.response = server_.AnswerOf(kBusy);
    stage_ = Stage::kAnswering;
    return Write();
  }
  stage_ = Stage::kWaiting;
  ++server_.in_flight;
  server_.waiting.emplace(this, this->shared_from_this());
  ExpireAfter(server_.limits().answer_timeout);
  auto channel = std::make_shared<Responder::Channel>(server_.gate, this->weak_from_this(), serial_,
                                                      server_.limits().stream_buffer_bytes);
  // The method is needed for the answer.
  HttpRequest request = std::exchange(request_, HttpRequest());
  request_.method = request.method;
  server_.handler.Handle(std::move(request), Responder(std::move(channel)));
}

/// Gives back what the stage took of the server.
template <class Stream>
void StreamConnection<Stream>::LeaveStage() {
  if (stage_ == Stage::kWaiting) --server_.in_flight;
  if (stage_ == Stage::kStreaming) --server_.streams;
  if (const auto channel = channel_.lock()) channel->Close();
  stage_ = Stage::kAnswering;
  const auto found = server_.waiting.find(this);
  if (found == server_.waiting.end()) return;
  // Whoever called holds the connection, too, but for Abort.
  const std::shared_ptr<Connection> kept = std::move(found->second);
  server_.waiting.erase(found);
  asio::post(stream_.get_executor(), [kept] {});
}

template <class Stream>
void StreamConnection<Stream>::Refuse(const ServerRefusal& refusal) {
  keep_alive_ = false;  // Where the next request would begin is not known.
  reply_ = ServerReply();
  reply_.response = server_.AnswerOf(refusal);
  stage_ = Stage::kAnswering;
  Write();
}

template <class Stream>
void StreamConnection<Stream>::OnReply(std::size_t serial, ServerReply reply) {
  if (stage_ != Stage::kWaiting || serial != serial_) return;  // It comes too late.
  LeaveStage();
  reply_ = std::move(reply);
  if (reply_.refusal != nullptr) reply_.response = server_.AnswerOf(*reply_.refusal);
  if (!IsWritable(reply_.response) && !reply_.drop) reply_.response = server_.AnswerOf(kBadAnswer);
  if (reply_.delay <= std::chrono::milliseconds::zero()) return Write();
  deadline_.cancel();
  delay_.expires_after(reply_.delay);
  // Cancelled when the server stops: then the answer goes out at once.
  delay_.async_wait([self = this->shared_from_this()](error_code) { self->Write(); });
}

template <class Stream>
void StreamConnection<Stream>::Drop() {
  error_code ignored;
  // Not to linger makes close() send RST and throw away what is unsent.
  if (reply_.reset) Socket().set_option(asio::socket_base::linger(true, 0), ignored);
  Abort();
}

template <class Stream>
void StreamConnection<Stream>::Write() {
  if (reply_.drop) return Drop();
  HttpResponse& response = reply_.response;
  const std::string* connection = response.header("Connection");
  const bool cut_head = reply_.cut_head_at != SIZE_MAX;
  const bool cut = cut_head || reply_.truncate_at < response.body.size();
  if (cut || server_.stopping || (connection != nullptr && EqualsIgnoringCase(*connection, "close"))) {
    keep_alive_ = false;
  }
  if (response.status == 204) response.body.clear();
  const bool sends_body = request_.method != "HEAD" && response.status != 304;
  outgoing_ = WriteAnswer(response, keep_alive_, sends_body && !cut_head ? reply_.truncate_at : 0);
  if (cut_head) outgoing_.resize(std::min(reply_.cut_head_at, outgoing_.size() - kLineEnd.size()));
  ExpireAfter(server_.limits().send_timeout);
  asio::async_write(stream_, asio::buffer(outgoing_), Then(&StreamConnection::OnWritten));
}

template <class Stream>
void StreamConnection<Stream>::OnWritten(error_code error) {
  if (error) return;
  if (keep_alive_) return AwaitRequest();
  EndAnswer();
}

template <class Stream>
void StreamConnection<Stream>::OnStream(std::size_t serial, HttpResponse head,
                                        std::shared_ptr<AnswerStream::Channel> channel) {
  if (stage_ != Stage::kWaiting || serial != serial_) return channel->Close();
  LeaveStage();
  keep_alive_ = false;
  const bool is_full = server_.streams >= server_.limits().max_streams;
  if (is_full || server_.stopping || request_.method == "HEAD" || !IsWritable(head)) {
    channel->Close();
    if (is_full || server_.stopping) return Refuse(kBusy);
    reply_ = ServerReply();
    reply_.response = IsWritable(head) ? std::move(head) : server_.AnswerOf(kBadAnswer);
    return Write();
  }
  channel_ = channel;
  BeginStream(head);
}

template <class Stream>
void StreamConnection<Stream>::BeginStream(const HttpResponse& head) {
  stage_ = Stage::kStreaming;
  ++server_.streams;
  stream_waiting_ = WriteStreamHead(head, chunked_);
  if (!head.body.empty()) stream_waiting_ += chunked_ ? WriteChunk(head.body) : head.body;
  deadline_.cancel();
  WatchStream();
  WriteStream();
}

/// Nothing more is taken from the client; this is to see that it left.
template <class Stream>
void StreamConnection<Stream>::WatchStream() {
  buffer_.consume(buffer_.size());
  stream_.async_read_some(buffer_.prepare(kReadSize), [self = this->shared_from_this()](error_code error, std::size_t) {
    if (self->stage_ != Stage::kStreaming) return;
    if (error) return self->Abort();
    self->WatchStream();
  });
}

template <class Stream>
void StreamConnection<Stream>::OnStreamBytes(std::string bytes) {
  const std::size_t size = bytes.size();
  if (stage_ != Stage::kStreaming || stream_ended_) return;
  stream_waiting_ += chunked_ ? WriteChunk(bytes) : bytes;
  stream_size_ += size;
  WriteStream();
}

template <class Stream>
void StreamConnection<Stream>::OnStreamEnd() {
  if (stage_ != Stage::kStreaming || std::exchange(stream_ended_, true)) return;
  if (chunked_) stream_waiting_ += WriteChunk("");
  WriteStream();
}

template <class Stream>
void StreamConnection<Stream>::WriteStream() {
  if (stream_writing_) return;
  if (stream_waiting_.empty()) {
    deadline_.cancel();
    if (stream_ended_) EndAnswer();
    return;
  }
  stream_writing_ = true;
  outgoing_ = std::exchange(stream_waiting_, "");
  ExpireAfter(server_.limits().send_timeout);
  asio::async_write(stream_, asio::buffer(outgoing_),
                    [self = this->shared_from_this(), size = std::exchange(stream_size_, 0)](error_code error, auto) {
                      self->OnStreamWritten(error, size);
                    });
}

template <class Stream>
void StreamConnection<Stream>::OnStreamWritten(error_code error, std::size_t sent) {
  stream_writing_ = false;
  if (stage_ != Stage::kStreaming) return;
  if (error) return Abort();
  if (const auto channel = channel_.lock()) channel->OnSent(sent);
  WriteStream();
}

/// Closes so that the client can read the answer to its end.
template <class Stream>
void StreamConnection<Stream>::EndAnswer() {
  LeaveStage();
  stage_ = Stage::kLingering;
  ExpireAfter(kLingerTime);
  if constexpr (kIsTls) {
    stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->Linger(); });
  } else {
    Linger();
  }
}

/// Takes what the client still sends: closing over unread bytes would reset the connection and could destroy the answer
/// before the client has read it (RFC 9112 section 9.6).
template <class Stream>
void StreamConnection<Stream>::Linger() {
  error_code ignored;
  if (lingered_ == 0) Socket().shutdown(tcp::socket::shutdown_send, ignored);
  if (server_.stopping || lingered_ > kLingerBytes) return;
  buffer_.consume(buffer_.size());
  Socket().async_read_some(buffer_.prepare(kReadSize),
                           [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                             self->lingered_ += bytes;
                             if (!error) self->Linger();
                           });
}

template <class Stream>
void StreamConnection<Stream>::BeginStop() {
  switch (stage_) {
    case Stage::kIdle:
    case Stage::kLingering:
      return Abort();
    case Stage::kReceiving:
    case Stage::kWaiting:
      return;
    case Stage::kAnswering:
      delay_.cancel();
      return;
    case Stage::kStreaming:
      if (const auto channel = channel_.lock()) channel->Close();
      return OnStreamEnd();
  }
}

template <class Stream>
void StreamConnection<Stream>::Abort() {
  LeaveStage();
  stage_ = Stage::kLingering;
  deadline_.cancel();
  error_code ignored;
  Socket().close(ignored);
}

}  // namespace

void ServerGate::Post(std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  if (io_ != nullptr) asio::post(*io_, std::move(action));
}

void ServerGate::Close() {
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
}

HttpResponse ServerSide::AnswerOf(const ServerRefusal& refusal) const {
  HttpResponse answer = options.refuse ? options.refuse(refusal) : DefaultRefusalAnswer(refusal);
  if (refusal.status == 503 && answer.header("Retry-After") == nullptr) answer.headers.push_back({"Retry-After", "1"});
  return answer;
}

std::shared_ptr<Connection> MakeConnection(ServerSide& server, asio::io_context& io, int descriptor, bool is_v6) {
  tcp::socket socket(io);
  error_code ignored;
  socket.assign(is_v6 ? tcp::v6() : tcp::v4(), descriptor, ignored);
  if (server.tls) return std::make_shared<StreamConnection<TlsStream>>(server, std::move(socket));
  return std::make_shared<StreamConnection<tcp::socket>>(server, std::move(socket));
}

}  // namespace cxctl
