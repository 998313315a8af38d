#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "schema/kind_spec.h"
#include "value/value.h"

namespace cxctl {

/// What is wrong with a document that it could do without: unknown members by their keys, values that do not fit by
/// themselves. What is missing is in neither.
struct ShapeFaults {
  std::vector<Position> keys, values;
};

/// Checks a document against the shape of its kind and appends a CX102 for everything that is wrong, each at the value
/// (or, for an unknown member, at its key; for a missing one, at the start of the mapping that lacks it). Returns
/// whether nothing was wrong. No more than 100 are appended. `address` goes into the diagnostics. Secrets and telephone
/// numbers that are written out do not reach a message.
/// `faults`, where given, gets the places of what could be left out.
bool ValidateShape(const Shape& shape, const Value& value, const std::string& address, Diagnostics& diagnostics,
                   ShapeFaults* faults = nullptr);

/// A copy of the document without the faults.
Value WithoutFaults(Arena& arena, const Value& value, const ShapeFaults& faults);

/// The largest number that fits the shape, if there is one: integers end where JSON readers lose exactness.
std::optional<double> MaximumOf(const Shape& shape);

}  // namespace cxctl
