#include "drift/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::string DigestOf(const Value& value) {
  Sha256 digest;
  digest.Add(ToCanonicalJson(value));
  return "sha256:" + digest.Hex();
}

/// What makes a member of an item the same: the line that it is known by.
std::string KeyOf(std::string_view address, std::string_view status, std::string_view path, std::string_view live) {
  return fmt::format("{}\n{}\n{}\n{}", address, status, path, live);
}

bool HasMembers(DriftStatus status) {
  return status != DriftStatus::kMissing && status != DriftStatus::kUnmanaged;
}

}  // namespace

std::string BaselineJson(Arena& arena, const DriftReport& report, const std::string& tenant) {
  ArrayBuilder items(arena);
  for (const DriftItem& item : report.items) {
    if (item.status == DriftStatus::kPending) continue;
    ArrayBuilder fields(arena);
    for (const DriftField& field : item.fields) {
      if (HasMembers(item.status))
        fields.Add(ObjectBuilder(arena).Set("path", field.path).Set("live", DigestOf(field.live)).Build());
    }
    items.Add(ObjectBuilder(arena)
                  .Set("address", item.address)
                  .Set("status", DriftStatusName(item.status))
                  .Set("fields", fields.Build())
                  .Build());
  }
  return ToPrettyJson(
      ObjectBuilder(arena).Set("formatVersion", "1").Set("tenant", tenant).Set("items", items.Build()).Build());
}

Result<std::size_t> LeaveOutBaseline(DriftReport& report, std::string_view baseline, const std::string& tenant) {
  Arena arena;
  const auto json = ParseJson(arena, baseline);
  const Value* items = json ? json->Find("items") : nullptr;
  if (!items || !items->is_array() || json->GetString("formatVersion") != "1")
    return Fail(ErrorCode::kIo, "it is no baseline of drift: write it anew with --write-baseline");
  if (json->GetString("tenant") != tenant) {
    return Fail(ErrorCode::kIo, fmt::format("it is the baseline of tenant {}, not of {}",
                                            EscapeControls(json->GetString("tenant")), tenant));
  }
  std::set<std::string> known;
  for (const Value& item : items->items()) {
    const std::string_view address = item.GetString("address"), status = item.GetString("status");
    known.insert(KeyOf(address, status, "", ""));
    const Value* fields = item.Find("fields");
    for (const Value& field : fields ? fields->items() : std::span<const Value>())
      known.insert(KeyOf(address, status, field.GetString("path"), field.GetString("live")));
  }
  const std::size_t before = report.items.size();
  std::erase_if(report.items, [&](DriftItem& item) {
    if (item.status == DriftStatus::kPending) return false;
    const std::string_view status = DriftStatusName(item.status);
    if (!known.contains(KeyOf(item.address, status, "", ""))) return false;
    if (!HasMembers(item.status)) return true;
    std::erase_if(item.fields, [&](const DriftField& field) {
      return known.contains(KeyOf(item.address, status, field.path, DigestOf(field.live)));
    });
    return item.fields.empty();
  });
  return before - report.items.size();
}

}  // namespace cxctl
