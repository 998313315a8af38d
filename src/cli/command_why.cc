#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/view_why.h"
#include "inspect/why.h"
#include "value/json.h"

// why: of the manifests, git, the tenant and the state store; what cannot be read does not keep the rest back.

namespace cxctl {

namespace {

class WhyRun {
 public:
  WhyRun(Context& context, Session& session) : context_(context), session_(session), origins_(session.set()) {}

  int Run(const std::string& word) {
    ReadStore();
    desired_ = BuildDesired(session_.arena(), session_.set(), {}, true);
    const WhyInputs inputs{session_.arena(), session_.set(), desired_, session_.applied()};
    const auto subject = FindSubject(inputs, word);
    if (!subject) return ReportError(context_, subject.error());
    const bool was_read = ReadTenant(*subject);
    const auto answer = Explain(inputs, *subject, was_read ? &session_.live() : nullptr, origins_);
    if (!answer) return ReportError(context_, answer.error());
    Print(*answer);
    return failures_.empty() ? kSuccess : kCouldNot;
  }

 private:
  void ReadStore() {
    auto read = session_.OpenStore(StoreMode::kRead);
    if (read) read = session_.ReadApplied();
    if (!read) failures_.push_back("the state store cannot be read: " + read.error().message);
  }

  /// What the subject needs alone. Documents that are on no tenant need none of it.
  bool ReadTenant(const WhySubject& subject) {
    const bool is_object =
        std::ranges::find(desired_.objects, subject.address, &DesiredObject::address) != desired_.objects.end() ||
        std::ranges::find(session_.applied(), subject.address, &AppliedObject::address) != session_.applied().end();
    const auto kind = KindNamed(subject.address.substr(0, subject.address.find('/')));
    const bool has_no_agent = kind && LivesInAgent(*kind) && session_.settings().agent_url.empty();
    if (context_.arguments.Has("offline") || !is_object || has_no_agent) return false;
    Selection selection;
    selection.targets.push_back(subject.address);
    auto read = session_.Connect(false);
    if (read) {
      const DesiredState wanted =
          BuildDesired(session_.arena(), session_.set(), selection, !session_.settings().agent_url.empty());
      read = session_.ReadTenant(wanted, selection);
    }
    if (!read) failures_.push_back(read.error().message);
    return read.has_value();
  }

  std::optional<AppliedBy> FindRecord(const WhyAnswer& answer) {
    if (!answer.applied || !session_.store()) return std::nullopt;
    std::optional<AppliedBy> found;
    const auto read = session_.store()->ReadAudit(1, [&](std::string_view line) {
      if (line.find(answer.applied->run) == std::string_view::npos) return true;
      const auto record = ParseJson(session_.arena(), line);
      if (!record || record->GetString("run") != answer.applied->run) return true;
      const Value* git = record->Find("git");
      found = AppliedBy{answer.applied->run, std::string(record->GetString("time")),
                        std::string(record->GetString("actor")),
                        git ? std::string(git->GetString("commit")) : std::string()};
      return record->GetString("address") != answer.address;
    });
    if (!read) failures_.push_back("the audit chain cannot be read: " + read.error().message);
    return found;
  }

  void Print(const WhyAnswer& answer) {
    WhyView view{answer, session_.sources(), origins_, {}, FindRecord(answer), {}, context_.arguments.Has("offline")};
    for (const WhyMember& member : answer.members) {
      const Position& at = member.origin.position;
      view.blames.push_back(at.known() ? BlameLine(context_.system.processes, session_.sources().name(at.file), at.line)
                                       : Blame{"", "", "", "", "written nowhere"});
    }
    view.failures = failures_;
    view.columns = context_.system.console.OutSize().columns;
    context_.system.console.Out(context_.json() ? WhyJson(session_.arena(), view)
                                                : RenderWhy(view, context_.color_out));
    if (context_.json()) return;
    for (const std::string& failure : failures_)
      context_.system.console.Err(fmt::format("error: {}\n", MaskPhoneNumbers(failure)));
  }

  Context& context_;
  Session& session_;
  Origins origins_;
  DesiredState desired_;
  std::vector<std::string> failures_;
};

}  // namespace

int RunWhy(Context& context) {
  const auto& words = context.arguments.positional;
  if (words.empty()) {
    return ReportError(context, {ErrorCode::kUsage,
                                 "why needs an address, such as Campaign/east or Campaign/east/maxAgents; see: cxctl "
                                 "why --help"});
  }
  Session session(context);
  if (const auto exit = session.LoadManifests(Session::Demand::kReadable)) return *exit;
  return WhyRun(context, session).Run(words[0]);
}

}  // namespace cxctl
