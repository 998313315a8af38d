#include "cli/pager.h"

#include <algorithm>

namespace cxctl {

namespace {

std::string PagerOf(Environment& environment) {
  for (const char* name : {"CXCTL_PAGER", "PAGER"}) {
    if (const auto pager = environment.Get(name)) return *pager == "cat" ? "" : *pager;
  }
  return "less -FRX";
}

/// Lines that the text takes on a terminal, escape sequences left out of account.
std::size_t LinesOn(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

bool WantsPager(Context& context, std::string_view text) {
  Console& console = context.system.console;
  if (!context.text() || context.arguments.Has("no-pager") || context.arguments.Has("timeout")) return false;
  if (!console.OutIsTerminal() || context.system.environment.Get("TERM").value_or("dumb") == "dumb") return false;
  const TerminalSize size = console.OutSize();
  return size.rows > 0 && LinesOn(text) >= size.rows;
}

}  // namespace

void PrintLongText(Context& context, std::string_view text) {
  Console& console = context.system.console;
  if (WantsPager(context, text)) {
    const std::string pager = PagerOf(context.system.environment);
    if (!pager.empty() && console.Page(text, pager)) return;
  }
  console.Out(text);
}

}  // namespace cxctl
