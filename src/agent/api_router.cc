#include "agent/api_router.h"

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace cxctl {

namespace {

bool MatchesPath(std::string_view pattern, std::string_view path, std::vector<std::string>& parameters) {
  const std::vector<std::string_view> wanted = Split(pattern, '/'), found = Split(path, '/');
  if (wanted.size() != found.size()) return false;
  parameters.clear();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].starts_with('{')) {
      if (wanted[i] != found[i]) return false;
    } else if (found[i].empty()) {
      return false;
    } else {
      parameters.push_back(PercentDecode(found[i]));
    }
  }
  return true;
}

}  // namespace

void ApiRouter::Add(ApiRoute route) {
  std::erase_if(routes_, [&](const ApiRoute& each) { return each.method == route.method && each.path == route.path; });
  routes_.push_back(std::move(route));
}

ApiRouter::Match ApiRouter::Find(std::string_view method, std::string_view path) const {
  Match match;
  std::set<std::string> allowed;
  for (const ApiRoute& route : routes_) {
    std::vector<std::string> parameters;
    if (!MatchesPath(route.path, path, parameters)) continue;
    if (route.method == method || (route.method == "GET" && method == "HEAD")) {
      match.route = &route;
      match.parameters = std::move(parameters);
      return match;
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  if (allowed.empty()) {
    match.error = {404, "NOT_FOUND", "There is no such path.", "", {}, {}};
    return match;
  }
  const std::string methods = Join(std::vector<std::string>(allowed.begin(), allowed.end()), ", ");
  match.error = {405, "METHOD_NOT_ALLOWED", "This path takes " + methods + ".", "", {{"Allow", methods}}, {}};
  return match;
}

}  // namespace cxctl
