#include "http/answer_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace cxctl {

namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Nothing for anything but digits, and for what does not fit.
std::optional<std::uint64_t> ParseLength(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, IsDigit)) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc()) return std::nullopt;
  return length;
}

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view TrimBlanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool IsFieldNameCharacter(char c) {
  return c > ' ' && c < 0x7f && c != ':';
}

}  // namespace

bool AnswerReader::Refuse(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
  return false;
}

bool AnswerReader::OnHeaderLine(std::string_view line) {
  if (!problem_.empty()) return false;
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    return Refuse(fmt::format("the answer's headers are larger than {} bytes", kMaxHeaderBytes));
  }
  if (stage_ == Stage::kBody) return true;  // A trailer of a chunked body: nothing here needs it.
  // libcurl hands over the last line as it is when the connection ends within it.
  if (!line.ends_with('\n')) return Refuse("the answer ended inside its headers");
  line = WithoutLineEnd(line);
  if (stage_ == Stage::kStatusLine) return ReadStatusLine(line);
  return line.empty() ? EndHead() : ReadField(line);
}

bool AnswerReader::ReadStatusLine(std::string_view line) {
  // "HTTP/1.1 200 OK"; the reason may be missing, and some servers leave out the blank before it as well.
  const bool well_formed = line.size() >= 12 && line.starts_with("HTTP/1.") && IsDigit(line[7]) && line[8] == ' ' &&
                           std::ranges::all_of(line.substr(9, 3), IsDigit) && (line.size() == 12 || line[12] == ' ');
  if (!well_formed) return Refuse("the answer does not begin with an HTTP/1.x status line");
  http_1_0_ = line[7] == '0';
  response_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (response_.status < 100 || response_.status > 599 || response_.status == 101) {
    return Refuse(fmt::format("the answer's status is {}, which answers no such request", response_.status));
  }
  stage_ = Stage::kFields;
  return true;
}

bool AnswerReader::ReadField(std::string_view line) {
  std::vector<HttpHeader>& headers = response_.headers;
  if (line.front() == ' ' || line.front() == '\t') {  // A folded line (obsolete): it continues the one before.
    if (headers.empty()) return Refuse("the answer's first header line begins with a blank");
    headers.back().value.append(" ").append(TrimBlanks(line));
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 ||
      !std::ranges::all_of(line.substr(0, colon), IsFieldNameCharacter)) {
    return Refuse("the answer has a malformed header line");
  }
  headers.push_back({std::string(line.substr(0, colon)), std::string(TrimBlanks(line.substr(colon + 1)))});
  return true;
}

bool AnswerReader::EndHead() {
  if (response_.status < 200) {  // Interim: the real one follows.
    response_ = HttpResponse();
    stage_ = Stage::kStatusLine;
    return true;
  }
  stage_ = Stage::kBody;
  for (const HttpHeader& header : response_.headers) {
    if (EqualsIgnoringCase(header.name, "Content-Length")) {
      if (content_length_) return Refuse("the answer has two Content-Length headers");
      content_length_ = ParseLength(header.value);
      if (!content_length_) return Refuse("the answer's Content-Length is not a number");
    } else if (EqualsIgnoringCase(header.name, "Transfer-Encoding")) {
      if (chunked_) return Refuse("the answer has two Transfer-Encoding headers");
      if (!EqualsIgnoringCase(header.value, "chunked")) return Refuse("the answer's Transfer-Encoding is not chunked");
      chunked_ = true;
    }
  }
  if (chunked_ && content_length_) return Refuse("the answer has Content-Length beside Transfer-Encoding");
  if (chunked_ && http_1_0_) return Refuse("the answer has Transfer-Encoding in HTTP/1.0");
  const bool has_body = !is_head_ && response_.status != 204 && response_.status != 304;
  // HTTP/1.0 knows no other end than that of the connection; a JSON body tells by itself whether it is whole.
  if (has_body && response_.status < 300 && !chunked_ && !content_length_ && !http_1_0_) {
    return Refuse("the answer says nothing about its length, so nobody can tell whether it is complete");
  }
  if (has_body && content_length_) {
    if (*content_length_ > max_body_bytes_) {
      return Refuse(fmt::format("the answer is larger than {} bytes", max_body_bytes_));
    }
    response_.body.reserve(std::min<std::uint64_t>(*content_length_, 1u << 20));
  }
  return true;
}

bool AnswerReader::OnBody(std::string_view bytes) {
  if (!problem_.empty()) return false;
  if (stage_ != Stage::kBody) return Refuse("the answer has a body before the end of its headers");
  if (bytes.size() > max_body_bytes_ - response_.body.size()) {
    return Refuse(fmt::format("the answer is larger than {} bytes", max_body_bytes_));
  }
  response_.body.append(bytes);
  return true;
}

std::expected<HttpResponse, std::string> AnswerReader::Finish() {
  if (stage_ != Stage::kBody) Refuse("the answer ended inside its headers");
  const bool has_body = !is_head_ && response_.status != 204 && response_.status != 304;
  if (has_body && content_length_ && response_.body.size() != *content_length_) {
    Refuse("the answer is shorter than its Content-Length");
  }
  if (!problem_.empty()) return std::unexpected(problem_);
  return std::move(response_);
}

}  // namespace cxctl
