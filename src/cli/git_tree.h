#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/system.h"

namespace cxctl {

/// The files of a git revision, read from git's objects: working tree, index, submodules and hooks take no part. Paths
/// start from the root of the repository. Symbolic links are not followed.
class GitTree : public FileReader {
 public:
  /// Of the repository that the current folder stands in. kNotFound, naming what, if git is not there, this is no
  /// repository, or it knows no such revision.
  static Result<std::unique_ptr<GitTree>> Open(Processes& processes, const std::string& revision);

  /// The path from the root of what is written in `REV:PATH`: from the root, or from the current folder where it begins
  /// with `./` or `../`. kNotFound for one that leads out of the repository.
  Result<std::string> Resolve(const std::string& path) const;

  Result<std::string> Read(const std::string& path, std::size_t limit) override;
  Result<std::vector<std::string>> ListYaml(const std::string& path) override;
  std::optional<std::uint64_t> Size(const std::string& path) override;
  std::string Canonical(const std::string& path) override;

 private:
  struct Blob {
    std::string id;
    std::uint64_t size = 0;
    bool is_link = false;
  };

  GitTree(Processes& processes, std::string revision, std::string prefix)
      : processes_(processes), revision_(std::move(revision)), prefix_(std::move(prefix)) {}
  Result<void> ReadTree(const std::string& tree);
  void ReadAhead(const std::vector<std::string>& files);
  std::string Shown(const std::string& path) const;

  Processes& processes_;
  std::string revision_;
  std::string prefix_;  ///< Of the current folder: "", or with a slash at its end.
  std::map<std::string, Blob> blobs_;
  std::map<std::string, std::string> texts_;  ///< By blob id, what was read ahead.
};

/// A word such as `main:manifests` in two; nothing where no colon stands outside of braces.
std::optional<std::pair<std::string, std::string>> SplitRevision(const std::string& word);

/// Who touched a line of a file last.
struct Blame {
  std::string commit, author, date, subject;  ///< The date in UTC, RFC 3339.
  std::string unknown;                        ///< Why nothing is known, as a clause; "" otherwise.
};
Blame BlameLine(Processes& processes, const std::string& file, std::uint32_t line);

}  // namespace cxctl
