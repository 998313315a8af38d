#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "http/http.h"

namespace cxctl {

/// Builds an HttpResponse from what an HTTP library hands over, and refuses what the library takes for complete though
/// nobody can know that it is (RFC 9112 section 6.3, 8): a head without its empty line, a 2xx body that ends with the
/// connection, two Content-Length, Content-Length beside Transfer-Encoding, any transfer coding but `chunked`.
/// Exempt from the need of a length: answers to HEAD, 204, 304, and all that are not 2xx, whose status says enough.
class AnswerReader {
 public:
  static constexpr std::size_t kMaxHeaderBytes = 128u
                                                 << 10;  ///< Of all heads, interim (1xx) ones and trailers included.

  AnswerReader(bool is_head, std::size_t max_body_bytes) : is_head_(is_head), max_body_bytes_(max_body_bytes) {}

  /// One line of a head, with its line end. False if the answer is refused: stop the exchange.
  bool OnHeaderLine(std::string_view line);
  /// Some bytes of the body, transfer coding removed. False if the answer is refused: stop the exchange.
  bool OnBody(std::string_view bytes);

  /// The answer, after the library said that the exchange succeeded; or why it is none. Call once.
  std::expected<HttpResponse, std::string> Finish();

  /// Why the answer was refused, or "".
  const std::string& problem() const { return problem_; }

 private:
  enum class Stage { kStatusLine, kFields, kBody };

  bool Refuse(std::string problem);
  bool ReadStatusLine(std::string_view line);
  bool ReadField(std::string_view line);
  bool EndHead();

  bool is_head_;
  std::size_t max_body_bytes_;
  Stage stage_ = Stage::kStatusLine;
  std::size_t header_bytes_ = 0;
  std::optional<std::uint64_t> content_length_;
  bool chunked_ = false;
  bool http_1_0_ = false;
  HttpResponse response_;
  std::string problem_;
};

}  // namespace cxctl
