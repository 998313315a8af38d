#include "agent/dashboard.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/dashboard_data.h"
#include "base/digest.h"
#include "base/strings.h"

namespace cxctl {

namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

std::string_view ContentTypeOf(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

std::vector<DashboardFile> MakeFiles() {
  std::vector<DashboardFile> files;
  for (const DashboardText& each : DashboardTexts()) {
    std::string path = each.name == "index.html" ? "/" : "/dashboard/" + std::string(each.name);
    files.push_back(
        {std::move(path), ContentTypeOf(each.name), each.text, '"' + Sha256Hex(each.text).substr(0, 32) + '"'});
  }
  std::ranges::sort(files, {}, &DashboardFile::path);
  return files;
}

/// RFC 9110, 13.1.2: a list of ETags, weak comparison, or `*`.
bool Names(std::string_view if_none_match, std::string_view etag) {
  if (Trim(if_none_match) == "*") return true;
  return std::ranges::any_of(Split(if_none_match, ','), [&](std::string_view each) {
    each = Trim(each);
    if (each.starts_with("W/")) each.remove_prefix(2);
    return each == etag;
  });
}

}  // namespace

std::span<const DashboardFile> DashboardFiles() {
  static const std::vector<DashboardFile> files = MakeFiles();
  return files;
}

const DashboardFile* FindDashboardFile(std::string_view path) {
  const std::span<const DashboardFile> files = DashboardFiles();
  const auto found = std::ranges::find(files, path, &DashboardFile::path);
  return found == files.end() ? nullptr : &*found;
}

HttpResponse DashboardAnswer(const DashboardFile& file, const HttpRequest& request) {
  HttpResponse response;
  const std::string* known = request.header("If-None-Match");
  response.status = known && Names(*known, file.etag) ? 304 : 200;
  response.headers = {{"ETag", file.etag},
                      {"Cache-Control", "private, no-cache"},
                      {"Content-Security-Policy", kPolicy},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (response.status == 200) {
    response.headers.push_back({"Content-Type", std::string(file.content_type)});
    response.body = file.text;
  }
  return response;
}

}  // namespace cxctl
