#include "webhook/address_guard.h"

#include <fmt/format.h>

#include <optional>

#include "base/ip_address.h"
#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::string_view kHttps = "https://", kHttp = "http://";

bool IsHttps(std::string_view url) {
  return EqualsIgnoringCase(url.substr(0, kHttps.size()), kHttps);
}

std::string_view WordFor(Reach reach) {
  switch (reach) {
    case Reach::kLinkLocal:
      return "link-local";
    case Reach::kLoopback:
      return "loopback";
    case Reach::kPrivate:
    case Reach::kPublic:
      break;
  }
  return "private";
}

}  // namespace

std::string RefusalOfUrl(std::string_view url) {
  const bool is_http = EqualsIgnoringCase(url.substr(0, kHttp.size()), kHttp);
  if (!is_http && !IsHttps(url)) return "the sink's url is neither https:// nor http://";
  std::string_view authority = url.substr(is_http ? kHttp.size() : kHttps.size());
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (authority.find('@') != std::string_view::npos)
    return "the sink's url holds a user: deliveries are signed, not logged in";
  return "";
}

std::string RefusalOfAddress(std::string_view address, const SinkSettings& sink, bool tenant_on_loopback) {
  const std::optional<Reach> reach = ReachOfAddress(address);
  if (!reach) return fmt::format("{} is no IP address", EscapeControls(address));
  if (!IsHttps(sink.url) && *reach != Reach::kLoopback)
    return fmt::format("its address {} is not loopback, and plain http:// is for loopback only: use https://", address);
  const bool allowed =
      *reach == Reach::kPublic || sink.allow_private || (*reach == Reach::kLoopback && tenant_on_loopback);
  if (allowed) return "";
  return fmt::format("its address {} is {}: use a public one, or say allowPrivate: true", address, WordFor(*reach));
}

}  // namespace cxctl
