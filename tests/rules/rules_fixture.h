#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/rules.h"
#include "support/memory_files.h"

namespace cxctl {

/// Manifests in memory, checked at noon (UTC) of 20 November 2026 unless a test says otherwise.
class RulesTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, std::string text) { files_.files[path] = std::move(text); }
  void SetCapacity(std::int64_t calls) { context_.capacity = calls; }
  void SetNow(std::string_view time) { context_.now = ParseDateTime(time)->instant; }

  /// A schedule of the campaign `east` that is fine but for the members given, which replace its own.
  void WriteSchedule(const std::string& name,
                     std::initializer_list<std::pair<const std::string, std::string>> members = {}) {
    std::map<std::string, std::string> all = {
        {"campaign", "east"},
        {"startTime", "2026-12-01T00:00:00Z"},
        {"endTime", "2026-12-31T00:00:00Z"},
        {"timeZone", "UTC"},
        {"regulatoryWindows", R"([{startTime: "09:00", endTime: "17:00", timeZone: UTC, enabled: true}])"},
        {"dialerSettings", "{maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}"},
    };
    for (const auto& [key, value] : members) all[key] = value;
    std::string text =
        fmt::format("apiVersion: cxctl/v1\nkind: CampaignSchedule\nmetadata: {{name: {}}}\nspec:\n", name);
    for (const auto& [key, value] : all) {
      if (!value.empty()) text += fmt::format("  {}: {}\n", key, value);
    }
    Write("schedules/" + name + ".yaml", text);
  }

  /// A schedule with that daily window in UTC.
  void WriteScheduleAt(const std::string& name, std::string_view start, std::string_view end,
                       std::initializer_list<std::pair<const std::string, std::string>> members = {}) {
    WriteSchedule(name, members);
    std::string& text = files_.files["schedules/" + name + ".yaml"];
    Replace(text, "startTime: \"09:00\", endTime: \"17:00\"",
            fmt::format("startTime: \"{}\", endTime: \"{}\"", start, end));
  }

  void WriteCampaign(const std::string& name, const std::string& members = "state: ACTIVE, calendar: any") {
    Write("campaigns/" + name + ".yaml",
          fmt::format("apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {{name: {}}}\nspec: {{name: {}, {}}}\n", name,
                      name, members));
    if (members.find("calendar: any") != std::string::npos) WriteCalendar();
  }

  void WriteCalendar() {
    Write("any.yaml",
          "apiVersion: cxctl/v1\nkind: CallingCalendar\nmetadata: {name: any}\nspec:\n  timeZone: UTC\n"
          "  windows: [{days: [mon], startTime: \"09:00\", endTime: \"17:00\"}]\n");
  }

  void WriteTenant(const std::string& members) {
    Write("tenant.yaml",
          "apiVersion: cxctl/v1\nkind: Tenant\nmetadata: {name: prod}\nspec:\n"
          "  baseUrl: https://tenant.example.com\n"
          "  auth: {clientId: \"${env:ID}\", clientSecret: \"${env:SECRET}\"}\n" +
              members);
  }

  /// Loads all files, for the tenant if there is one, and checks them.
  Diagnostics Check() {
    ManifestLoader loader(files_);
    const auto tenants = loader.FindTenants({"."});
    auto loaded = tenants && !tenants->empty() ? loader.Load(tenants->front()) : loader.LoadWithoutTenant({"."});
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message;
      return {};
    }
    set_ = std::move(*loaded);
    Diagnostics diagnostics = set_->diagnostics;
    CheckRules(*set_, context_, diagnostics);
    ApplyRulePolicy(*set_, context_.now, diagnostics);
    return diagnostics;
  }

  /// The whole text as people read it.
  std::string Report() {
    std::string text;
    for (const Diagnostic& each : Check()) text += RenderDiagnostic(each, set_->workspace->sources, false);
    return text;
  }

  /// `error CX207 schedules/a.yaml:5:54`, one a line.
  std::string Findings() {
    std::string text;
    for (const Diagnostic& each : Check()) {
      text += fmt::format("{} {} {}:{}:{}\n", each.severity == Severity::kError ? "error" : "warning", each.rule,
                          set_->workspace->sources.name(each.position.file), each.position.line, each.position.column);
    }
    return text;
  }

  /// The messages alone, one a line.
  std::string Messages() {
    std::string text;
    for (const Diagnostic& each : Check()) text += each.rule + ": " + each.message + "\n";
    return text;
  }

  static void Replace(std::string& text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }

  MemoryFiles files_;
  RuleContext context_{ParseDateTime("2026-11-20T12:00:00Z")->instant, std::nullopt};
  std::optional<ManifestSet> set_;
};

}  // namespace cxctl
