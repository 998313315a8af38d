#include "tenant/contact_client.h"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/digest.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostPages = 100'000;
// The transport gives up at the deadline by itself: its own word for what happened is worth a moment.
constexpr Duration kGrace = std::chrono::milliseconds(100);

// Requests that the tenant did not look at: they may be taken later.
bool IsAboutAccess(const RestOutcome& outcome) {
  return outcome.code == ErrorCode::kUnauthorized;
}

// Request Timeout and Too Early are final for no request.
bool IsPassing(int status) {
  return status == 408 || status == 425;
}

ActionResult::Status StatusOf(const RestOutcome& outcome) {
  using Status = ActionResult::Status;
  if (outcome.complete) return Status::kDone;
  if (outcome.maybe_written || (outcome.answered && IsPassing(outcome.status))) return Status::kAmbiguous;
  if (!outcome.answered || IsAboutAccess(outcome)) return Status::kUnavailable;
  switch (outcome.status) {
    case 404:
      return Status::kGone;
    case 409:
      return Status::kConflict;
    case 412:
      return Status::kPrecondition;
    default:
      return Status::kRejected;
  }
}

ActionResult ResultOf(const RestOutcome& outcome, const std::string& what) {
  ActionResult result;
  result.status = StatusOf(outcome);
  result.error_code = outcome.error.code;
  result.message = outcome.message;
  if (outcome.complete) {
    result.message = fmt::format("{} answered {} (request id {}).", what, outcome.status, outcome.request_id);
  }
  result.request_id = outcome.request_id;
  result.attempts = outcome.attempts;
  result.latency = outcome.latency;
  result.retry_after = outcome.retry_after;
  return result;
}

ActionResult Refused(const Error& error) {
  ActionResult result;
  result.status = ActionResult::Status::kRejected;
  result.message = error.message;
  return result;
}

std::string ShownCall(const ApiRequest& request) {
  return request.method + ' ' + (request.shown.empty() ? request.path : request.shown);
}

}  // namespace

/// A request under way whose caller may have gone.
struct ContactClient::Flight {
  explicit Flight(Loop& loop) : landed(loop) {}
  Signal landed;
  std::optional<RestOutcome> outcome;
  bool sent = false;
};

ContactClient::ContactClient(std::unique_ptr<ContactDialect> dialect, Wire& wire, TokenSource& tokens, RestClient& rest)
    : dialect_(std::move(dialect)), wire_(wire), tokens_(tokens), rest_(rest) {}

Task<RestOutcome> ContactClient::Perform(ApiRequest request, Accept accept, bool once) {
  tokens_.RequireScopes({request.scope});
  RestCall call;
  call.request = std::move(request);
  call.accept = std::move(accept);
  call.once = once;
  Task<RestOutcome> performed = rest_.Perform(std::move(call));
  co_return co_await std::move(performed);
}

Task<ActionResult> ContactClient::Act(Result<ApiRequest> request, Accept accept) {
  if (!request) co_return Refused(request.error());
  const std::string what = ShownCall(*request);
  const std::string sha256 = Sha256Hex(request->body);
  Task<RestOutcome> performed = Perform(std::move(*request), std::move(accept), true);
  const RestOutcome outcome = co_await std::move(performed);
  ActionResult result = ResultOf(outcome, what);
  result.payload_sha256 = sha256;
  co_return result;
}

Task<ActionResult> ContactClient::ActWithin(Result<ApiRequest> request, Accept accept, Duration deadline) {
  if (!request) co_return Refused(request.error());
  tokens_.RequireScopes({request->scope});
  const std::string what = ShownCall(*request);
  const std::string sha256 = Sha256Hex(request->body);
  auto flight = std::make_shared<Flight>(wire_.loop());
  RestCall call;
  call.request = std::move(*request);
  call.accept = std::move(accept);
  call.once = true;
  call.give_up_at = wire_.loop().clock().Monotonic() + deadline;
  call.on_send = [flight] { flight->sent = true; };
  const Duration end = *call.give_up_at + kGrace;
  wire_.loop().SpawnBackground(Fly(flight, std::move(call)));
  while (!flight->outcome) {
    const Duration left = end - wire_.loop().clock().Monotonic();
    Task<bool> landed = flight->landed.WaitFor(left);
    const bool notified = co_await std::move(landed);
    if (!notified) break;
  }
  ActionResult result;
  if (flight->outcome) {
    result = ResultOf(*flight->outcome, what);
  } else {
    result.status = flight->sent ? ActionResult::Status::kAmbiguous : ActionResult::Status::kUnavailable;
    result.message = what + (flight->sent ? " got no answer in time." : " was not sent in time.");
    result.attempts = flight->sent ? 1 : 0;
  }
  result.payload_sha256 = sha256;
  co_return result;
}

Task<void> ContactClient::Fly(std::shared_ptr<Flight> flight, RestCall call) {
  Task<RestOutcome> performed = rest_.Perform(std::move(call));
  RestOutcome outcome = co_await std::move(performed);
  flight->outcome = std::move(outcome);
  flight->landed.NotifyAll();
}

Task<ActionResult> ContactClient::CreateCallback(CallbackWish wish, Duration deadline) {
  auto created = std::make_shared<LiveCallback>();
  Result<ApiRequest> request = dialect_->CreateCallback(wish);
  Accept accept = [this, wish, created](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(*created, dialect_->ReadCreated(wish, response));
    return {};
  };
  Task<ActionResult> acted = ActWithin(std::move(request), std::move(accept), deadline);
  ActionResult result = co_await std::move(acted);
  if (result.done()) {
    result.id = created->id;
    result.etag = created->etag;
  }
  co_return result;
}

Task<ActionResult> ContactClient::ChangeCallback(std::string id, std::string etag, std::optional<Instant> time) {
  LiveCallback changed;
  Result<ApiRequest> request = dialect_->ChangeCallback(id, etag, time);
  Accept accept = [this, &id, time, &changed](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(changed, dialect_->ReadChanged(id, time, response));
    return {};
  };
  Task<ActionResult> acted = Act(std::move(request), std::move(accept));
  ActionResult result = co_await std::move(acted);
  result.id = id;
  if (result.done()) result.etag = changed.etag;
  co_return result;
}

Task<Result<std::optional<LiveCallback>>> ContactClient::GetCallback(std::string id) {
  CO_TRY_ASSIGN(ApiRequest request, dialect_->GetCallback(id));
  std::optional<LiveCallback> callback;
  Accept accept = [this, &id, &callback](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(callback, dialect_->ReadCallback(id, response));
    return {};
  };
  Task<RestOutcome> performed = Perform(std::move(request), std::move(accept), false);
  const RestOutcome outcome = co_await std::move(performed);
  if (outcome.complete) co_return callback;
  if (outcome.answered && outcome.status == 404) co_return std::optional<LiveCallback>();
  co_return Fail(outcome.code, outcome.message);
}

template <class T>
Task<Result<std::vector<T>>> ContactClient::ReadAll(std::function<ApiRequest(const std::string&)> request,
                                                    std::function<Result<ListedPage<T>>(const HttpResponse&)> read) {
  std::vector<T> items;
  std::unordered_map<std::string, std::size_t> places;
  std::unordered_set<std::string> seen;
  std::string next;
  do {
    ListedPage<T> page;
    Accept accept = [&read, &page](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(page, read(response));
      return {};
    };
    ApiRequest of_page = request(next);
    const std::string what = ShownCall(of_page);
    Task<RestOutcome> performed = Perform(std::move(of_page), std::move(accept), false);
    const RestOutcome outcome = co_await std::move(performed);
    if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
    for (T& item : page.items) {
      const auto [place, is_new] = places.emplace(item.id, items.size());
      if (is_new) {
        items.push_back(std::move(item));
      } else {
        items[place->second] = std::move(item);
      }
    }
    next = std::move(page.next);
    if (!next.empty() && (!seen.insert(next).second || seen.size() > kMostPages)) {
      co_return Fail(ErrorCode::kUnavailable, "The pages of " + what + " do not end: a nextPage came twice.");
    }
  } while (!next.empty());
  co_return items;
}

Task<Result<std::vector<LiveCallback>>> ContactClient::ListCallbacks(std::string queue_id, std::string state) {
  auto listed = ReadAll<LiveCallback>(
      [this, queue_id, state](const std::string& page) { return dialect_->ListCallbacks(queue_id, state, page); },
      [this, queue_id, state](const HttpResponse& response) {
        return dialect_->ReadCallbacks(queue_id, state, response);
      });
  co_return co_await std::move(listed);
}

Task<ActionResult> ContactClient::SendMessage(std::string to, std::string from, std::string text,
                                              std::string idempotency_key) {
  std::string id;
  Result<ApiRequest> request = dialect_->SendMessage(to, from, text, idempotency_key);
  Accept accept = [this, &id](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(id, dialect_->ReadMessage(response));
    return {};
  };
  Task<ActionResult> acted = Act(std::move(request), std::move(accept));
  ActionResult result = co_await std::move(acted);
  result.id = id;
  co_return result;
}

Task<ActionResult> ContactClient::UpdateContact(std::string contact_id,
                                                std::vector<std::pair<std::string, std::string>> fields) {
  Result<ApiRequest> request = dialect_->UpdateContact(contact_id, fields);
  Accept accept = [this, &contact_id, &fields](const HttpResponse& response) {
    return dialect_->ReadContact(contact_id, fields, response);
  };
  Task<ActionResult> acted = Act(std::move(request), std::move(accept));
  ActionResult result = co_await std::move(acted);
  result.id = contact_id;
  co_return result;
}

Task<Result<std::optional<CampaignMetrics>>> ContactClient::Metrics(std::string campaign_id, Duration interval) {
  CO_TRY_ASSIGN(ApiRequest request, dialect_->Metrics(campaign_id, interval));
  std::optional<CampaignMetrics> metrics;
  Accept accept = [this, &campaign_id, &metrics](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(metrics, dialect_->ReadMetrics(campaign_id, response));
    return {};
  };
  Task<RestOutcome> performed = Perform(std::move(request), std::move(accept), true);
  const RestOutcome outcome = co_await std::move(performed);
  if (outcome.complete) co_return metrics;
  co_return Fail(outcome.code, outcome.message);
}

Task<Result<AgentCounts>> ContactClient::Agents() {
  auto listed = ReadAll<ListedAgent>([this](const std::string& page) { return dialect_->ListAgents(page); },
                                     [this](const HttpResponse& response) { return dialect_->ReadAgents(response); });
  CO_TRY_ASSIGN(const std::vector<ListedAgent> agents, co_await std::move(listed));
  AgentCounts counts;
  for (const ListedAgent& agent : agents) {
    if (agent.state == "available") ++counts.available;
    if (agent.state == "busy") ++counts.busy;
    if (agent.state == "wrapup") ++counts.wrapup;
    if (agent.state == "offline") ++counts.offline;
  }
  co_return counts;
}

}  // namespace cxctl
