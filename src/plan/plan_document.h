#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/result.h"
#include "plan/plan.h"
#include "value/value.h"

namespace cxctl {

/// The version of the plan document that this program writes and reads.
inline constexpr std::string_view kPlanFormat = "1";

/// Diagnostics as the JSON documents have them.
Value DiagnosticsJson(Arena& arena, const Diagnostics& diagnostics, const SourceMap& sources);

/// A place in a file, or null where there is none.
Value SourceJson(Arena& arena, const Position& position, const SourceMap& sources);

/// One change as the plan document has it.
Value ChangeJson(Arena& arena, const Change& change, const SourceMap& sources);

/// The plan document: `--format json`, and what a saved plan holds beside its `integrity`.
Value PlanJson(Arena& arena, const Plan& plan, const SourceMap& sources, std::string_view tool_version);

/// The document with `integrity: {sha256}`: the SHA-256 of its RFC 8785 form without that member.
Value SealPlan(Arena& arena, const Value& document);

/// What apply needs of a saved plan. Everything else is made anew from the same manifests and compared with it.
struct SavedPlan {
  Value document;
  std::string id;
  Instant created_at;
  std::string tenant_name, base_url, digest;
};

/// Reads a saved plan. kIntegrity if it is damaged (not JSON, no integrity, another hash), kRefused if it was made by
/// another format version.
Result<SavedPlan> ReadSavedPlan(Arena& arena, std::string_view text, const std::string& file);

/// Holds a plan that was made just now against the saved one: kRefused, naming the first difference, if an object was
/// changed in a member that the saved plan touches or was judged on. Returns the changes to make: those of the saved
/// plan, with fresh ETags. Members that git manages but the saved plan does not touch may have changed: they stay as
/// they are. Payloads are built in the arena.
///
/// `made`: addresses that runs wrote since the plan was made. Those of them that need no change any more count as done
/// by an earlier run of the same plan, and are left out.
Result<std::vector<Change>> MatchSavedPlan(Arena& arena, const SavedPlan& saved, const Plan& fresh,
                                           const std::set<std::string>& made = {});

}  // namespace cxctl
