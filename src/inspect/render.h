#pragma once

#include <string>
#include <vector>

#include "inspect/origin.h"
#include "manifest/manifests.h"
#include "plan/desired.h"
#include "value/value.h"

namespace cxctl {

/// A document with nothing left to be looked up elsewhere.
struct RenderedDocument {
  const Document* document = nullptr;
  Value root;  ///< Each value has the position at which it is written; those without one are defaults.
};

/// The documents after values and patches, as manifests that say the same: scalar defaults are filled in, members stand
/// in the order of their description, a schedule has the windows and blackouts that its calendar compiles to. The
/// Tenant document comes first, without `sources`, `values` and `patches`, which are in the others; these follow by
/// kind and name. Secret references stay references; literal secrets are kSecretText. Rendering that again gives the
/// same. With a selection: what it selects and what that depends on.
std::vector<RenderedDocument> RenderManifests(Arena& arena, const ManifestSet& set, const Selection& selection);

/// The document as canonical YAML; `with_origins`: each value with a comment that says where it comes from.
std::string RenderedYaml(const RenderedDocument& rendered, Origins& origins, bool with_origins);
/// `{"address", "manifest", "values": [{"pointer", "value", "source"}]}`
Value RenderedJson(Arena& arena, const RenderedDocument& rendered, Origins& origins, const SourceMap& sources);

/// The origin as JSON documents have it: `{"origin", "file", "line", "column", "patch"?, "calendar"?, "values"?}`.
Value OriginJson(Arena& arena, const Origin& origin, const SourceMap& sources);

}  // namespace cxctl
