#include "plan/plan_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "base/digest.h"
#include "base/strings.h"
#include "plan/risk.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

void SetOrNull(ObjectBuilder& object, std::string_view key, const std::string& text) {
  if (text.empty()) {
    object.Set(key, Value::Null());
  } else {
    object.Set(key, text);
  }
}

Value Texts(Arena& arena, const std::vector<std::string>& texts) {
  ArrayBuilder list(arena);
  for (const std::string& text : texts) list.Add(text);
  return list.Build();
}

Value FieldsJson(Arena& arena, const Change& change, const SourceMap& sources) {
  ArrayBuilder fields(arena);
  for (const FieldChange& field : change.fields) {
    fields.Add(ObjectBuilder(arena)
                   .Set("path", field.path)
                   .Set("before", field.before)
                   .Set("after", field.after)
                   .Set("source", SourceJson(arena, field.source, sources))
                   .Build());
  }
  return fields.Build();
}

Value GuardsJson(Arena& arena, const Plan& plan) {
  ArrayBuilder guards(arena);
  for (const Guard& guard : plan.guards) {
    ObjectBuilder json(arena);
    json.Set("rule", guard.rule);
    SetOrNull(json, "address", guard.address);
    json.Set("message", guard.message);
    SetOrNull(json, "until", guard.until ? FormatUtc(*guard.until) : "");
    guards.Add(json.Build());
  }
  return guards.Build();
}

Value HeldJson(Arena& arena, const Plan& plan) {
  ArrayBuilder held(arena);
  for (const Held& each : plan.held) {
    ObjectBuilder json(arena);
    json.Set("address", each.address).Set("by", each.by);
    SetOrNull(json, "until", each.until.value_or(""));
    json.Set("fields", Texts(arena, each.fields));
    held.Add(json.Build());
  }
  return held.Build();
}

Value ViolationsJson(Arena& arena, const Plan& plan, const SourceMap& sources) {
  ArrayBuilder violations(arena);
  for (const Violation& each : plan.violations) {
    ObjectBuilder json(arena);
    json.Set("address", each.address).Set("to", each.to).Set("scheduledTime", FormatUtc(each.time));
    json.Set("message", each.message);
    SetOrNull(json, "nextPermittedTime", each.next ? FormatUtc(*each.next) : "");
    violations.Add(json.Set("source", SourceJson(arena, each.source, sources)).Build());
  }
  return violations.Build();
}

Value SummaryJson(Arena& arena, const PlanSummary& summary) {
  ObjectBuilder json(arena);
  json.Set("create", summary.create)
      .Set("update", summary.update)
      .Set("delete", summary.remove)
      .Set("rename", summary.rename)
      .Set("deactivate", summary.deactivate)
      .Set("adopt", summary.adopt)
      .Set("none", summary.none);
  if (summary.release > 0) json.Set("release", summary.release);
  return json.Build();
}

Value ManifestsJson(Arena& arena, const Plan& plan) {
  ObjectBuilder manifests(arena);
  manifests.Set("digest", plan.digest).Set("documents", plan.documents);
  if (plan.git_commit.empty()) {
    manifests.Set("git", Value::Null());
  } else {
    manifests.Set("git", ObjectBuilder(arena).Set("commit", plan.git_commit).Set("dirty", plan.git_dirty).Build());
  }
  return manifests.Build();
}

bool IsSavedField(const Value& saved, std::string_view path) {
  return std::ranges::any_of(saved.Find("fields")->items(),
                             [&](const Value& field) { return field.GetString("path") == path; });
}

/// Whether the members that the saved change touches, or was judged on, are still as it says. What came up in other
/// members since is not its business.
bool StillHolds(const Value& saved, const Change& fresh) {
  const auto fields = saved.Find("fields")->items();
  const auto is_same = [&](const Value& field) {
    const auto now = std::ranges::find(fresh.fields, field.GetString("path"), &FieldChange::path);
    const Value* then = ResolvePointer(*saved.Find("before"), field.GetString("path"));
    return now != fresh.fields.end() && now->before == *field.Find("before") && now->after == *field.Find("after") &&
           (!then || *then == now->before);
  };
  const auto is_judged_same = [&](const std::string& path) {
    const Value* then = ResolvePointer(*saved.Find("before"), path);
    const Value* now = ResolvePointer(fresh.before, path);
    return then && now ? *then == *now : !then && !now;
  };
  std::vector<FieldChange> touched;
  for (const Value& field : fields) touched.push_back({std::string(field.GetString("path")), {}, {}, {}});
  return std::ranges::all_of(fields, is_same) &&
         std::ranges::all_of(JudgedMembers(fresh.kind, touched), is_judged_same);
}

/// The fresh change with nothing but what the saved one does; nothing where they do not go together.
std::optional<Change> ChangeOfBoth(Arena& arena, const Value& saved, const Change& fresh) {
  if (saved.GetString("action") != ActionName(fresh.action) || !(*saved.Find("after") == fresh.after))
    return std::nullopt;
  if (saved.GetString("liveId") != fresh.live_id) return std::nullopt;  // alike, but not what was reviewed
  const bool same = *saved.Find("before") == fresh.before && saved.GetString("risk") == RiskName(fresh.risk) &&
                    saved.Find("fields")->items().size() == fresh.fields.size();
  if (same) return StillHolds(saved, fresh) ? std::optional(fresh) : std::nullopt;
  if (LivesInAgent(fresh.kind)) return std::nullopt;  // written whole: any other difference would be written, too
  if (!fresh.steps.empty()) return std::nullopt;      // they do everything that the fresh change does
  const bool is_update = fresh.operation == WriteOperation::kUpdate || fresh.operation == WriteOperation::kTransition;
  if (!is_update || fresh.fields.empty() || !StillHolds(saved, fresh)) return std::nullopt;
  Change both = fresh;
  std::erase_if(both.fields, [&](const FieldChange& field) { return !IsSavedField(saved, field.path); });
  // Judged by what it is about to do; a change of state that came up since is none of it.
  if (both.fields.empty() || both.activates != (both.activates && IsSavedField(saved, "/state"))) return std::nullopt;
  if (fresh.operation == WriteOperation::kTransition && !IsSavedField(saved, "/state")) return std::nullopt;
  if (saved.GetString("risk") != RiskName(fresh.risk)) {
    // With what came up since left out, it must be what was reviewed.
    both.risk = RiskOf(both.kind, both.fields, both.before, both.after);
    if (saved.GetString("risk") != RiskName(both.risk)) return std::nullopt;
  }
  both.payload = PatchOf(arena, both.fields, both.after);
  ObjectBuilder payload(arena);
  for (const Member& member : both.payload.members()) {
    if (fresh.payload.Find(member.key))
      payload.Append(member);  // what the fresh change does not send (a cleared pause) stays out
  }
  both.payload = payload.Build();
  return both;
}

bool IsWhole(const Value& change) {
  const Value* fields = change.Find("fields");
  const bool has_members = change.Find("before") && change.Find("after") && fields && fields->is_array();
  return has_members && !change.GetString("address").empty() &&
         std::ranges::all_of(fields->items(), [](const Value& field) {
           return !field.GetString("path").empty() && field.Find("before") && field.Find("after");
         });
}

/// Programs write the escapes of JSON with digits in lower case; one in upper case is a bit that fell over, of which no
/// hash knows.
bool HasStrangeEscape(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 2)) {
    const std::string_view digits = text.substr(at + 1, 5);
    if (digits.starts_with('u') && digits.substr(1).find_first_of("ABCDEF") != std::string_view::npos) return true;
  }
  return false;
}

/// The digits of a JSON number from the first to the last that is not 0, and the power of ten that they stand for:
/// equal for equal decimal numbers, however they are written.
std::pair<std::string, long> DecimalOf(std::string_view number) {
  const std::size_t exponent_at = std::min(number.find('e'), number.size());
  std::string digits;
  long exponent = 0;
  if (exponent_at < number.size())
    std::from_chars(number.data() + exponent_at + (number.substr(exponent_at + 1).starts_with('+') ? 2 : 1),
                    number.data() + number.size(), exponent);
  bool fraction = false;
  for (char c : number.substr(0, exponent_at)) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    digits += c;
    exponent -= fraction ? 1 : 0;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  for (; digits.ends_with('0'); digits.pop_back()) ++exponent;
  return {digits, digits.empty() ? 0 : exponent};
}

/// Whether a number is written as no program writes it: with E, or with digits that are not the shortest that give the
/// same double. The hash sees the double only.
bool IsStrangeNumber(std::string_view number) {
  if (number.find('E') != std::string_view::npos) return true;
  if (number.find_first_of(".e") == std::string_view::npos) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return false;  // the parser says what is wrong
  return DecimalOf(number) != DecimalOf(fmt::format("{}", value));
}

bool HasStrangeNumber(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
    } else if (text[at] >= '0' && text[at] <= '9') {
      const std::string_view number = text.substr(at, text.find_first_not_of("0123456789.eE+-", at) - at);
      if (IsStrangeNumber(number)) return true;
      at += number.size() - 1;
    }
  }
  return false;
}

/// Whether one bit fell over in the format version of a plan that was made by this one: with the version put right, the
/// hash is right.
bool IsOurFormatDamaged(Arena& arena, const Value& document, std::string_view format) {
  if (format.size() != kPlanFormat.size()) return false;
  int bits = 0;
  for (std::size_t i = 0; i < format.size(); ++i)
    bits += std::popcount(static_cast<unsigned char>(format[i] ^ kPlanFormat[i]));
  const Value* hash = document.Find("integrity", "sha256");
  const Value ours = ObjectBuilder(arena, document).Remove("integrity").Set("formatVersion", kPlanFormat).Build();
  return bits == 1 && hash && hash->as_string() == Sha256Hex(ToCanonicalJson(ours));
}

std::string Explain(const Value& saved, const Change* fresh) {
  const std::string_view address = saved.GetString("address");
  if (!fresh)
    return fmt::format("{} needs no change any more, though the plan would {} it", EscapeControls(address),
                       saved.GetString("action"));
  if (saved.GetString("liveId") != fresh->live_id)
    return fmt::format("{} is another object now, with another id", EscapeControls(address));
  for (const FieldChange& field : fresh->fields) {
    for (const Value& each : saved.Find("fields")->items()) {
      if (each.GetString("path") == field.path && !(*each.Find("before") == field.before)) {
        return fmt::format("{} was changed on the tenant: {} is now {}, the plan has seen {}", EscapeControls(address),
                           field.path, ToJson(field.before), ToJson(*each.Find("before")));
      }
    }
  }
  return fmt::format("{} was changed on the tenant since the plan was made", EscapeControls(address));
}

}  // namespace

Value SourceJson(Arena& arena, const Position& position, const SourceMap& sources) {
  if (!position.known()) return Value::Null();
  return ObjectBuilder(arena)
      .Set("file", sources.name(position.file))
      .Set("line", static_cast<std::int64_t>(position.line))
      .Set("column", static_cast<std::int64_t>(position.column))
      .Build();
}

Value DiagnosticsJson(Arena& arena, const Diagnostics& diagnostics, const SourceMap& sources) {
  ArrayBuilder list(arena);
  for (const Diagnostic& diagnostic : diagnostics) {
    const Position& at = diagnostic.position;
    ObjectBuilder json(arena);
    json.Set("rule", diagnostic.rule);
    json.Set("severity", diagnostic.severity == Severity::kError ? "error" : "warning");
    json.Set("message", diagnostic.message);
    SetOrNull(json, "help", diagnostic.help);
    SetOrNull(json, "address", diagnostic.address);
    SetOrNull(json, "file", sources.name(at.file));
    json.Set("line", at.known() ? Value::Int(at.line) : Value::Null());
    json.Set("column", at.known() ? Value::Int(at.column) : Value::Null());
    json.Set("endColumn", at.known() ? Value::Int(at.column + at.width) : Value::Null());
    list.Add(json.Build());
  }
  return list.Build();
}

/// What each of its requests makes of the object.
static Value StepsJson(Arena& arena, const Change& change) {
  ArrayBuilder steps(arena);
  for (const Change& step : change.steps)
    steps.Add(ObjectBuilder(arena).Set("before", step.before).Set("after", step.after).Build());
  return steps.Build();
}

Value ChangeJson(Arena& arena, const Change& change, const SourceMap& sources) {
  ObjectBuilder json(arena);
  json.Set("address", change.address);
  json.Set("action", ActionName(change.action));
  json.Set("risk", RiskName(change.risk));
  json.Set("provider", ProviderName(change.kind));
  json.Set("reason", ReasonName(change.reason));
  SetOrNull(json, "liveId", change.live_id);
  SetOrNull(json, "etag", change.etag);
  json.Set("dependsOn", Texts(arena, change.depends_on));
  json.Set("source", SourceJson(arena, change.source, sources));
  json.Set("fields", FieldsJson(arena, change, sources));
  json.Set("before", change.before);
  json.Set("after", change.after);
  if (!change.steps.empty()) json.Set("steps", StepsJson(arena, change));
  return json.Build();
}

Value PlanJson(Arena& arena, const Plan& plan, const SourceMap& sources, std::string_view tool_version) {
  ArrayBuilder changes(arena);
  for (const Change& change : plan.changes) changes.Add(ChangeJson(arena, change, sources));
  ObjectBuilder json(arena);
  json.Set("formatVersion", kPlanFormat);
  json.Set("tool", ObjectBuilder(arena).Set("name", "cxctl").Set("version", tool_version).Build());
  json.Set("id", plan.id);
  json.Set("createdAt", FormatUtc(plan.created_at));
  json.Set("tenant", ObjectBuilder(arena).Set("name", plan.tenant_name).Set("baseUrl", plan.base_url).Build());
  json.Set("manifests", ManifestsJson(arena, plan));
  json.Set("summary", SummaryJson(arena, plan.Summary()));
  json.Set("changes", changes.Build());
  const double seconds = std::round(plan.estimated_seconds * 10) / 10;
  json.Set("estimate", ObjectBuilder(arena).Set("requests", plan.estimated_requests).Set("seconds", seconds).Build());
  json.Set("diagnostics", DiagnosticsJson(arena, plan.diagnostics, sources));
  json.Set("guards", GuardsJson(arena, plan));
  json.Set("held", HeldJson(arena, plan));
  if (!plan.violations.empty()) json.Set("violations", ViolationsJson(arena, plan, sources));
  return json.Build();
}

Value SealPlan(Arena& arena, const Value& document) {
  const std::string hash = Sha256Hex(ToCanonicalJson(document));
  return ObjectBuilder(arena, document).Set("integrity", ObjectBuilder(arena).Set("sha256", hash).Build()).Build();
}

Result<SavedPlan> ReadSavedPlan(Arena& arena, std::string_view text, const std::string& file) {
  const auto damaged = [&](std::string_view why) {
    return Fail(ErrorCode::kIntegrity,
                fmt::format("{} is no intact saved plan: {}; make a new one with: cxctl plan -o {}", file, why, file));
  };
  if (HasStrangeEscape(text) || HasStrangeNumber(text))
    return damaged("it has escapes or numbers as no program writes them");
  const auto document = ParseJson(arena, text);
  if (!document) return damaged(document.error().message);
  const std::string_view format = document->GetString("formatVersion");
  if (IsOurFormatDamaged(arena, *document, format)) return damaged("its formatVersion does not match its content");
  // Another version may have another way to be whole.
  if (!format.empty() && format != kPlanFormat) {
    return Fail(
        ErrorCode::kRefused,
        fmt::format(
            "{} is a plan of format version {}, this program applies version {}: make a new one with: cxctl plan -o {}",
            file, format, kPlanFormat, file));
  }
  const Value* hash = document->Find("integrity", "sha256");
  if (!hash) return damaged("it has no integrity.sha256");
  const Value bare = ObjectBuilder(arena, *document).Remove("integrity").Build();
  // The file must be what the program writes: a byte changed outside of what the hash covers is a change, too.
  if (Sha256Hex(ToCanonicalJson(bare)) != hash->as_string())
    return damaged("its content does not match its integrity.sha256");
  if (ToCanonicalJson(SealPlan(arena, bare)) != ToCanonicalJson(*document))
    return damaged("it has more than an integrity.sha256");
  SavedPlan plan;
  plan.document = *document;
  plan.id = std::string(document->GetString("id"));
  const auto created = ParseDateTime(document->GetString("createdAt"));
  const Value* tenant = document->Find("tenant");
  const Value* manifests = document->Find("manifests");
  const Value* changes = document->Find("changes");
  if (format.empty() || !created || !tenant || !manifests || !changes || !changes->is_array() ||
      !std::ranges::all_of(changes->items(), IsWhole)) {
    return damaged("members of a plan are missing");
  }
  plan.created_at = created->instant;
  plan.tenant_name = std::string(tenant->GetString("name"));
  plan.base_url = std::string(tenant->GetString("baseUrl"));
  plan.digest = std::string(manifests->GetString("digest"));
  return plan;
}

Result<std::vector<Change>> MatchSavedPlan(Arena& arena, const SavedPlan& saved, const Plan& fresh,
                                           const std::set<std::string>& made) {
  std::vector<Change> changes;
  for (const Value& each : saved.document.Find("changes")->items()) {
    const Change* now = fresh.Find(each.GetString("address"));
    const bool writes = each.GetString("action") != "adopt" && each.GetString("action") != "release";
    if (!now && made.contains(std::string(each.GetString("address")))) continue;
    auto both = now ? ChangeOfBoth(arena, each, *now) : std::nullopt;
    if (both) {
      changes.push_back(*std::move(both));
    } else if (writes) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("the plan is stale: {}; make a new one and have it reviewed", Explain(each, now)));
    }
  }
  // What came up since stays out, and with it what would wait for it.
  for (Change& change : changes) {
    std::erase_if(change.depends_on, [&](const std::string& address) {
      return std::ranges::find(changes, address, &Change::address) == changes.end();
    });
  }
  return changes;
}

}  // namespace cxctl
