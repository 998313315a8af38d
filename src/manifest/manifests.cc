#include "manifest/manifests.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "base/digest.h"
#include "base/strings.h"
#include "manifest/excerpt.h"
#include "manifest/expressions.h"
#include "manifest/references.h"
#include "manifest/yaml_reader.h"
#include "manifest/yaml_text.h"
#include "schema/validator.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::string FolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// "./a/../b" -> "b", without looking at the disk.
std::string Normal(const std::string& path) {
  const std::string normal = std::filesystem::path(path).lexically_normal().string();
  return normal.size() > 1 && normal.ends_with('/') ? normal.substr(0, normal.size() - 1) : normal;
}

/// Kind/name of a raw document, as far as it has them.
std::string RawAddress(const Value& root) {
  const Value* name = root.Find("metadata", "name");
  const std::string_view kind = root.GetString("kind");
  if (kind.empty() || !name || name->as_string().empty()) return "";
  return Excerpt(kind) + "/" + Excerpt(name->as_string());
}

const KindSpec* KindOf(const Value& root, Diagnostics& diagnostics) {
  const auto report = [&](const Position& position, std::string message, std::string help) {
    diagnostics.push_back({"CX102", Severity::kError, std::move(message), std::move(help), RawAddress(root), position});
    return nullptr;
  };
  if (!root.is_object()) {
    const bool vowel = root.type() == Type::kInt;
    return report(root.position(),
                  fmt::format("a document must be a mapping, not {} {}", vowel ? "an" : "a", TypeName(root.type())),
                  "start it with apiVersion, kind, metadata and spec");
  }
  const Value* kind = root.Find("kind");
  if (!kind) return report(root.position(), "kind is missing", "add `kind:`, one of those that `cxctl explain` lists");
  const KindSpec* found = FindKind(kind->as_string());
  if (found) return found;
  std::vector<std::string_view> names;
  std::vector<std::string> shown;
  for (const KindSpec& each : AllKinds()) {
    names.push_back(each.name);
    shown.emplace_back(each.name);
  }
  const std::string_view near = NearestWord(kind->as_string(), names);
  return report(
      kind->position(),
      kind->is_string() ? fmt::format("unknown kind {}", Excerpt(kind->as_string())) : "kind must be a string",
      near.empty() ? fmt::format("one of: {}", Join(shown, ", ")) : fmt::format("did you mean {}?", near));
}

bool LabelsMatch(const Value& wanted, const Value* labels) {
  return std::ranges::all_of(wanted.members(), [&](const Member& member) {
    const Value* label = labels ? labels->Find(member.key) : nullptr;
    return label && *label == member.value;
  });
}

bool TargetMatches(const Value& target, const Value& root) {
  if (const Value* kind = target.Find("kind"); kind && kind->as_string() != root.GetString("kind")) return false;
  const Value* metadata = root.Find("metadata");
  if (!metadata) return false;
  if (const Value* name = target.Find("name"); name && !GlobMatches(name->as_string(), metadata->GetString("name")))
    return false;
  const Value* labels = target.Find("labels");
  return !labels || LabelsMatch(*labels, metadata->Find("labels"));
}

/// Tells ExpandExpressions of no field that may hold a secret.
const Shape kNothingSecret;

class SetBuilder {
 public:
  explicit SetBuilder(ManifestSet& set) : set_(set), arena_(set.workspace->arena) {}

  void SetTenant(const Value& raw) {
    const KindSpec* kind = FindKind("Tenant");
    failed_.clear();
    ExpressionContext context{nullptr, &set_.workspace->sources, RawAddress(raw), &failed_};
    Value root = raw;
    if (const Value* values = raw.Find("spec", "values")) {
      root = WithSpecMember(root, "values", ResolveValues(*values, context));
      context.values = root.Find("spec", "values");
    }
    // What patches merge is expanded where it lands: only there is it known which fields are secret.
    const Value* patches = raw.Find("spec", "patches");
    if (patches) root = WithSpecMember(root, "patches", Targets(*patches));
    root = ExpandExpressions(arena_, root, DocumentShape(*kind), context, set_.diagnostics);
    if (patches) root = WithSpecMember(root, "patches", WithMerges(*root.Find("spec", "patches"), *patches));
    set_.tenant = MakeDocument(*kind, root);
    values_ = set_.tenant->root.Find("spec", "values");
    patches_ = patches && set_.tenant->valid ? set_.tenant->root.Find("spec", "patches") : nullptr;
    CheckRootUrls();
  }

  void Add(const Value& raw) {
    const KindSpec* kind = KindOf(raw, set_.diagnostics);
    if (!kind || kind->name == "Tenant") return;
    Value root = raw;
    if (patches_) {
      for (const Value& patch : patches_->items()) {
        if (TargetMatches(*patch.Find("target"), root)) root = MergePatch(arena_, root, *patch.Find("merge"));
      }
    }
    failed_.clear();
    const ExpressionContext context{values_, &set_.workspace->sources, RawAddress(root), &failed_};
    root = ExpandExpressions(arena_, root, DocumentShape(*kind), context, set_.diagnostics);
    set_.documents.push_back(MakeDocument(*kind, root));
  }

 private:
  Value WithSpecMember(const Value& root, std::string_view name, const Value& value) {
    const Value spec = ObjectBuilder(arena_, *root.Find("spec")).Set(name, value).Build();
    return ObjectBuilder(arena_, root).Set("spec", spec).Build();
  }

  /// The values with the values that they themselves refer to filled in, whatever their order. Those that refer to each
  /// other in a circle are reported and become null.
  Value ResolveValues(const Value& values, ExpressionContext context) {
    if (!values.is_object()) return values;
    constexpr int kMostSteps = 16;
    std::vector<Member> open(values.members().begin(), values.members().end());
    Value resolved = Value::Object({}).At(values);
    for (int step = 0; step < kMostSteps && !open.empty(); ++step) {
      std::unordered_set<std::string_view> names;
      for (const Member& member : open) names.insert(member.key);
      const auto waits = [&](const Member& member) { return RefersTo(member.value, names); };
      const auto ready = std::ranges::stable_partition(open, waits).begin();
      ObjectBuilder more(arena_, resolved);
      context.values = &resolved;
      for (auto member = ready; member != open.end(); ++member) {
        more.Append({member->key, member->key_position,
                     ExpandExpressions(arena_, member->value, kNothingSecret, context, set_.diagnostics)});
      }
      resolved = more.Build();
      open.erase(ready, open.end());
    }
    return open.empty() ? resolved : WithoutCircle(resolved, open, context.address);
  }

  Value WithoutCircle(const Value& resolved, const std::vector<Member>& open, const std::string& address) {
    ObjectBuilder all(arena_, resolved);
    for (const Member& member : open) {
      set_.diagnostics.push_back({"CX105", Severity::kError,
                                  fmt::format("values.{} refers to itself by way of others", Excerpt(member.key)),
                                  "write out one of the values in the circle", address, member.value.position()});
      failed_.push_back(member.value.position());
      all.Append({member.key, member.key_position, Value::Null().At(member.value)});
    }
    return all.Build();
  }

  static bool RefersTo(const Value& value, const std::unordered_set<std::string_view>& names) {
    if (value.is_string()) {
      return std::ranges::any_of(NamedValues(value.as_string()),
                                 [&](std::string_view name) { return names.contains(name); });
    }
    const auto refers = [&](const Value& inner) { return RefersTo(inner, names); };
    return std::ranges::any_of(value.items(), refers) || std::ranges::any_of(value.members(), refers, &Member::value);
  }

  /// The patches without what they merge.
  Value Targets(const Value& patches) {
    if (!patches.is_array()) return patches;
    ArrayBuilder targets(arena_);
    for (const Value& patch : patches.items()) {
      targets.Add(patch.is_object() ? ObjectBuilder(arena_, patch).Remove("merge").Build() : patch);
    }
    return targets.Build().At(patches);
  }

  /// Puts it back.
  Value WithMerges(const Value& targets, const Value& patches) {
    if (!patches.is_array()) return targets;
    ArrayBuilder whole(arena_);
    for (std::size_t i = 0; i < patches.items().size(); ++i) {
      const Value& patch = patches.items()[i];
      if (!patch.is_object()) {
        whole.Add(patch);
        continue;
      }
      ObjectBuilder members(arena_);
      for (const Member& member : patch.members()) {
        const Value* expanded = targets.items()[i].Find(member.key);
        members.Append({member.key, member.key_position, expanded ? *expanded : member.value});
      }
      whole.Add(members.Build().At(patch));
    }
    return whole.Build().At(patches);
  }

  Document MakeDocument(const KindSpec& kind, const Value& root) {
    Document document;
    document.kind = &kind;
    document.root = root;
    document.address = RawAddress(root);
    const Value* name = root.Find("metadata", "name");
    if (name) document.name = std::string(name->as_string());
    const std::size_t before = set_.diagnostics.size();
    ShapeFaults faults;
    document.valid =
        ValidateShape(DocumentShape(kind), root, document.address, set_.diagnostics, &faults) && failed_.empty();
    if (!document.valid) CheckWithoutFaults(document, std::move(faults));
    // What could not be expanded has been reported: that it has not the right type either helps nobody.
    const auto is_noise = [&](const Diagnostic& diagnostic) {
      return std::ranges::any_of(failed_, [&](const Position& position) {
        return position.file == diagnostic.position.file && position.line == diagnostic.position.line &&
               position.column == diagnostic.position.column;
      });
    };
    const auto added = set_.diagnostics.begin() + static_cast<std::ptrdiff_t>(before);
    set_.diagnostics.erase(std::remove_if(added, set_.diagnostics.end(), is_noise), set_.diagnostics.end());
    return document;
  }

  /// All errors at once: rules look at what is left of a document without its faults, if that is one.
  void CheckWithoutFaults(Document& document, ShapeFaults faults) {
    faults.values.insert(faults.values.end(), failed_.begin(), failed_.end());
    const Value rest = WithoutFaults(arena_, document.root, faults);
    Diagnostics ignored;
    if (!ValidateShape(DocumentShape(*document.kind), rest, document.address, ignored)) return;
    document.root = rest;
    document.valid = true;
    document.partial = true;
  }

  void CheckRootUrls() {
    if (!set_.tenant->valid) return;
    if (set_.tenant->partial) set_.tenant->valid = false;  // nothing may be built on a guess of what was meant
    CheckIsSecure("baseUrl", set_.tenant->spec().Find("baseUrl"));
    CheckIsSecure("agent.url", set_.tenant->spec().Find("agent", "url"));
  }

  void CheckIsSecure(std::string_view member, const Value* url) {
    const Value* insecure = set_.tenant->spec().Find("allowInsecure");
    if (!url || !url->as_string().starts_with("http://") || IsLoopbackUrl(url->as_string()) ||
        (insecure && insecure->as_bool()))
      return;
    set_.diagnostics.push_back({"CX102", Severity::kError,
                                fmt::format("{} is http:// to another host than loopback", member),
                                "use https://, or say allowInsecure: true", set_.tenant->address, url->position()});
    set_.tenant->valid = false;
  }

  ManifestSet& set_;
  Arena& arena_;
  const Value* values_ = nullptr;
  const Value* patches_ = nullptr;
  std::vector<Position> failed_;  ///< scalars of the document at hand that could not be expanded
};

void CheckSet(ManifestSet& set) {
  set.Index();
  CheckAddresses(set);
  CheckReferences(set);
  CheckIdentities(set);
  CheckSecrets(set);
}

}  // namespace

void ManifestSet::Index() {
  index_.clear();
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].name.empty()) index_.emplace(fmt::format("{}/{}", documents[i].kind->name, documents[i].name), i);
  }
}

const Document* ManifestSet::Find(std::string_view kind, std::string_view name) const {
  const auto found = index_.find(fmt::format("{}/{}", kind, name));
  return found == index_.end() ? nullptr : &documents[found->second];
}

std::vector<const Document*> ManifestSet::OfKind(std::string_view kind) const {
  std::vector<const Document*> found;
  for (const Document& document : documents) {
    if (document.valid && document.kind->name == kind) found.push_back(&document);
  }
  return found;
}

std::string ManifestDigest(const ManifestSet& set) {
  std::vector<const Document*> documents;
  documents.reserve(set.documents.size() + 1);
  if (set.tenant) documents.push_back(&*set.tenant);
  for (const Document& document : set.documents) documents.push_back(&document);
  std::ranges::sort(documents, {}, &Document::address);
  Sha256 digest;
  for (const Document* document : documents) {
    digest.Add(document->address);
    digest.Add("\n");
    digest.Add(ToCanonicalJson(document->root));
    digest.Add("\n");
  }
  return "sha256:" + digest.Hex();
}

ManifestLoader::ManifestLoader(FileReader& files) : files_(files), workspace_(std::make_shared<Workspace>()) {}

Result<const ManifestLoader::ParsedFile*> ManifestLoader::Parse(const std::string& path) {
  const std::string key = files_.Canonical(path);
  if (const auto found = parsed_.find(key); found != parsed_.end()) return &found->second;
  ParsedFile file;
  if (const auto size = files_.Size(path); size && *size > kMaxFileBytes) {
    file.id = workspace_->sources.Add(path, "");
    ReportFileSize(file.id, *size, file.diagnostics);
    parse_diagnostics_.insert(parse_diagnostics_.end(), file.diagnostics.begin(), file.diagnostics.end());
    return &parsed_.emplace(key, std::move(file)).first->second;
  }
  TRY_ASSIGN(std::string text, files_.Read(path, kMaxFileBytes));
  file.id = workspace_->sources.Add(path, std::move(text));
  file.documents = ReadYaml(workspace_->arena, file.id, workspace_->sources.text(file.id), file.diagnostics);
  parse_diagnostics_.insert(parse_diagnostics_.end(), file.diagnostics.begin(), file.diagnostics.end());
  return &parsed_.emplace(key, std::move(file)).first->second;
}

Result<std::vector<std::string>> ManifestLoader::Expand(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    TRY_ASSIGN(std::vector<std::string> listed, files_.ListYaml(path));
    for (std::string& file : listed) {
      file = Normal(file);
      if (seen.insert(files_.Canonical(file)).second) files.push_back(std::move(file));
    }
  }
  std::ranges::sort(files);
  return files;
}

Result<std::vector<ManifestLoader::TenantPick>> ManifestLoader::FindTenants(const std::vector<std::string>& paths) {
  TRY_ASSIGN(const std::vector<std::string> files, Expand(paths));
  std::vector<TenantPick> picks;
  for (const std::string& file : files) {
    TRY_ASSIGN(const ParsedFile* parsed, Parse(file));
    for (std::size_t i = 0; i < parsed->documents.size(); ++i) {
      const Value& root = parsed->documents[i];
      if (root.GetString("kind") != "Tenant") continue;
      const Value* name = root.Find("metadata", "name");
      picks.push_back({file, i, name ? std::string(name->as_string()) : ""});
    }
  }
  return picks;
}

Result<void> ManifestLoader::AddFiles(const std::vector<std::string>& paths, ManifestSet& set) {
  TRY_ASSIGN(const std::vector<std::string> files, Expand(paths));
  SetBuilder builder(set);
  std::vector<const ParsedFile*> parsed;
  for (const std::string& file : files) {
    TRY_ASSIGN(const ParsedFile* each, Parse(file));
    parsed.push_back(each);
    set.diagnostics.insert(set.diagnostics.end(), each->diagnostics.begin(), each->diagnostics.end());
  }
  for (const ParsedFile* each : parsed) {
    for (const Value& root : each->documents) builder.Add(root);
  }
  return {};
}

Result<ManifestSet> ManifestLoader::Load(const TenantPick& tenant) {
  ManifestSet set;
  set.workspace = workspace_;
  set.tenant_file = tenant.file;
  TRY_ASSIGN(const ParsedFile* tenant_file, Parse(tenant.file));
  SetBuilder builder(set);
  builder.SetTenant(tenant_file->documents[tenant.document]);

  const std::string folder = FolderOf(tenant.file);
  std::vector<std::string> sources;
  const Value* named = set.tenant->root.Find("spec", "sources");
  if (named && named->is_array()) {
    for (const Value& source : named->items()) {
      if (source.as_string().empty()) continue;  // reported already
      const std::filesystem::path path = std::string(source.as_string());
      sources.push_back(Normal(path.is_absolute() ? path.string() : folder + "/" + path.string()));
    }
  } else {
    sources.push_back(Normal(folder));
  }
  TRY_ASSIGN(const std::vector<std::string> files, Expand(sources));
  bool tenant_file_listed = false;
  std::vector<const ParsedFile*> parsed;
  for (const std::string& file : files) {
    TRY_ASSIGN(const ParsedFile* each, Parse(file));
    tenant_file_listed = tenant_file_listed || each == tenant_file;
    parsed.push_back(each);
  }
  if (!tenant_file_listed)
    set.diagnostics.insert(set.diagnostics.begin(), tenant_file->diagnostics.begin(), tenant_file->diagnostics.end());
  for (const ParsedFile* each : parsed) {
    set.diagnostics.insert(set.diagnostics.end(), each->diagnostics.begin(), each->diagnostics.end());
    for (const Value& root : each->documents) builder.Add(root);
  }
  CheckSet(set);
  return set;
}

Result<ManifestSet> ManifestLoader::LoadWithoutTenant(const std::vector<std::string>& paths) {
  ManifestSet set;
  set.workspace = workspace_;
  TRY(AddFiles(paths, set));
  CheckSet(set);
  return set;
}

}  // namespace cxctl
