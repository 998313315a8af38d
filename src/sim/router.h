#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/operations.h"

namespace cxctl::sim {

/// What a request has to carry.
enum class BodyKind {
  kNone,
  kJson,
  kPatch,  ///< JSON, also as application/merge-patch+json.
};

/// An operation of the API and how it is reached. The token request is no route: its path is an option.
struct Route {
  std::string_view method;
  std::string_view path;  ///< "/api/v2/callcodes/{callCodeId}"
  std::string_view scope;
  BodyKind body = BodyKind::kNone;
  bool takes_idempotency_key = false;
  Answer (*operation)(Tenant&, Call&) = nullptr;
};

/// All of them, in the order of schemas/tenant-api.v2.yaml.
std::span<const Route> Routes();
/// Every scope that an operation needs.
std::set<std::string> AllScopes();

/// The route of a request; its path's parameters go to `arguments`. 404, or 405 with Allow.
Checked<const Route*> FindRoute(std::string_view method, std::string_view path, std::vector<std::string>& arguments);

}  // namespace cxctl::sim
