#include "report/junit.h"

#include <fmt/format.h>

#include <map>

#include "base/strings.h"
#include "picture/markup.h"
#include "report/words.h"

namespace cxctl {

namespace {

enum class Verdict { kPassed, kFailed, kError, kSkipped };

struct TestCase {
  std::string group, name;
  Verdict verdict = Verdict::kPassed;
  std::string type, message, text;
};

std::string XmlText(std::string_view text) {
  // What XML has no place for at all.
  std::string out = EscapeMarkup(text);
  for (const std::string_view none : {"\uFFFE", "\uFFFF"}) {
    for (std::size_t at = 0; (at = out.find(none, at)) != std::string::npos;) out.replace(at, none.size(), "\uFFFD");
  }
  return out;
}

class JunitReport {
 public:
  explicit JunitReport(const Report& report) : report_(report) {}

  std::string Draw() {
    for (const ReportFinding& each : report_.findings) {
      if (!each.is_item) {
        AddFinding(each);
      } else {
        of_items_.emplace(each.address, &each);
      }
    }
    for (const ReportItem& each : report_.items) AddItem(each);
    if (cases_.empty()) cases_.push_back({"result", report_.summary});
    return Head() + Cases() + Tail();
  }

 private:
  void AddFinding(const ReportFinding& finding) {
    TestCase test{finding.rule, NameOf(finding)};
    test.verdict = finding.rule == "cannot"                ? Verdict::kError
                   : finding.level == FindingLevel::kError ? Verdict::kFailed
                                                           : Verdict::kSkipped;
    test.type = finding.rule;
    test.message = finding.message;
    test.text = finding.title + "\n";
    if (finding.place.known()) test.text += fmt::format("{}\n{}", finding.place.Text(), finding.excerpt);
    if (!finding.help.empty()) test.text += fmt::format("help: {}\n", finding.help);
    cases_.push_back(std::move(test));
  }

  static std::string NameOf(const ReportFinding& finding) {
    std::string name = finding.address.empty() ? finding.rule : fmt::format("{} {}", finding.rule, finding.address);
    return finding.place.known() ? fmt::format("{} ({})", name, finding.place.Text()) : name;
  }

  void AddItem(const ReportItem& item) {
    TestCase test{item.verb, fmt::format("{} {}", item.address, Join(TraitsOf(item), ", "))};
    if (const auto found = of_items_.find(item.address);
        found != of_items_.end() && (item.failed || item.is_difference)) {
      const ReportFinding* finding = found->second;
      const bool untried = finding->rule == "skipped" || finding->rule == "notStarted";
      test.verdict = untried ? Verdict::kSkipped : Verdict::kFailed;
      test.type = finding->rule;
      test.message = finding->message;
      for (const std::string& note : item.notes) test.text += note + "\n";
      for (const ReportField& field : item.fields) test.text += LineOf(item, field);
    }
    cases_.push_back(std::move(test));
  }

  static std::string LineOf(const ReportItem& item, const ReportField& field) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < field.values.size() && i < item.columns.size(); ++i)
      parts.push_back(fmt::format("{} {}", item.columns[i], field.values[i]));
    return fmt::format("{}: {}\n", field.path, Join(parts, ", "));
  }

  std::size_t CountOf(Verdict verdict) const {
    std::size_t count = 0;
    for (const TestCase& each : cases_) count += each.verdict == verdict ? 1 : 0;
    return count;
  }

  std::string Head() const {
    const std::string name =
        fmt::format("cxctl {}{}", ReportKindName(report_.kind), report_.tenant.empty() ? "" : " " + report_.tenant);
    std::string head = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "  <testsuite name=\"{}\" package=\"cxctl\" id=\"0\" timestamp=\"{:.19}\" hostname=\"localhost\" tests=\"{}\" "
        "failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n    <properties>\n",
        XmlText(name), FormatUtc(report_.time), cases_.size(), CountOf(Verdict::kFailed), CountOf(Verdict::kError),
        CountOf(Verdict::kSkipped));
    for (const auto& [key, value] : Properties())
      head += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", key, XmlText(value));
    return head + "    </properties>\n";
  }

  std::vector<std::pair<std::string, std::string>> Properties() const {
    std::vector<std::pair<std::string, std::string>> properties = {{"summary", report_.summary}};
    for (const Risk risk : kRisksByWeight) {
      properties.emplace_back(fmt::format("risk.{}", RiskName(risk)),
                              std::to_string(report_.risks[static_cast<std::size_t>(risk)]));
    }
    if (report_.reach) {
      properties.emplace_back("blastRadius", RadiusText(*report_.reach));
      properties.emplace_back("moreCallsAnHour", NumberText(report_.reach->more));
      properties.emplace_back("fewerCallsAnHour", NumberText(report_.reach->less));
    }
    if (!report_.id.empty()) properties.emplace_back(report_.id_name, report_.id);
    return properties;
  }

  std::string Cases() const {
    std::string out;
    for (const TestCase& each : cases_) {
      out += fmt::format("    <testcase name=\"{}\" classname=\"cxctl.{}.{}\" time=\"0\"", XmlText(each.name),
                         ReportKindName(report_.kind), XmlText(each.group));
      if (each.verdict == Verdict::kPassed) {
        out += "/>\n";
        continue;
      }
      const std::string_view element = each.verdict == Verdict::kFailed  ? "failure"
                                       : each.verdict == Verdict::kError ? "error"
                                                                         : "skipped";
      out += fmt::format(">\n      <{} message=\"{}\"", element, XmlText(each.message));
      if (each.verdict != Verdict::kSkipped) out += fmt::format(" type=\"{}\"", XmlText(each.type));
      out += fmt::format(">{}</{}>\n    </testcase>\n", Lines(each.text), element);
    }
    return out;
  }

  static std::string Lines(const std::string& text) {
    std::string out;
    for (const std::string_view line : Split(text, '\n')) out += (out.empty() ? "" : "\n") + XmlText(line);
    return out;
  }

  std::string Tail() const {
    std::string text = report_.summary;
    if (report_.reach) text += fmt::format("\nBlast radius: {}. {}", RadiusText(*report_.reach), RadiusExplanation());
    for (const std::string& note : report_.notes) text += "\n" + note;
    return fmt::format(
        "    <system-out>{}</system-out>\n    <system-err></system-err>\n  </testsuite>\n</testsuites>\n", Lines(text));
  }

  const Report& report_;
  std::vector<TestCase> cases_;
  std::map<std::string_view, const ReportFinding*> of_items_;  ///< By address.
};

}  // namespace

std::string DrawJunit(const Report& report) {
  return JunitReport(report).Draw();
}

}  // namespace cxctl
