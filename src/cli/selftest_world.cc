#include "cli/selftest_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kSimulatedUrl = "http://127.0.0.1";
constexpr std::string_view kTimes[] = {"startTime", "endTime", "scheduledResumeTime", "createdAt", "updatedAt"};
constexpr std::string_view kSets[] = {"items", "entities", "regulatoryWindows", "blackoutPeriods"};
constexpr Duration kOffset = std::chrono::minutes(330);

/// The same instant as somebody in India writes it.
std::string InAnotherOffset(std::string_view text) {
  const auto time = ParseDateTime(text);
  if (!time) return std::string(text);
  std::string local = FormatUtc(time->instant + kOffset, time->instant.micros % 1'000'000 != 0);
  local.pop_back();
  return local + "+05:30";
}

Value Alter(Arena& arena, const Value& value, std::string_view name, Altered altered) {
  if (value.is_object()) {
    ObjectBuilder object(arena);
    for (const Member& member : value.members())
      object.Set(member.key, Alter(arena, member.value, member.key, altered));
    return object.Build();
  }
  if (value.is_array()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(Alter(arena, item, "", altered));
    if (altered == Altered::kShuffled && std::ranges::find(kSets, name) != std::end(kSets)) {
      // The same each time, and no order that anybody sorts by.
      std::ranges::reverse(items);
      if (items.size() > 2) std::rotate(items.begin(), items.begin() + 1, items.end());
    }
    ArrayBuilder list(arena);
    for (const Value& item : items) list.Add(item);
    return list.Build();
  }
  const bool is_time = value.is_string() && std::ranges::find(kTimes, name) != std::end(kTimes);
  return is_time && altered == Altered::kOffsets ? MakeString(arena, InAnotherOffset(value.as_string())) : value;
}

std::string WithSmallPages(const std::string& url) {
  constexpr std::string_view kName = "pageSize=";
  const std::size_t at = url.find(kName);
  if (at == std::string::npos) return url;
  const std::size_t end = std::min(url.find('&', at), url.size());
  return url.substr(0, at + kName.size()) + "2" + url.substr(end);
}

}  // namespace

std::string AlteredBody(const std::string& body, Altered altered) {
  if (altered != Altered::kShuffled && altered != Altered::kOffsets) return body;
  Arena arena;
  const auto parsed = ParseJson(arena, body);
  return parsed ? ToJson(Alter(arena, *parsed, "", altered)) : body;
}

Task<HttpOutcome> AlteringTransport::Send(HttpRequest request) {
  const Altered how = altered;
  const bool reads = request.method == "GET";
  if (reads && how == Altered::kPaged) request.url = WithSmallPages(request.url);
  HttpOutcome outcome = co_await inner_.Send(std::move(request));
  if (outcome && reads) outcome->body = AlteredBody(outcome->body, how);
  co_return outcome;
}

class SelftestTenant::Wire : public HttpTransport {
 public:
  explicit Wire(SimTenant& sim) : sim_(sim) {}
  Task<HttpOutcome> Send(HttpRequest request) override {
    request.url = request.url.substr(kSimulatedUrl.size());
    HttpOutcome outcome = sim_.Handle(request).response;
    co_return outcome;
  }

 private:
  SimTenant& sim_;
};

namespace {

SimOptions Calm() {
  SimOptions options;
  options.rate = 0;
  options.dialer = false;
  return options;
}

}  // namespace

SelftestTenant::SelftestTenant(Instant now)
    : time_(now), sim_(Calm(), time_), wire_(std::make_unique<Wire>(sim_)), answers_(*wire_), loop_(time_, time_) {}

SelftestTenant::~SelftestTenant() = default;

Result<std::unique_ptr<SelftestTenant>> SelftestTenant::Make(std::string_view data, Instant now, Arena& arena,
                                                             Random& random) {
  std::unique_ptr<SelftestTenant> tenant(new SelftestTenant(now));
  TRY(tenant->sim_.Load(data));
  TenantConnection connection;
  connection.base_url = kSimulatedUrl;
  connection.client_id = "selftest";
  connection.client_secret = "selftest";
  connection.requests_per_second = connection.burst = 1e6;
  for (const SimOperation& operation : SimTenant::Operations()) {
    if (!operation.scope.empty()) connection.scopes.push_back(operation.scope);
  }
  TRY_ASSIGN(tenant->client_,
             MakeTenantClient(std::move(connection), arena, tenant->loop_, tenant->answers_, random, nullptr));
  return tenant;
}

Result<std::string> FilesInMemory::Read(const std::string& path, std::size_t limit) {
  const auto found = files_.find(Canonical(path));
  if (found == files_.end()) return Fail(ErrorCode::kNotFound, fmt::format("{} does not exist", path));
  if (found->second.size() > limit) return Fail(ErrorCode::kIo, fmt::format("{} is too large", path));
  return found->second;
}

Result<std::vector<std::string>> FilesInMemory::ListYaml(const std::string& path) {
  const std::string folder = Canonical(path);
  if (files_.contains(folder)) return std::vector<std::string>{folder};
  std::vector<std::string> found;
  for (const auto& [name, text] : files_) {
    if (name.starts_with(folder + "/")) found.push_back(name);
  }
  if (found.empty()) return Fail(ErrorCode::kNotFound, fmt::format("{} does not exist", path));
  return found;
}

Result<std::unique_ptr<ThrowawayStore>> ThrowawayStore::Make() {
  std::error_code error;
  auto kept = std::make_unique<ThrowawayStore>();
  std::string pattern = (std::filesystem::temp_directory_path(error) / "cxctl-selftest-XXXXXX").string();
  if (error || !mkdtemp(pattern.data()))
    return Fail(ErrorCode::kIo, "cannot make a temporary folder: check $TMPDIR and its free space");
  kept->folder_ = pattern;
  TRY_ASSIGN(kept->store_, OpenStateStore(fmt::format("sqlite:{}/state.db", kept->folder_), StoreMode::kWrite));
  return kept;
}

ThrowawayStore::~ThrowawayStore() {
  store_.reset();
  std::error_code error;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, error);
}

}  // namespace cxctl
