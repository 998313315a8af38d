#include "fuzz/fuzz.h"
#include "http/answer_reader.h"
#include "tenant/dialect_v2.h"
#include "value/json.h"

// Any bytes as what a tenant sends: a head, an empty line, a body; and the body as each of the answers that are read.

namespace {

using namespace cxctl;

std::optional<HttpResponse> ReadAnswer(std::string_view text) {
  AnswerReader reader(false, 1u << 20);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
    text.remove_prefix(line.size());
    if (!reader.OnHeaderLine(line)) return std::nullopt;
    if (line == "\r\n" || line == "\n") break;
  }
  if (!reader.OnBody(text)) return std::nullopt;
  auto answer = reader.Finish();
  if (!answer) return std::nullopt;
  return *std::move(answer);
}

void ReadAs(const Dialect& dialect, const HttpResponse& response) {
  Arena arena;
  for (const ObjectKind kind : {ObjectKind::kCampaign, ObjectKind::kSchedule, ObjectKind::kCallCode}) {
    if (const auto page = dialect.ReadPage(arena, kind, "a1", response)) {
      for (const LiveObject& object : page->objects) {
        Require(!object.id.empty(), "an object of a list has an id");
        static_cast<void>(ToJson(object.content));
      }
    }
    if (const auto object = dialect.ReadObject(arena, kind, "a1", "b2", response))
      Require(object->id == "b2", "an answer that speaks of another object is refused");
    WriteRequest request;
    request.kind = kind;
    request.scope = "a1";
    request.id = "b2";
    if (const auto written = dialect.ReadWritten(arena, request, response)) {
      Require(written->has_value() && (*written)->id == "b2", "what was written is what was asked for");
    }
  }
  if (const auto capacity = dialect.ReadCapacity(response)) Require(*capacity >= 0, "a capacity is no debt");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kDialect = MakeDialectV2();
  const std::string_view text = Text(data, size);
  if (const auto answer = ReadAnswer(text)) ReadAs(*kDialect, *answer);
  HttpResponse plain;
  plain.status = 200;
  plain.headers = {{"Content-Type", "application/json"}, {"ETag", "\"1\""}};
  plain.body = text;
  ReadAs(*kDialect, plain);
  return 0;
}
