#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "time/instant.h"

namespace cxctl {

enum class DialingMode {
  kPredictive,   ///< At the dial rate, whoever is free.
  kProgressive,  ///< As fast as the dial rate allows, but never more calls ringing than agents free.
  kPreview,      ///< The same, and each call keeps its agent from the first ring on.
};

enum class AgentState { kAvailable, kBusy, kWrapup, kOffline };

/// What became of a call; in the order in which the tenant's history names them.
enum class CallOutcome {
  kAnswered,  ///< By a person (or a machine that was taken for one), who got an agent.
  kNoAnswer,
  kBusy,
  kMachine,    ///< By a machine (or a person who was taken for one): hung up.
  kAbandoned,  ///< By a person who got no agent within the patience.
  kFailed,
};
inline constexpr std::size_t kCallOutcomes = 6;

/// The people who are called, as they are now. Shares are of all calls.
struct CallConditions {
  double answered = 0.3;                      ///< By a person.
  double machine = 0.2;                       ///< `answered` and `machine` together are at most 1.
  Duration talk = std::chrono::seconds(150);  ///< Means.
  Duration wrapup = std::chrono::seconds(30);
};

struct DialerSettings {
  std::uint64_t seed = 1;
  /// How long a person who answered waits for an agent: the 2 s after which regulators call a call abandoned
  /// (47 CFR 64.1200(a)(7)).
  Duration patience = std::chrono::seconds(2);
  double person_as_machine = 0.02;  ///< Errors of answering-machine detection.
  double machine_as_person = 0.05;
  std::int64_t max_calls = 200;  ///< At one time, ringing and connected; calls beyond wait for their turn.
};

/// A campaign as it dials now.
struct DialedCampaign {
  DialingMode mode = DialingMode::kPredictive;
  std::int64_t dial_rate = 0;   ///< Calls a minute, evenly spaced. 0: none, as for a campaign that is not active.
  std::int64_t max_agents = 0;  ///< So many talk for it at one time, at most.
  CallConditions conditions;
};

/// Hears of every call. What it is told happens at the dialer's now().
class CallListener {
 public:
  virtual ~CallListener() = default;
  virtual void OnDialed(std::size_t campaign) = 0;
  virtual void OnAnswered(std::size_t campaign) = 0;                    ///< By a person, as far as the dialer can tell.
  virtual void OnEnded(std::size_t campaign, CallOutcome outcome) = 0;  ///< kAnswered: as the agent takes it.
};

/// Calls and agents of a simulated contact centre, event by event: one pool of agents, any number of campaigns. Pure:
/// no clock, and the same settings and calls of its functions give the same calls. A day of a hundred agents takes some
/// milliseconds.
///
/// A call rings, and is answered by a person, a machine or not at all. A person gets the agent who has been free
/// longest, waits `patience` for one otherwise, and is abandoned then. An agent talks, wraps up, and is free again.
/// Times are drawn: talks are short or long (a third end at once, the rest are gamma distributed), so their spread is
/// wider than an exponential's. Nothing is dialed while no agent is logged in.
class Dialer {
 public:
  Dialer(DialerSettings settings, Instant start);
  /// Of whom it hears from now on, or null. Must outlive the dialer.
  void set_listener(CallListener* listener) { listener_ = listener; }

  Instant now() const { return now_; }
  /// Runs until `to`; nothing for an earlier instant.
  void Advance(Instant to);

  /// Indices count up from 0 and stay.
  std::size_t AddCampaign(const DialedCampaign& campaign);
  std::size_t AddAgent(AgentState state);
  /// From now on. Calls that ring or talk go on.
  void SetCampaign(std::size_t index, const DialedCampaign& campaign);
  /// At once: a call that the agent had is over. Busy and wrap-up end by themselves.
  void SetAgent(std::size_t index, AgentState state);
  /// Offline as soon as the agent's call and its wrap-up are over.
  void LogOutAfterCall(std::size_t index);
  void SetMaxCalls(std::int64_t max_calls);

  AgentState agent(std::size_t index) const { return agents_[index].state; }
  const DialedCampaign& campaign(std::size_t index) const { return lines_[index].settings; }
  std::int64_t agents_in(AgentState state) const { return in_state_[static_cast<std::size_t>(state)]; }
  std::int64_t ringing(std::size_t campaign) const { return lines_[campaign].ringing; }
  /// People who answered and wait for an agent, and how long the first of them has.
  std::int64_t waiting() const;
  Duration longest_wait() const;

  /// Since the start.
  struct Totals {
    std::int64_t dialed = 0;
    std::int64_t answered = 0;  ///< By a person as far as the dialer can tell; the abandoned among them.
    std::int64_t abandoned = 0;
    std::int64_t taken_for_machines = 0;  ///< People whom the dialer hung up on. No tenant can count them.
  };
  const Totals& totals(std::size_t campaign) const { return lines_[campaign].totals; }
  /// Agent time spent in a state since the start.
  Duration time_in(AgentState state) const;

 private:
  enum class EventKind : std::uint8_t { kDial, kPerson, kMachinePasses, kOther, kGiveUp, kTalkEnds, kWrapupEnds };
  struct Event {
    std::int64_t at = 0;
    std::uint64_t order = 0;  ///< Of events at one instant, the first made comes first.
    EventKind kind = EventKind::kDial;
    CallOutcome outcome = CallOutcome::kNoAnswer;  ///< kOther
    std::uint32_t index = 0;                       ///< Of the campaign, or the agent.
    std::uint32_t generation = 0;  ///< Of a campaign's next call, or of an agent's state: an older one is void.
    std::uint32_t agent = 0;       ///< Whom the call keeps (kPreview), plus 1; 0 for none.
    bool guarded = false;          ///< kProgressive: a free agent is kept for the call.
    friend bool operator>(const Event& a, const Event& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };
  struct Agent {
    AgentState state = AgentState::kOffline;
    std::uint32_t generation = 0;
    std::uint32_t line = 0;  ///< Plus 1, of the campaign of the call; 0 for none.
    bool rings = false;      ///< The call has not been answered yet (kPreview).
    bool leaves = false;
    bool short_talk = false;  ///< With a machine: there is little to write down.
  };
  struct Waiting {
    std::int64_t since = 0;
    bool machine = false;
  };
  struct Line {
    DialedCampaign settings;
    Totals totals;
    std::int64_t ringing = 0, talking = 0;
    std::deque<Waiting> waiting;
    std::uint32_t generation = 0;
    double due = 1;  ///< Share of the time between two calls that is left until the next one, as of `due_at`.
    std::int64_t due_at = 0;
    bool blocked = false;  ///< A call is due and has to wait for an agent or a line.
  };

  double Uniform();
  double Exponential();
  Duration Draw(double seconds_from, double seconds_to);
  Duration DrawTalk(const Line& line, bool machine);
  void Push(Duration after, Event event);
  void Run(const Event& event);
  void Schedule(std::size_t index);
  void Freeze(Line& line);
  void OnDial(std::size_t index);
  bool MayDial(const Line& line) const;
  void Dial(std::size_t index);
  void RetryBlocked();
  void OnAnswer(const Event& event, bool machine);
  bool KeepsAgent(const Event& event) const;
  void OnOther(const Event& event);
  void OnGiveUp(std::size_t index);
  void OnTalkEnds(std::size_t agent);
  void BecomeFree(std::size_t agent);
  void Connect(std::size_t index, std::size_t agent, bool machine);
  bool ConnectWaiting(std::size_t agent);
  std::uint32_t TakeFreeAgent();
  bool HasRoom(const Line& line) const;
  void Move(std::size_t agent, AgentState state);
  void CountTime();
  std::int64_t free_agents() const { return agents_in(AgentState::kAvailable); }

  DialerSettings settings_;
  Instant now_;
  std::uint64_t random_;
  std::uint64_t order_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Agent> agents_;
  std::vector<Line> lines_;
  struct FreeAgent {
    std::uint32_t agent, generation;
  };
  std::deque<FreeAgent> free_;  ///< Free longest first; void entries among them.
  std::array<std::int64_t, 4> in_state_{};
  std::array<std::int64_t, 4> micros_in_state_{};
  Instant counted_until_;
  std::int64_t calls_ = 0;    ///< Ringing, waiting and connected.
  std::int64_t guarded_ = 0;  ///< Ringing calls for which free agents are kept.
  std::int64_t blocked_ = 0;  ///< Campaigns whose next call has to wait.
  std::size_t turn_ = 0;      ///< The campaign that may dial first when an agent becomes free.
  CallListener* listener_ = nullptr;
};

}  // namespace cxctl
