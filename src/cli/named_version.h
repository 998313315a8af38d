#pragma once

#include <memory>
#include <string>

#include "cli/git_tree.h"
#include "cli/system.h"

namespace cxctl {

/// A version of the manifests, as the command line names it: a folder or file of the disk, `REV:PATH` in git, or `REV`
/// alone for its folder `manifests` below the current one.
struct NamedVersion {
  std::string word;               ///< As it was given.
  std::unique_ptr<GitTree> tree;  ///< Of a revision; else the disk is read.
  std::string path;               ///< In the tree, or on the disk.

  /// A path of the disk goes before a revision of the same name. kNotFound if it is neither, kUsage for an empty word.
  static Result<NamedVersion> Open(System& system, const std::string& word);

  /// What it is read from.
  FileReader& files(System& system) const { return tree ? static_cast<FileReader&>(*tree) : system.files; }
};

}  // namespace cxctl
