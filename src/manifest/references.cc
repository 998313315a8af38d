#include "manifest/references.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/strings.h"
#include "manifest/excerpt.h"
#include "manifest/expressions.h"

namespace cxctl {

namespace {

Diagnostic Finding(std::string rule, const Document& document, const Position& position, std::string message,
                   std::string help) {
  return {std::move(rule), Severity::kError, std::move(message), std::move(help), document.address, position};
}

std::string Place(const ManifestSet& set, const Position& position) {
  return fmt::format("{}:{}", set.workspace->sources.name(position.file), position.line);
}

/// More than these help nobody, and each costs a search for the name that was meant.
constexpr std::size_t kMostReferences = 1000;

std::set<std::uint32_t> UnreadableFiles(const ManifestSet& set) {
  std::set<std::uint32_t> files;
  for (const Diagnostic& diagnostic : set.diagnostics) {
    if (diagnostic.rule == "CX101") files.insert(diagnostic.position.file);
  }
  return files;
}

/// Whether a file that could not be read names it: then the document may be in there.
bool MayStandIn(const ManifestSet& set, const std::set<std::uint32_t>& files, std::string_view name) {
  return std::ranges::any_of(
      files, [&](std::uint32_t file) { return set.workspace->sources.text(file).find(name) != std::string::npos; });
}

}  // namespace

void VisitFields(const Shape& shape, const Value& value, const std::function<void(const Field&, const Value&)>& visit) {
  if (shape.kind == ShapeKind::kList) {
    if (shape.item->kind != ShapeKind::kObject && shape.item->kind != ShapeKind::kList) return;
    for (const Value& item : value.items()) VisitFields(*shape.item, item, visit);
    return;
  }
  if (shape.kind != ShapeKind::kObject) return;
  for (const Member& member : value.members()) {
    const Field* field = FindMember(shape, member.key);
    if (!field) continue;
    if (field->shape.kind == ShapeKind::kList && field->shape.item->kind == ShapeKind::kText) {
      for (const Value& item : member.value.items()) visit(*field, item);
    } else {
      visit(*field, member.value);
    }
    VisitFields(field->shape, member.value, visit);
  }
}

void CheckAddresses(ManifestSet& set) {
  std::map<std::pair<std::string_view, std::string_view>, const Document*> seen;
  for (const Document& document : set.documents) {
    if (document.name.empty()) continue;
    const auto [first, is_new] =
        seen.emplace(std::pair(document.kind->name, std::string_view(document.name)), &document);
    if (is_new) continue;
    set.diagnostics.push_back(Finding(
        "CX103", document, document.name_position(),
        fmt::format("{} is declared twice: first at {}", document.address, Place(set, first->second->name_position())),
        "rename or remove one of them"));
  }
}

void CheckReferences(ManifestSet& set) {
  const std::set<std::uint32_t> unreadable = UnreadableFiles(set);
  std::map<std::string_view, std::vector<std::string_view>> names;
  std::set<std::string_view> nameless;  // kinds with a document whose name is not known: it may be the one
  for (const Document& document : set.documents) {
    names[document.kind->name].push_back(document.name);
    if (document.name.empty()) nameless.insert(document.kind->name);
  }
  std::size_t found = 0;
  for (const Document& document : set.documents) {
    if (!document.root.Find("spec")) continue;
    VisitFields(document.kind->spec, document.spec(), [&](const Field& field, const Value& value) {
      if (field.reference.empty() || !value.is_string() || set.Find(field.reference, value.as_string())) return;
      if (nameless.contains(field.reference) || MayStandIn(set, unreadable, value.as_string())) return;
      if (++found > kMostReferences) return;
      const std::string_view near = NearestWord(value.as_string(), names[field.reference]);
      set.diagnostics.push_back(
          Finding("CX104", document, value.position(),
                  fmt::format("{} {} does not exist", field.reference, Excerpt(value.as_string())),
                  near.empty() ? fmt::format("declare the {}, or correct the name", field.reference)
                               : fmt::format("did you mean {}?", near)));
    });
  }
}

void CheckIdentities(ManifestSet& set) {
  std::map<std::string, const Document*> seen;
  const auto claim = [&](const Document& document, const std::string& identity, const Position& position,
                         std::string_view what) {
    const auto [first, is_new] = seen.emplace(identity, &document);
    if (is_new || first->second->address == document.address) return;
    set.diagnostics.push_back(Finding("CX106", document, position,
                                      fmt::format("{} is claimed by {} as well ({})", what, first->second->address,
                                                  Place(set, first->second->name_position())),
                                      "one live object belongs to one document: change or remove one of them"));
  };
  for (const Document& document : set.documents) {
    if (!document.valid) continue;
    const Value& spec = document.spec();
    if (document.kind->name == "Campaign") {
      for (const char* member : {"id", "name"}) {
        if (const Value* value = spec.Find(member)) {
          claim(document, fmt::format("Campaign {} {}", member, value->as_string()), value->position(),
                fmt::format("the campaign with {} {}", member, Excerpt(value->as_string())));
        }
      }
    } else if (document.kind->name == "CallCodeHierarchy") {
      const Value& category = *spec.Find("category");
      claim(document, fmt::format("category {}", category.as_string()), category.position(),
            fmt::format("category {}", Excerpt(category.as_string())));
    } else if (document.kind->name == "CampaignSchedule") {
      const Value* name = spec.Find("name");
      if (!name) name = document.metadata().Find("name");
      claim(document, fmt::format("schedule {}\n{}", spec.GetString("campaign"), name->as_string()), name->position(),
            fmt::format("schedule {} of campaign {}", Excerpt(name->as_string()), Excerpt(spec.GetString("campaign"))));
    }
  }
}

bool IsLoopbackUrl(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;
  if (host.starts_with("[")) return host == "[::1]" || host.starts_with("[::1]:");
  host = host.substr(0, host.find(':'));
  if (EqualsIgnoringCase(host, "localhost")) return true;
  const auto parts = Split(host, '.');
  return parts.size() == 4 && parts[0] == "127" && std::ranges::all_of(parts, [](std::string_view part) {
           int number = 256;  // 127.300.0.1 is no address: resolvers would ask for a host of that name
           const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
           return error == std::errc() && end == part.data() + part.size() && number >= 0 && number <= 255;
         });
}

void CheckSecrets(ManifestSet& set) {
  if (set.tenant && set.tenant->root.Find("spec") && IsLoopbackUrl(set.tenant->spec().GetString("baseUrl"))) return;
  const auto check = [&](const Document& document) {
    if (!document.root.Find("spec")) return;
    VisitFields(document.kind->spec, document.spec(), [&](const Field& field, const Value& value) {
      if (!field.secret || !value.is_string() || HasSecretReference(value.as_string())) return;
      // The path of the state store is no secret; a PostgreSQL URL holds a password.
      if (field.name == "url" && value.as_string().starts_with("sqlite:")) return;
      set.diagnostics.push_back(Finding("CX107", document, value.position(),
                                        fmt::format("{} is a literal where a secret reference belongs", field.name),
                                        "write a reference: ${env:NAME} or ${file:path}"));
    });
  };
  if (set.tenant) check(*set.tenant);
  for (const Document& document : set.documents) check(document);
}

}  // namespace cxctl
