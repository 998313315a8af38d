#include <fmt/format.h>

#include <optional>

#include "base/ip_address.h"
#include "base/strings.h"
#include "manifest/references.h"
#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

/// The host of a URL as it is written: without user, port and brackets.
std::string HostOf(std::string_view url) {
  std::string_view authority = url.substr(url.find("://") + 3);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.find(':')));
}

/// By the name alone: nothing is resolved. The agent looks at the address again when it connects.
Reach ReachOfHost(const std::string& host) {
  std::string name = ToLower(host);
  if (name.ends_with('.')) name.pop_back();
  if (const std::optional<Reach> reach = ReachOfAddress(name)) return *reach;
  return name == "localhost" || name.ends_with(".localhost") ? Reach::kLoopback : Reach::kPublic;
}

std::string_view ReachText(Reach reach) {
  switch (reach) {
    case Reach::kLinkLocal:
      return "a link-local address";
    case Reach::kLoopback:
      return "a loopback address, and the tenant is not on loopback";
    case Reach::kPrivate:
    case Reach::kPublic:
      break;
  }
  return "a private address";
}

/// A loopback sink is somebody else's port when the tenant is a real one. Without a tenant nothing is known of that.
bool LoopbackNeedsLeave(const ManifestSet& set) {
  return set.tenant && set.tenant->valid && !IsLoopbackUrl(set.tenant->spec().GetString("baseUrl"));
}

void CheckSink(const ManifestSet& set, const Document& sink, Diagnostics& diagnostics) {
  const Value& url = *sink.spec().Find("url");
  const std::string host = HostOf(url.as_string());
  const Reach reach = ReachOfHost(host);
  const std::string shown = EscapeControls(host);
  if (!url.as_string().starts_with("https://") && reach != Reach::kLoopback) {
    Report(diagnostics, "CX701", sink, url.position(), fmt::format("url to {} is not https", shown),
           "use https://; plain http:// is for loopback only");
  }
  const Value* leave = sink.spec().Find("allowPrivate");
  if (reach == Reach::kPublic || (leave && leave->as_bool())) return;
  if (reach == Reach::kLoopback && !LoopbackNeedsLeave(set)) return;
  Report(diagnostics, "CX701", sink, url.position(), fmt::format("url host {} is {}", shown, ReachText(reach)),
         "use a public address, or say allowPrivate: true");
}

}  // namespace

void CheckSinks(const RuleInput& input, Diagnostics& diagnostics) {
  for (const Document* sink : input.set.OfKind("Sink")) CheckSink(input.set, *sink, diagnostics);
}

}  // namespace cxctl
