#include <gtest/gtest.h>

#include <string>

#include "manifest/manifests.h"
#include "schema/kind_spec.h"
#include "support/memory_files.h"

namespace cxctl {
namespace {

TEST(KindExamples, AreGoodManifests) {
  for (const KindSpec& kind : AllKinds()) {
    MemoryFiles files;
    files.files["example.yaml"] = std::string(kind.example);
    ManifestLoader loader(files);
    const auto tenants = loader.FindTenants({"example.yaml"});
    ASSERT_TRUE(tenants.has_value());
    const bool is_tenant = kind.name == "Tenant";
    ASSERT_EQ(tenants->size(), is_tenant ? 1u : 0u);
    files.files["../base/empty.yaml"] = "";  // the tenant's sources lead out of its folder
    files.files["../../base/empty.yaml"] = "";
    const auto set = is_tenant ? loader.Load(tenants->front()) : loader.LoadWithoutTenant({"example.yaml"});
    ASSERT_TRUE(set.has_value()) << kind.name << ": " << set.error().message;
    for (const Diagnostic& each : set->diagnostics) {
      // An example stands alone: what it refers to is not there.
      EXPECT_EQ(each.rule, "CX104") << kind.name << ": " << each.message;
    }
    EXPECT_TRUE(is_tenant ? set->tenant->valid : set->documents.at(0).valid) << kind.name;
    EXPECT_EQ(is_tenant ? set->tenant->kind : set->documents.at(0).kind, &kind);
  }
}

}  // namespace
}  // namespace cxctl
