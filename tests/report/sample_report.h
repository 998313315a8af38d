#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// A name that tries everything: markup, commands, references, fences, ends of comments and attributes.
inline constexpr std::string_view kHostile =
    "\"><script>alert(1)</script><!-- --> --> ]]> ::error::x @team #1 !2 &amp; <b> `code` ``` | [a](javascript:b) {0} "
    "%0A, www.a.b "
    "https://c.d/ '";

inline ReportFinding Finding(FindingLevel level, std::string rule, std::string message, ReportPlace place = {}) {
  ReportFinding finding;
  finding.level = level;
  finding.rule = std::move(rule);
  finding.title = "a title";
  finding.message = std::move(message);
  finding.place = std::move(place);
  return finding;
}

inline ReportItem Item(std::string address, Risk risk = Risk::kNeutral) {
  ReportItem item;
  item.address = std::move(address);
  item.verb = "update";
  item.reason = "declared";
  item.risk = risk;
  item.place = {"schedules/all.yaml", 3, 1, 5};
  item.columns = {"before", "after"};
  item.fields = {{"/dialerSettings/callRate", {"20", "15"}, {"schedules/all.yaml", 14, 30, 32}}};
  item.diff = {{'@', "@@ -1,2 +1,2 @@"}, {' ', "dialerSettings:"}, {'-', "  callRate: 20"}, {'+', "  callRate: 15"}};
  return item;
}

inline Report SampleReport() {
  Report report;
  report.tool_version = "0.1.0";
  report.tenant = "demo";
  report.base_url = "http://127.0.0.1:8080";
  report.id_name = "plan";
  report.id = "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D";
  report.time = ParseDateTime("2026-11-20T21:15:13Z")->instant;
  report.summary = "Plan: 0 to create, 2 to update, 0 to delete.";
  report.home = {"manifests/tenant.yaml", 1, 1, 2};
  return report;
}

/// Everything in it that somebody else may have written is hostile.
inline Report HostileReport() {
  const std::string text(kHostile);
  Report report = SampleReport();
  report.tenant = text;
  report.git_commit = text;
  ReportFinding finding = Finding(FindingLevel::kError, "CX104", text, {text, 3, 4, 9});
  finding.address = text;
  finding.help = text;
  finding.excerpt = "3 | " + text + "\n  |   ^\n";
  report.findings = {finding};
  ReportItem item = Item(text, Risk::kIncreases);
  item.place.file = text;
  item.notes = {text};
  item.diff.push_back({'+', text});
  item.columns = {"planned", "found", "wanted"};
  item.fields = {{text, {text, text, text}, {}}};
  report.items = {item};
  report.notes = {text};
  report.reach = BlastRadius{};
  report.reach->campaigns.push_back({text});
  return report;
}

}  // namespace cxctl
