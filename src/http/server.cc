#include "http/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <thread>
#include <utility>

#include "base/strings.h"
#include "http/connection.h"

namespace cxctl {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Files that the process has open beside its connections.
constexpr rlim_t kOtherFiles = 128;

/// Makes room for so many connections; how many there is room for.
int ReserveFiles(int connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = static_cast<rlim_t>(connections) + kOtherFiles;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= wanted) return connections;
  return std::max(1, static_cast<int>(limit.rlim_cur) - static_cast<int>(std::min(limit.rlim_cur / 2, kOtherFiles)));
}

Result<std::shared_ptr<asio::ssl::context>> MakeTls(const std::string& certificate, const std::string& private_key) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = tls->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code error;
  tls->use_certificate_chain(asio::buffer(certificate), error);
  if (error) {
    return Fail(ErrorCode::kInvalid, fmt::format("the TLS certificate is no PEM certificate chain: {}; give --tls-cert "
                                                 "the server's certificate followed by those that signed it",
                                                 error.message()));
  }
  tls->use_private_key(asio::buffer(private_key), asio::ssl::context::pem, error);
  if (error) {
    return Fail(ErrorCode::kInvalid,
                fmt::format("the TLS key is no PEM private key without a password, or not the certificate's: {}",
                            error.message()));
  }
  if (SSL_CTX_check_private_key(native) != 1) {
    return Fail(ErrorCode::kInvalid,
                "the TLS key does not belong to the certificate: give the two that were made together");
  }
  return tls;
}

class BeastServer final : public HttpServer, private ServerSide {
 public:
  BeastServer(AsyncHttpHandler& its_handler, ServerOptions its_options)
      : ServerSide(its_handler, std::move(its_options)) {
    gate = std::make_shared<ServerGate>(io_);
  }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;
  ~BeastServer() override {
    gate->Close();
    stopping = is_gone_ = true;
    // They leave the map as they go.
    const auto doomed = std::exchange(waiting, {});
  }

  Result<void> Listen(const std::string& address, std::uint16_t port);

  std::uint16_t port() const override { return port_; }
  bool is_loopback() const override { return is_loopback_; }
  void Run() override {
    Accept();
    io_.run();
  }
  void Stop() override {
    gate->Post([this] { BeginStop(); });
  }
  Result<void> ChangeCertificate(const std::string& certificate, const std::string& private_key) override {
    TRY_ASSIGN(auto changed, MakeTls(certificate, private_key));
    gate->Post([this, changed] { tls = changed; });
    return {};
  }

 private:
  void Remove(Connection* connection) override {
    connections.erase(connection);
    // The last ones go with io_, when the timers are gone already.
    if (stopping && !is_gone_ && connections.empty()) drain_.cancel();
    Accept();
  }
  void Accept();
  void OnAccept(error_code error, tcp::socket socket);
  void BeginStop();

  std::uint16_t port_ = 0;
  bool is_loopback_ = false, accepting_ = false, is_gone_ = false;
  std::size_t most_connections_ = 1;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer accept_retry_{io_}, drain_{io_};
};

Result<void> BeastServer::Listen(const std::string& address, std::uint16_t port) {
  const auto fail = [&](error_code error) {
    return Fail(ErrorCode::kIo, fmt::format("cannot listen on {} port {}: {}; choose another address or port",
                                            EscapeControls(address), port, error.message()));
  };
  if (!options.certificate.empty() || !options.private_key.empty()) {
    TRY_ASSIGN(tls, MakeTls(options.certificate, options.private_key));
  }
  const int most = std::max(limits().max_connections, 1) + std::max(limits().refused_connections, 0);
  most_connections_ =
      static_cast<std::size_t>(std::max(1, ReserveFiles(most) - std::max(limits().refused_connections, 0)));
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
  is_loopback_ = local.address().is_loopback();
  return {};
}

void BeastServer::Accept() {
  const std::size_t refused = static_cast<std::size_t>(std::max(limits().refused_connections, 0));
  const bool is_full = connections.size() >= most_connections_ + refused;
  if (stopping || accepting_ || is_full) return;
  accepting_ = true;
  acceptor_.async_accept([this](error_code error, tcp::socket socket) { OnAccept(error, std::move(socket)); });
}

void BeastServer::OnAccept(error_code error, tcp::socket socket) {
  accepting_ = false;
  if (stopping) return;
  if (!error) {
    const bool is_v6 = acceptor_.local_endpoint(error).address().is_v6();
    const bool is_full = connections.size() >= most_connections_;
    const std::shared_ptr<Connection> connection = MakeConnection(*this, io_, socket.release(), is_v6);
    is_full ? connection->StartRefused() : connection->Start();
    return Accept();
  }
  // Out of file descriptors, most likely: accepting would fail again and again until a connection ends.
  accept_retry_.expires_after(std::chrono::milliseconds(100));
  accept_retry_.async_wait([this](error_code wait_error) {
    if (!wait_error) Accept();
  });
}

void BeastServer::BeginStop() {
  if (std::exchange(stopping, true)) return;
  error_code ignored;
  acceptor_.close(ignored);
  accept_retry_.cancel();
  // What is done to one may end another.
  const std::vector<Connection*> all(connections.begin(), connections.end());
  for (Connection* connection : all) {
    if (connections.contains(connection)) connection->BeginStop();
  }
  if (connections.empty()) return;
  drain_.expires_after(limits().drain_timeout);
  drain_.async_wait([this](error_code error) {
    if (error) return;
    const std::vector<Connection*> late(connections.begin(), connections.end());
    for (Connection* connection : late) {
      if (connections.contains(connection)) connection->Abort();
    }
  });
}

/// Lets a handler that answers at once be one that may answer later.
class SynchronousHandler final : public AsyncHttpHandler {
 public:
  explicit SynchronousHandler(HttpHandler& handler) : handler_(handler) {}
  void Handle(HttpRequest request, Responder responder) override { responder.Send(handler_.Handle(request)); }

 private:
  HttpHandler& handler_;
};

class SynchronousServer final : public HttpServer {
 public:
  SynchronousServer(HttpHandler& handler, ServerOptions options)
      : adapter_(handler), server_(adapter_, std::move(options)) {}
  Result<void> Listen(const std::string& address, std::uint16_t port) { return server_.Listen(address, port); }
  std::uint16_t port() const override { return server_.port(); }
  bool is_loopback() const override { return server_.is_loopback(); }
  void Run() override { server_.Run(); }
  void Stop() override { server_.Stop(); }
  Result<void> ChangeCertificate(const std::string& certificate, const std::string& private_key) override {
    return server_.ChangeCertificate(certificate, private_key);
  }

 private:
  SynchronousHandler adapter_;
  BeastServer server_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port,
                                               AsyncHttpHandler& handler, ServerOptions options) {
  auto server = std::make_unique<BeastServer>(handler, std::move(options));
  TRY(server->Listen(address, port));
  return std::unique_ptr<HttpServer>(std::move(server));
}

Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port, HttpHandler& handler,
                                               const ServerLimits& limits) {
  auto server = std::make_unique<SynchronousServer>(handler, ServerOptions{limits, "", "", nullptr});
  TRY(server->Listen(address, port));
  return std::unique_ptr<HttpServer>(std::move(server));
}

bool IsLoopbackAddress(const std::string& address) {
  if (EqualsIgnoringCase(address, "localhost")) return true;
  error_code error;
  const asio::ip::address parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

struct ServerThread::State {
  std::thread thread;
};

ServerThread::ServerThread(HttpServer& server, std::function<void()> on_end)
    : server_(server), state_(std::make_unique<State>()) {
  state_->thread = std::thread([&server, end = std::move(on_end)] {
    server.Run();
    if (end) end();
  });
}

ServerThread::~ServerThread() {
  server_.Stop();
  state_->thread.join();
}

}  // namespace cxctl
