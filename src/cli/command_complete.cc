#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "calendar/rule_pack.h"
#include "cli/command.h"
#include "cli/session.h"
#include "rules/rules.h"
#include "schema/kind_spec.h"

// `cxctl __complete TOPIC [-t FILE]`: what the completion scripts ask for while somebody types. A line a candidate;
// silence about everything that is wrong, and an end to it before anybody notices a wait.

namespace cxctl {

namespace {

using Candidates = std::set<std::string>;

constexpr Duration kPatience = std::chrono::milliseconds(1500);

/// The tenants that a command typed here may mean: the one that is named, else all under ./manifests.
std::vector<ManifestLoader::TenantPick> Tenants(Context& context, ManifestLoader& loader) {
  if (const auto one = PickTenant(context, loader)) return {*one};
  const auto all = loader.FindTenants({"manifests"});
  return all ? *all : std::vector<ManifestLoader::TenantPick>();
}

void ForEachDocument(Context& context, const std::function<void(const Document&)>& visit) {
  ManifestLoader loader(context.system.files);
  const auto visit_all = [&](const Result<ManifestSet>& set) {
    if (!set) return;
    for (const Document& document : set->documents) {
      if (!document.address.empty()) visit(document);
    }
  };
  const auto tenants = Tenants(context, loader);
  for (const auto& tenant : tenants) visit_all(loader.Load(tenant));
  if (tenants.empty()) visit_all(loader.LoadWithoutTenant({"manifests"}));
}

Candidates Labels(Context& context) {
  Candidates found;
  ForEachDocument(context, [&](const Document& document) {
    const Value* labels = document.root.Find("metadata", "labels");
    if (!labels || !labels->is_object()) return;
    for (const Member& label : labels->members()) {
      if (label.value.is_string()) found.insert(fmt::format("{}={}", label.key, label.value.as_string()));
    }
  });
  return found;
}

Candidates Addresses(Context& context, std::string_view kind = "") {
  Candidates found;
  ForEachDocument(context, [&](const Document& document) {
    if (kind.empty()) found.insert(document.address);
    if (document.address.starts_with(fmt::format("{}/", kind)) && !kind.empty()) found.insert(document.name);
  });
  return found;
}

void AddCodes(const std::string& parent, const Value* codes, Candidates& found) {
  if (!codes) return;
  for (const Value& code : codes->items()) {
    const std::string address = fmt::format("{}/{}", parent, code.GetString("code"));
    found.insert(address);
    AddCodes(address, code.Find("children"), found);
  }
}

/// What has an address on the tenant or its agent, as drift names it: codes, and not the documents that they stand in.
Candidates Objects(Context& context) {
  Candidates found;
  ForEachDocument(context, [&](const Document& document) {
    const std::string_view kind = document.kind->name;
    if (kind == "CallCodeHierarchy") {
      if (const Value* spec = document.root.Find("spec"); spec && document.valid)
        AddCodes(fmt::format("CallCode/{}", document.name), spec->Find("codes"), found);
    } else if (kind != "CallingCalendar" && kind != "Tenant") {
      found.insert(document.address);
    }
  });
  return found;
}

Candidates OfKinds(const Candidates& addresses, std::initializer_list<std::string_view> kinds) {
  Candidates found;
  for (const std::string& address : addresses) {
    if (std::ranges::find(kinds, std::string_view(address).substr(0, address.find('/'))) != kinds.end())
      found.insert(address);
  }
  return found;
}

// Codes have codes as children, and so on.
constexpr int kDeepest = 5;

void AddFields(const std::string& prefix, const Shape& shape, int depth, Candidates& found) {
  const Shape* inner = &shape;
  while (inner->item) inner = inner->item;
  if (inner->kind != ShapeKind::kObject || depth > kDeepest) return;
  for (const Field& field : inner->fields) {
    const std::string path = fmt::format("{}.{}", prefix, field.name);
    found.insert(path);
    AddFields(path, field.shape, depth + 1, found);
  }
}

Candidates Kinds(bool with_fields) {
  Candidates found;
  for (const KindSpec& kind : AllKinds()) {
    found.insert(std::string(kind.name));
    if (with_fields) AddFields(std::string(kind.name), kind.spec, 1, found);
  }
  if (with_fields) {
    for (const RuleInfo& rule : AllRules()) found.insert(std::string(rule.id));
  }
  return found;
}

Candidates CandidatesFor(Context& context, std::string_view topic) {
  Candidates found;
  if (topic == "addresses") {
    found = Addresses(context);
    found.merge(Objects(context));
    return found;
  }
  if (topic == "objects") return Objects(context);
  if (topic == "calling-times") return OfKinds(Addresses(context), {"CallingCalendar", "CampaignSchedule", "Campaign"});
  if (topic == "sinks") return Addresses(context, "Sink");
  if (topic == "labels") return Labels(context);
  if (topic == "kinds") return Kinds(false);
  if (topic == "topics") return Kinds(true);
  if (topic == "jurisdictions") {
    for (std::string_view name : RulePackNames()) found.emplace(name);
  }
  if (topic == "commands") {
    for (const CommandSpec& command : AllCommands()) found.emplace(command.name);
  }
  return found;
}

}  // namespace

int RunComplete(const std::vector<std::string>& words, System& system) {
  if (words.empty()) return kSuccess;
  system.start_deadline(kPatience, [] { return static_cast<int>(kSuccess); });
  Arguments arguments;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i] == "-t") arguments.Add("tenant", {words[i + 1]});
  }
  Context context{arguments, system};
  std::string text;
  for (const std::string& each : CandidatesFor(context, words[0])) text += EscapeControls(each) + "\n";
  system.console.Out(text);
  return kSuccess;
}

}  // namespace cxctl
