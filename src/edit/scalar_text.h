#pragma once

#include <string>
#include <string_view>

#include "manifest/yaml_syntax.h"
#include "value/value.h"

namespace cxctl {

/// Where a scalar is written: what stands in brackets may hold fewer characters without quotes.
enum class Place { kBlock, kFlow };

/// Whether the text may stand without quotes: no reader takes it for anything but this text. Dates and times such as
/// `2026-11-26` and `2026-11-28T12:00:00-05:00` may, times of day such as `09:00` may not.
bool MayBePlain(std::string_view text, Place place);

/// The text in double quotes, on one line, with everything escaped that is not plainly visible.
std::string DoubleQuoted(std::string_view text);

/// A scalar on one line, in the given style if it can be written so; else strings are plain where they may be, and
/// otherwise in double quotes. REQUIRES: no list and no mapping.
std::string ScalarText(const Value& scalar, ScalarStyle style, Place place);

/// Whether a literal block (`|`) without any indicator says exactly this text.
bool MayBeLiteral(std::string_view text);

}  // namespace cxctl
