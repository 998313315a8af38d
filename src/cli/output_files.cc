#include "cli/output_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace cxctl {

namespace {

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
  std::string tenant = context.arguments.Get("tenant");
  if (tenant.empty()) tenant = context.system.environment.Get("CXCTL_TENANT").value_or("");
  if (context.system.files.Size(tenant)) users.emplace(PathOf(context, tenant), "the Tenant document");
  if (const auto baseline = context.arguments.Find("baseline")) users.emplace(PathOf(context, *baseline), "--baseline");
  for (const auto& [file, flag] : FilesToWrite(context.arguments)) {
    const std::string path = PathOf(context, file);
    const auto [user, is_new] = users.emplace(path, flag);
    if (!is_new && !path.starts_with("/dev/")) {
      return Fail(ErrorCode::kUsage, fmt::format("{} would overwrite {} of {}: give each a file of its own", flag,
                                                 EscapeControls(file), EscapeControls(user->second)));
    }
    TRY(context.system.files.CheckWritable(file));
  }
  return {};
}

}  // namespace cxctl
