#include "cli/output_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace cxctl {

namespace {

std::unexpected<Error> FailToWrite(const std::string& path, int error) {
  const std::string_view advice = error == ENOENT   ? "check the path, or make the folder first"
                                  : error == EISDIR ? "name a file instead of a folder"
                                                    : "name a file in a folder that may be written to";
  return Fail(ErrorCode::kIo,
              fmt::format("cannot write {}: {}; {}", EscapeControls(path), std::strerror(error), advice));
}

Result<void> CheckWritable(const std::string& path) {
  const std::filesystem::path target(path);
  const std::string name = target.filename().string();
  struct stat status {};
  const bool is_there = stat(path.c_str(), &status) == 0;
  if (name.empty() || name == "." || name == ".." || (is_there && S_ISDIR(status.st_mode)))
    return FailToWrite(path, EISDIR);
  if (is_there && !S_ISREG(status.st_mode)) return {};  // a device or pipe
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  if (stat(folder.c_str(), &status) == 0 && !S_ISDIR(status.st_mode)) return FailToWrite(path, ENOTDIR);
  if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return FailToWrite(path, errno);
  return {};
}

std::string PathOf(Context& context, const std::string& file) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(file, error);
  return context.system.files.Canonical(error ? file : whole.string());
}

/// Files that the flags name to be written, with the flag.
std::vector<std::pair<std::string, std::string>> FilesToWrite(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> files;
  const auto add = [&](std::string_view flag, std::string_view shown) {
    const auto file = arguments.Find(flag);
    if (file && *file != "-") files.emplace_back(*file, shown);
  };
  add("out", "-o");
  add("events", "--events");
  for (const std::string_view format : kResultFormats) add(format, fmt::format("--{}", format));
  return files;
}

}  // namespace

Result<void> CheckOutputFiles(Context& context) {
  std::map<std::string, std::string> users;
  for (const std::string& word : context.arguments.positional) {
    if (context.system.files.Size(word)) users.emplace(PathOf(context, word), word);
  }
  if (const auto baseline = context.arguments.Find("baseline")) users.emplace(PathOf(context, *baseline), "--baseline");
  for (const auto& [file, flag] : FilesToWrite(context.arguments)) {
    const std::string path = PathOf(context, file);
    const auto [user, is_new] = users.emplace(path, flag);
    if (!is_new && !path.starts_with("/dev/")) {
      return Fail(ErrorCode::kUsage, fmt::format("{} would overwrite {} of {}: give each a file of its own", flag,
                                                 EscapeControls(file), EscapeControls(user->second)));
    }
    TRY(CheckWritable(file));
  }
  return {};
}

}  // namespace cxctl
