#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/view_files.h"
#include "edit/format.h"
#include "manifest/yaml_reader.h"

namespace cxctl {

namespace {

class FormatRun {
 public:
  explicit FormatRun(Context& context) : context_(context) {}

  int Run() {
    const auto paths =
        context_.arguments.positional.empty() ? std::vector<std::string>{"manifests"} : context_.arguments.positional;
    for (const std::string& path : paths) {
      if (const auto done = FormatPath(path); !done) return ReportError(context_, done.error());
    }
    if (HasErrors(diagnostics_)) {
      SortAndDeduplicate(diagnostics_, sources_);
      return ReportInvalid(context_, diagnostics_, sources_);
    }
    const bool check = context_.arguments.Has("check");
    if (changed_ > 0 && !context_.quiet()) {
      context_.system.console.Err(
          check ? fmt::format("{} not formatted: run cxctl fmt\n", Count(changed_, "file is", "files are"))
                : fmt::format("{}.\n", Count(changed_, "file formatted", "files formatted")));
    }
    return check && changed_ > 0 ? kDifferences : kSuccess;
  }

 private:
  Result<void> FormatPath(const std::string& path) {
    TRY_ASSIGN(const std::vector<std::string> files, context_.system.files.ListYaml(path));
    for (const std::string& file : files) TRY(FormatFile(file));
    return {};
  }

  Result<void> FormatFile(const std::string& file) {
    TRY_ASSIGN(std::string text, context_.system.files.Read(file, kMaxFileBytes));
    auto formatted = FormatYaml(text);
    if (!formatted && formatted.error().code == ErrorCode::kInvalid) {
      const std::uint32_t id = sources_.Add(file == "-" ? "(standard input)" : file, std::move(text));
      Arena arena;
      Diagnostics found;
      ReadYaml(arena, id, sources_.text(id), found);
      std::ranges::copy_if(found, std::back_inserter(diagnostics_),
                           [](const Diagnostic& each) { return each.rule == "CX101"; });
      return {};
    }
    if (!formatted)
      return Fail(formatted.error().code, fmt::format("{}: {}", EscapeControls(file), formatted.error().message));
    const bool differs = *formatted != text;
    changed_ += differs ? 1 : 0;
    if (context_.arguments.Has("diff") && differs)
      context_.system.console.Out(RenderFileDiff({{file, false, text, *formatted}}, context_.color_out));
    if (file == "-") {
      const bool shown = context_.arguments.Has("check") || context_.arguments.Has("diff");
      if (!shown) context_.system.console.Out(*formatted);
      changed_ = shown ? changed_ : 0;
      return {};
    }
    if (!differs) return {};
    if (!context_.arguments.Has("diff")) context_.system.console.Out(EscapeControls(file) + "\n");
    if (context_.arguments.Has("check")) return {};
    // By its real name, so that a link stays one.
    return context_.system.files.Write(context_.system.files.Canonical(file), *formatted, false);
  }

  Context& context_;
  SourceMap sources_;
  Diagnostics diagnostics_;
  std::size_t changed_ = 0;
};

}  // namespace

int RunFmt(Context& context) {
  return FormatRun(context).Run();
}

}  // namespace cxctl
