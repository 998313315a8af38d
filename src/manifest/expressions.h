#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "env/env.h"
#include "schema/kind_spec.h"
#include "value/value.h"

namespace cxctl {

/// What expressions stand for while a document is expanded.
struct ExpressionContext {
  const Value* values = nullptr;  ///< The tenant's `values`, or null.
  const SourceMap* sources = nullptr;
  std::string address;
  /// Gets the positions of the scalars that could not be expanded, where set: their types are not known.
  std::vector<Position>* failed = nullptr;
};

/// Replaces `${values.NAME}` (a whole scalar takes the value's own type, inside a longer string its text) and `$${`
/// (a literal `${`) in every string of the document. Secret references (`${env:NAME}`, `${file:path}`) stay as they are
/// in fields that the shape marks secret, and so do the escapes there: ResolveSecret reads both. Anywhere else, and for
/// everything that is not set or is no expression, a CX105 is appended at the expression (50 a document at most) and
/// the scalar becomes null. A replaced value keeps the position of the scalar that holds the expression.
Value ExpandExpressions(Arena& arena, const Value& value, const Shape& shape, const ExpressionContext& context,
                        Diagnostics& diagnostics);

/// The names of the values that a text refers to; they point into it.
std::vector<std::string_view> NamedValues(std::string_view text);

/// Whether a text of a secret field holds a secret reference.
bool HasSecretReference(std::string_view text);

/// The text of a secret field with its references read and its escapes resolved: environment variables and files
/// (relative to `folder`, which is that of the manifest that holds the field; one trailing newline dropped). kNotFound
/// naming the variable or file when it is not set; never the value.
Result<std::string> ResolveSecret(std::string_view text, const std::string& folder, Environment& environment,
                                  FileReader& files);

}  // namespace cxctl
