#include "cli/named_version.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::string_view kUsualPath = "./manifests";

Result<NamedVersion> OpenRevision(System& system, const std::string& word, const std::string& revision,
                                  const std::string& path) {
  NamedVersion version;
  version.word = word;
  TRY_ASSIGN(version.tree, GitTree::Open(system.processes, revision));
  TRY_ASSIGN(version.path, version.tree->Resolve(path.empty() ? "." : path));
  TRY(version.tree->ListYaml(version.path));
  return version;
}

}  // namespace

Result<NamedVersion> NamedVersion::Open(System& system, const std::string& word) {
  if (word.empty()) return Fail(ErrorCode::kUsage, "a folder, REV:PATH or saved plan has no empty name");
  const auto listed = system.files.ListYaml(word);
  if (listed) return NamedVersion{word, nullptr, word};
  if (listed.error().code != ErrorCode::kNotFound) return std::unexpected(listed.error());
  if (const auto parts = SplitRevision(word)) return OpenRevision(system, word, parts->first, parts->second);
  auto revision = OpenRevision(system, word, word, std::string(kUsualPath));
  if (revision || revision.error().message.find("knows no revision") == std::string::npos) return revision;
  return Fail(ErrorCode::kNotFound,
              fmt::format("{} is no file or folder, and no revision that git knows", EscapeControls(word)));
}

}  // namespace cxctl
