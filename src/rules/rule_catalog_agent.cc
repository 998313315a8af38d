#include <array>

#include "rules/rule_catalog.h"

namespace cxctl {

std::span<const RuleInfo> AgentRules() {
  static constexpr std::array<RuleInfo, 8> kRules = {{
      {.id = "CX501",
       .subject = "callback",
       .summary = "from or sms.from is not a valid number, or not in E.164 form.",
       .story =
           "The number is what people see when they are called, and where they call back. The tenant takes E.164: `+`, "
           "country code, number, no spaces; and the number has to be one that its country hands out. Messages show "
           "what "
           "a number reads as, in the policy's defaultRegion (US unless it says otherwise) where it has no country "
           "code, with its middle masked.\n\n"
           "To mend it: write the number as +18005559876, in quotes.",
       .wrong = "from: \"(800) 555-9876\"",
       .right = "from: \"+18005559876\"",
       .source = "ITU-T E.164; numbering plans as libphonenumber has them"},
      {.id = "CX502",
       .subject = "callback",
       .summary = "capacity is not min <= threshold <= max, or raiseBelow is not below lowerAbove.",
       .story =
           "The threshold of active calls starts at `threshold` and moves between min and max: a start outside could "
           "never be come back to. It goes down above lowerAbove and up below raiseBelow; if these met, it would move "
           "at every look.\n\n"
           "To mend it: keep min <= threshold <= max and raiseBelow < lowerAbove.",
       .wrong = "capacity: {threshold: 40, min: 5, max: 30}",
       .right = "capacity: {threshold: 15, min: 5, max: 30, lowerAbove: 20, raiseBelow: 5}",
       .source = "the agent's callback intake: adapting threshold"},
      {.id = "CX503",
       .subject = "callback",
       .summary = "The queue does not exist on the tenant.",
       .story = "Callbacks of a policy go into the queue with its queueId. Judged at plan time, when the tenant can be "
                "asked, for the policies that --target and -l leave in. Queue ids differ between tenants: keep them in "
                "spec.values of each Tenant document.\n\n"
                "To mend it: correct queueId.",
       .wrong = "queueId: support          # a name",
       .right = "queueId: a1b2c3d4-e5f6-7890-abcd-ef1234567890",
       .source = "the tenant's API: queues"},
      {.id = "CX504",
       .subject = "callback",
       .summary = "sms.body is over 160 GSM-7 characters (warning) or over 1,600, or has an unknown {{placeholder}}.",
       .story =
           "A text message holds 160 characters of the GSM alphabet, of which ^ { } \\ [ ~ ] | and the euro sign count "
           "twice; longer ones are cut into parts and paid for each, and over 1,600 they are refused. One character "
           "outside of the alphabet has all of them sent in two bytes each: then one message holds 70. Placeholders "
           "count as what they become, at its longest. An unknown placeholder would reach people as it is written.\n\n"
           "To mend it: shorten the body; use placeholders that `cxctl explain CallbackPolicy.sms.body` lists.",
       .wrong = "body: \"Your callback is at {{when}}.\"",
       .right = "body: \"Your callback is confirmed for {{localTime}}. Reply STOP to cancel.\"",
       .source = "3GPP TS 23.038 (GSM 7-bit default alphabet)"},
      {.id = "CX505",
       .severity = Severity::kWarning,
       .subject = "callback",
       .summary = "An SMS to the US does not say how to opt out.",
       .story =
           "Carriers in the United States expect the messages of a program to tell people how to stop them, and block "
           "senders that do not. Looked for are STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE and OPT OUT, as "
           "whole words in any case, where sms is enabled and allowedRegions has US (without allowedRegions: where "
           "defaultRegion is US, as it is by itself).\n\n"
           "To mend it: add words such as: Reply STOP to cancel.",
       .wrong = "body: \"Your callback is confirmed for {{localTime}}.\"",
       .right = "body: \"Your callback is confirmed for {{localTime}}. Reply STOP to cancel.\"",
       .source = "CTIA Messaging Principles and Best Practices; 47 CFR 64.1200(a)(10)"},
      {.id = "CX601",
       .subject = "pacing",
       .summary = "dialRate.min is over max, interval is under 15s, or a campaign has two pacing policies.",
       .story =
           "The controller moves the dial rate between min and max, which have to leave a range. Figures of the tenant "
           "are not fresh enough for steps of less than 15 seconds. Two policies for one campaign would each undo what "
           "the other did.\n\n"
           "To mend it: order min and max, make the interval 15s or longer, keep one policy for each campaign.",
       .wrong = "interval: 5s\ndialRate: {min: 100, max: 10}",
       .right = "interval: 30s\ndialRate: {min: 10, max: 100}",
       .source = "the agent's pacing controller"},
      {.id = "CX602",
       .subject = "throttle",
       .summary = "A campaign has two throttle policies; minAnswerRate is over the pacing target (warning).",
       .story = "Two policies for one campaign would pause and resume it against each other. A minAnswerRate over the "
                "answer "
                "rate that the campaign's PacingPolicy aims at pauses a campaign that is just where it should be.\n\n"
                "To mend it: keep one policy for each campaign; lower minAnswerRate under answerRate.target.",
       .wrong = "minAnswerRate: 0.8   # PacingPolicy: answerRate: {target: 0.75}",
       .right = "minAnswerRate: 0.35  # PacingPolicy: answerRate: {target: 0.75}",
       .source = "the agent's throttling controller"},
      {.id = "CX701",
       .subject = "sink",
       .summary = "url is not https, or its address is private or link-local without allowPrivate: true.",
       .story =
           "Events tell of campaigns and calls: they go over https, except to loopback. An address in a private, "
           "link-local or loopback network lets a manifest make the agent talk to services behind the firewall, the "
           "metadata service of a cloud among them; where that is meant, the sink says so. Loopback needs no leave "
           "while the tenant is on loopback itself. Names are looked up, and judged again, when the agent connects.\n\n"
           "To mend it: use an https URL of a public address, or say allowPrivate: true.",
       .wrong = "url: http://10.0.0.5/events",
       .right = "url: https://events.example.com/dialer",
       .source = "CWE-918: Server-Side Request Forgery; RFC 6890; RFC 4193; RFC 4291"},
  }};
  return kRules;
}

}  // namespace cxctl
