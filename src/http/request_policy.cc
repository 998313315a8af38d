#include "http/request_policy.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr ServerRefusal kBadHost = {400, "BAD_REQUEST", "The request needs exactly one Host header."};
constexpr ServerRefusal kBadLength = {400, "BAD_REQUEST", "Content-Length may come once and is digits only."};
constexpr ServerRefusal kBadCoding = {400, "BAD_REQUEST",
                                      "Transfer-Encoding is `chunked`, once, without Content-Length, in HTTP/1.1."};
constexpr ServerRefusal kBadTarget = {400, "BAD_REQUEST", "The request target is a path of visible ASCII characters."};

bool IsVisible(char c) {
  return c > 0x20 && c < 0x7f;
}

std::vector<std::string_view> ValuesOf(const HttpRequest& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const HttpHeader& header : head.headers) {
    if (EqualsIgnoringCase(header.name, name)) values.push_back(header.value);
  }
  return values;
}

}  // namespace

std::optional<ServerRefusal> CheckRequestHead(const HttpRequest& head, unsigned version) {
  if (ValuesOf(head, "Host").size() != 1) return kBadHost;
  const std::vector<std::string_view> lengths = ValuesOf(head, "Content-Length");
  if (lengths.size() > 1) return kBadLength;
  if (lengths.size() == 1 &&
      (lengths[0].empty() || lengths[0].find_first_not_of("0123456789") != std::string_view::npos)) {
    return kBadLength;
  }
  const std::vector<std::string_view> codings = ValuesOf(head, "Transfer-Encoding");
  if (codings.size() > 1 ||
      (codings.size() == 1 && (!lengths.empty() || version != 11 || !EqualsIgnoringCase(codings[0], "chunked")))) {
    return kBadCoding;
  }
  if (!head.url.starts_with('/') || !std::ranges::all_of(head.url, IsVisible)) return kBadTarget;
  return std::nullopt;
}

}  // namespace cxctl
