#include "http/answer_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "base/strings.h"

namespace cxctl {

namespace {

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
  return c > 0x20 && c < 0x7f && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
}

bool IsFramingHeader(std::string_view name) {
  return EqualsIgnoringCase(name, "Content-Length") || EqualsIgnoringCase(name, "Transfer-Encoding") ||
         EqualsIgnoringCase(name, "Connection");
}

/// The reason phrases of RFC 9110 section 15 that answers here have; "" for others, as is allowed.
std::string_view ReasonOf(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 36> kReasons = {{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Payload Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Entity"},
      {423, "Locked"},
      {425, "Too Early"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  }};
  const auto found = std::ranges::find(kReasons, status, &std::pair<int, std::string_view>::first);
  return found == kReasons.end() ? "" : found->second;
}

std::string WriteHead(const HttpResponse& response) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", response.status, ReasonOf(response.status));
  for (const HttpHeader& header : response.headers) {
    if (!IsFramingHeader(header.name)) text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  // A simulated tenant dates its answers by its own clock.
  if (response.header("Date") == nullptr) text.append("Date: ").append(HttpDateNow()).append("\r\n");
  return text;
}

}  // namespace

bool IsWritable(const HttpResponse& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::ranges::all_of(response.headers, [](const HttpHeader& header) {
           return !header.name.empty() && std::ranges::all_of(header.name, IsTokenCharacter) &&
                  std::ranges::none_of(header.value,
                                       [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
         });
}

std::string WriteAnswer(const HttpResponse& response, bool keep_alive, std::size_t body_bytes) {
  std::string text = WriteHead(response);
  if (response.status != 204) text.append(fmt::format("Content-Length: {}\r\n", response.body.size()));
  text.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  text.append(response.body, 0, body_bytes);
  return text;
}

std::string WriteStreamHead(const HttpResponse& head, bool chunked) {
  return WriteHead(head) + (chunked ? "Transfer-Encoding: chunked\r\n" : "") + "Connection: close\r\n\r\n";
}

std::string WriteChunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

HttpResponse DefaultRefusalAnswer(const ServerRefusal& refusal) {
  HttpResponse response;
  response.status = refusal.status;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = fmt::format(R"({{"error":"{0}","code":"{0}","message":"{1}"}})", refusal.code, refusal.message);
  return response;
}

}  // namespace cxctl
