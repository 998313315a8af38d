#pragma once

#include <string>

#include "cli/session.h"

namespace cxctl {

/// Signs the end of the audit chain when a run is over, with the tenant's audit key (spec.audit.key).
class RunSigner {
 public:
  /// Reads the key before anything is written: a run that could not be signed does not begin. Without an audit key
  /// nothing is signed. Fails as ResolveSecret does, and with kUsage for what is no key; neither shows the text.
  static Result<RunSigner> Make(Session& session, Context& context);

  /// Signs what the chain holds now. Of a chain without records nothing is said.
  Result<void> Sign(StateStore& store, const std::string& run, Instant now) const;

 private:
  std::string private_pem_;
};

}  // namespace cxctl
