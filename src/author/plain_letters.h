#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// A UTF-8 text in lower-case ASCII where it is Latin script: marks are dropped, written as one letter with its base or
/// behind it (`Köln`, `Ko\u0308ln`: `koln`), ligatures and other letters spelt out (`ß`: `ss`, `æ`: `ae`, `ø`: `o`).
/// Everything else stays as it is.
std::string PlainLetters(std::string_view utf8);

}  // namespace cxctl
