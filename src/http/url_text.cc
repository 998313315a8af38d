#include "http/url_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

namespace {

struct UrlParts {
  std::string_view scheme;     ///< "https://"; "" if the URL is not absolute.
  std::string_view authority;  ///< Without credentials.
  std::string_view path;
};

bool IsSchemeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

UrlParts SplitUrl(std::string_view url) {
  UrlParts parts;
  // Only what looks like a scheme: the query of "/a?back=http://h/b" has the mark as well.
  const std::size_t mark = url.find("://");
  if (mark != std::string_view::npos && mark > 0 && std::ranges::all_of(url.substr(0, mark), IsSchemeCharacter)) {
    parts.scheme = url.substr(0, mark + 3);
    url.remove_prefix(mark + 3);
  }
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = std::min(url.find('/'), url.size());
  parts.authority = url.substr(0, slash);
  parts.path = url.substr(slash);
  if (const std::size_t at = parts.authority.rfind('@'); at != std::string_view::npos) {
    parts.authority.remove_prefix(at + 1);
  }
  return parts;
}

}  // namespace

std::string_view PathOfUrl(std::string_view url) {
  const UrlParts parts = SplitUrl(url);
  return parts.scheme.empty() ? std::string_view() : parts.path;
}

std::string DescribeRequest(std::string_view method, std::string_view url) {
  const UrlParts parts = SplitUrl(url);
  return MaskPhoneNumbers(EscapeControls(fmt::format("{} {}{}{}", method, parts.scheme, parts.authority, parts.path)));
}

}  // namespace cxctl
