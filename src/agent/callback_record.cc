#include "agent/callback_record.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 5> kStates = {"queued", "scheduled", "cancelled", "failed", "completed"};
constexpr std::array<std::string_view, 5> kStepStates = {"none", "open", "done", "failed", "skipped"};
constexpr Duration kKept = std::chrono::hours(30 * 24);
// The tenant is asked what became of a callback: soon after its time, then less and less often.
constexpr Duration kFirstLook = std::chrono::minutes(2);

template <class Enum, std::size_t N>
std::optional<Enum> FindName(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

Value StepValue(Arena& arena, const CallbackStep& step) {
  ObjectBuilder object(arena);
  object.Set("state", kStepStates[static_cast<std::size_t>(step.state)]).Set("key", step.key);
  object.Set("tries", step.tries).Set("next", step.next.micros);
  if (step.first_try) object.Set("firstTry", step.first_try->micros);
  return object.Build();
}

Value TextsValue(Arena& arena, const auto& texts) {
  ObjectBuilder object(arena);
  for (const auto& [name, text] : texts) object.Set(name, text);
  return object.Build();
}

std::int64_t Int(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value && value->is_int() ? value->as_int() : 0;
}

bool Bool(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value && value->as_bool();
}

bool ReadStep(const Value& body, std::string_view name, CallbackStep& step) {
  const Value* value = body.Find(name);
  if (value == nullptr) return false;
  const auto state = FindName<CallbackStep::State>(kStepStates, value->GetString("state"));
  if (!state) return false;
  step.state = *state;
  step.key = value->GetString("key");
  step.tries = static_cast<int>(Int(*value, "tries"));
  step.next = {Int(*value, "next")};
  if (value->Find("firstTry")) step.first_try = Instant{Int(*value, "firstTry")};
  return true;
}

void ReadWhatIsAsked(const Value& body, CallbackRecord& record) {
  record.policy = body.GetString("policy");
  record.queue_id = body.GetString("queueId");
  record.number = body.GetString("number");
  record.from = body.GetString("from");
  record.time = {Int(body, "time")};
  record.time_text = body.GetString("timeText");
  record.contact_id = body.GetString("contactId");
  if (const Value* attributes = body.Find("attributes")) {
    for (const Member& member : attributes->members()) record.attributes.emplace(member.key, member.value.as_string());
  }
  record.accepted = {Int(body, "accepted")};
  record.base_delay = Duration(Int(body, "baseDelay"));
  record.max_delay = Duration(Int(body, "maxDelay"));
}

void ReadProgress(const Value& body, CallbackRecord& record) {
  record.key = body.GetString("key");
  record.maybe_sent = Bool(body, "maybeSent");
  record.tries = static_cast<int>(Int(body, "tries"));
  record.next = {Int(body, "next")};
  record.callback_id = body.GetString("callbackId");
  record.cancel_asked = Bool(body, "cancelAsked");
  record.problem = body.GetString("problem");
  if (const Value* fields = body.Find("crmFields")) {
    for (const Member& member : fields->members()) record.crm_fields.emplace_back(member.key, member.value.as_string());
  }
  record.sms_from = body.GetString("smsFrom");
  record.sms_text = body.GetString("smsText");
  record.answer = {static_cast<int>(Int(body, "answerStatus")), std::string(body.GetString("answerBody"))};
}

}  // namespace

std::string_view StateName(CallbackState state) {
  return kStates[static_cast<std::size_t>(state)];
}

Instant NextDue(const CallbackRecord& record) {
  if (record.is_final()) return record.next + kKept;
  if (record.state == CallbackState::kQueued || record.cancel_asked) return record.next;
  // The message follows the contact.
  for (const CallbackStep* step : {&record.crm, &record.sms}) {
    if (step->state == CallbackStep::State::kOpen) return step->next;
  }
  return std::max(record.time + kFirstLook, record.next);
}

AgentRecord ToAgentRecord(const CallbackRecord& record) {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("policy", record.policy).Set("queueId", record.queue_id).Set("number", record.number);
  body.Set("from", record.from).Set("time", record.time.micros).Set("timeText", record.time_text);
  body.Set("contactId", record.contact_id).Set("attributes", TextsValue(arena, record.attributes));
  body.Set("accepted", record.accepted.micros);
  body.Set("baseDelay", record.base_delay.count()).Set("maxDelay", record.max_delay.count());
  body.Set("key", record.key).Set("maybeSent", record.maybe_sent).Set("tries", record.tries);
  body.Set("next", record.next.micros).Set("callbackId", record.callback_id);
  body.Set("cancelAsked", record.cancel_asked).Set("problem", record.problem);
  body.Set("crm", StepValue(arena, record.crm)).Set("sms", StepValue(arena, record.sms));
  body.Set("crmFields", TextsValue(arena, record.crm_fields));
  body.Set("smsFrom", record.sms_from).Set("smsText", record.sms_text);
  body.Set("answerStatus", record.answer.status).Set("answerBody", record.answer.body);
  return {kCallbackCollection,  record.id,     std::string(StateName(record.state)), record.due,
          ToJson(body.Build()), record.version};
}

Result<CallbackRecord> ReadCallbackRecord(const AgentRecord& stored) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, stored.body);
  const auto state = FindName<CallbackState>(kStates, stored.state);
  CallbackRecord record;
  if (!body || !state || !ReadStep(*body, "crm", record.crm) || !ReadStep(*body, "sms", record.sms)) {
    return Fail(ErrorCode::kIntegrity,
                fmt::format("The state store's record of the callback {} cannot be read: it was written by another "
                            "version of cxctl, or changed by hand.",
                            EscapeControls(stored.id)));
  }
  record.id = stored.id;
  record.state = record.stored_state = *state;
  record.due = stored.due;
  record.version = stored.version;
  ReadWhatIsAsked(*body, record);
  ReadProgress(*body, record);
  return record;
}

std::string MaskedNumber(std::string_view number) {
  const bool digits = !number.empty() && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return MaskPhoneNumbers(number);
  return MaskPhoneNumbers('+' + std::string(number)).substr(1);
}

std::string WithoutNumber(const CallbackRecord& record, std::string text) {
  const std::string digits = record.number.substr(std::min<std::size_t>(1, record.number.size()));
  if (digits.empty()) return text;
  const std::string masked = MaskedNumber(digits);
  for (std::size_t at = text.find(digits); at != std::string::npos; at = text.find(digits, at + masked.size())) {
    text.replace(at, digits.size(), masked);
  }
  return text;
}

}  // namespace cxctl
