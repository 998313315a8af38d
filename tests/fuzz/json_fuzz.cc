#include "fuzz/fuzz.h"
#include "value/json.h"

// Any bytes as JSON: what is read can be written, read back, and means the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cxctl;
  Arena arena;
  const auto value = ParseJson(arena, Text(data, size));
  if (!value) {
    Require(!value.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string canonical = ToCanonicalJson(*value);
  for (const std::string& text : {ToJson(*value), ToPrettyJson(*value), canonical}) {
    const auto again = ParseJson(arena, text);
    Require(again.has_value(), "what was written can be read");
    Require(ToCanonicalJson(*again) == canonical, "and has the same canonical form");
  }
  return 0;
}
