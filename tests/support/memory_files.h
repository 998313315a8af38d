#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "env/env.h"

namespace cxctl {

/// Files in memory, by path. Folders are there as soon as a file is in them; there are no links.
class MemoryFiles : public FileReader {
 public:
  MemoryFiles() = default;
  explicit MemoryFiles(std::map<std::string, std::string> contents) : files(std::move(contents)) {}

  Result<std::string> Read(const std::string& path, std::size_t limit) override {
    const auto found = files.find(Canonical(path));
    if (found == files.end()) return Fail(ErrorCode::kNotFound, path + " does not exist");
    if (found->second.size() > limit) return Fail(ErrorCode::kIo, path + " is too large");
    return found->second;
  }

  Result<std::vector<std::string>> ListYaml(const std::string& path) override {
    const std::string folder = Canonical(path);
    if (files.contains(folder)) return std::vector<std::string>{path};
    const std::string prefix = folder == "." ? "" : folder + "/";
    bool is_there = false;
    std::vector<std::string> found;
    for (const auto& [name, text] : files) {
      if (!name.starts_with(prefix)) continue;
      is_there = true;
      if (IsManifest(name.substr(prefix.size()))) found.push_back(name);
    }
    if (!is_there) return Fail(ErrorCode::kNotFound, path + " does not exist");
    return found;
  }

  std::string Canonical(const std::string& path) override {
    const std::string normal = std::filesystem::path(path).lexically_normal().string();
    return normal.size() > 1 && normal.ends_with('/') ? normal.substr(0, normal.size() - 1) : normal;
  }

  std::map<std::string, std::string> files;  ///< Path -> text.

 private:
  static bool IsManifest(const std::string& name) {
    const bool is_hidden = name.starts_with('.') || name.find("/.") != std::string::npos;
    return !is_hidden && (name.ends_with(".yaml") || name.ends_with(".yml"));
  }
};

}  // namespace cxctl
