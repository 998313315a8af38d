#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "env/env.h"
#include "schema/kind_spec.h"
#include "value/value.h"

namespace cxctl {

/// One document after patches and values.
struct Document {
  const KindSpec* kind = nullptr;
  std::string name;
  std::string address;  ///< Kind/name
  Value root;
  bool valid = false;  ///< It has the shape of its kind. Rules look only at valid documents.
  /// Only without members that were wrong: these have been reported and are not in `root`.
  bool partial = false;

  const Value& spec() const { return *root.Find("spec"); }
  const Value& metadata() const { return *root.Find("metadata"); }
  /// Position of the document: its first key.
  const Position& position() const { return root.position(); }
  /// Of the scalar in metadata.name.
  const Position& name_position() const { return metadata().Find("name")->position(); }
};

/// What all loads share: the files that were read, and the memory that values stand in.
struct Workspace {
  Arena arena;
  SourceMap sources;
};

/// The manifests of one tenant (or of no tenant: files checked as they are), in path order, with what is wrong in them
/// so far: CX101 to CX107.
struct ManifestSet {
  std::shared_ptr<Workspace> workspace;
  std::optional<Document> tenant;
  std::string tenant_file;          ///< As shown; "" without a tenant.
  std::vector<Document> documents;  ///< Without Tenant documents.
  Diagnostics diagnostics;

  /// The valid or invalid document of that kind and name, or null.
  const Document* Find(std::string_view kind, std::string_view name) const;
  /// All valid documents of the kind, in path order.
  std::vector<const Document*> OfKind(std::string_view kind) const;
  /// Fills the index that Find uses. Called by the loader.
  void Index();

 private:
  std::map<std::string, std::size_t, std::less<>> index_;
};

/// "sha256:…" over every loaded document, the tenant's own included, as canonical JSON sorted by address. File names
/// and positions take no part; secrets take part as references.
std::string ManifestDigest(const ManifestSet& set);

/// Reads manifests. Files are read and parsed once, however many tenants share them.
class ManifestLoader {
 public:
  explicit ManifestLoader(FileReader& files);

  struct TenantPick {
    std::string file;
    std::size_t document = 0;  ///< index in the file
    std::string name;
  };

  /// The Tenant documents in the files under the paths, in path order. Fails with kNotFound for a path that is not
  /// there.
  Result<std::vector<TenantPick>> FindTenants(const std::vector<std::string>& paths);

  /// Loads what the tenant's document names, relative to its file.
  Result<ManifestSet> Load(const TenantPick& tenant);
  /// Loads files without a tenant.
  Result<ManifestSet> LoadWithoutTenant(const std::vector<std::string>& paths);

  const std::shared_ptr<Workspace>& workspace() const { return workspace_; }
  /// What was wrong with the files that FindTenants read (CX101).
  const Diagnostics& parse_diagnostics() const { return parse_diagnostics_; }

 private:
  struct ParsedFile {
    std::uint32_t id = 0;
    std::vector<Value> documents;
    Diagnostics diagnostics;
  };

  Result<const ParsedFile*> Parse(const std::string& path);
  Result<std::vector<std::string>> Expand(const std::vector<std::string>& paths);
  Result<void> AddFiles(const std::vector<std::string>& paths, ManifestSet& set);

  FileReader& files_;
  std::shared_ptr<Workspace> workspace_;
  std::map<std::string, ParsedFile> parsed_;
  Diagnostics parse_diagnostics_;
};

}  // namespace cxctl
