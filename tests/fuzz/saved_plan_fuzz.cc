#include "fuzz/fuzz.h"
#include "plan/plan_document.h"
#include "value/json.h"

// Any bytes as a saved plan; and any JSON document as one whose integrity is right, held against a plan of nothing.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  Arena arena;
  const std::string_view text = Text(data, size);
  if (const auto saved = ReadSavedPlan(arena, text, "plan.json")) {
    Require(saved->document.is_object(), "a plan is an object");
    static_cast<void>(MatchSavedPlan(arena, *saved, Plan()));
  }
  const auto document = ParseJson(arena, text);
  if (!document || !document->is_object()) return 0;
  const Value bare = ObjectBuilder(arena, *document).Remove("integrity").Build();
  const std::string sealed = ToPrettyJson(SealPlan(arena, bare));
  const auto saved = ReadSavedPlan(arena, sealed, "plan.json");
  if (!saved) {
    Require(saved.error().code == ErrorCode::kIntegrity || saved.error().code == ErrorCode::kRefused,
            "what is no plan is damaged, or of another version");
    return 0;
  }
  static_cast<void>(MatchSavedPlan(arena, *saved, Plan()));
  // One changed byte of a sound plan is always found.
  if (sealed.empty() || size == 0) return 0;
  std::string changed = sealed;
  changed[data[0] * sealed.size() / 256] ^= 1;
  Require(!ReadSavedPlan(arena, changed, "plan.json").has_value(), "a flipped bit is found");
  return 0;
}
