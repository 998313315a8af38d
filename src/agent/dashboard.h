#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/http.h"

namespace cxctl {

/// A file of the dashboard, which is part of the program and loads nothing from elsewhere. It shows what GET /v1/status
/// says (agent/status_document.h), under /dashboard/status, asked for again after each event of /dashboard/events, and
/// every 15 s without one. It asks with what the browser has been let in with (`/` and the files need the same role as
/// `/v1/status`).
///
/// A path prefix before all of it (a proxy's) is fine: it asks by relative URLs. Of the events it takes those without a
/// name and those named by a type that app.js lists; others are seen by the next refresh.
struct DashboardFile {
  std::string path;  ///< "/" and "/dashboard/app.js"
  std::string_view content_type;
  std::string_view text;
  std::string etag;  ///< Strong, with its quotes.
};

/// All of them, by path.
std::span<const DashboardFile> DashboardFiles();
/// The file at that path (no query), or null.
const DashboardFile* FindDashboardFile(std::string_view path);

/// The answer to a GET or HEAD of the file: 200, or 304 where If-None-Match has its ETag. The headers let a browser
/// keep it but ask each time, and let the page run its own files only: no inline script or style, no frame around it,
/// no other host, no text made into markup.
HttpResponse DashboardAnswer(const DashboardFile& file, const HttpRequest& request);

}  // namespace cxctl
