#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picture/picture.h"
#include "plan/plan.h"
#include "report/blast_radius.h"
#include "value/text_diff.h"

// What a command found out, in the one form that every output format is drawn from. build_report.h makes it;
// markdown.h, html.h, sarif.h, junit.h, annotations.h and code_quality.h draw it: data in, text out.
//
// Every text in a report is fit to be shown: control characters are escaped, phone numbers masked, secrets never were
// in it. What a format gives a meaning to (markup, commands) is still to be escaped by its renderer.

namespace cxctl {

enum class ReportKind { kPlan, kApply, kValidate, kDrift, kDiff };
/// "plan", "apply", "validate", "drift", "diff"
std::string_view ReportKindName(ReportKind kind);

/// A place in a file; line 0 where it is not known.
struct ReportPlace {
  std::string file;
  std::uint32_t line = 0, column = 0, end_column = 0;

  bool known() const { return line != 0; }
  /// `campaigns/q4.yaml:14:25`, "" where it is not known.
  std::string Text() const;
};

enum class FindingLevel { kError, kWarning };

/// Something that somebody has to look at: what a rule found, a guard, drift, a change that was not made.
struct ReportFinding {
  FindingLevel level = FindingLevel::kError;
  std::string rule;   ///< "CX203"; "preventDestroy" and the like of guards; "drifted", "failed", "cannot" (no result)
  std::string title;  ///< What the rule is about, in one line, the same for each of its findings.
  std::string message;
  std::string help;  ///< "" where there is none, as the rest
  std::string address;
  std::string excerpt;  ///< The line of the manifest with a caret under the value; ends with a newline.
  ReportPlace place;
  bool is_guard = false;
  bool is_item = false;  ///< It tells of one of the report's items.
  int importance = 0;    ///< That item's, else 0: among findings of one level the lower is the earlier.
};

/// One member; the item's `columns` say what the values are.
struct ReportField {
  std::string path;
  std::vector<std::string> values;  ///< As JSON, or a list in words, cut where they are long.
  ReportPlace place;
};

/// The week in which a schedule's permitted time first differs, before and after.
struct ReportWeeks {
  Picture before, after;
};

/// A change of a plan or an apply, or an item of a drift report.
struct ReportItem {
  std::string address;
  char mark = '~';      ///< `+` comes, `-` goes, `~` changes, `=` nothing is written, `?` drift
  std::string verb;     ///< What happens: "update"; of drift its status: "drifted"
  std::string outcome;  ///< Of an apply: "applied", "not started"; else ""
  std::optional<Risk> risk;
  std::string reason;  ///< "declared", "removed"; "" where there is none
  ReportPlace place;
  std::size_t order = 0;           ///< From 1, as apply makes them; 0 for drift.
  std::vector<std::string> notes;  ///< Sentences: calling time, steps, who changed it, errors
  std::vector<DiffLine> diff;
  std::vector<std::string> columns;
  std::vector<ReportField> fields;
  std::optional<ReportWeeks> weeks;
  bool failed = false;  ///< Was to be made and was not.
  bool is_difference = true;
  int importance = 0;  ///< The lower, the earlier in the report: what failed, then what adds calls.
};

struct Report {
  ReportKind kind = ReportKind::kPlan;
  std::string tool_version;
  std::string tenant, base_url;  ///< "" where there is none
  std::string id_name, id;       ///< "plan" or "run", and its id
  Instant time;
  std::string git_commit;
  bool git_dirty = false;
  std::string summary;                  ///< `Plan: 3 to create, 2 to update, 0 to delete.`
  bool good = true;                     ///< Nothing in it has to be looked at.
  bool complete = true;                 ///< False: the command could not do its work, and a finding says why.
  std::array<std::size_t, 4> risks{};   ///< How many differences of each class, by Risk; of an apply, those made.
  std::optional<BlastRadius> reach;     ///< Where a tenant was read.
  std::vector<ReportFinding> findings;  ///< Most important first: guards, errors, warnings, each as the items.
  std::vector<ReportItem> items;        ///< Most important first.
  std::vector<std::string> notes;       ///< Sentences: what is held, cannot be undone, coverage
  ReportPlace home;                     ///< The Tenant document: for findings of no other place. May be unknown.
  std::string estimate;                 ///< `About 11 requests, less than 0.1 s at the tenant's rate.`

  std::size_t CountOf(FindingLevel level) const;
};

/// `2 errors, 1 warning`; "" without findings.
std::string FindingsText(const Report& report);
/// What a risk class means, in a few words: `more calls, earlier or later`
std::string_view RiskMeaning(Risk risk);
/// The classes in the order in which they matter.
inline constexpr Risk kRisksByWeight[] = {Risk::kIncreases, Risk::kMixed, Risk::kReduces, Risk::kNeutral};

}  // namespace cxctl
