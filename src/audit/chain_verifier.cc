#include <fmt/format.h>

#include <utility>

#include "audit/audit.h"
#include "audit/record_scanner.h"
#include "base/digest.h"
#include "value/json.h"

namespace cxctl {
namespace {

constexpr std::int64_t kLargestSeq = std::int64_t{1} << 53;  // what every JSON reader can hold exactly

std::string Span(std::int64_t first, std::int64_t last) {
  return first == last ? fmt::format("record {} is missing", first)
                       : fmt::format("records {} to {} are missing", first, last);
}

}  // namespace

std::string CanonicalRecord(std::string_view line) {
  if (ScanRecord(line)) return std::string(line);
  Arena arena;
  const auto record = ParseJson(arena, line);
  return record && record->is_object() ? ToCanonicalJson(*record) : "";
}

/// What one line says of itself.
struct ChainVerifier::Reading {
  std::string fault;  ///< Why it cannot be what was written; "" if it can.
  std::int64_t seq = 0;
  std::string prev, hash;
  std::string actual_hash;  ///< Of the content as it is; "" if it has none.

  static Reading Of(std::string_view line);

 private:
  static Reading OfParts(std::string_view line, const RecordParts& parts);
  static Reading OfUnusual(std::string_view line);
};

ChainVerifier::Reading ChainVerifier::Reading::Of(std::string_view line) {
  const std::optional<RecordParts> parts = ScanRecord(line);
  Reading reading = parts ? OfParts(line, *parts) : OfUnusual(line);
  if (reading.fault.empty() && reading.actual_hash != reading.hash) {
    reading.fault = "its hash does not match its content";
  }
  return reading;
}

ChainVerifier::Reading ChainVerifier::Reading::OfParts(std::string_view line, const RecordParts& parts) {
  Reading reading;
  reading.seq = parts.seq;
  reading.prev = parts.prev;
  reading.hash = parts.hash;
  std::string content;
  content.reserve(line.size());
  content.append(line.substr(0, parts.hash_start)).append(line.substr(parts.hash_end));
  reading.actual_hash = Sha256Hex(content);
  return reading;
}

ChainVerifier::Reading ChainVerifier::Reading::OfUnusual(std::string_view line) {
  Reading reading;
  Arena arena;
  const auto record = ParseJson(arena, line);
  if (!record || !record->is_object()) {
    reading.fault = "it is not a JSON object";
    return reading;
  }
  const Value* seq = record->Find("seq");
  reading.seq = seq != nullptr ? seq->as_int() : 0;
  reading.prev = record->GetString("prev");
  reading.hash = record->GetString("hash");
  reading.actual_hash = Sha256Hex(ToCanonicalJson(ObjectBuilder(arena, *record).Remove("hash").Build()));
  if (seq == nullptr || !seq->is_int() || reading.seq < 1 || reading.seq > kLargestSeq) {
    reading.fault = "its number (seq) is missing or wrong";
  } else if (reading.prev.empty() || reading.hash.empty()) {
    reading.fault = "its hash or that of its predecessor (prev) is missing";
  } else if (ToCanonicalJson(*record) != line) {
    reading.fault = "it is not in canonical form (RFC 8785)";
  }
  return reading;
}

void ChainVerifier::Report(std::string message) {
  report_.problems.push_back({report_.records, std::move(message)});
}

void ChainVerifier::Add(std::string_view line) {
  ++report_.records;
  const Reading reading = Reading::Of(line);
  if (!reading.fault.empty()) {
    AddDamaged(reading);
  } else if (reading.seq < expected_seq_) {
    AddBehind(reading);
  } else if (reading.seq > expected_seq_ && !SkipDisplaced(reading.seq)) {
    AddAhead(reading);
  } else {
    AddInTurn(reading);
  }
}

void ChainVerifier::Advance(const Reading& reading) {
  report_.head = reading.hash;
  tip_actual_ = reading.actual_hash;
  expected_seq_ = reading.seq + 1;
}

/// A damaged record is taken to be the one that was due: its number may be what was damaged.
void ChainVerifier::AddDamaged(const Reading& reading) {
  Report(fmt::format("record {} was changed: {}", expected_seq_, reading.fault));
  if (!reading.hash.empty()) report_.head = reading.hash;
  tip_actual_ = reading.actual_hash;
  ++expected_seq_;
  doubtful_ = true;
  jump_.reset();
}

void ChainVerifier::AddInTurn(const Reading& reading) {
  const bool follows = reading.prev == report_.head || reading.prev == tip_actual_;
  if (!follows && !doubtful_) {
    Report(reading.seq == 1 ? "record 1 does not start a chain: its prev is not 64 zeros"
                            : fmt::format("record {0} does not follow record {1}: its prev is not the hash of record "
                                          "{1}, so one of them was replaced",
                                          reading.seq, reading.seq - 1));
  }
  Advance(reading);
  doubtful_ = false;
  jump_.reset();
}

void ChainVerifier::AddAhead(const Reading& reading) {
  jump_ = Jump{expected_seq_, reading.seq, report_.problems.size(), report_.head, tip_actual_};
  Report(Span(expected_seq_, reading.seq - 1));
  Advance(reading);
  doubtful_ = false;
}

/// The record's turn has passed. If the one right before it ran ahead, that one is out of place and this one is not.
void ChainVerifier::AddBehind(const Reading& reading) {
  if (jump_ && reading.seq >= jump_->expected) {
    const Jump jump = *std::exchange(jump_, std::nullopt);
    displaced_[jump.found] = report_.head;
    report_.problems[jump.problem].message =
        fmt::format("record {} stands where record {} belongs: it was moved or inserted", jump.found, jump.expected);
    expected_seq_ = jump.expected;
    report_.head = jump.tip;
    tip_actual_ = jump.tip_actual;
    if (reading.seq == expected_seq_) {
      AddInTurn(reading);
    } else {
      AddAhead(reading);
    }
    return;
  }
  Report(fmt::format("record {} stands after record {}: it was moved, repeated or inserted", reading.seq,
                     expected_seq_ - 1));
  doubtful_ = true;
  jump_.reset();
}

/// Passes over records that came before their turn. True if that leads to `until`; else nothing is passed.
bool ChainVerifier::SkipDisplaced(std::int64_t until) {
  std::int64_t next = expected_seq_;
  while (next < until && displaced_.contains(next)) ++next;
  if (next != until || next == expected_seq_) return false;
  report_.head = tip_actual_ = displaced_[next - 1];
  expected_seq_ = next;
  return true;
}

ChainReport ChainVerifier::Finish(std::optional<std::int64_t> expected_count,
                                  std::optional<std::string> expected_head) {
  while (displaced_.contains(expected_seq_)) SkipDisplaced(expected_seq_ + 1);
  const std::int64_t last = expected_seq_ - 1;
  const bool head_fits = !expected_head || *expected_head == report_.head || *expected_head == tip_actual_;
  if (expected_count && last < *expected_count) {
    Report(fmt::format("{}: the end of the chain was cut off", Span(last + 1, *expected_count)));
    ++report_.problems.back().record;  // it stood behind the last line
  } else if (expected_count && last > *expected_count) {
    Report(
        fmt::format("the chain ends with record {}, but its head says {}: records were added, or the head was set "
                    "back",
                    last, *expected_count));
  } else if (!head_fits && !doubtful_) {
    Report(expected_count ? fmt::format("record {} is not the one that the head names: the end of the chain was "
                                        "rewritten, or the head was changed",
                                        last)
                          : fmt::format("the chain ends with record {}, whose hash is not the expected head: records "
                                        "were cut off at the end, added, or rewritten",
                                        last));
  }
  return std::move(report_);
}

}  // namespace cxctl
