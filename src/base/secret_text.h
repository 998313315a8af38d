#pragma once

#include <string>

namespace cxctl {

/// A line of a manifest as it may be shown: a literal that stands under the name of a member that holds a secret is
/// starred out, and so is a password in a URL, whatever else is wrong with the line. References (`${...}`) stay. Keeps
/// every column.
std::string MaskSecretMembers(std::string line);

}  // namespace cxctl
