// The sockets of the other tests, and a test of them.
#include "sockets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace cxctl {

namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int BoundSocket(std::uint16_t& port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port = ntohs(address.sin_port);
  return descriptor;
}

/// Waits until the descriptor is readable; false if `stop` is and the descriptor is not.
bool AwaitReadable(int descriptor, int stop) {
  pollfd polled[2] = {{descriptor, POLLIN, 0}, {stop, POLLIN, 0}};
  poll(polled, stop < 0 ? 1 : 2, -1);
  return polled[0].revents != 0;
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), stop_(other.stop_), buffer_(std::move(other.buffer_)) {}

RawSocket RawSocket::Connect(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  return RawSocket(descriptor);
}

bool RawSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawSocket::ReadMore() {
  char bytes[16384];
  if (descriptor_ < 0 || !AwaitReadable(descriptor_, stop_)) return false;
  const ssize_t received = recv(descriptor_, bytes, sizeof(bytes), 0);
  if (received <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(received));
  return true;
}

std::string RawSocket::ReadAll() {
  while (ReadMore()) {
  }
  return std::exchange(buffer_, {});
}

std::string RawSocket::ReadMessage(bool has_body) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return std::exchange(buffer_, {});
  }
  end += 4;
  const std::string head = Lower(buffer_.substr(0, end));
  if (const std::size_t length = head.find("\r\ncontent-length:"); has_body && length != std::string::npos) {
    end += std::strtoul(head.c_str() + length + 17, nullptr, 10);
  } else if (has_body && head.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
    std::size_t last = 0;
    while ((last = buffer_.find("0\r\n\r\n", end)) == std::string::npos) {
      if (!ReadMore()) return std::exchange(buffer_, {});
    }
    end = last + 5;
  }
  while (buffer_.size() < end) {
    if (!ReadMore()) return std::exchange(buffer_, {});
  }
  std::string message = buffer_.substr(0, end);
  buffer_.erase(0, end);
  return message;
}

bool RawSocket::EndsByReset() {
  char byte = 0;
  return AwaitReadable(descriptor_, stop_) && recv(descriptor_, &byte, 1, 0) < 0 && errno == ECONNRESET;
}

void RawSocket::FinishSending() {
  shutdown(descriptor_, SHUT_WR);
}

void RawSocket::Close() {
  if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
}

std::string RawServer::Peer::ReadRequest() {
  std::string request = socket_.ReadMessage();
  if (request.find("\r\n\r\n") == std::string::npos) return "";
  requests_.push_back(request);
  return request;
}

RawServer::RawServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
  listener_ = BoundSocket(port_);
  if (listen(listener_, 16) != 0 || pipe(stop_) != 0) std::abort();
  thread_ = std::thread([this] { Serve(); });
}

void RawServer::Serve() {
  for (std::size_t number = 0; AwaitReadable(listener_, stop_[0]); ++number) {
    RawSocket socket(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), stop_[0]);
    Peer peer(socket, requests_);
    if (number < scripts_.size()) {
      scripts_[number](peer);
    } else {
      peer.ReadRequest();
    }
  }
}

const std::vector<std::string>& RawServer::Stop() {
  if (!thread_.joinable()) return requests_;
  close(std::exchange(stop_[1], -1));  // The reading end becomes readable.
  thread_.join();
  close(stop_[0]);
  close(listener_);
  return requests_;
}

std::string RawServer::Url(std::string_view path, std::string_view scheme) const {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

RawServer::Script AnswerAndClose(std::string answer) {
  return [answer = std::move(answer)](RawServer::Peer& peer) {
    peer.ReadRequest();
    peer.Send(answer);
  };
}

ClosedPort::ClosedPort() : descriptor_(BoundSocket(port_)) {}
ClosedPort::~ClosedPort() {
  close(descriptor_);
}

namespace {

TEST(RawServerTest, RemembersWhatWasSentToIt) {
  RawServer server({AnswerAndClose("HTTP/1.1 204 No Content\r\n\r\n")});
  const std::string url = server.Url("");
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  RawSocket first = RawSocket::Connect(port);
  first.Send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_EQ(first.ReadAll(), "HTTP/1.1 204 No Content\r\n\r\n");
  RawSocket second = RawSocket::Connect(port);
  second.Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(server.Stop(),
            (std::vector<std::string>{"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", "GET / HTTP/1.1\r\n\r\n"}));
}

}  // namespace
}  // namespace cxctl
