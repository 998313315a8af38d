#include <fmt/format.h>

#include <algorithm>

#include "plan/planning.h"
#include "plan/risk.h"

// Campaigns whose wanted state, or whose edit, is more than one request of the API away.

namespace cxctl {

namespace {

/// Builds the steps of a change one after the other; each starts from what the one before leaves.
class StepBuilder {
 public:
  StepBuilder(Arena& arena, const Change& change, std::string state)
      : arena_(arena), change_(change), state_(std::move(state)), current_(change.before) {
    SetState(current_, state_);
  }

  /// One transition; `carried`: members that go with it.
  void MoveTo(const std::string& state, const Value* carried) {
    Value after = carried ? change_.after : current_;
    SetState(after, state);
    ObjectBuilder payload(arena_, carried ? *carried : ObjectBuilder(arena_).Build());
    Add(WriteOperation::kTransition, after, payload.Set("state", state).Build());
    steps_.back().activates = state == "ACTIVE";
    state_ = state;
  }
  /// Everything but the state, where the campaign is now.
  void Edit() {
    Value after = change_.after;
    SetState(after, state_);
    Add(WriteOperation::kUpdate, after, ObjectBuilder(arena_, change_.payload).Remove("state").Build());
  }
  const std::string& state() const { return state_; }
  std::vector<Change> Take() { return std::move(steps_); }

 private:
  void SetState(Value& content, const std::string& state) {
    content = ObjectBuilder(arena_, content).Set("state", state).Build();
  }
  void Add(WriteOperation operation, const Value& after, const Value& payload) {
    Change step = change_;
    step.before = current_;
    step.after = after;
    step.fields = CompareContent(ObjectKind::kCampaign, current_, after);
    step.risk = RiskOf(ObjectKind::kCampaign, step.fields, current_, after);
    step.payload = payload;
    step.operation = operation;
    step.activates = false;
    if (!steps_.empty()) step.etag.clear();  // it is another one by then
    steps_.push_back(std::move(step));
    current_ = after;
  }

  Arena& arena_;
  const Change& change_;
  std::string state_;
  Value current_;
  std::vector<Change> steps_;
};

}  // namespace

std::string PathOf(const Change& change) {
  if (change.steps.empty() || change.kind != ObjectKind::kCampaign) return "";
  std::string path(change.steps.front().before.GetString("state"));
  for (const Change& step : change.steps) {
    const bool moves = step.operation == WriteOperation::kTransition;
    path += fmt::format(", {}", moves ? step.after.GetString("state") : "edit");
  }
  return path;
}

bool Planning::ChangesFixedMember(const Change& change) const {
  return std::ranges::any_of(change.fields, [&](const FieldChange& field) {
    return field.path != "/state" && in_.states.IsFixed(field.path);
  });
}

/// Where one request is not enough: the states on the way, and an edit of what cannot change while the campaign dials
/// in a state in which it can.
void Planning::AddCampaignSteps(Change& change, const std::string& from) const {
  const auto state = std::ranges::find(change.fields, "/state", &FieldChange::path);
  const std::string to = state == change.fields.end() ? from : std::string(state->after.as_string());
  const bool fixed = ChangesFixedMember(change) && (from == "ACTIVE" || to == "ACTIVE");
  std::optional<std::vector<std::string>> way = WayBetween(in_.states, from, to);
  if (!way || (way->size() <= 1 && !fixed)) return;
  if (fixed && from == "ACTIVE" && to == "ACTIVE") way = {"PAUSED", "ACTIVE"};
  StepBuilder steps(in_.arena, change, from);
  bool edited = !fixed;
  for (std::size_t i = 0; i < way->size(); ++i) {
    if (!edited && steps.state() != "ACTIVE") {
      steps.Edit();
      edited = true;
    }
    const bool last = i + 1 == way->size();
    steps.MoveTo((*way)[i], last && !fixed ? &change.payload : nullptr);
  }
  if (!edited) steps.Edit();
  change.steps = steps.Take();
}

}  // namespace cxctl
