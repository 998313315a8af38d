#include "cli/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/strings.h"
#include "cli/text_layout.h"

namespace cxctl {

namespace {

constexpr std::int64_t kSkewWarns = 30, kSkewFails = 300;

struct Look {
  std::string_view word, sign, color;
};

Look LookOf(Check::Status status) {
  switch (status) {
    case Check::Status::kOk:
      return {"ok", "✓", "32"};
    case Check::Status::kWarning:
      return {"warning", "!", "33"};
    case Check::Status::kFailed:
      return {"failed", "✗", "31"};
    case Check::Status::kSkipped:
      break;
  }
  return {"skipped", "-", "36"};
}

std::optional<double> ReadNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() || !(number > 0)) return std::nullopt;
  return number;
}

/// The parameter `name=` of a structured header's item.
std::optional<double> Parameter(std::string_view item, std::string_view name) {
  for (std::string_view part : Split(item, ';')) {
    part = Trim(part);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('='))
      return ReadNumber(part.substr(name.size() + 1));
  }
  return std::nullopt;
}

}  // namespace

std::string_view StatusName(Check::Status status) {
  return LookOf(status).word;
}

std::string RenderChecks(const std::vector<Check>& checks, bool color, std::size_t columns) {
  constexpr std::size_t kMargin = 25, kLeast = 30;
  std::string out;
  for (const Check& check : checks) {
    const Look look = LookOf(check.status);
    const std::string mark = fmt::format("{} {:<7}", look.sign, look.word);
    out += color ? fmt::format("\x1b[{}m{}\x1b[0m", look.color, mark) : mark;
    const std::string text = check.help.empty() ? check.message : fmt::format("{}; {}", check.message, check.help);
    const std::string shown = MaskPhoneNumbers(EscapeControls(text));
    const bool narrow = columns > 0 && columns < kMargin + kLeast;
    if (columns == 0) {
      out += fmt::format("  {:<12}  {}\n", check.name, shown);
    } else if (narrow) {
      out += fmt::format("  {}\n{}", check.name, Wrapped(shown, 4, columns - 1));
    } else {
      out += fmt::format("  {:<12}  {}", check.name, Wrapped(shown, kMargin, columns - 1).substr(kMargin));
    }
  }
  return out;
}

bool Passed(const std::vector<Check>& checks) {
  return std::ranges::find(checks, Check::Status::kFailed, &Check::status) == checks.end();
}

Value ChecksJson(Arena& arena, const std::vector<Check>& checks) {
  ArrayBuilder list(arena);
  for (const Check& check : checks) {
    list.Add(ObjectBuilder(arena)
                 .Set("name", check.name)
                 .Set("status", StatusName(check.status))
                 .Set("message", check.message)
                 .Set("help", check.help.empty() ? Value::Null() : MakeString(arena, check.help))
                 .Build());
  }
  return ObjectBuilder(arena).Set("passed", Passed(checks)).Set("checks", list.Build()).Build();
}

std::optional<Endpoint> EndpointOf(std::string_view url) {
  Endpoint endpoint;
  endpoint.tls = url.starts_with("https://");
  if (!endpoint.tls && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(endpoint.tls ? 8 : 7);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  endpoint.port = endpoint.tls ? "443" : "80";
  std::size_t end = url.starts_with('[') ? url.find(']') : url.find(':');
  if (url.starts_with('[') && end != std::string_view::npos) {
    endpoint.host = url.substr(1, end - 1);
    end = end + 1 < url.size() ? end + 1 : std::string_view::npos;
  } else {
    endpoint.host = url.substr(0, end);
  }
  if (end != std::string_view::npos && end + 1 < url.size()) endpoint.port = url.substr(end + 1);
  if (endpoint.host.empty()) return std::nullopt;
  return endpoint;
}

Check JudgeClock(Instant here, std::optional<Instant> there) {
  if (!there) {
    return {"clock", Check::Status::kWarning, "the tenant's answers have no Date to hold this clock against",
            "check that this machine keeps its time by NTP"};
  }
  const std::int64_t skew = (here.micros - there->micros) / 1'000'000;
  const std::int64_t size = std::abs(skew);
  if (size <= 1) return {"clock", Check::Status::kOk, "as the tenant's", ""};
  const std::string message = fmt::format("{} s {} the tenant's", size, skew > 0 ? "ahead of" : "behind");
  if (size <= kSkewWarns) return {"clock", Check::Status::kOk, message, ""};
  const auto status = size > kSkewFails ? Check::Status::kFailed : Check::Status::kWarning;
  return {"clock", status, message, "set this machine's clock, by NTP best of all"};
}

std::optional<double> ReadRateLimit(std::string_view header_name, std::string_view value) {
  const std::string_view item = Trim(value.substr(0, value.find(',')));
  if (EqualsIgnoringCase(header_name, "RateLimit-Policy")) {
    const auto quota = Parameter(item, "q");
    const auto amount = quota ? quota : ReadNumber(item);
    if (!amount) return std::nullopt;
    return *amount / Parameter(item, "w").value_or(1);
  }
  if (!EqualsIgnoringCase(header_name, "RateLimit-Limit") && !EqualsIgnoringCase(header_name, "X-RateLimit-Limit"))
    return std::nullopt;
  const auto amount = ReadNumber(item);
  if (!amount) return std::nullopt;
  // Some write the window into the policies behind the number: `10, 10;w=1`.
  const std::size_t comma = value.find(',');
  const std::string_view policy = comma == std::string_view::npos ? item : Trim(value.substr(comma + 1));
  return *amount / Parameter(policy, "w").value_or(1);
}

Check JudgeRate(const RateSigns& signs, double requests_per_second, double share) {
  const double used = requests_per_second * share;
  std::string ours = fmt::format("cxctl makes up to {:.4g} requests a second", used);
  if (share < 1) ours += fmt::format(" ({:.4g} times share {:.4g})", requests_per_second, share);
  if (signs.limit && used > *signs.limit) {
    return {"rate-limit", Check::Status::kWarning,
            fmt::format("{}, and the tenant allows {:.4g} ({})", ours, *signs.limit, signs.header),
            fmt::format("set rateLimit.requestsPerSecond to {:.4g} in the Tenant document", *signs.limit)};
  }
  if (signs.refused > 0) {
    const std::string after =
        signs.retry_after.empty() ? "" : fmt::format(" (Retry-After: {})", EscapeControls(signs.retry_after));
    return {"rate-limit", Check::Status::kWarning,
            fmt::format("{}, and the tenant answered {} with 429{}", ours, Count(std::size_t(signs.refused), "request"),
                        after),
            "somebody else uses the limit as well: lower rateLimit.share or requestsPerSecond in the Tenant document"};
  }
  if (signs.limit)
    return {"rate-limit", Check::Status::kOk,
            fmt::format("{}; the tenant allows {:.4g} ({})", ours, *signs.limit, signs.header), ""};
  return {"rate-limit", Check::Status::kOk, fmt::format("{}; the tenant tells no limit of its own", ours), ""};
}

Check JudgeScopes(const std::vector<NeededScope>& needed, const std::optional<std::vector<std::string>>& granted,
                  const std::vector<std::string>& denied) {
  std::vector<std::string> names, missing;
  for (const NeededScope& each : needed) {
    const bool listed = !granted || std::ranges::find(*granted, each.scope) != granted->end();
    const bool refused = std::ranges::find(denied, each.scope) != denied.end();
    names.push_back(each.scope);
    if (!listed || refused) missing.push_back(fmt::format("{} ({})", each.scope, each.purpose));
  }
  if (missing.empty()) return {"scopes", Check::Status::kOk, fmt::format("granted: {}", Join(names, ", ")), ""};
  return {
      "scopes", Check::Status::kFailed,
      fmt::format("missing {}: {}", missing.size() == 1 ? "scope" : "scopes", Join(missing, ", ")),
      "grant them to the tenant's OAuth client, and add them to auth.scopes where the Tenant document names scopes"};
}

}  // namespace cxctl
