#include "sim/call_codes.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"

namespace cxctl::sim {
namespace {

constexpr int kMaxLevels = 3;

/// 409 if the patch would change a member that stays for ever.
Checked<void> CheckIdentityKept(const Value& before, const Value& patch) {
  std::vector<Detail> changed;
  for (std::string_view name : {"code", "category", "parentCallCodeId"}) {
    const Value* wanted = patch.Find(name);
    const Value* current = before.Find(name);
    if (wanted && !(*wanted == (current ? *current : Value())))
      changed.push_back({std::string(name), "cannot be changed"});
  }
  if (changed.empty()) return {};
  return Refuse(409, "IMMUTABLE_MEMBER", "code, category and parentCallCodeId cannot be changed.", std::move(changed));
}

/// Members that a patch may name: those that can be changed, and those that are a 409 instead of a 400. Null would take
/// away what a code must have, but for isActive, which falls back to true.
Checked<void> CheckPatch(const Call& call) {
  std::vector<Detail> faults = CheckObject(call.body, kCallCodePayload, CheckMode::kPatch);
  std::erase_if(faults, [&](const Detail& fault) {
    const Value* value = call.body.Find(fault.field);
    const bool fixed = fault.field == "code" || fault.field == "category";
    return fixed && value && (value->is_null() || value->is_string());
  });
  if (!faults.empty()) return RefuseInvalid(std::move(faults));
  return {};
}

bool Holds(const StoredObject& object, const CallCodeFilter& filter) {
  const auto is = [](const std::string& actual) {
    return [&actual](const std::string& wanted) { return actual == wanted; };
  };
  return std::ranges::all_of(filter.codes, is(object.keys.name)) &&
         std::ranges::all_of(filter.categories, is(object.keys.scope));
}

std::unexpected<Refusal> BadFilter(std::string fault) {
  return RefuseInvalid({{"filter", std::move(fault)}});
}

}  // namespace

Value NormalizedCallCode(Arena& arena, const Value& call_code) {
  ObjectBuilder builder(arena, call_code);
  if (!call_code.Find("parentCallCodeId")) builder.Set("parentCallCodeId", Value::Null());
  if (const Value* active = call_code.Find("isActive"); !active || active->is_null()) builder.Set("isActive", true);
  return builder.Build();
}

std::optional<Refusal> CallCodeRuleBroken(const ObjectStore& call_codes, const ObjectKeys& keys) {
  int level = 1;
  for (const std::string* parent_id = &keys.parent; !parent_id->empty(); ++level) {
    const StoredObject* parent = call_codes.Find(*parent_id);
    if (!parent) return Refusal{422, "PARENT_NOT_FOUND", "the parent does not exist", {}, {}};
    if (level == kMaxLevels) return Refusal{422, "HIERARCHY_TOO_DEEP", "it would be deeper than three levels", {}, {}};
    if (parent->keys.scope != keys.scope) {
      return Refusal{422, "CATEGORY_MISMATCH", "the parent is of another category", {}, {}};
    }
    parent_id = &parent->keys.parent;
  }
  return std::nullopt;
}

Checked<CallCodeFilter> ParseCallCodeFilter(std::string_view text) {
  CallCodeFilter filter;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t equals = text.find('=', i);
    if (equals == text.npos) return BadFilter("must be conditions such as code=SALE, joined by commas");
    const std::string_view member = text.substr(i, equals - i);
    std::string value;
    for (i = equals + 1; i < text.size() && text[i] != ','; ++i) {
      if (text[i] == '\\' && ++i == text.size()) return BadFilter("ends in a backslash that escapes nothing");
      value += text[i];
    }
    if (i < text.size() && ++i == text.size()) return BadFilter("ends in a comma");
    if (member == "code") {
      filter.codes.push_back(std::move(value));
    } else if (member == "category") {
      filter.categories.push_back(std::move(value));
    } else {
      return BadFilter("can ask for code and category only");
    }
  }
  return filter;
}

Answer ListCallCodes(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const std::optional<std::string> text, call.Parameter("filter"));
  const std::string filters = text.value_or("");
  TRY_ASSIGN(const CallCodeFilter filter, ParseCallCodeFilter(filters));
  TRY_ASSIGN(const PageRequest page, ReadPage(call, filters));
  ObjectStore::Query query{.scope = {}, .after = page.after, .limit = page.size};
  if (!filter.categories.empty()) query.scope = filter.categories.front();
  query.matches = [&](const StoredObject& object) { return Holds(object, filter); };
  const ObjectStore::Page items = tenant.state.call_codes.List(query);
  if (items.items.empty() && tenant.options.list_404_when_empty) {
    return Refuse(404, "NOT_FOUND", "There is no such call code.");
  }
  return ListResponse(call, filters, items, tenant.options.etag_in_lists, fmt::format("\"pageSize\":{},", page.size));
}

Answer CreateCallCode(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kCallCodePayload, false));
  ObjectKeys keys = CallCodeKeys(call.body);
  if (const Value* parent = call.body.Find("parentCallCodeId"); parent && parent->is_string() && keys.parent.empty()) {
    return Refuse(422, "PARENT_NOT_FOUND", "The call code cannot be created: the parent does not exist.");
  }
  if (auto broken = CallCodeRuleBroken(tenant.state.call_codes, keys)) {
    broken->message = "The call code cannot be created: " + broken->message + ".";
    return std::unexpected(*broken);
  }
  if (tenant.state.call_codes.FindNamed(keys)) {
    return Refuse(409, "DUPLICATE_CODE", "The code exists under that parent.");
  }
  ObjectBuilder call_code(call.arena);
  call_code.Set("id", tenant.state.NewId());
  const Value payload = NormalizedCallCode(call.arena, call.body);
  for (const Member& member : payload.members()) call_code.Append(member);
  return ObjectResponse(201, tenant.state.Put(tenant.state.call_codes, call_code.Build(), std::move(keys)));
}

Answer GetCallCode(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* call_code, FindObject(tenant.state.call_codes, call.arguments[0], "call code"));
  return ObjectResponse(200, *call_code);
}

Answer PatchCallCode(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* call_code, FindObject(tenant.state.call_codes, call.arguments[0], "call code"));
  TRY(RequireIfMatch(call));
  TRY(CheckPatch(call));
  TRY(CheckIfMatch(call, *call_code));
  const Value before = call_code->Read(call.arena);
  TRY(CheckIdentityKept(before, call.body));
  const Value after = NormalizedCallCode(call.arena, MergePatch(call.arena, before, call.body));
  return ObjectResponse(200, tenant.state.Put(tenant.state.call_codes, after, call_code->keys));
}

Answer DeleteCallCode(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* call_code, FindObject(tenant.state.call_codes, call.arguments[0], "call code"));
  TRY(RequireIfMatch(call));
  TRY(CheckIfMatch(call, *call_code));
  if (tenant.state.call_codes.HasChildren(call_code->id)) {
    return Refuse(409, "HAS_CHILDREN", "The call code has children: delete them first.");
  }
  tenant.state.call_codes.Remove(call.arguments[0]);
  return HttpResponse{204, {}, ""};
}

}  // namespace cxctl::sim
