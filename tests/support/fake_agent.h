#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/strings.h"
#include "http/http.h"
#include "value/json.h"

namespace cxctl {

/// The agent's policy API and its POST /v1/events, as runtime.md and details.md have them, in memory: bearer token,
/// ETags, 428 for a PUT or DELETE without a condition, If-None-Match: *, pages, errors in the agent's one shape. A
/// sink's secret is kept and answered as its fingerprint alone.
class FakeAgent : public HttpHandler {
 public:
  static constexpr std::string_view kToken = "agent-token-canary";

  struct Policy {
    std::string body;  ///< As it was put.
    int version = 1;
  };

  ServerReply Handle(const HttpRequest& request) override {
    ServerReply reply;
    reply.response = Answer(request);
    reply.response.headers.push_back({"Content-Type", "application/json"});
    reply.response.headers.push_back({"X-Request-Id", "agent-" + std::to_string(++requests)});
    return reply;
  }

  /// Somebody puts it by hand.
  void Put(const std::string& id, const std::string& body) {
    Policy& policy = policies[id];
    policy.version = ++versions;
    policy.body = body;
  }
  std::string Etag(const std::string& id) const { return fmt::format("\"p{}\"", policies.at(id).version); }

  std::map<std::string, Policy> policies;  ///< By "Kind/name".
  std::vector<std::string> events;         ///< Bodies of POST /v1/events.
  std::string token{kToken};
  std::size_t page_size = 100;
  std::function<std::string(const std::string& id, std::string_view secret)> fingerprint =
      [](const std::string& id, std::string_view secret) { return fmt::format("{}#{}", id, secret.size()); };
  int requests = 0, versions = 0;

 private:
  static HttpResponse Make(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
  }
  static HttpResponse Refuse(int status, std::string_view code, std::string_view message) {
    return Make(status, fmt::format(R"({{"error":"{}","message":"{}","requestId":"r"}})", code, message));
  }

  HttpResponse Answer(const HttpRequest& request) {
    const std::string* authorization = request.header("Authorization");
    if (!authorization || *authorization != "Bearer " + token)
      return Refuse(401, "UNAUTHORIZED", "There is no such token.");
    const std::string path = request.url.substr(0, request.url.find('?'));
    if (path == "/v1/policies" && request.method == "GET") return List(request.url);
    if (path == "/v1/events" && request.method == "POST") {
      events.push_back(request.body);
      return Make(202, "{}");
    }
    if (!path.starts_with("/v1/policies/")) return Refuse(404, "NOT_FOUND", "There is nothing here.");
    return Item(request, PercentDecode(path.substr(13)));
  }

  HttpResponse List(const std::string& url) {
    const std::size_t at = url.find("nextPage=");
    const std::string after = at == std::string::npos ? "" : PercentDecode(url.substr(at + 9));
    std::string items, next = "null";
    std::size_t count = 0;
    std::string last;
    for (auto policy = policies.upper_bound(after); policy != policies.end(); ++policy) {
      if (count++ == page_size) {
        next = '"' + last + '"';
        break;
      }
      items += (items.empty() ? "" : ",") + Json(policy->first);
      last = policy->first;
    }
    return Make(200, fmt::format(R"({{"items":[{}],"nextPage":{}}})", items, next));
  }

  std::string Json(const std::string& id) {
    Arena arena;
    const auto body = ParseJson(arena, policies.at(id).body);
    ObjectBuilder item(arena, *body);
    item.Set("kind", id.substr(0, id.find('/'))).Set("name", id.substr(id.find('/') + 1)).Set("etag", Etag(id));
    if (const Value* secret = body->Find("spec", "secret")) {
      item.Set("spec", ObjectBuilder(arena, *body->Find("spec")).Remove("secret").Build());
      item.Set("secretFingerprint", fingerprint(id, secret->as_string()));
    }
    return ToJson(item.Build());
  }

  HttpResponse WithEtag(int status, const std::string& id) {
    HttpResponse response = Make(status, Json(id));
    response.headers.push_back({"ETag", Etag(id)});
    return response;
  }

  HttpResponse Item(const HttpRequest& request, const std::string& id) {
    const bool exists = policies.contains(id);
    if (request.method == "GET") return exists ? WithEtag(200, id) : Refuse(404, "NOT_FOUND", "No such policy.");
    const std::string* match = request.header("If-Match");
    const std::string* none = request.header("If-None-Match");
    if (!match && !none) return Refuse(428, "PRECONDITION_REQUIRED", "Say If-Match or If-None-Match: *.");
    if (none && (*none != "*" || exists)) return Refuse(412, "PRECONDITION_FAILED", "It is there already.");
    if (match && !exists) return Refuse(404, "NOT_FOUND", "No such policy.");
    if (match && *match != Etag(id)) return Refuse(412, "PRECONDITION_FAILED", "It was changed.");
    if (request.method == "DELETE") {
      policies.erase(id);
      return Make(204, "");
    }
    Arena arena;
    const auto body = ParseJson(arena, request.body);
    if (!body || !body->Find("spec")) return Refuse(400, "INVALID_REQUEST", "spec is missing.");
    for (const Member& member : body->members()) {
      if (member.key != "spec" && member.key != "campaignId" && member.key != "calendar" && member.key != "sinks")
        return Refuse(400, "INVALID_REQUEST", "A member is not known.");
    }
    Put(id, request.body);
    return WithEtag(exists ? 200 : 201, id);
  }
};

}  // namespace cxctl
