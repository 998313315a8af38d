#include "schema/json_schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(JsonSchemas, StandInTheirFilesAsTheKindsDescribeThem) {
  for (const KindSpec& kind : AllKinds()) {
    Arena arena;
    const std::string path = CXCTL_SOURCE_DIR "/schemas/" + std::string(kind.name) + ".schema.json";
    EXPECT_EQ(FileText(path), ToPrettyJson(KindJsonSchema(arena, kind)) + "\n")
        << path << " is not what its kind says: write it again with `cxctl schema " << kind.name << "`";
  }
}

TEST(JsonSchemas, AreSelfContained) {
  for (const KindSpec& kind : AllKinds()) {
    Arena arena;
    const Value schema = KindJsonSchema(arena, kind);
    EXPECT_EQ(schema.GetString("$schema"), "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema.GetString("title"), kind.name);
    const std::string text = ToJson(schema);
    for (std::size_t at = text.find("\"$ref\":\""); at != std::string::npos; at = text.find("\"$ref\":\"", at + 1)) {
      const std::string target = text.substr(at + 8, text.find('"', at + 8) - at - 8);
      ASSERT_TRUE(target.starts_with("#/$defs/")) << target;
      EXPECT_NE(schema.Find("$defs", target.substr(8)), nullptr) << target;
    }
  }
}

}  // namespace
}  // namespace cxctl
