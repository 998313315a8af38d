#include "cli/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::pair<std::string_view, std::string_view> kExitCodes[] = {
    {"0", "success; no differences under plan --detailed-exitcode, drift, diff and fmt --check"},
    {"1", "it could not be done: network, authentication, state store, an internal error"},
    {"2", "there are differences"},
    {"3", "the manifests are invalid"},
    {"4", "apply is incomplete: some changes failed, conflicted or were skipped"},
    {"5", "a guard refused: lock, stale plan, apply window, limits, no approval"},
    {"6", "an audit chain or saved plan does not verify"},
    {"64", "the command line is wrong"},
    {"130", "interrupted by a signal"},
};
constexpr std::pair<std::string_view, std::string_view> kVariables[] = {
    {"CXCTL_TENANT", "the Tenant document, where -t is not given"},
    {"CXCTL_ACTOR", "who runs cxctl, for the audit log; default: what the CI system says, else user@host"},
    {"CXCTL_AGENT_TOKEN", "an admin token of the agent while its process runs"},
    {"CXCTL_PAGER, PAGER", "what shows long texts on a terminal; default: less -FRX; empty or cat: nothing"},
    {"NO_COLOR", "no colours, if it is not empty"},
    {"CLICOLOR_FORCE", "colours on pipes and files, too, if it is neither empty nor 0"},
    {"COLUMNS", "the width of tables on a terminal that does not tell its own"},
};

char32_t DecodeCodePoint(std::string_view bytes) {
  const auto lead = static_cast<std::uint8_t>(bytes[0]);
  char32_t code = bytes.size() == 1 ? lead : lead & (0x7FU >> bytes.size());
  for (std::size_t i = 1; i < bytes.size(); ++i) code = code << 6 | (static_cast<std::uint8_t>(bytes[i]) & 0x3FU);
  return code;
}

/// Characters that roff reads otherwise than they look, or that are no ASCII.
std::string Escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = CodePointSize(text.substr(i));
    const char c = text[i];
    if (size > 1) {
      out += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(DecodeCodePoint(text.substr(i, size))));
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '"') {
      out += "\\(dq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else {
      out += c;
    }
    i += size;
  }
  return out;
}

/// A line of text: none is taken for a request.
std::string Line(std::string_view text) {
  const std::string escaped = Escaped(text);
  return (escaped.starts_with('.') ? "\\&" : "") + escaped + "\n";
}

std::string Section(std::string_view name) {
  return fmt::format(".SH {}\n", name);
}

std::string Head(std::string_view page, std::string_view version) {
  std::string title = Escaped(page);
  std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return fmt::format(".\\\" Made by: cxctl man\n.TH {} 1 \"\" \"cxctl {}\" \"cxctl manual\"\n.nh\n.ad l\n", title,
                     Escaped(version));
}

std::string Item(std::string_view bold, std::string_view italic, std::string_view text) {
  std::string tag = fmt::format("\\fB{}\\fR", Escaped(bold));
  if (!italic.empty()) tag += fmt::format(" \\fI{}\\fR", Escaped(italic));
  return fmt::format(".TP\n{}\n{}", tag, Line(text));
}

std::string Examples(const CommandSpec& command) {
  std::string out = Section("EXAMPLES");
  for (const auto& [line, meaning] : command.examples) {
    if (!meaning.empty()) out += ".PP\n" + Line(fmt::format("{}:", meaning));
    out += ".PP\n.RS 4\n.nf\n" + Line(line) + ".fi\n.RE\n";
  }
  return out;
}

std::string Options(const CommandSpec& command) {
  std::string out = Section("OPTIONS");
  for (const FlagSpec& flag : FlagsOf(command)) {
    std::string names;
    for (std::string_view name : Split(flag.names, ',')) names += (names.empty() ? "" : ", ") + std::string(name);
    std::string text(flag.help);
    if (!flag.default_text.empty()) text += fmt::format(" (default: {})", flag.default_text);
    out += Item(names, flag.value, text);
  }
  return out;
}

std::string Paragraphs(std::string_view text) {
  std::string out;
  for (std::string_view line : Split(text, '\n')) {
    if (!line.empty()) out += ".PP\n" + Line(line);
  }
  return out;
}

std::string ExitStatus() {
  std::string out = Section("EXIT STATUS");
  for (const auto& [code, meaning] : kExitCodes) out += Item(code, "", meaning);
  return out;
}

}  // namespace

std::string ManPage(std::string_view version) {
  std::string out = Head("cxctl", version) + Section("NAME") +
                    Line("cxctl - keeps a NICE CXone tenant as a git repository says") + Section("SYNOPSIS") +
                    "\\fBcxctl\\fR \\fICOMMAND\\fR [\\fIflags\\fR]\n" + Section("DESCRIPTION");
  out += Line(
      "YAML manifests describe campaigns, calling schedules, call codes and policies. cxctl checks them, shows the "
      "difference to the live tenant, applies it in a safe order, keeps an audit log, and reports drift. Start with "
      "cxctl validate, cxctl plan and cxctl apply.");
  out += Section("COMMANDS");
  for (const CommandSpec& command : AllCommands()) out += Item(command.name, "", command.summary);
  out += Section("ENVIRONMENT");
  for (const auto& [name, meaning] : kVariables) out += Item(name, "", meaning);
  out += ExitStatus() + Section("FILES");
  out += Item("manifests/", "", "where manifests and the Tenant document are looked for");
  out += Item(".cxctl/state.db", "", "the state store beside the Tenant document, unless it names another");
  out += Section("SEE ALSO");
  std::vector<std::string> pages;
  for (const CommandSpec& command : AllCommands())
    pages.push_back(fmt::format("\\fB{}\\fR(1)", Escaped(fmt::format("cxctl-{}", command.name))));
  return out + Join(pages, ",\n") + "\n";
}

std::string ManPage(const CommandSpec& command, std::string_view version) {
  const std::string page = fmt::format("cxctl-{}", command.name);
  return Head(page, version) + Section("NAME") + Line(fmt::format("{} - {}", page, command.summary)) +
         Section("SYNOPSIS") + "\\fBcxctl\\fR " + Line(command.usage) + Examples(command) + Section("DESCRIPTION") +
         Paragraphs(command.doc) + Options(command) + Section("EXIT STATUS") +
         Line(
             "As told in cxctl(1): 0 for success, 1 where it could not be done, 3 for invalid manifests, 64 for a "
             "wrong command line.") +
         Section("SEE ALSO") + "\\fBcxctl\\fR(1)\n";
}

}  // namespace cxctl
