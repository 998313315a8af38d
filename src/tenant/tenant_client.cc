#include "tenant/tenant_client.h"

#include <algorithm>

#include "base/strings.h"
#include "tenant/analytics_client.h"
#include "tenant/campaign_client.h"
#include "tenant/contact_client.h"
#include "tenant/contact_dialect_v2.h"
#include "tenant/dialect_v2.h"
#include "tenant/paging.h"
#include "tenant/rest_client.h"
#include "tenant/token_source.h"

namespace cxctl {

namespace {

class RestTenantClient final : public TenantClient {
 public:
  RestTenantClient(const TenantConnection& connection, std::unique_ptr<Dialect> dialect, Arena& arena, Loop& loop,
                   HttpTransport& transport, Random& random, RequestObserver* observer)
      : arena_(arena),
        dialect_(std::move(dialect)),
        wire_(connection, loop, transport, random, observer),
        tokens_(connection, wire_),
        rest_(connection, wire_, tokens_),
        contacts_(MakeContactDialectV2(), wire_, tokens_, rest_),
        campaigns_(*dialect_, tokens_, rest_),
        analytics_(MakeAnalyticsDialectV2(), connection.base_url, wire_, tokens_, rest_) {}

  Task<Result<void>> CheckToken() override {
    const Result<AccessToken> token = co_await tokens_.Get();
    if (!token) co_return std::unexpected(token.error());
    co_return Result<void>();
  }

  Task<Result<std::vector<LiveObject>>> List(ObjectKind kind, std::string scope) override {
    ListCollector collector;
    do {
      CO_TRY_ASSIGN(ApiRequest request, dialect_->ListRequest(kind, scope, collector.next()));
      Result<Page> page = co_await ReadPage(kind, scope, std::move(request), collector.next().empty());
      if (!page) co_return std::unexpected(page.error());
      CO_TRY(AddPage(collector, std::move(*page), kind, scope));
    } while (!collector.next().empty());
    co_return collector.Take();
  }

  Task<Result<std::optional<LiveObject>>> Get(ObjectKind kind, std::string scope, std::string id) override {
    RestCall call;
    CO_TRY_ASSIGN(call.request, dialect_->GetRequest(kind, scope, id));
    std::optional<LiveObject> object;
    call.accept = [this, kind, &scope, &id, &object](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(object, dialect_->ReadObject(arena_, kind, scope, id, response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (outcome.complete) co_return object;
    if (outcome.answered && outcome.status == 404) co_return std::optional<LiveObject>();
    co_return Fail(outcome.code, outcome.message);
  }

  Task<Result<std::optional<LiveObject>>> FindByIdentity(ObjectKind kind, std::string scope, std::string name,
                                                         std::string parent_id) override {
    ListCollector collector;
    do {
      CO_TRY_ASSIGN(ApiRequest request, dialect_->FindRequest(kind, scope, name, collector.next()));
      Result<Page> page = co_await ReadPage(kind, scope, std::move(request), collector.next().empty());
      if (!page) co_return std::unexpected(page.error());
      for (LiveObject& object : page->objects) {
        if (dialect_->Identifies(object, name, parent_id)) co_return std::optional<LiveObject>(std::move(object));
      }
      page->objects.clear();
      CO_TRY(AddPage(collector, std::move(*page), kind, scope));
    } while (!collector.next().empty());
    co_return std::optional<LiveObject>();
  }

  Task<Result<std::int64_t>> Capacity() override {
    RestCall call;
    call.request = dialect_->CapacityRequest();
    std::int64_t capacity = 0;
    call.accept = [this, &capacity](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(capacity, dialect_->ReadCapacity(response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
    co_return capacity;
  }

  Task<Result<std::optional<QueueFigures>>> Queue(std::string id) override {
    RestCall call;
    CO_TRY_ASSIGN(call.request, dialect_->QueueRequest(id));
    std::optional<QueueFigures> figures;
    call.accept = [this, &id, &figures](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(figures, dialect_->ReadQueue(id, response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (outcome.complete) co_return figures;
    if (outcome.answered && outcome.status == 404) co_return std::optional<QueueFigures>();
    co_return Fail(outcome.code, outcome.message);
  }

  EncodedWrite Encode(const WriteRequest& request) const override {
    const Result<ApiRequest> encoded = dialect_->EncodeWrite(request);
    if (!encoded) return {};
    return {encoded->method, encoded->path, encoded->body};
  }

  Task<WriteResult> Write(WriteRequest request) override {
    WriteResult result;
    Result<ApiRequest> encoded = dialect_->EncodeWrite(request);
    if (!encoded) {
      result.status = WriteStatus::kRejected;
      result.message = encoded.error().message;
      co_return result;
    }
    RestCall call;
    call.request = std::move(*encoded);
    std::optional<LiveObject> object;
    call.accept = [this, &request, &object](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(object, dialect_->ReadWritten(arena_, request, response));
      return {};
    };
    const std::string what = call.request.method + ' ' + call.request.path;
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    result = ResultOfWrite(outcome, request.operation, what);
    if (outcome.complete) result.object = std::move(object);
    co_return result;
  }

  Task<Result<void>> WaitToRepeat(ObjectKind, WriteResult lost, int attempts) override {
    Retrier retrier = wire_.NewRetrier(attempts);
    const std::expected<Duration, std::string> delay = retrier.Next(lost.retry_after, wire_.loop().clock().Now());
    if (!delay) co_return Fail(ErrorCode::kUnavailable, delay.error());
    co_await wire_.loop().Sleep(*delay);
    co_return Result<void>();
  }

  void RequireScopes(const std::vector<std::string>& scopes) override { tokens_.RequireScopes(scopes); }
  std::vector<std::string> ReadScopes(ObjectKind kind) const override { return dialect_->ReadScopes(kind); }
  std::vector<std::string> WriteScopes(ObjectKind kind) const override { return dialect_->WriteScopes(kind); }
  std::vector<std::string> QueueScopes() const override { return dialect_->QueueScopes(); }
  ClientStatistics statistics() const override { return wire_.statistics(); }
  double current_rate() const override { return wire_.limiter().rate(); }
  const CampaignStates& campaign_states() const override { return dialect_->campaign_states(); }
  ContactCenter& contact_center() override { return contacts_; }
  CampaignControl& campaign_control() override { return campaigns_; }
  Analytics& analytics() override { return analytics_; }

 private:
  Task<Result<Page>> ReadPage(ObjectKind kind, const std::string& scope, ApiRequest request, bool is_first) {
    Page page;
    RestCall call;
    call.request = std::move(request);
    call.accept = [this, kind, &scope, &page](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(page, dialect_->ReadPage(arena_, kind, scope, response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (outcome.complete) co_return page;
    const bool missing = outcome.answered && outcome.status == 404;
    // On a later page a 404 may be a page token that has expired: objects would be missing from the list.
    if (missing && is_first && dialect_->missing_list_is_empty(kind)) co_return Page();
    if (missing && kind == ObjectKind::kSchedule) {
      co_return Fail(ErrorCode::kNotFound, "The tenant has no campaign \"" + wire_.cleanser().Clean(scope) +
                                               "\" whose schedules could be read: " + outcome.message);
    }
    co_return Fail(outcome.code, outcome.message);
  }

  Result<void> AddPage(ListCollector& collector, Page page, ObjectKind kind, const std::string& scope) {
    Result<void> added = collector.Add(std::move(page));
    if (added) return added;
    const std::string of = scope.empty() ? "" : " of \"" + wire_.cleanser().Clean(scope) + '"';
    return Fail(added.error().code, "The list of objects of kind " + std::string(KindName(kind)) + of +
                                        " cannot be read: " + added.error().message + ".");
  }

  Arena& arena_;
  std::unique_ptr<Dialect> dialect_;
  Wire wire_;
  TokenSource tokens_;
  RestClient rest_;
  ContactClient contacts_;
  CampaignClient campaigns_;
  AnalyticsClient analytics_;
};

}  // namespace

Result<std::unique_ptr<TenantClient>> MakeTenantClient(TenantConnection connection, Arena& arena, Loop& loop,
                                                       HttpTransport& transport, Random& random,
                                                       RequestObserver* observer) {
  if (connection.dialect != "v2") {
    return Fail(ErrorCode::kUsage, "There is no dialect \"" + EscapeControls(connection.dialect) +
                                       "\": spec.dialect of a Tenant can be v2.");
  }
  while (connection.base_url.ends_with('/')) connection.base_url.pop_back();
  return std::make_unique<RestTenantClient>(connection, MakeDialectV2(), arena, loop, transport, random, observer);
}

}  // namespace cxctl
