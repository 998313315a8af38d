#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/git_tree.h"
#include "inspect/render.h"
#include "inspect/why.h"

namespace cxctl {

/// The record of the audit chain that tells of the last apply.
struct AppliedBy {
  std::string run, time, actor, commit;
};

/// What why found out besides the answer.
struct WhyView {
  const WhyAnswer& answer;
  const SourceMap& sources;
  Origins& origins;
  std::vector<Blame> blames;  ///< One for each member.
  std::optional<AppliedBy> applied_by;
  std::vector<std::string> failures;  ///< What could not be read, in sentences.
  bool offline = false;
  std::size_t columns = 0;  ///< Of the terminal; 0: no limit.
};

std::string RenderWhy(const WhyView& view, bool color);
std::string WhyJson(Arena& arena, const WhyView& view);

}  // namespace cxctl
