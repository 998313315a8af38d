// Reading and writing a tenant's state as text: what --data and --state-file hold.

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "sim/call_codes.h"
#include "sim/campaigns.h"
#include "sim/schedules.h"
#include "sim/shapes.h"
#include "sim/tenant_state.h"
#include "value/json.h"

namespace cxctl::sim {
namespace {

/// A list of objects in the data: where it stands, what an item must be, and where it goes.
struct Section {
  std::string_view name;
  const ObjectShape* shape;
  ObjectStore TenantState::*store;
  ObjectKeys (*keys)(const Value& content);
};

ObjectKeys KeysOfSchedule(const Value& content) {
  return ScheduleKeys(content.GetString("campaignId"), content);
}

constexpr Section kSections[] = {
    {"campaigns", &kCampaign, &TenantState::campaigns, CampaignKeys},
    {"schedules", &kSchedule, &TenantState::schedules, KeysOfSchedule},
    {"callCodes", &kCallCode, &TenantState::call_codes, CallCodeKeys},
    {"queues", &kQueue, &TenantState::queues, StateKeys},
    {"agents", &kAgent, &TenantState::agents, StateKeys},
    {"contacts", &kContact, &TenantState::contacts, StateKeys},
    {"callbacks", &kCallback, &TenantState::callbacks, CallbackKeys},
    {"messages", &kMessage, &TenantState::messages, StateKeys},
    {"exports", &kExport, &TenantState::exports, StateKeys},
    {"metrics", &kMetrics, &TenantState::metrics, StateKeys},
};

std::unexpected<Error> Invalid(const std::string& where, std::string_view fault) {
  return Fail(ErrorCode::kInvalid, fmt::format("The tenant's data is not valid: {} {}.", where, fault));
}

std::optional<std::uint64_t> ParseHex(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsStrongEtag(const Value& etag) {
  const std::string_view text = etag.as_string();
  return text.size() >= 3 && text.front() == '"' && text.back() == '"' &&
         std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

class Loader {
 public:
  explicit Loader(std::uint64_t seed) : state_(seed) {}

  Result<TenantState> Load(std::string_view json) {
    TRY_ASSIGN(const Value data, ParseJson(arena_, json));
    if (!data.is_object()) return Invalid("the document", "must be a JSON object");
    TRY(LoadCounters(data));
    for (const Member& member : data.members()) {
      if (!IsKnown(member.key)) return Invalid(std::string(member.key), "is not a member of it");
    }
    for (const Section& section : kSections) TRY(LoadSection(data, section));
    TRY(CheckReferences());
    TRY(LoadIdempotency(data));
    if (const Value* dialer = data.Find("dialer")) {
      TRY_ASSIGN(state_.dialed, DialedCalls::FromValue(*dialer));
    }
    return std::move(state_);
  }

 private:
  static bool IsKnown(std::string_view key) {
    return key == "capacity" || key == "random" || key == "revision" || key == "idempotencyKeys" || key == "dialer" ||
           std::ranges::find(kSections, key, &Section::name) != std::end(kSections);
  }

  Result<void> LoadCounters(const Value& data) {
    if (const Value* capacity = data.Find("capacity")) {
      const auto faults = CheckObject(*capacity, kCapacity, CheckMode::kWhole);
      if (!faults.empty()) return Invalid("capacity." + faults[0].field, faults[0].message);
      state_.max_concurrent_calls = capacity->Find("maxConcurrentCalls")->as_int();
    }
    if (const Value* random = data.Find("random")) {
      const auto number = ParseHex(random->as_string());
      if (!number) return Invalid("random", "must be a hexadecimal number in a string");
      state_.random = SeededRandom(*number);
    }
    if (const Value* revision = data.Find("revision")) {
      if (!revision->is_int() || revision->as_int() < 0) return Invalid("revision", "must be an integer from 0");
      state_.revision = static_cast<std::uint64_t>(revision->as_int());
    }
    return {};
  }

  Result<void> LoadSection(const Value& data, const Section& section) {
    const Value* items = data.Find(section.name);
    if (!items) return {};
    if (!items->is_array()) return Invalid(std::string(section.name), "must be a list");
    for (std::size_t i = 0; i < items->items().size(); ++i) {
      TRY(LoadItem(items->items()[i], section, fmt::format("{}[{}]", section.name, i)));
    }
    return {};
  }

  Result<void> LoadItem(const Value& item, const Section& section, const std::string& where) {
    if (!item.is_object()) return Invalid(where, "must be an object");
    ObjectBuilder builder(arena_);
    // The id first, made if there is none: objects read better so.
    builder.Set("id", item.Find("id") ? *item.Find("id") : MakeString(arena_, state_.NewId()));
    for (const Member& member : item.members()) {
      if (member.key != "id" && member.key != "etag") builder.Append(member);
    }
    const Value whole = builder.Build();
    const auto faults = CheckObject(whole, *section.shape, CheckMode::kOpen);
    if (!faults.empty()) return Invalid(where + "." + faults[0].field, faults[0].message);
    const Value* etag = item.Find("etag");
    if (etag && !IsStrongEtag(*etag)) return Invalid(where + ".etag", "must be a strong ETag with its quotes");
    ObjectStore& store = state_.*section.store;
    const std::string id(whole.GetString("id"));
    if (store.Find(id)) return Invalid(where + ".id", "is the id of an earlier one");
    ObjectKeys keys = section.keys(whole);
    if (store.FindNamed(keys)) return Invalid(where, "has the name or code of an earlier one in the same place");
    const Value content = Normalized(whole, section);
    store.Put({id, etag ? std::string(etag->as_string()) : state_.NextEtag(), ToJson(content), std::move(keys)});
    return {};
  }

  /// As the API shows it.
  Value Normalized(const Value& whole, const Section& section) {
    if (section.shape == &kCampaign) return NormalizedCampaign(arena_, whole);
    if (section.shape == &kCallCode) return NormalizedCallCode(arena_, whole);
    if (section.shape == &kSchedule) return ObjectBuilder(arena_, whole).Remove("campaignId").Build();
    return whole;
  }

  Result<void> CheckReferences() {
    for (const auto& [id, schedule] : state_.schedules.objects()) {
      if (!state_.campaigns.Find(schedule.keys.scope))
        return Invalid("schedule " + id, "is of a campaign that is not there");
      if (const auto faults = ScheduleFaults(schedule.Read(arena_)); !faults.empty()) {
        return Invalid("schedule " + id + ": " + faults[0].field, faults[0].message);
      }
    }
    for (const auto& [id, code] : state_.call_codes.objects()) {
      if (const auto broken = CallCodeRuleBroken(state_.call_codes, code.keys)) {
        return Invalid("call code " + id + ":", broken->message);
      }
    }
    for (const auto& [id, callback] : state_.callbacks.objects()) {
      if (!state_.queues.Find(callback.keys.scope)) return Invalid("callback " + id, "is of a queue that is not there");
    }
    return {};
  }

  Result<void> LoadIdempotency(const Value& data) {
    const Value* records = data.Find("idempotencyKeys");
    if (!records) return {};
    if (!records->is_array()) return Invalid("idempotencyKeys", "must be a list");
    for (const Value& item : records->items()) {
      const auto time = ParseDateTime(item.GetString("time"));
      const Value* status = item.Find("status");
      if (!time || item.GetString("key").empty() || !status || !status->is_int()) {
        return Invalid("idempotencyKeys", "must have key, fingerprint, time, status, etag and body each");
      }
      state_.idempotency.Keep(
          std::string(item.GetString("key")),
          {std::string(item.GetString("fingerprint")), time->instant, static_cast<int>(status->as_int()),
           std::string(item.GetString("etag")), std::string(item.GetString("body"))});
    }
    return {};
  }

  Arena arena_;
  TenantState state_;
};

std::string SavedObject(const StoredObject& object, const Section& section) {
  std::string text = object.JsonWithEtag();
  if (section.shape == &kSchedule) {
    text.pop_back();
    text += ",\"campaignId\":" + JsonString(object.keys.scope) + "}";
  }
  return text;
}

void AppendList(std::string& out, std::string_view name, const std::vector<std::string>& items) {
  out += fmt::format(",\n\"{}\":[", name);
  for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "\n  " : ",\n  ") + items[i];
  out += "]";
}

}  // namespace

Result<TenantState> LoadState(std::string_view json, std::uint64_t seed) {
  return Loader(seed).Load(json);
}

std::string SaveState(const TenantState& state) {
  std::string out = fmt::format("{{\"capacity\":{{\"maxConcurrentCalls\":{}}}", state.max_concurrent_calls);
  for (const Section& section : kSections) {
    std::vector<std::string> items;
    for (const auto& [id, object] : (state.*section.store).objects()) items.push_back(SavedObject(object, section));
    AppendList(out, section.name, items);
  }
  std::vector<std::string> records;
  for (const auto& [key, record] : state.idempotency.records()) {
    Arena arena;
    ObjectBuilder item(arena);
    item.Set("key", key).Set("fingerprint", record.fingerprint).Set("time", FormatUtc(record.time));
    item.Set("status", record.status).Set("etag", record.etag).Set("body", record.body);
    records.push_back(ToJson(item.Build()));
  }
  AppendList(out, "idempotencyKeys", records);
  if (state.dialed.time) {
    Arena arena;
    out += ",\n\"dialer\":" + ToJson(state.dialed.ToValue(arena));
  }
  out += fmt::format(",\n\"random\":\"{:x}\",\n\"revision\":{}}}\n", state.random.state(), state.revision);
  return out;
}

}  // namespace cxctl::sim
