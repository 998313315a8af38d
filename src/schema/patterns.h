#pragma once

#include "schema/kind_spec.h"

namespace cxctl {

extern const TextPattern kNamePattern;      ///< metadata.name
extern const TextPattern kDurationPattern;  ///< 500ms, 30s, 5m, 2h, 14d
extern const TextPattern kDateTimePattern;  ///< RFC 3339 with an offset
extern const TextPattern kDatePattern;      ///< 2026-11-26
extern const TextPattern kAnnualPattern;    ///< 12-25; 02-29 is allowed
extern const TextPattern kTimePattern;      ///< 00:00 to 23:59
extern const TextPattern kEndTimePattern;   ///< 00:00 to 24:00
extern const TextPattern kZonePattern;      ///< looks like an IANA name; whether it is one is CX202
extern const TextPattern kPointerPattern;   ///< RFC 6901
extern const TextPattern kCallCodePattern;  ///< ^[A-Z0-9_]{2,16}$, reported as CX401
extern const TextPattern kRulePattern;      ///< CXnnn
extern const TextPattern kEventPattern;     ///< campaign.paused
extern const TextPattern kUrlPattern;       ///< http:// or https:// with a host
extern const TextPattern kPathPattern;      ///< starts with a slash
extern const TextPattern kStateUrlPattern;  ///< sqlite:… or postgresql://…

}  // namespace cxctl
