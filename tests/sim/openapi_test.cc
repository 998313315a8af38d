// schemas/tenant-api.v2.yaml and the simulator's router must be the same API.

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "sim_fixture.h"

namespace cxctl {
namespace {

const std::set<std::string> kMethods = {"get", "put", "post", "patch", "delete"};

class OpenApiTest : public ::testing::Test {
 protected:
  /// A reference followed to what it names.
  YAML::Node Resolve(const YAML::Node& node) const {
    if (!node.IsMap() || !node["$ref"]) return node;
    YAML::Node target = api_;
    const std::string ref = node["$ref"].as<std::string>();
    for (std::size_t at = 2; at <= ref.size();) {
      const std::size_t end = std::min(ref.find('/', at), ref.size());
      target.reset(target[ref.substr(at, end - at)]);
      at = end + 1;
    }
    return target;
  }

  /// Calls `visit(method, path, path item, operation)` for each operation.
  template <class Visit>
  void ForEachOperation(Visit visit) const {
    for (const auto& path : api_["paths"]) {
      for (const auto& member : path.second) {
        if (!kMethods.contains(member.first.as<std::string>())) continue;
        std::string method = member.first.as<std::string>();
        std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        visit(method, path.first.as<std::string>(), path.second, member.second);
      }
    }
  }

  const YAML::Node api_ = YAML::LoadFile(std::string(CXCTL_SOURCE_DIR) + "/schemas/tenant-api.v2.yaml");
};

TEST_F(OpenApiTest, ListsTheOperationsOfTheRouter) {
  std::set<std::string> documented, routed;
  ForEachOperation([&](const std::string& method, const std::string& path, const YAML::Node&, const YAML::Node& op) {
    documented.insert(method + " " + path + " " + (op["x-scope"] ? op["x-scope"].as<std::string>() : ""));
  });
  for (const SimOperation& operation : SimTenant::Operations()) {
    routed.insert(operation.method + " " + operation.path + " " + operation.scope);
  }
  EXPECT_EQ(documented, routed);
}

TEST_F(OpenApiTest, EveryOperationListsTheStatusesThatHoldForAll) {
  ForEachOperation(
      [&](const std::string& method, const std::string& path, const YAML::Node& item, const YAML::Node& op) {
        std::vector<std::string> needed = {"401", "405", "429"};
        if (op["x-scope"]) needed.push_back("403");
        const bool etag = item["x-etag"] && item["x-etag"].as<bool>();
        if (etag && method != "GET") needed.insert(needed.end(), {"412", "428"});
        if (op["requestBody"] && op["x-scope"]) needed.insert(needed.end(), {"400", "415"});
        if (path.find('{') != path.npos) needed.push_back("404");
        for (const std::string& status : needed)
          EXPECT_TRUE(op["responses"][status]) << method << " " << path << " " << status;
      });
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  int references = 0;
  const auto walk = [&](const auto& self, const YAML::Node& node) -> void {
    if (node.IsSequence()) {
      for (const auto& item : node) self(self, item);
    }
    if (!node.IsMap()) return;
    if (node["$ref"]) {
      ++references;
      EXPECT_TRUE(Resolve(node).IsMap()) << node["$ref"].as<std::string>();
    }
    for (const auto& member : node) self(self, member.second);
  };
  walk(walk, api_);
  EXPECT_GT(references, 100);
}

/// A document that the simulator refuses must be one that the schema refuses, and the other way round: here for the
/// members and which of them are required.
TEST_F(OpenApiTest, PayloadsHaveTheMembersThatTheSimulatorTakes) {
  FakeClock clock;
  SimTenant tenant({.rate = 0}, clock);
  ASSERT_TRUE(tenant.Load(SimTenant::DefaultData()));
  const auto send = [&](const std::string& method, const std::string& path, const std::string& type,
                        const std::string& token, const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.url = path;
    request.headers = {{"Content-Type", type}, {"Authorization", "Bearer " + token}};
    request.body = body;
    return tenant.Handle(request).response;
  };
  Arena arena;
  const std::string form = "grant_type=client_credentials&client_id=a&client_secret=b";
  const HttpResponse issued = send("POST", "/oauth/token", "application/x-www-form-urlencoded", "", form);
  const std::string token(ParseJson(arena, issued.body)->GetString("access_token"));
  const std::pair<std::string, std::string> payloads[] = {
      {"SchedulePayload", Schedules(kEast)},
      {"CallCodePayload", "/api/v2/callcodes"},
      {"CallbackPayload", "/api/v2/conversations/callbacks"},
      {"MessagePayload", "/api/v2/conversations/messages"},
      {"ExportPayload", "/api/v2/interaction/exports"},
      {"OutboundMetricsQuery", "/api/analytics/outbound/details/query"},
      {"CampaignHistoryQuery", "/api/v2/analytics/campaigns/details/query"},
  };
  for (const auto& [schema_name, path] : payloads) {
    const YAML::Node schema = api_["components"]["schemas"][schema_name];
    std::set<std::string> required, missing;
    for (const auto& name : schema["required"]) required.insert(name.as<std::string>());
    const HttpResponse refused = send("POST", path, "application/json", token, "{}");
    const Value empty = *ParseJson(arena, refused.body);
    ASSERT_NE(empty.Find("details"), nullptr) << refused.body;
    for (const Value& detail : empty.Find("details")->items()) missing.emplace(detail.GetString("field"));
    EXPECT_EQ(missing, required) << schema_name;
    for (const auto& member : schema["properties"]) {
      const std::string name = member.first.as<std::string>();
      const HttpResponse answer = send("POST", path, "application/json", token, "{\"" + name + "\":{\"~\":[]}}");
      EXPECT_EQ(answer.body.find("is not a member that can be written\"},{\"field\":\"" + name + "\""),
                std::string::npos);
      EXPECT_EQ(answer.body.find("{\"field\":\"" + name + "\",\"message\":\"is not a member"), std::string::npos)
          << schema_name << "." << name;
    }
  }
}

}  // namespace
}  // namespace cxctl
