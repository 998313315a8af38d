#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "author/import.h"
#include "cli/selftest_world.h"
#include "value/value.h"

namespace cxctl {

/// What must hold of each kind, in the order of the columns.
inline constexpr std::string_view kGuarantees[] = {"import", "apply", "order", "pages", "offsets"};
enum Guarantee : std::size_t { kImport, kApply, kOrder, kPages, kOffsets };

enum class Verdict { kPass, kFail, kNotApplicable };
/// "pass", "fail", "notApplicable"
std::string_view VerdictName(Verdict verdict);

/// A row of the table.
struct KindVerdicts {
  std::string kind;
  std::size_t objects = 0;
  std::array<Verdict, std::size(kGuarantees)> verdicts{};
  std::vector<std::string> problems;  ///< "import: Campaign/east: /dialRate 1, not 2"; or why nothing is applicable.

  bool passed() const;
};

/// Round trips of everything that is live: its loop, its client, and the place where its answers are altered.
class Selftest {
 public:
  Selftest(Loop& loop, TenantClient& client, AlteringTransport& answers, Instant now, Random& random)
      : loop_(loop), client_(client), answers_(answers), now_(now), random_(random) {}

  /// A row for each kind of document that is deployed. Reads the tenant and writes nothing to it: what is applied is
  /// applied to a simulated copy. The first read that fails fails it all.
  Result<std::vector<KindVerdicts>> Run();

 private:
  Result<void> Try(Guarantee guarantee, Altered on_import, Altered on_plan);
  Result<void> TryApply();
  Result<std::vector<std::string>> ImportInto(FilesInMemory& files);
  void Judge(Guarantee guarantee, const std::vector<std::pair<std::string, std::string>>& differences);
  KindVerdicts& RowOf(std::string_view address);
  std::string CopyOfTenant();

  Loop& loop_;
  TenantClient& client_;
  AlteringTransport& answers_;
  Instant now_;
  Random& random_;
  Arena arena_;
  LiveTenant live_;  ///< As it came first, unaltered.
  std::vector<KindVerdicts> rows_;
};

}  // namespace cxctl
