#pragma once

#include <string>
#include <string_view>

#include "http/http.h"
#include "http/server.h"

namespace cxctl {

/// Whether the head can be written without becoming something else, such as two answers.
bool IsWritable(const HttpResponse& response);
/// The bytes of an answer with a Content-Length. `body_bytes`: how much of the body to send under its full length.
std::string WriteAnswer(const HttpResponse& response, bool keep_alive, std::size_t body_bytes);
/// The head of an answer whose body comes in chunks, or, with `chunked` false, ends with the connection.
std::string WriteStreamHead(const HttpResponse& head, bool chunked);
/// One chunk (RFC 9112 section 7.1); of nothing: the last one.
std::string WriteChunk(std::string_view bytes);
/// `{"error":"CODE","code":"CODE","message":"…"}`
HttpResponse DefaultRefusalAnswer(const ServerRefusal& refusal);

}  // namespace cxctl
