#pragma once

#include "cli/command.h"

namespace cxctl {

/// What is live may break rules: whoever takes it into manifests is told which, because the next plan says no until
/// somebody decides. `manifests` are as they will be; none where they could not be loaded.
void WarnOfBrokenRules(Context& context, const Result<ManifestSet>& manifests, Instant now);

}  // namespace cxctl
