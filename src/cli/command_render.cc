#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"
#include "inspect/render.h"
#include "value/json.h"

// render: from the manifests; the tenant is not asked, and no secret is read.

namespace cxctl {

namespace {

/// Of a rendered folder: the Tenant document above all others, so that it finds them.
std::string FileOf(const RenderedDocument& rendered) {
  const Document& document = *rendered.document;
  return document.kind->name == "Tenant" ? "tenant.yaml"
                                         : fmt::format("{}/{}.yaml", document.kind->name, document.name);
}

class RenderRun {
 public:
  RenderRun(Context& context, Session& session) : context_(context), session_(session), origins_(session.set()) {}

  int Run(const Selection& selection) {
    rendered_ = RenderManifests(session_.arena(), session_.set(), selection);
    if (rendered_.empty())
      return ReportError(
          context_, {ErrorCode::kNotFound, "nothing is selected: no document of the tenant matches --target and -l"});
    const std::string out = context_.arguments.Get("out", "-");
    if (out == "-") {
      context_.system.console.Out(MaskPhoneNumbers(context_.json() ? Json() : Stream()));
      return kSuccess;
    }
    const auto written = WriteFolder(out);
    if (!written) return ReportError(context_, written.error());
    if (!context_.quiet())
      context_.system.console.Err(
          fmt::format("{} written to {}.\n", Count(rendered_.size(), "document"), EscapeControls(out)));
    return kSuccess;
  }

 private:
  std::string Text(const RenderedDocument& rendered) {
    return RenderedYaml(rendered, origins_, !context_.arguments.Has("no-origins"));
  }

  std::string Stream() {
    std::string text;
    for (const RenderedDocument& each : rendered_) text += (text.empty() ? "" : "---\n") + Text(each);
    return text;
  }

  std::string Json() {
    Arena& arena = session_.arena();
    ArrayBuilder documents(arena);
    for (const RenderedDocument& each : rendered_)
      documents.Add(RenderedJson(arena, each, origins_, session_.sources()));
    const Value json =
        ObjectBuilder(arena).Set("tenant", session_.settings().name).Set("documents", documents.Build()).Build();
    return ToPrettyJson(json) + "\n";
  }

  /// A folder holds this rendering and nothing else: what is left of an earlier one would be read as well.
  Result<void> CheckFolder(const std::string& folder) {
    FileSystem& files = context_.system.files;
    std::set<std::string> ours, sources;
    for (const RenderedDocument& each : rendered_) ours.insert(files.Canonical(folder + "/" + FileOf(each)));
    for (std::uint32_t id = 1; id <= session_.sources().size(); ++id)
      sources.insert(files.Canonical(session_.sources().name(id)));
    const auto there = files.ListYaml(folder);
    if (!there) return there.error().code == ErrorCode::kNotFound ? Result<void>() : std::unexpected(there.error());
    for (const std::string& file : *there) {
      const std::string path = files.Canonical(file);
      if (!sources.contains(path) && ours.contains(path)) continue;
      return Fail(
          ErrorCode::kRefused,
          fmt::format("{} holds {}, which is not of this rendering, and nothing is written: take an empty folder",
                      EscapeControls(folder), EscapeControls(file)));
    }
    return {};
  }

  Result<void> WriteFolder(const std::string& folder) {
    TRY(CheckFolder(folder));
    for (const RenderedDocument& each : rendered_) {
      const std::string file = folder + "/" + FileOf(each);
      TRY(context_.system.files.MakeFolder(file.substr(0, file.rfind('/'))));
      TRY(context_.system.files.Write(file, Text(each), false));
    }
    return {};
  }

  Context& context_;
  Session& session_;
  Origins origins_;
  std::vector<RenderedDocument> rendered_;
};

}  // namespace

int RunRender(Context& context) {
  const auto selection = ReadSelection(context.arguments);
  if (!selection) return ReportError(context, selection.error());
  if (context.json() && context.arguments.Get("out", "-") != "-")
    return ReportError(context, {ErrorCode::kUsage, "-o DIR takes YAML files: leave out --format json"});
  Session session(context);
  if (const auto exit = session.LoadManifests(Session::Demand::kReadable)) return *exit;
  return RenderRun(context, session).Run(*selection);
}

}  // namespace cxctl
