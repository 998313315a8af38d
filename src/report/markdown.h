#pragma once

#include <cstddef>
#include <string>

#include "report/report.h"

namespace cxctl {

// What forges take. They count characters; we count bytes, of which there are never fewer.
inline constexpr std::size_t kGitHubComment = 65'536;
inline constexpr std::size_t kGitLabComment = 1'000'000;
inline constexpr std::size_t kGitHubJobSummary = 1'000'000;  ///< of 1 MiB that all steps of a job share

/// For a comment on a pull request, or a job summary. The first line is a marker, the same for each report of the kind
/// on the tenant (`<!-- cxctl plan demo -->`), so that a job finds its earlier comment and updates it.
///
/// It is never longer than `limit` bytes (REQUIRES: 16,384 or more). Risk, reach and findings come first. Then each
/// change has a line, the most important first, and as many as there is room for fold out to their diff; where not even
/// the lines fit, the rest is counted.
std::string DrawMarkdown(const Report& report, std::size_t limit);

}  // namespace cxctl
