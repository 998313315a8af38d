#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

/// What is wrong with a number; the first of them that holds.
enum class NumberFault {
  kNone,
  kNotANumber,      ///< It cannot be read as a number; over 250 bytes none can.
  kUnknownCountry,  ///< It has no country code, or one that no country has, and the default region does not help.
  kTooShort,        ///< No number of its country is as short.
  kTooLong,         ///< No number of its country is as long.
  kWrongLength,     ///< Shorter and longer numbers of its country exist; or one that works in its own area alone.
  kUnassigned,      ///< Its length is fine, but its country hands out no such numbers.
};

/// What is known of a phone number from its digits alone: nobody was called.
struct PhoneNumber {
  NumberFault fault = NumberFault::kNotANumber;
  std::string e164;            ///< `+14155551234`; "" for kNotANumber and kUnknownCountry. Never with an extension.
  std::string region;          ///< `US`; `001` for one of no country (+800); "" unless it is valid.
  bool has_extension = false;  ///< One was written behind it, which E.164 has no place for.
  /// IANA zones of the place that its digits stand for, sorted; all of its country code's where they stand for none
  /// (toll-free numbers, in most countries mobile ones). Its owner may have moved. Empty where that is not known, and
  /// unless it is valid.
  std::vector<std::string> time_zones;

  /// Its length is one of its country's.
  bool possible() const { return fault == NumberFault::kNone || fault == NumberFault::kUnassigned; }
  /// Its country hands out such numbers.
  bool valid() const { return fault == NumberFault::kNone; }
};

/// Reads phone numbers. Pure: the same text gives the same answer. Abstract because the tables behind it are big and
/// loaded only when they are needed (phone/load_phone_numbers.h).
class PhoneNumbers {
 public:
  virtual ~PhoneNumbers() = default;
  /// Reads a number as people write it: `+1 800 555-9876`, `(800) 555-9876`, `1-800-FLOWERS`. One without `+` is read
  /// as dialled in `default_region`: `US`, two capital letters.
  virtual PhoneNumber Parse(std::string_view text, std::string_view default_region) const = 0;
};

/// Whether the text has the form of E.164: `+`, then 2 to 15 digits of which the first is not 0, and nothing else.
/// Says nothing of whether there are such numbers.
bool HasE164Form(std::string_view text);

}  // namespace cxctl
