#include "agent/intake_fixture.h"

// A process dies at each commit and each request, before and after its effect; the next one goes on from the store.

namespace cxctl {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Case {
  const char* name;
  bool repeats;  ///< The client sends its request again.
  std::function<Trouble(const HttpRequest&, int)> trouble;
};

/// How far the world got with one request and a worker, dying at step `dies_at` (0: never).
struct Outcome {
  bool died = false;
  std::optional<IntakeProcess::Reply> first, again;
};

Outcome Live(IntakeWorld& world, const Case& each, int dies_at) {
  Outcome outcome;
  int sent = 0;
  world.trouble = [&](const HttpRequest& request) { return each.trouble(request, ++sent); };
  world.dies_at = dies_at;
  const std::string body = RequestBody("+14155551234", "2026-11-24T15:00:00-05:00", R"(,"contactId":"crm-1")");
  try {
    IntakeProcess agent(world);
    outcome.first = agent.Post(body, "key");
    if (world.died) outcome.first.reset();
    agent.Work(seconds(20));
  } catch (const ProcessDied&) {
  }
  outcome.died = world.died;
  world.died = false;
  world.dies_at = 0;
  world.trouble = [](const HttpRequest&) { return Trouble::kNone; };
  IntakeProcess agent(world, "agent-2");
  if (each.repeats) outcome.again = agent.Post(body, "key");
  agent.Work(minutes(4));
  return outcome;
}

void Check(const Case& each) {
  for (int dies_at = 1;; ++dies_at) {
    ASSERT_LT(dies_at, 200);
    IntakeWorld world;
    const Outcome outcome = Live(world, each, dies_at);
    const std::string what = std::string(each.name) + ", dying at step " + std::to_string(dies_at);
    const auto records = world.Records();
    const auto callbacks = world.Objects("callbacks");
    const auto messages = world.Objects("messages");
    // Nothing that was answered 201 or 202 is lost, and nothing is there twice.
    ASSERT_LE(records.size(), 1u) << what;
    if (outcome.first || outcome.again) {
      ASSERT_EQ(records.size(), 1u) << what;
    }
    ASSERT_EQ(callbacks.size(), records.size()) << what;
    ASSERT_EQ(messages.size(), records.size()) << what;
    if (outcome.first && outcome.again) {
      ASSERT_EQ(outcome.first->body, outcome.again->body) << what;
    }
    for (const CallbackRecord& record : records) {
      ASSERT_EQ(record.state, CallbackState::kScheduled) << what << ": " << record.problem;
      ASSERT_EQ(record.callback_id, callbacks.front().GetString("id")) << what;
      ASSERT_EQ(record.crm.state, CallbackStep::State::kDone) << what;
      ASSERT_EQ(record.sms.state, CallbackStep::State::kDone) << what;
      ASSERT_EQ(std::ranges::count(world.Events(), "callback.scheduled"), 1) << what;
    }
    if (!outcome.died) break;
  }
}

TEST(IntakeCrashTest, WithoutFaults) {
  for (const bool repeats : {false, true}) {
    Check({"a good tenant", repeats, [](const HttpRequest&, int) { return Trouble::kNone; }});
  }
}

TEST(IntakeCrashTest, WithLostAnswers) {
  Check({"each answer to a first write lost", true, [](const HttpRequest& request, int) {
           static thread_local int writes = 0;
           const bool writes_something = IsCreate(request) || IsMessage(request) || IsContact(request);
           return writes_something && ++writes % 2 == 1 ? Trouble::kLostAfter : Trouble::kNone;
         }});
}

TEST(IntakeCrashTest, WithATenantThatIsAway) {
  Check({"errors at first", true, [](const HttpRequest& request, int sent) {
           const bool is_write = IsCreate(request) || IsMessage(request) || IsContact(request);
           if (!is_write || sent > 9) return Trouble::kNone;
           return sent % 3 == 0   ? Trouble::kUnavailable
                  : sent % 3 == 1 ? Trouble::kDoneUnavailable
                                  : Trouble::kLostBefore;
         }});
}

}  // namespace
}  // namespace cxctl
