#include "schema/shapes.h"

namespace cxctl::shapes {

namespace {

Field Sinks() {
  return Reference(Optional("sinks", ListOf(Text(kNamePattern)), "Sink documents that get the policy's events."),
                   "Sink");
}

Field PolicyCampaign() {
  return Reference(Required("campaign", Text(kNamePattern), "The Campaign document that the policy works on."),
                   "Campaign");
}

Field CallbackCapacity() {
  return Optional("capacity",
                  Object({
                      Optional("threshold", Integer(0), "Active calls at which requests are refused, to start with."),
                      Optional("min", Integer(0), "Lowest threshold."),
                      Optional("max", Integer(0), "Highest threshold."),
                      Optional("window", Text(kDurationPattern), "The threshold moves at most once in this time."),
                      Optional("lowerAbove", Integer(0), "Active calls over which the threshold goes down."),
                      Optional("lowerBy", Integer(0), "By how much."),
                      Optional("raiseBelow", Integer(0), "Active calls under which the threshold goes up."),
                      Optional("raiseBy", Integer(0), "By how much."),
                  }),
                  "When the queue is too full for another callback.");
}

}  // namespace

KindSpec PacingPolicyKind() {
  KindSpec kind;
  kind.name = "PacingPolicy";
  kind.summary = "Keeps a campaign's dial rate at what its agents can take.";
  kind.doc =
      "The agent runs it. While it targets a campaign, dialRate between min and max is the controller's, not git's.";
  kind.example = R"(apiVersion: cxctl/v1
kind: PacingPolicy
metadata: {name: collections-east}
spec:
  campaign: collections-east
  interval: 30s
  utilization: 0.85
  dialRate: {min: 10, max: 100}
)";
  kind.spec = Object({
      PolicyCampaign(),
      Optional("interval", Text(kDurationPattern), "How often the rate is judged; 15s or longer (CX601).", "30s"),
      Optional("utilization", NumberOver(0), "Dial rate per available agent.", "0.85"),
      Optional("availabilityWindow", Integer(1), "Samples of available agents that are averaged.", "6"),
      Required("dialRate",
               Object({
                   Required("min", Integer(0), "Lowest rate, calls a minute."),
                   Required("max", Integer(0), "Highest rate."),
                   Optional("idle", Integer(0), "The rate while no agent is available.", "0"),
               }),
               "The range in which the controller moves."),
      Optional("answerRate",
               Object({
                   Optional("target", Fraction(), "Share of calls that should be answered."),
                   Optional("tolerance", Fraction(), "How far off the target is still fine."),
               }),
               "The answer rate that is aimed at."),
      Optional("abandonRate", Object({Optional("max", Fraction(), "Abandoned of all answered by a person, at most.")}),
               "Limit for the adaptive algorithm."),
      Optional("algorithm", Words({"availability", "adaptive"}), "How the rate follows the agents.", "availability"),
      Sinks(),
  });
  return kind;
}

KindSpec ThrottlePolicyKind() {
  KindSpec kind;
  kind.name = "ThrottlePolicy";
  kind.summary = "Pauses a campaign whose calls are not answered, or are abandoned.";
  kind.doc =
      "The agent runs it. While it holds a campaign paused with its own reason, the pause is its own until it resumes.";
  kind.example = R"(apiVersion: cxctl/v1
kind: ThrottlePolicy
metadata: {name: collections-east}
spec:
  campaign: collections-east
  window: 60s
  minAnswerRate: 0.35
  pause: {reason: CARRIER_THROTTLE, resumeAfter: 15m}
)";
  kind.spec = Object({
      PolicyCampaign(),
      Optional("interval", Text(kDurationPattern), "How often it is judged.", "15s"),
      Required("window", Text(kDurationPattern), "The sliding window that is judged."),
      Optional("minAnswerRate", Fraction(), "Answered of attempted calls, at least."),
      Optional("maxAbandonRate", Fraction(), "Abandoned of calls answered by a person, at most."),
      Optional("minAttempts", Integer(0), "Below this many attempts in the window nothing is decided.", "50"),
      Required("pause",
               Object({
                   Optional("reason", Words({"COMPLIANCE_HOLD", "CARRIER_THROTTLE", "AGENT_CAPACITY", "SCHEDULED"}),
                            "The pauseReason that it sets.", "CARRIER_THROTTLE"),
                   Optional("resumeAfter", Text(kDurationPattern), "How long the pause lasts.", "15m"),
               }),
               "What a pause looks like."),
      Sinks(),
  });
  kind.spec.any_of = {"minAnswerRate", "maxAbandonRate"};
  return kind;
}

KindSpec CallbackPolicyKind() {
  KindSpec kind;
  kind.name = "CallbackPolicy";
  kind.summary = "Which callback requests are taken, and what happens with them.";
  kind.doc = "The agent's callback intake keeps it: numbers, times, capacity, retries, CRM and SMS.";
  kind.example = R"(apiVersion: cxctl/v1
kind: CallbackPolicy
metadata: {name: support}
spec:
  queueId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  from: "+18005559876"
  allowedRegions: [US, CA]
)";
  kind.spec = Object({
      Required("queueId", NonEmptyText(), "The tenant's queue whose callbacks these are."),
      Required("from", NonEmptyText(), "Caller id of callbacks, E.164 (CX501)."),
      Optional("defaultRegion", NonEmptyText(), "Region of numbers written without a country code.", "US"),
      Optional("allowedRegions", ListOf(NonEmptyText()), "Regions whose numbers are taken."),
      Reference(
          Optional("calendar", Text(kNamePattern), "Requested times outside of this CallingCalendar are refused."),
          "CallingCalendar"),
      Optional("leadTime",
               Object({
                   Optional("min", Text(kDurationPattern), "A callback may not be sooner."),
                   Optional("max", Text(kDurationPattern), "Nor later."),
               }),
               "How far ahead a callback may be."),
      CallbackCapacity(),
      Optional("retry",
               Object({
                   Optional("maxRetries", Integer(0), "Repeats before the first answer."),
                   Optional("baseDelay", Text(kDurationPattern), "The first wait."),
                   Optional("maxDelay", Text(kDurationPattern), "The longest wait."),
               }),
               "How the tenant is asked again."),
      Optional("crm",
               Object({
                   Optional("enabled", Boolean(), "Whether the contact is updated."),
                   Optional("fields", MapOf(Text()),
                            "Fields and their texts; {{scheduledTime}} and other placeholders are filled in."),
               }),
               "What is written to the contact."),
      Optional("sms",
               Object({
                   Optional("enabled", Boolean(), "Whether a confirmation is sent.", "false"),
                   Optional("from", NonEmptyText(), "Sender, E.164 (CX501)."),
                   Optional("body", NonEmptyText(),
                            "Text (CX504, CX505). {{localTime}} becomes the time where the called person is, like Tue "
                            "24 Nov 2026, "
                            "3:00 PM EST, {{scheduledTime}} the same in RFC 3339."),
               }),
               "The confirmation."),
      Optional("onViolation", Words({"report", "reschedule", "cancel"}),
               "What happens with scheduled callbacks that break the policy.", "report"),
  });
  return kind;
}

KindSpec SinkKind() {
  KindSpec kind;
  kind.name = "Sink";
  kind.summary = "Where events are delivered: a signed webhook.";
  kind.doc = "Deliveries follow Standard Webhooks: an id, a timestamp, an HMAC-SHA256 signature; at least once.";
  kind.example = R"(apiVersion: cxctl/v1
kind: Sink
metadata: {name: wfo}
spec:
  url: https://wfo.example.com/api/v1/dialer-events
  events: [campaign.paused, campaign.resumed]
  secret: ${env:WFO_WEBHOOK_SECRET}
)";
  kind.spec = Object({
      Required("url", Text(kUrlPattern), "Where deliveries are posted; https except to loopback (CX701)."),
      Required("events", ListOf(Text(kEventPattern), 1), "Event types that are delivered."),
      Secret(Optional("secret", NonEmptyText(), "Signs deliveries, as a reference: ${env:WFO_WEBHOOK_SECRET}.")),
      Optional("allowPrivate", Boolean(), "The address may be private or link-local (CX701).", "false"),
  });
  return kind;
}

}  // namespace cxctl::shapes
