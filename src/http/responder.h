#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "http/connection.h"
#include "http/server.h"

namespace cxctl {

/// The way from a handler, in whatever thread, back to the request's connection.
class Responder::Channel {
 public:
  Channel(std::shared_ptr<ServerGate> gate, std::weak_ptr<Connection> connection, std::size_t serial,
          std::size_t stream_buffer_bytes)
      : gate_(std::move(gate)),
        connection_(std::move(connection)),
        serial_(serial),
        stream_buffer_bytes_(stream_buffer_bytes) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  void Send(ServerReply reply);
  std::shared_ptr<AnswerStream::Channel> Stream(HttpResponse head);

 private:
  const std::shared_ptr<ServerGate> gate_;
  const std::weak_ptr<Connection> connection_;
  const std::size_t serial_;  ///< Which of the connection's requests this is.
  const std::size_t stream_buffer_bytes_;
  std::atomic<bool> answered_ = false;
};

/// The same for an answer without an end. The connection holds it weakly: the handler's copies decide how long it
/// lives.
class AnswerStream::Channel {
 public:
  Channel(std::shared_ptr<ServerGate> gate, std::weak_ptr<Connection> connection, std::size_t most_bytes)
      : gate_(std::move(gate)), connection_(std::move(connection)), most_bytes_(most_bytes) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  bool Write(std::string bytes);
  bool is_closed() const { return closed_; }

  // For the connection.
  void Close() { closed_ = true; }
  void OnSent(std::size_t bytes) { waiting_bytes_ -= bytes; }

 private:
  const std::shared_ptr<ServerGate> gate_;
  const std::weak_ptr<Connection> connection_;
  const std::size_t most_bytes_;
  std::atomic<std::size_t> waiting_bytes_ = 0;
  std::atomic<bool> closed_ = false;
};

}  // namespace cxctl
