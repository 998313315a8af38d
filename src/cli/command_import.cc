#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "author/import.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_tenant.h"
#include "cli/rule_warning.h"
#include "cli/session.h"
#include "cli/view_files.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kKinds[] = {"Campaign", "CampaignSchedule", "CallCodeHierarchy"};

Result<std::set<std::string>> ReadKinds(const Arguments& arguments) {
  std::set<std::string> kinds;
  for (const std::string& word : arguments.positional) {
    if (std::ranges::find(kKinds, word) == std::end(kKinds)) {
      const std::string_view near = NearestWord(word, kKinds);
      return Fail(ErrorCode::kUsage,
                  fmt::format("import takes Campaign, CampaignSchedule and CallCodeHierarchy, not {}{}",
                              EscapeControls(word), near.empty() ? "" : fmt::format(": did you mean {}?", near)));
    }
    kinds.insert(word);
  }
  return kinds;
}

class ImportRun {
 public:
  explicit ImportRun(Context& context) : context_(context), session_(context) {}

  int Run() {
    const auto kinds = ReadKinds(context_.arguments);
    if (!kinds) return ReportError(context_, kinds.error());
    const auto selection = ReadSelection(context_.arguments);
    if (!selection) return ReportError(context_, selection.error());
    selection_ = *selection;
    out_ = context_.arguments.Get("out");
    if (out_.empty())
      return ReportError(context_, {ErrorCode::kUsage, "import needs the folder for new files: --out manifests/base"});
    if (const auto exit = session_.LoadManifests(Session::Demand::kReadable)) return *exit;
    const auto report = Import(*kinds);
    if (!report) return ReportError(context_, report.error());
    const bool dry_run = context_.arguments.Has("dry-run");
    if (!dry_run) {
      if (const auto written = Write(*report); !written) return ReportError(context_, written.error());
    }
    Print(*report, dry_run);
    return kSuccess;
  }

 private:
  /// Whether the tenant's manifests would see new files of the folder.
  bool IsAmongSources() {
    FileSystem& files = context_.system.files;
    const std::string out = files.Canonical(out_);
    const std::string base = session_.settings().folder.empty() ? "." : session_.settings().folder;
    const Value* named = session_.set().tenant->spec().Find("sources");
    std::vector<std::string> sources;
    for (const Value& each : named ? named->items() : std::span<const Value>())
      sources.push_back((std::filesystem::path(base) / std::string(each.as_string())).string());
    if (!named) sources.push_back(base);
    return std::ranges::any_of(sources, [&](const std::string& source) {
      const std::string folder = files.Canonical(source);
      return out == folder || out.starts_with(folder + "/");
    });
  }

  Result<ManifestSet> Load(FileReader& files) {
    if (among_sources_) return ManifestLoader(files).Load(session_.pick());
    auto set = ManifestLoader(files).LoadWithoutTenant({out_});
    if (set || set.error().code != ErrorCode::kNotFound) return set;
    ManifestSet empty;
    empty.workspace = std::make_shared<Workspace>();
    return empty;
  }

  Result<ImportReport> Import(const std::set<std::string>& kinds) {
    among_sources_ = IsAmongSources();
    TRY(session_.OpenStore(StoreMode::kRead));
    TRY(session_.ReadApplied());
    TRY(session_.Connect(false));
    std::vector<std::string> scopes = session_.client().ReadScopes(ObjectKind::kCampaign);
    if (WantsKind(kinds, "CampaignSchedule")) scopes.push_back("campaigns:read");
    if (WantsKind(kinds, "CallCodeHierarchy")) scopes.push_back("callcodes:read");
    session_.client().RequireScopes(scopes);
    TRY_ASSIGN(const LiveTenant live, Read(kinds));
    std::optional<ManifestSet> own;
    if (!among_sources_) {
      TRY_ASSIGN(own, Load(context_.system.files));
    }
    return ImportTenant({session_.arena(), own ? *own : session_.set(),
                         [this](FileReader& files) { return Load(files); }, context_.system.files, session_.settings(),
                         live, session_.applied(), out_, kinds, selection_, session_.now()});
  }

  Result<LiveTenant> Read(const std::set<std::string>& kinds) {
    const auto progress = session_.ShowReading();
    return session_.loop().RunUntilDone(ReadLiveTenant(session_.loop(), session_.client(), kinds, progress.get()));
  }

  Result<void> Write(const ImportReport& report) {
    FileSystem& files = context_.system.files;
    for (const FileChange& file : report.files) {
      if (file.is_new) TRY(files.MakeFolder(std::filesystem::path(file.path).parent_path().string()));
      TRY(files.Write(file.is_new ? file.path : files.Canonical(file.path), file.after, false));
    }
    return {};
  }

  void Print(const ImportReport& report, bool dry_run) {
    Console& console = context_.system.console;
    if (context_.json()) {
      console.Out(MaskPhoneNumbers(ToPrettyJson(Json(report, dry_run))) + "\n");
      return;
    }
    if (dry_run) console.Out(RenderFileDiff(report.files, context_.color_out));
    const auto list = [&](const char* word, const std::vector<std::string>& lines) {
      for (const std::string& line : lines)
        console.Out(fmt::format("{:<8} {}\n", word, MaskPhoneNumbers(EscapeControls(line))));
    };
    if (!dry_run) {
      list("added", report.added);
      list("updated", report.updated);
    }
    for (const std::string& line : report.skipped)
      console.Err(fmt::format("skipped: {}\n", MaskPhoneNumbers(EscapeControls(line))));
    if (context_.quiet()) return;
    console.Err(fmt::format("{} added, {} updated, {} unchanged, {} skipped{}.\n", report.added.size(),
                            report.updated.size(), report.unchanged, report.skipped.size(),
                            dry_run ? " (--dry-run: nothing is written)" : ""));
    if (!among_sources_) {
      console.Err(fmt::format("note: {} is not among the sources of Tenant/{}: add it to spec.sources\n",
                              EscapeControls(out_), session_.settings().name));
    }
    ChangedFiles files(context_.system.files, report.files);
    WarnOfBrokenRules(context_, Load(files), session_.now());
  }

  Value Json(const ImportReport& report, bool dry_run) {
    Arena& arena = session_.arena();
    const auto list = [&](const std::vector<std::string>& lines) {
      ArrayBuilder items(arena);
      for (const std::string& line : lines) items.Add(line);
      return items.Build();
    };
    ArrayBuilder files(arena);
    for (const FileChange& file : report.files) files.Add(file.path);
    return ObjectBuilder(arena)
        .Set("added", list(report.added))
        .Set("updated", list(report.updated))
        .Set("skipped", list(report.skipped))
        .Set("unchanged", report.unchanged)
        .Set("files", files.Build())
        .Set("dryRun", dry_run)
        .Build();
  }

  Context& context_;
  Session session_;
  std::string out_;
  Selection selection_;
  bool among_sources_ = true;
};

}  // namespace

int RunImport(Context& context) {
  return ImportRun(context).Run();
}

}  // namespace cxctl
