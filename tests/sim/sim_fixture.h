#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/sim_tenant.h"
#include "value/json.h"

namespace cxctl {

/// A clock that stands still until it is told to go on. It starts at 2026-11-20T21:00:00Z, a Friday.
class FakeClock : public Clock {
 public:
  Instant Now() override { return now; }
  Duration Monotonic() override { return now - Instant{0}; }
  void Advance(Duration duration) { now = now + duration; }

  Instant now = ParseDateTime("2026-11-20T21:00:00Z")->instant;
};

inline constexpr const char* kEast = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";       // ACTIVE
inline constexpr const char* kWest = "a2b2c3d4-e5f6-7890-abcd-ef1234567891";       // PAUSED
inline constexpr const char* kRenewals = "a4b2c3d4-e5f6-7890-abcd-ef1234567893";   // INACTIVE
inline constexpr const char* kSuspended = "a6b2c3d4-e5f6-7890-abcd-ef1234567895";  // SUSPENDED
inline constexpr const char* kEvenings = "b1b2c3d4-e5f6-7890-abcd-ef1234567890";   // a schedule of kEast
inline constexpr const char* kSupport = "d1b2c3d4-e5f6-7890-abcd-ef1234567890";    // a queue
inline constexpr const char* kCallback = "e1b2c3d4-e5f6-7890-abcd-ef1234567890";
inline constexpr const char* kSale = "c1000000-0000-4000-8000-000000000001";     // a root with children
inline constexpr const char* kFiber = "c1000000-0000-4000-8000-000000000004";    // third level
inline constexpr const char* kNotUsed = "c1000000-0000-4000-8000-00000000000a";  // a root without children

/// The default tenant without a rate limit, and a client with all scopes.
class SimTest : public ::testing::Test {
 protected:
  SimTest() { Start({}); }

  /// A new tenant with the default data.
  void Start(SimOptions options) {
    if (options.rate == SimOptions().rate) options.rate = 0;
    options_ = options;
    tenant_ = std::make_unique<SimTenant>(options, clock_);
    const auto loaded = tenant_->Load(SimTenant::DefaultData());
    ASSERT_TRUE(loaded) << loaded.error().message;
    token_ = options.rate > 0 ? "" : Token();
  }

  HttpResponse Send(std::string method, std::string target, std::vector<HttpHeader> headers = {},
                    std::string body = "") {
    HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(target);
    request.headers = std::move(headers);
    request.body = std::move(body);
    return tenant_->Handle(request).response;
  }
  /// As Send, with the token.
  HttpResponse Call(std::string method, std::string target, std::vector<HttpHeader> headers = {},
                    std::string body = "") {
    headers.push_back({"Authorization", "Bearer " + token_});
    if (!body.empty() && !FindHeader(headers, "Content-Type")) headers.push_back({"Content-Type", "application/json"});
    return Send(std::move(method), std::move(target), std::move(headers), std::move(body));
  }
  HttpResponse Get(std::string target) { return Call("GET", std::move(target)); }
  HttpResponse Post(std::string target, std::string body, std::vector<HttpHeader> headers = {}) {
    return Call("POST", std::move(target), std::move(headers), std::move(body));
  }
  /// A write that is guarded by the ETag that the item has now.
  HttpResponse Write(std::string method, std::string target, std::string body = "") {
    const std::string etag = EtagOf(target);
    return Call(std::move(method), std::move(target), {{"If-Match", etag}}, std::move(body));
  }
  std::string EtagOf(const std::string& target) {
    const HttpResponse item = Get(target);
    return item.header("ETag") ? *item.header("ETag") : "\"none\"";
  }
  /// POST /_sim/edit
  HttpResponse Edit(std::string body) { return Send("POST", "/_sim/edit", {}, std::move(body)); }

  HttpResponse AskToken(std::string form, std::vector<HttpHeader> headers = {}) {
    headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    return Send("POST", options_.token_path, std::move(headers), std::move(form));
  }
  std::string Token(const std::string& scope = "") {
    std::string form = "grant_type=client_credentials&client_id=ci&client_secret=s3cret";
    if (!scope.empty()) form += "&scope=" + scope;
    return std::string(Json(AskToken(form)).GetString("access_token"));
  }

  Value Json(const HttpResponse& response) {
    const auto value = ParseJson(arena_, response.body);
    EXPECT_TRUE(value) << response.body;
    return value.value_or(Value());
  }
  std::string Code(const HttpResponse& response) { return std::string(Json(response).GetString("code")); }
  /// The fields that an Error body names.
  std::vector<std::string> Fields(const HttpResponse& response) {
    std::vector<std::string> fields;
    const Value body = Json(response);
    if (const Value* details = body.Find("details")) {
      for (const Value& detail : details->items()) fields.emplace_back(detail.GetString("field"));
    }
    return fields;
  }
  /// A member of every item of a list.
  std::vector<std::string> Items(const HttpResponse& response, std::string_view member) {
    std::vector<std::string> texts;
    const Value body = Json(response);
    if (const Value* items = body.Find("items")) {
      for (const Value& item : items->items()) texts.emplace_back(item.GetString(member));
    }
    return texts;
  }

  FakeClock clock_;
  SimOptions options_;
  std::unique_ptr<SimTenant> tenant_;
  std::string token_;
  Arena arena_;
};

inline std::string Campaign(const std::string& id) {
  return "/api/v2/outbound/campaigns/" + id;
}
inline std::string Schedules(const std::string& id) {
  return "/api/v2/campaigns/" + id + "/schedules";
}
inline std::string Schedule(const std::string& id) {
  return Schedules(kEast) + "/" + id;
}
inline std::string CallCode(const std::string& id) {
  return "/api/v2/callcodes/" + id;
}
inline std::string Callback(const std::string& id) {
  return "/api/v2/conversations/callbacks/" + id;
}

}  // namespace cxctl
