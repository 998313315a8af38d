#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <ctime>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/strings.h"

namespace cxctl {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Fields = http::request<http::string_body>;

constexpr std::chrono::seconds kLingerTime(2);
constexpr std::size_t kLingerBytes = 4u << 20;
constexpr std::size_t kReadSize = 8192;
constexpr std::string_view kLineEnd = "\r\n";

/// Why a request is not for the handler. The texts are fixed: nothing of the request comes back.
struct Refusal {
  int status;
  std::string_view code, message;
};

constexpr Refusal kMalformed = {400, "BAD_REQUEST", "The request is not well-formed HTTP/1.1."};
constexpr Refusal kBadHost = {400, "BAD_REQUEST", "The request needs exactly one Host header."};
constexpr Refusal kBadLength = {400, "BAD_REQUEST", "Content-Length may come once and is digits only."};
constexpr Refusal kBadCoding = {400, "BAD_REQUEST",
                                "Transfer-Encoding is `chunked`, once, without Content-Length, in HTTP/1.1."};
constexpr Refusal kBadTarget = {400, "BAD_REQUEST", "The request target is a path of visible ASCII characters."};
constexpr Refusal kTooLarge = {413, "PAYLOAD_TOO_LARGE", "The request body is larger than this server takes."};
constexpr Refusal kHeadTooLarge = {431, "HEADERS_TOO_LARGE", "The request headers are larger than this server takes."};
constexpr Refusal kExpectation = {417, "EXPECTATION_FAILED", "Of expectations this server knows only 100-continue."};
constexpr Refusal kBadAnswer = {500, "INTERNAL_ERROR", "The answer could not be written."};

std::string_view ToStd(beast::string_view text) {
  return {text.data(), text.size()};
}

bool IsVisible(char c) {
  return c > 0x20 && c < 0x7f;
}

/// What bare Beast lets through though it must not be (request smuggling, RFC 9112 sections 3.2, 6.1, 6.3, 11.2).
std::optional<Refusal> CheckPolicy(const Fields& request) {
  if (request.count(http::field::host) != 1) return kBadHost;
  const std::size_t lengths = request.count(http::field::content_length);
  if (lengths > 1) return kBadLength;
  if (lengths == 1) {
    const std::string_view length = ToStd(request[http::field::content_length]);
    if (length.empty() || length.find_first_not_of("0123456789") != std::string_view::npos) return kBadLength;
  }
  const std::size_t codings = request.count(http::field::transfer_encoding);
  if (codings > 1 ||
      (codings == 1 && (lengths > 0 || request.version() != 11 ||
                        !EqualsIgnoringCase(ToStd(request[http::field::transfer_encoding]), "chunked")))) {
    return kBadCoding;
  }
  const std::string_view target = ToStd(request.target());
  if (!target.starts_with('/') || !std::ranges::all_of(target, IsVisible)) return kBadTarget;
  return std::nullopt;
}

/// What a client that broke the rules is told, or nothing if it is gone.
std::optional<Refusal> RefusalFor(error_code error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return kHeadTooLarge;
  if (error == http::error::body_limit) return kTooLarge;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return kMalformed;
  return std::nullopt;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` for now.
std::string HttpDateNow() {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

bool IsTokenCharacter(char c) {
  return IsVisible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

/// Whether the head can be written without becoming something else, such as two answers.
bool IsWritable(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::ranges::all_of(response.headers, [](const HttpHeader& header) {
           return !header.name.empty() && std::ranges::all_of(header.name, IsTokenCharacter) &&
                  std::ranges::none_of(header.value,
                                       [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
         });
}

bool IsFramingHeader(std::string_view name) {
  return EqualsIgnoringCase(name, "Content-Length") || EqualsIgnoringCase(name, "Transfer-Encoding") ||
         EqualsIgnoringCase(name, "Connection");
}

HttpResponse ToResponse(const Refusal& refusal) {
  HttpResponse response;
  response.status = refusal.status;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = fmt::format(R"({{"error":"{0}","code":"{0}","message":"{1}"}})", refusal.code, refusal.message);
  return response;
}

/// The bytes of an answer. `body_bytes`: how much of the body to send under the full Content-Length.
std::string Serialize(const HttpResponse& response, bool keep_alive, std::size_t body_bytes) {
  const beast::string_view reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", response.status, ToStd(reason));
  for (const HttpHeader& header : response.headers) {
    if (!IsFramingHeader(header.name)) text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  // A simulated tenant dates its answers by its own clock.
  if (response.header("Date") == nullptr) text.append("Date: ").append(HttpDateNow()).append("\r\n");
  if (response.status != 204) text.append(fmt::format("Content-Length: {}\r\n", response.body.size()));
  text.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  text.append(response.body, 0, body_bytes);
  return text;
}

class Connection;

class BeastServer final : public HttpServer {
 public:
  BeastServer(HttpHandler& handler, const ServerLimits& limits) : handler_(handler), limits_(limits) {}
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;
  ~BeastServer() override { stopping_ = true; }

  Result<void> Listen(const std::string& address, std::uint16_t port);

  std::uint16_t port() const override { return port_; }
  void Run() override {
    Accept();
    io_.run();
  }
  void Stop() override {
    asio::post(io_, [this] { BeginStop(); });
  }

  HttpHandler& handler() { return handler_; }
  const ServerLimits& limits() const { return limits_; }
  bool stopping() const { return stopping_; }
  void Add(Connection* connection) { connections_.insert(connection); }
  void Remove(Connection* connection) {
    connections_.erase(connection);
    Accept();
  }

 private:
  void Accept();
  void OnAccept(error_code error, tcp::socket socket);
  void BeginStop();

  HttpHandler& handler_;
  const ServerLimits limits_;
  std::uint16_t port_ = 0;
  bool stopping_ = false;
  bool accepting_ = false;
  // Declared before io_: when io_ is destroyed it destroys the connections, and they remove themselves from here.
  std::unordered_set<Connection*> connections_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer accept_retry_{io_};
};

/// One client. Its pending operation owns it: when there is none any more, it is gone and the socket closed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(BeastServer& server, tcp::socket socket)
      : server_(server),
        stream_(std::move(socket)),
        delay_(stream_.get_executor()),
        buffer_(server.limits().header_bytes + server.limits().body_bytes + kReadSize) {
    server_.Add(this);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { server_.Remove(this); }

  void Start();
  /// Finishes the answer that is under way, if there is one, and closes.
  void BeginStop();

 private:
  enum class Stage { kReceiving, kAnswering, kLingering };

  void AwaitRequest();
  void ReadHead();
  void OnHead(error_code error);
  void ReadBody();
  void OnBody(error_code error);
  void OnBroken(error_code error);
  void Refuse(const Refusal& refusal);
  void Answer();
  void Drop();
  void Write();
  void OnWritten(error_code error);
  void Linger();

  template <class Method>
  auto Then(Method method) {
    return [self = shared_from_this(), method](error_code error, std::size_t = 0) { (self.get()->*method)(error); };
  }

  BeastServer& server_;
  beast::tcp_stream stream_;
  asio::steady_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  HttpRequest request_;
  ServerReply reply_;
  std::string outgoing_;
  std::size_t lingered_ = 0;
  bool keep_alive_ = false;
  Stage stage_ = Stage::kReceiving;
};

void Connection::Start() {
  error_code ignored;
  stream_.socket().set_option(tcp::no_delay(true), ignored);
  stream_.expires_after(server_.limits().receive_timeout);
  stream_.async_read_some(buffer_.prepare(kReadSize), [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->buffer_.commit(bytes);
    if (!error) self->ReadHead();
  });
}

/// The next request on a connection that served one.
void Connection::AwaitRequest() {
  if (server_.stopping()) return;
  stage_ = Stage::kReceiving;
  if (buffer_.size() > 0) {
    stream_.expires_after(server_.limits().receive_timeout);
    return ReadHead();
  }
  stream_.expires_after(server_.limits().idle_timeout);
  stream_.async_read_some(buffer_.prepare(kReadSize), [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->buffer_.commit(bytes);
    if (error) return;
    self->stream_.expires_after(self->server_.limits().receive_timeout);
    self->ReadHead();
  });
}

void Connection::ReadHead() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(server_.limits().header_bytes));
  parser_->body_limit(server_.limits().body_bytes);
  request_ = HttpRequest();
  keep_alive_ = false;
  http::async_read_header(stream_, buffer_, *parser_, Then(&Connection::OnHead));
}

void Connection::OnHead(error_code error) {
  const Fields& head = parser_->get();
  request_.method = std::string(head.method_string());
  if (error) return OnBroken(error);
  if (const std::optional<Refusal> refusal = CheckPolicy(head)) return Refuse(*refusal);
  request_.url = std::string(head.target());
  // Taken now: Beast would add the trailers of a chunked body to them.
  for (const auto& field : head) {
    request_.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  keep_alive_ = head.version() == 11 && parser_->keep_alive();
  const std::string* expect = request_.header("Expect");
  if (expect == nullptr || head.version() != 11) return ReadBody();
  if (!EqualsIgnoringCase(*expect, "100-continue")) return Refuse(kExpectation);
  if (parser_->is_done() || buffer_.size() > 0) return ReadBody();
  outgoing_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(outgoing_), [self = shared_from_this()](error_code write_error, std::size_t) {
    if (!write_error) self->ReadBody();
  });
}

void Connection::ReadBody() {
  http::async_read(stream_, buffer_, *parser_, Then(&Connection::OnBody));
}

void Connection::OnBody(error_code error) {
  if (error) return OnBroken(error);
  request_.body = std::move(parser_->get().body());
  Answer();
}

void Connection::OnBroken(error_code error) {
  // After a timeout the stream is closed already; a client that stopped half-way is gone.
  if (const std::optional<Refusal> refusal = RefusalFor(error)) Refuse(*refusal);
}

void Connection::Refuse(const Refusal& refusal) {
  keep_alive_ = false;  // Where the next request would begin is not known.
  reply_ = ServerReply();
  reply_.response = ToResponse(refusal);
  stage_ = Stage::kAnswering;
  Write();
}

void Connection::Answer() {
  stage_ = Stage::kAnswering;
  reply_ = server_.handler().Handle(request_);
  if (!IsWritable(reply_.response) && !reply_.drop) reply_.response = ToResponse(kBadAnswer);
  if (reply_.delay <= std::chrono::milliseconds::zero()) return Write();
  stream_.expires_never();
  delay_.expires_after(reply_.delay);
  // Cancelled when the server stops: then the answer goes out at once.
  delay_.async_wait([self = shared_from_this()](error_code) { self->Write(); });
}

void Connection::Drop() {
  error_code ignored;
  // Not to linger makes close() send RST and throw away what is unsent.
  if (reply_.reset) stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  stream_.close();
}

void Connection::Write() {
  if (reply_.drop) return Drop();
  HttpResponse& response = reply_.response;
  const std::string* connection = response.header("Connection");
  const bool cut_head = reply_.cut_head_at != SIZE_MAX;
  const bool cut = cut_head || reply_.truncate_at < response.body.size();
  if (cut || server_.stopping() || (connection != nullptr && EqualsIgnoringCase(*connection, "close"))) {
    keep_alive_ = false;
  }
  if (response.status == 204) response.body.clear();
  const bool sends_body = request_.method != "HEAD" && response.status != 304;
  outgoing_ = Serialize(response, keep_alive_, sends_body && !cut_head ? reply_.truncate_at : 0);
  if (cut_head) outgoing_.resize(std::min(reply_.cut_head_at, outgoing_.size() - kLineEnd.size()));
  stream_.expires_after(server_.limits().idle_timeout);
  asio::async_write(stream_, asio::buffer(outgoing_), Then(&Connection::OnWritten));
}

void Connection::OnWritten(error_code error) {
  if (error) return;
  if (keep_alive_) return AwaitRequest();
  stage_ = Stage::kLingering;
  error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kLingerTime);
  Linger();
}

/// Takes what the client still sends: closing over unread bytes would reset the connection and could destroy the answer
/// before the client has read it (RFC 9112 section 9.6).
void Connection::Linger() {
  if (server_.stopping() || lingered_ > kLingerBytes) return;
  buffer_.consume(buffer_.size());
  stream_.async_read_some(buffer_.prepare(kReadSize), [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->lingered_ += bytes;
    if (!error) self->Linger();
  });
}

void Connection::BeginStop() {
  if (stage_ == Stage::kAnswering) {
    delay_.cancel();
  } else {
    stream_.close();
  }
}

Result<void> BeastServer::Listen(const std::string& address, std::uint16_t port) {
  const auto fail = [&](error_code error) {
    return Fail(ErrorCode::kIo, fmt::format("cannot listen on {} port {}: {}; choose another address or port",
                                            EscapeControls(address), port, error.message()));
  };
  error_code error;
  tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  if (error) {
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(address, std::to_string(port), tcp::resolver::passive, error);
    if (error) return fail(error);
    endpoint = *found.begin();
  }
  if (acceptor_.open(endpoint.protocol(), error); error) return fail(error);
  acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (acceptor_.bind(endpoint, error); error) return fail(error);
  if (acceptor_.listen(asio::socket_base::max_listen_connections, error); error) return fail(error);
  const tcp::endpoint local = acceptor_.local_endpoint(error);
  if (error) return fail(error);
  port_ = local.port();
  return {};
}

void BeastServer::Accept() {
  // With too many connections the others wait in the kernel's queue.
  const bool is_full = connections_.size() >= static_cast<std::size_t>(std::max(limits_.max_connections, 1));
  if (stopping_ || accepting_ || is_full) return;
  accepting_ = true;
  acceptor_.async_accept([this](error_code error, tcp::socket socket) { OnAccept(error, std::move(socket)); });
}

void BeastServer::OnAccept(error_code error, tcp::socket socket) {
  accepting_ = false;
  if (stopping_) return;
  if (!error) {
    std::make_shared<Connection>(*this, std::move(socket))->Start();
    return Accept();
  }
  // Out of file descriptors, most likely: accepting would fail again and again until a connection ends.
  accept_retry_.expires_after(std::chrono::milliseconds(100));
  accept_retry_.async_wait([this](error_code wait_error) {
    if (!wait_error) Accept();
  });
}

void BeastServer::BeginStop() {
  if (std::exchange(stopping_, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  accept_retry_.cancel();
  for (Connection* connection : connections_) connection->BeginStop();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port, HttpHandler& handler,
                                               const ServerLimits& limits) {
  auto server = std::make_unique<BeastServer>(handler, limits);
  TRY(server->Listen(address, port));
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace cxctl
