#include "sim/fault_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "sim/body_check.h"
#include "sim/json_position.h"
#include "time/instant.h"
#include "value/json.h"

namespace cxctl::sim {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// The longest delay and the longest Retry-After: what is longer is a slip of the pen.
constexpr std::chrono::hours kLongest(24);

bool IsShortDuration(std::string_view text) {
  const auto duration = ParseDuration(text);
  return duration && *duration <= kLongest;
}
bool IsPathGlob(std::string_view text) {
  return text.starts_with('/') || text.starts_with('*');
}

constexpr std::string_view kDurationText = "a duration such as 500ms or 2s, 1d at most";
constexpr std::string_view kAny = "any";
constexpr std::string_view kFaults[] = {"rateLimit",    "error",          "drop",         "delay",
                                        "cutHead",      "cutBody",        "html",         kAny,
                                        "expiredToken", "concurrentEdit", "vanishingItem"};
constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::string_view kWhen[] = {"before", "after"};
constexpr std::string_view kEnds[] = {"reset", "close"};
constexpr std::string_view kForms[] = {"seconds", "date"};
constexpr std::string_view kItems[] = {"deleted", "hidden"};
constexpr double kMostRequests = 1e15;

constexpr ObjectShape kAnyObject = {};
constexpr MemberRule kRuleMembers[] = {
    // When it strikes.
    {.name = "request", .kind = Kind::kInt, .min = 1, .max = kMostRequests},
    {.name = "method", .kind = Kind::kChoice, .choices = kMethods},
    {.name = "path", .pattern = IsPathGlob, .pattern_text = "a path such as /api/v2/callcodes/*"},
    {.name = "rate", .kind = Kind::kNumber, .min = 0, .max = 1, .above_min = true},
    {.name = "skip", .kind = Kind::kInt, .min = 0, .max = kMostRequests},
    {.name = "times", .kind = Kind::kInt, .min = 1, .max = kMostRequests},
    // What it does.
    {.name = "fault", .kind = Kind::kChoice, .required = true, .choices = kFaults},
    {.name = "when", .kind = Kind::kChoice, .choices = kWhen},
    {.name = "delay", .pattern = IsShortDuration, .pattern_text = kDurationText},
    {.name = "status", .kind = Kind::kInt, .min = 200, .max = 599},
    {.name = "end", .kind = Kind::kChoice, .choices = kEnds},
    {.name = "bytes", .kind = Kind::kInt, .min = 0, .max = 1 << 30},
    {.name = "form", .kind = Kind::kChoice, .choices = kForms},
    {.name = "retryAfter", .pattern = IsShortDuration, .pattern_text = kDurationText},
    {.name = "set", .kind = Kind::kObject, .shape = &kAnyObject},
    {.name = "item", .kind = Kind::kChoice, .choices = kItems},
};
constexpr ObjectShape kRule = {kRuleMembers};
constexpr std::size_t kConditions = 6;  ///< Rows of the table above.

/// The members, besides the conditions and `delay`, that a kind has a use for.
struct KindMembers {
  FaultKind kind;
  std::vector<std::string_view> members;
};

std::vector<KindMembers> AllKindMembers() {
  return {{FaultKind::kRateLimit, {"form", "retryAfter"}},
          {FaultKind::kError, {"when", "status"}},
          {FaultKind::kDrop, {"when", "end"}},
          {FaultKind::kDelay, {}},
          {FaultKind::kCutHead, {"when", "bytes"}},
          {FaultKind::kCutBody, {"when", "bytes"}},
          {FaultKind::kHtml, {"when", "status"}},
          {FaultKind::kExpiredToken, {}},
          {FaultKind::kConcurrentEdit, {"set"}},
          {FaultKind::kVanishingItem, {"item"}}};
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<FaultRule>> Read() {
    TRY_ASSIGN(const Value document, ParseJson(arena_, text_));
    if (!document.is_object()) {
      Add("", "must be a JSON object");
    } else {
      CheckMembers(document);
    }
    std::vector<FaultRule> rules;
    if (const Value* faults = document.Find("faults"); problems_.empty() && faults) {
      for (std::size_t i = 0; i < faults->items().size(); ++i) {
        rules.push_back(ReadRule(faults->items()[i], fmt::format("faults[{}]", i)));
      }
    }
    if (!problems_.empty()) return Fail(ErrorCode::kInvalid, Join(problems_, "; "));
    return rules;
  }

 private:
  void Add(const std::string& path, std::string_view message) {
    const TextPosition position = LocateJson(text_, path);
    problems_.push_back(fmt::format("{} ({}:{}) {}", path.empty() ? "the document" : EscapeControls(path),
                                    position.line, position.column, EscapeControls(message)));
  }

  void CheckMembers(const Value& document) {
    for (const Member& member : document.members()) {
      if (member.key != "faults" && member.key != "$schema")
        Add(std::string(member.key), "is not a member of it: it has faults alone");
    }
    const Value* faults = document.Find("faults");
    if (!faults) return Add("", "needs the list faults");
    if (!faults->is_array()) return Add("faults", "must be a list");
  }

  FaultRule ReadRule(const Value& item, const std::string& path) {
    FaultRule rule;
    if (!item.is_object()) {
      Add(path, "must be an object");
      return rule;
    }
    const std::size_t before = problems_.size();
    CheckNames(item, path);
    for (const Detail& detail : CheckObject(item, kRule, CheckMode::kOpen)) {
      Add(path + "." + detail.field, detail.message);
    }
    if (problems_.size() > before) return rule;
    ReadConditions(item, rule);
    rule.fault = ReadFault(item, path);
    return rule;
  }

  void CheckNames(const Value& item, const std::string& path) {
    std::vector<std::string_view> names;
    std::ranges::transform(kRuleMembers, std::back_inserter(names), &MemberRule::name);
    for (const Member& member : item.members()) {
      if (std::ranges::find(names, member.key) != names.end()) continue;
      const std::string_view nearest = NearestWord(member.key, names);
      Add(path + "." + std::string(member.key),
          nearest.empty() ? "is not a member of a fault"
                          : fmt::format("is not a member of a fault, did you mean {}?", nearest));
    }
  }

  static void ReadConditions(const Value& item, FaultRule& rule) {
    const auto number = [&](std::string_view name) -> std::optional<std::uint64_t> {
      const Value* value = item.Find(name);
      if (!value) return std::nullopt;
      return static_cast<std::uint64_t>(value->as_double());
    };
    rule.request = number("request");
    rule.method = item.GetString("method");
    rule.path = item.GetString("path");
    if (const Value* rate = item.Find("rate")) rule.rate = rate->as_double();
    rule.skip = number("skip").value_or(0);
    rule.times = number("times");
  }

  std::optional<Fault> ReadFault(const Value& item, const std::string& path) {
    const std::string_view name = item.GetString("fault");
    Fault fault;
    std::vector<std::string_view> suiting;
    for (KindMembers& kind : AllKindMembers()) {
      if (FaultName(kind.kind) != name) continue;
      fault.kind = kind.kind;
      suiting = std::move(kind.members);
    }
    if (name != kAny) suiting.push_back("delay");
    for (const MemberRule& member : std::span(kRuleMembers).subspan(kConditions)) {
      const bool suits = member.name == "fault" || std::ranges::find(suiting, member.name) != suiting.end();
      if (!suits && item.Find(member.name))
        Add(path + "." + std::string(member.name), fmt::format("does not belong to the fault {}", name));
    }
    if (name == kAny) return std::nullopt;
    fault.before_effect = item.GetString("when") == "before" || fault.kind == FaultKind::kRateLimit;
    ReadAnswer(item, fault);
    CheckSense(item, path, fault);
    return fault;
  }

  static void ReadAnswer(const Value& item, Fault& fault) {
    const auto duration = [&](std::string_view name, Duration fallback) {
      return ParseDuration(item.GetString(name)).value_or(fallback);
    };
    const Value* status = item.Find("status");
    fault.status = status ? static_cast<int>(status->as_double()) : fault.kind == FaultKind::kHtml ? 200 : 503;
    fault.reset = item.GetString("end") != "close";
    fault.delay = duration_cast<milliseconds>(duration("delay", Duration::zero()));
    if (fault.kind == FaultKind::kCutHead) fault.bytes = 40;
    if (const Value* bytes = item.Find("bytes")) fault.bytes = static_cast<std::size_t>(bytes->as_double());
    fault.date = item.GetString("form") == "date";
    fault.retry_after = std::chrono::ceil<seconds>(duration("retryAfter", seconds(1)));
    if (const Value* set = item.Find("set")) fault.set = ToJson(*set);
    fault.hidden = item.GetString("item") == "hidden";
  }

  void CheckSense(const Value& item, const std::string& path, const Fault& fault) {
    if (fault.kind == FaultKind::kError && fault.status < 500) Add(path + ".status", "must be at least 500");
    if (fault.kind == FaultKind::kHtml && fault.status == 204) Add(path + ".status", "must be one that has a body");
    if (fault.kind == FaultKind::kHtml && fault.status == 304) Add(path + ".status", "must be one that has a body");
    if (fault.kind == FaultKind::kDelay && !item.Find("delay")) Add(path + ".delay", "is required");
  }

  std::string_view text_;
  Arena arena_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<std::vector<FaultRule>> ReadFaults(std::string_view json) {
  return Reader(json).Read();
}

std::string FaultCountsJson(const FaultPlan& plan) {
  Arena arena;
  ArrayBuilder faults(arena);
  for (std::size_t i = 0; i < plan.rules().size(); ++i) {
    const std::optional<Fault>& fault = plan.rules()[i].fault;
    ObjectBuilder item(arena);
    item.Set("fault", fault ? FaultName(fault->kind) : kAny);
    item.Set("struck", static_cast<std::int64_t>(plan.struck(i)));
    faults.Add(item.Build());
  }
  ObjectBuilder document(arena);
  document.Set("requests", static_cast<std::int64_t>(plan.requests())).Set("faults", faults.Build());
  return ToJson(document.Build());
}

}  // namespace cxctl::sim
