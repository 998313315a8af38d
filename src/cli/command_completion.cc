#include <fmt/format.h>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/completion.h"
#include "cli/man_page.h"
#include "cli/pager.h"
#include "value/json.h"

// Documents made from the table of commands: completion scripts and man pages.

namespace cxctl {

namespace {

void PrintJson(Context& context, const Value& document) {
  context.system.console.Out(ToPrettyJson(document) + "\n");
}

/// The script or page itself is the document; with --format json it is a member of one.
int PrintDocument(Context& context, std::string_view member, const std::string& text) {
  Arena arena;
  if (const auto out = context.arguments.Find("out"); out && *out != "-") {
    const auto written = context.system.files.Write(*out, text, false);
    if (!written) return ReportError(context, written.error());
    if (context.json()) PrintJson(context, ObjectBuilder(arena).Set("file", *out).Build());
    return kSuccess;
  }
  if (context.json()) {
    PrintJson(context, ObjectBuilder(arena).Set(member, text).Build());
  } else {
    context.system.console.Out(text);
  }
  return kSuccess;
}

/// Writes all pages into the folder.
Result<std::size_t> WritePages(Context& context, const std::string& folder) {
  FileSystem& files = context.system.files;
  TRY(files.MakeFolder(folder));
  const auto write = [&](std::string_view name, const std::string& page) {
    return files.Write(fmt::format("{}/{}.1", folder, name), page, false);
  };
  TRY(write("cxctl", ManPage(context.system.version)));
  for (const CommandSpec& command : AllCommands())
    TRY(write(fmt::format("cxctl-{}", command.name), ManPage(command, context.system.version)));
  return AllCommands().size() + 1;
}

}  // namespace

int RunCompletion(Context& context) {
  const std::string& shell = context.arguments.positional[0];
  if (shell == "bash") return PrintDocument(context, "script", BashCompletion());
  if (shell == "zsh") return PrintDocument(context, "script", ZshCompletion());
  return PrintDocument(context, "script", FishCompletion());
}

int RunMan(Context& context) {
  if (const auto folder = context.arguments.Find("out")) {
    if (!context.arguments.positional.empty())
      return ReportError(context, {ErrorCode::kUsage, "man -o writes all pages and takes no COMMAND"});
    const auto written = WritePages(context, *folder);
    if (!written) return ReportError(context, written.error());
    if (context.json()) {
      Arena arena;
      PrintJson(context, ObjectBuilder(arena).Set("folder", *folder).Set("pages", *written).Build());
    } else if (!context.quiet()) {
      context.system.console.Err(fmt::format("{} written to {}\n", Count(*written, "page"), EscapeControls(*folder)));
    }
    return kSuccess;
  }
  if (context.arguments.positional.empty()) return PrintDocument(context, "page", ManPage(context.system.version));
  const std::string& name = context.arguments.positional[0];
  if (const CommandSpec* command = FindCommand(name))
    return PrintDocument(context, "page", ManPage(*command, context.system.version));
  std::vector<std::string_view> names;
  for (const CommandSpec& each : AllCommands()) names.push_back(each.name);
  const std::string_view near = NearestWord(name, names);
  return ReportError(context, {ErrorCode::kUsage,
                               fmt::format("there is no command {}{}", EscapeControls(name),
                                           near.empty() ? "; see: cxctl --help"
                                                        : fmt::format(": did you mean {}? See: cxctl --help", near))});
}

}  // namespace cxctl
