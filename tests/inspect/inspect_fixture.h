#pragma once

#include <gtest/gtest.h>

#include <string>

#include "manifest/manifests.h"
#include "support/memory_files.h"

namespace cxctl {

/// Manifests in memory: `tenant.yaml` and what stands beside it.
class InspectTest : public testing::Test {
 protected:
  static std::string Document(const std::string& kind, const std::string& metadata, const std::string& spec) {
    return "apiVersion: cxctl/v1\nkind: " + kind + "\nmetadata: {" + metadata + "}\nspec: {" + spec + "}\n";
  }
  static std::string Tenant(const std::string& more = "") {
    return Document(
        "Tenant", "name: t",
        "baseUrl: \"http://127.0.0.1:1\", auth: {clientId: \"${env:I}\", clientSecret: \"${env:S}\"}" + more);
  }

  static ManifestSet Load(const std::map<std::string, std::string>& texts) {
    MemoryFiles files;
    for (const auto& [path, text] : texts) files.files[path] = text;
    ManifestLoader loader(files);
    const auto picks = loader.FindTenants({"m"});
    auto set = picks && picks->size() == 1 ? loader.Load(picks->front()) : loader.LoadWithoutTenant({"m"});
    EXPECT_TRUE(set.has_value());
    for (const Diagnostic& each : set->diagnostics)
      ADD_FAILURE() << RenderDiagnostic(each, set->workspace->sources, false);
    return *std::move(set);
  }
};

}  // namespace cxctl
