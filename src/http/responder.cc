#include "http/responder.h"

#include <utility>

#include "http/request_policy.h"

namespace cxctl {

namespace {

/// Calls `action` with the connection, in the server's thread, if it is still there then.
template <class Action>
void WithConnection(ServerGate& gate, const std::weak_ptr<Connection>& connection, Action action) {
  // std::function wants to copy; what is captured is shared.
  gate.Post([connection, shared = std::make_shared<Action>(std::move(action))] {
    if (const std::shared_ptr<Connection> alive = connection.lock()) (*shared)(*alive);
  });
}

}  // namespace

Responder::Channel::~Channel() {
  if (answered_) return;
  ServerReply reply;
  reply.refusal = &kNoAnswer;
  Send(std::move(reply));
}

void Responder::Channel::Send(ServerReply reply) {
  if (answered_.exchange(true)) return;
  WithConnection(*gate_, connection_, [serial = serial_, reply = std::move(reply)](Connection& connection) mutable {
    connection.OnReply(serial, std::move(reply));
  });
}

std::shared_ptr<AnswerStream::Channel> Responder::Channel::Stream(HttpResponse head) {
  if (answered_.exchange(true)) return nullptr;
  auto stream = std::make_shared<AnswerStream::Channel>(gate_, connection_, stream_buffer_bytes_);
  WithConnection(*gate_, connection_,
                 [serial = serial_, head = std::move(head), stream](Connection& connection) mutable {
                   connection.OnStream(serial, std::move(head), std::move(stream));
                 });
  return stream;
}

void Responder::Send(HttpResponse response) {
  ServerReply reply;
  reply.response = std::move(response);
  channel_->Send(std::move(reply));
}

void Responder::Send(ServerReply reply) {
  channel_->Send(std::move(reply));
}

AnswerStream Responder::Stream(HttpResponse head) {
  return AnswerStream(channel_->Stream(std::move(head)));
}

AnswerStream::Channel::~Channel() {
  WithConnection(*gate_, connection_, [](Connection& connection) { connection.OnStreamEnd(); });
}

bool AnswerStream::Channel::Write(std::string bytes) {
  if (closed_) return false;
  if (bytes.empty()) return true;
  if (waiting_bytes_.fetch_add(bytes.size()) + bytes.size() > most_bytes_) {
    closed_ = true;
    WithConnection(*gate_, connection_, [](Connection& connection) { connection.Abort(); });
    return false;
  }
  WithConnection(*gate_, connection_, [bytes = std::move(bytes)](Connection& connection) mutable {
    connection.OnStreamBytes(std::move(bytes));
  });
  return true;
}

bool AnswerStream::Write(std::string bytes) {
  return channel_ != nullptr && channel_->Write(std::move(bytes));
}

bool AnswerStream::is_closed() const {
  return channel_ == nullptr || channel_->is_closed();
}

}  // namespace cxctl
