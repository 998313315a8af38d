#pragma once

#include <functional>

#include "manifest/manifests.h"

namespace cxctl {

/// Calls `visit` for every member value whose field the shape describes, outermost first; for a list of texts once an
/// entry.
void VisitFields(const Shape& shape, const Value& value, const std::function<void(const Field&, const Value&)>& visit);

/// CX103: two documents of one address, at the later one's name.
void CheckAddresses(ManifestSet& set);
/// CX104: references to documents that do not exist. Says nothing of a name that stands in a file that could not be
/// read, or while the name of a document of that kind is not known: that may be the one. At most 1,000.
void CheckReferences(ManifestSet& set);
/// CX106: two documents that claim the same live object.
void CheckIdentities(ManifestSet& set);
/// CX107: literals where a secret reference belongs, unless the tenant is on loopback.
void CheckSecrets(ManifestSet& set);

/// Whether a URL's host is this machine: 127.0.0.0/8, ::1 or localhost.
bool IsLoopbackUrl(std::string_view url);

}  // namespace cxctl
