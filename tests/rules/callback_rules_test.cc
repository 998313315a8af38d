#include "phone/load_phone_numbers.h"
#include "rules_fixture.h"

namespace cxctl {
namespace {

class CallbackRules : public RulesTest {
 protected:
  CallbackRules() {
    static const auto kNumbers = LoadPhoneNumbers(CXCTL_BINARY).value();
    context_.phone_numbers = kNumbers.get();
  }

  /// A policy with these members; `from` on line 6 unless they have it, they on the lines from 7 on.
  void WritePolicy(const std::string& members, const std::string& from = "\"+18005559876\"") {
    Write("callback.yaml",
          fmt::format("apiVersion: cxctl/v1\nkind: CallbackPolicy\nmetadata: {{name: support}}\nspec:\n  queueId: q\n"
                      "  from: {}\n{}",
                      from, members));
  }
  void WriteBody(const std::string& body) { WritePolicy("  sms: {body: \"" + body + "\"}\n"); }
  void WriteCapacity(const std::string& capacity) { WritePolicy("  capacity: " + capacity + "\n"); }
};

// CX501 ---------------------------------------------------------------------------------------------------------------

TEST_F(CallbackRules, NumberThatIsNotInE164Form) {
  WritePolicy("  sms: {from: \"020 7183 8750\"}\n  defaultRegion: GB\n", "\"+1 (800) 555-9876\"");
  EXPECT_EQ(Report(), R"(error[CX501]: from is not in E.164 form: it is +1800***9876
 --> callback.yaml:6:9
  |
6 |   from: "+1 (800) ***-9876"
  |         ^^^^^^^^^^^^^^^^^^^
  = help: write +, the country code and the rest of the number, nothing else, in quotes; see: cxctl explain CX501
error[CX501]: sms.from is not in E.164 form: read in region GB it is +4420***8750
 --> callback.yaml:7:15
  |
7 |   sms: {from: "020 7*** 8750"}
  |               ^^^^^^^^^^^^^^^
  = help: write +, the country code and the rest of the number, nothing else, in quotes; see: cxctl explain CX501
)");
}

TEST_F(CallbackRules, NumberThatIsNotValid) {
  WritePolicy("  sms: {from: 800-555-987}\n", "\"+10005559876\"");
  EXPECT_EQ(Report(), R"(error[CX501]: from +1000***9876 is not a valid number: its country hands out no such numbers
 --> callback.yaml:6:9
  |
6 |   from: "+1000***9876"
  |         ^^^^^^^^^^^^^^
  = help: correct it: it is what people see, and where they call back; see: cxctl explain CX501
error[CX501]: sms.from is not a valid number: read in region US it is +180***5987; it is too short
 --> callback.yaml:7:15
  |
7 |   sms: {from: 80*-**5-987}
  |               ^^^^^^^^^^^
  = help: correct it: it is what people see, and where they call back; see: cxctl explain CX501
)");
}

TEST_F(CallbackRules, Numbers) {
  constexpr const char* kFine = "";
  struct Row {
    const char *from, *members, *messages;
  };
  const Row rows[] = {
      {"\"+18005559876\"", "", kFine},
      {"\"+18005559876\"", "  defaultRegion: GB\n", kFine},
      {"\"+442071838750\"", "", kFine},
      {"\"+80012345678\"", "", kFine},
      {"\" +18005559876\"", "", "CX501: from is not in E.164 form: read in region US it is +1800***9876\n"},
      {"\"+18005559876 ext. 5\"", "",
       "CX501: from is not in E.164 form: it is +1800***9876, and E.164 has no extensions\n"},
      {"\"+4402071838750\"", "", "CX501: from is not in E.164 form: it is +4420***8750\n"},
      {"1-800-FLOWERS", "", "CX501: from is not in E.164 form: read in region US it is +1800***9377\n"},
      {"(800) 555-9876", "  defaultRegion: CA\n",
       "CX501: from is not in E.164 form: read in region CA it is +1800***9876\n"},
      {"(800) 555-9876", "  defaultRegion: USA\n",
       "CX501: from is not in E.164 form: read in region USA it begins with no country's code\n"},
      {"support", "", "CX501: from is not in E.164 form: read in region US it cannot be read as one\n"},
      {"\"+99955598765\"", "", "CX501: from +9995***8765 is not a valid number: it begins with no country's code\n"},
      {"\"+180055598765\"", "", "CX501: from +1800***8765 is not a valid number: it is too long\n"},
      {"+1 (000) 555-9876", "",
       "CX501: from +1000***9876 is not a valid number: its country hands out no such numbers\n"},
      {"\"12345\"", "", "CX501: from is not a valid number: read in region US it is +112345; it is too short\n"},
  };
  for (const Row& row : rows) {
    WritePolicy(row.members, row.from);
    EXPECT_EQ(Messages(), row.messages) << row.from;
  }
}

TEST_F(CallbackRules, WithoutTheirTablesNumbersAreJudgedByTheirForm) {
  context_.phone_numbers = nullptr;
  WritePolicy("", "support");
  EXPECT_EQ(Messages(), "CX501: from is not in E.164 form\n");
  WritePolicy("", "\"+18005550\"");
  EXPECT_EQ(Messages(), "") << "which number is handed out, only the tables know";
}

// CX502 ---------------------------------------------------------------------------------------------------------------

TEST_F(CallbackRules, ThresholdOverItsRange) {
  WriteCapacity("{threshold: 31, min: 5, max: 30, lowerAbove: 20, raiseBelow: 20}");
  EXPECT_EQ(Report(), R"(error[CX502]: capacity.threshold 31 is over capacity.max 30
 --> callback.yaml:7:25
  |
7 |   capacity: {threshold: 31, min: 5, max: 30, lowerAbove: 20, raiseBelow: 20}
  |                         ^^
  = help: keep min <= threshold <= max; see: cxctl explain CX502
error[CX502]: capacity.raiseBelow 20 is not below capacity.lowerAbove 20
 --> callback.yaml:7:74
  |
7 |   capacity: {threshold: 31, min: 5, max: 30, lowerAbove: 20, raiseBelow: 20}
  |                                                                          ^^
  = help: lower raiseBelow, or raise lowerAbove: between them the threshold rests; see: cxctl explain CX502
)");
}

TEST_F(CallbackRules, CapacityLimits) {
  struct Row {
    const char* capacity;
    const char* messages;
  };
  const Row rows[] = {
      {"{threshold: 5, min: 5, max: 5, lowerAbove: 6, raiseBelow: 5}", ""},
      {"{threshold: 5}", ""},
      {"{min: 5, raiseBelow: 7}", ""},
      {"{threshold: 4, min: 5}", "CX502: capacity.threshold 4 is under capacity.min 5\n"},
      {"{threshold: 6, max: 5}", "CX502: capacity.threshold 6 is over capacity.max 5\n"},
      {"{min: 6, max: 5}", "CX502: capacity.min 6 is over capacity.max 5\n"},
      {"{threshold: 10, min: 6, max: 5}", "CX502: capacity.min 6 is over capacity.max 5\n"},
      {"{lowerAbove: 5, raiseBelow: 5}", "CX502: capacity.raiseBelow 5 is not below capacity.lowerAbove 5\n"},
      {"{lowerAbove: 5, raiseBelow: 6}", "CX502: capacity.raiseBelow 6 is not below capacity.lowerAbove 5\n"},
  };
  for (const Row& row : rows) {
    WriteCapacity(row.capacity);
    EXPECT_EQ(Messages(), row.messages) << row.capacity;
  }
}

// CX504 ---------------------------------------------------------------------------------------------------------------

TEST_F(CallbackRules, BodyOverOneMessage) {
  WriteBody(std::string(161, 'x'));
  EXPECT_EQ(Messages(), "CX504: sms.body takes 161 GSM-7 characters, over the 160 of one message\n");
  EXPECT_EQ(Findings(), "warning CX504 callback.yaml:7:15\n");
  WritePolicy("  sms:\n    body: |\n      " + std::string(100, 'x') + "\n      " + std::string(80, 'y') + "\n");
  EXPECT_EQ(Report(), R"(warning[CX504]: sms.body takes 182 GSM-7 characters, over the 160 of one message
 --> callback.yaml:8:11
  |
8 |     body: |
  |           ^
  = help: shorten it by 22; a longer one is sent, and paid for, in parts; see: cxctl explain CX504
)");
}

TEST_F(CallbackRules, BodyOverAllMessages) {
  WriteBody(std::string(1601, 'x'));
  EXPECT_EQ(Messages(), "CX504: sms.body takes 1601 GSM-7 characters, over the 1600 that are sent at all\n");
  EXPECT_EQ(Findings(), "error CX504 callback.yaml:7:15\n");
}

TEST_F(CallbackRules, BodyWithACharacterOutsideOfGsm7) {
  WritePolicy("  sms:\n    body: Your callback is “confirmed”. We call you at the time that you asked for. Ok?\n");
  EXPECT_EQ(Report(),
            "warning[CX504]: sms.body takes 77 characters, over the 70 of one message that is not all GSM-7: "
            "“ (U+201C) is outside of GSM-7\n"
            R"( --> callback.yaml:8:11
  |
8 |     body: Your callback is “confirmed”. We call you at the time that you asked for. Ok?
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
)"
            "  = help: shorten it by 7, or replace that character: in GSM-7 alone one message takes 160; a longer "
            "one is sent, and paid for, in parts; see: cxctl explain CX504\n");
}

TEST_F(CallbackRules, BodyLengths) {
  const auto repeat = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  struct Row {
    std::string body, messages;
  };
  const Row rows[] = {
      {repeat("x", 160), ""},
      {repeat("é", 160), ""},
      {repeat("€", 80), ""},
      {repeat("€", 81), "CX504: sms.body takes 162 GSM-7 characters, over the 160 of one message\n"},
      {repeat("x", 1600), "CX504: sms.body takes 1600 GSM-7 characters, over the 160 of one message\n"},
      {repeat("€", 801), "CX504: sms.body takes 1602 GSM-7 characters, over the 1600 that are sent at all\n"},
      {repeat("ç", 70), ""},
      {repeat("x", 70) + "ç",
       "CX504: sms.body takes 71 characters, over the 70 of one message that is not all GSM-7: ç (U+00E7) is outside "
       "of "
       "GSM-7\n"},
      {repeat("😀", 35), ""},
      {repeat("😀", 36),
       "CX504: sms.body takes 72 characters, over the 70 of one message that is not all GSM-7: 😀 (U+1F600) is outside "
       "of GSM-7\n"},
      {repeat("ç", 1601),
       "CX504: sms.body takes 1601 characters, over the 1600 that are sent at all: ç (U+00E7) is outside of GSM-7\n"},
      {repeat("x", 129) + "{{localTime}}", ""},
      {repeat("x", 130) + "{{localTime}}",
       "CX504: sms.body takes 161 GSM-7 characters with its placeholders at their longest, over the 160 of one "
       "message\n"},
      {repeat("x", 136) + "{{scheduledTime}}",
       "CX504: sms.body takes 161 GSM-7 characters with its placeholders at their longest, over the 160 of one "
       "message\n"},
  };
  for (const Row& row : rows) {
    WriteBody(row.body);
    EXPECT_EQ(Messages(), row.messages) << row.body;
  }
}

TEST_F(CallbackRules, UnknownPlaceholder) {
  WriteBody("é{{localTime}}ä {{when}} or {{local_time}} or {{when}}");
  EXPECT_EQ(Report(), R"(error[CX504]: unknown placeholder {{when}} in sms.body
 --> callback.yaml:7:32
  |
7 |   sms: {body: "é{{localTime}}ä {{when}} or {{local_time}} or {{when}}"}
  |                                ^^^^^^^^
  = help: use {{localTime}} or {{scheduledTime}}; see: cxctl explain CX504
error[CX504]: unknown placeholder {{local_time}} in sms.body
 --> callback.yaml:7:44
  |
7 |   sms: {body: "é{{localTime}}ä {{when}} or {{local_time}} or {{when}}"}
  |                                            ^^^^^^^^^^^^^^
  = help: did you mean {{localTime}}?; see: cxctl explain CX504
error[CX504]: unknown placeholder {{when}} in sms.body
 --> callback.yaml:7:62
  |
7 |   sms: {body: "é{{localTime}}ä {{when}} or {{local_time}} or {{when}}"}
  |                                                              ^^^^^^^^
  = help: use {{localTime}} or {{scheduledTime}}; see: cxctl explain CX504
)");
}

TEST_F(CallbackRules, Placeholders) {
  struct Row {
    const char *body, *findings, *messages;
  };
  const Row rows[] = {
      {"{{localTime}} {{scheduledTime}} { } {x} }}", "", ""},
      {"{{ localTime }}", "error CX504 callback.yaml:7:16\n",
       "CX504: unknown placeholder {{ localTime }} in sms.body\n"},
      {"{{}}", "error CX504 callback.yaml:7:16\n", "CX504: unknown placeholder {{}} in sms.body\n"},
      {"at {{localTime}", "error CX504 callback.yaml:7:19\n",
       "CX504: a placeholder without its closing braces in sms.body\n"},
      {"{{localTime {{localTime}}", "error CX504 callback.yaml:7:16\n",
       "CX504: a placeholder without its closing braces in sms.body\n"},
      // What is written by escape is placed at the value.
      {"\\x7b{when}}", "error CX504 callback.yaml:7:15\n", "CX504: unknown placeholder {{when}} in sms.body\n"},
  };
  for (const Row& row : rows) {
    WriteBody(row.body);
    EXPECT_EQ(Findings(), row.findings) << row.body;
    EXPECT_EQ(Messages(), row.messages) << row.body;
  }
}

TEST_F(CallbackRules, PlaceholderInAValueOfSeveralLinesIsPlacedAtTheValue) {
  WritePolicy("  sms:\n    body: |\n      at {{when}}\n");
  EXPECT_EQ(Findings(), "error CX504 callback.yaml:8:11\n");
}

TEST_F(CallbackRules, PlaceholdersOfTheCrmAreLeftAlone) {
  WritePolicy("  crm: {enabled: true, fields: {CallbackTime: \"{{when}}\"}}\n");
  EXPECT_EQ(Messages(), "");
}

// CX505 ---------------------------------------------------------------------------------------------------------------

TEST_F(CallbackRules, BodyToTheUnitedStatesWithoutAnOptOut) {
  WritePolicy("  sms: {enabled: true, body: Your callback is confirmed.}\n");
  EXPECT_EQ(Report(), R"(warning[CX505]: sms.body goes to the US and does not say how to opt out
 --> callback.yaml:7:30
  |
7 |   sms: {enabled: true, body: Your callback is confirmed.}
  |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: add words such as: Reply STOP to cancel; see: cxctl explain CX505
)");
}

TEST_F(CallbackRules, OptOutWords) {
  for (const char* body : {"Reply STOP to cancel.", "reply stop.", "Text \\\"Unsubscribe\\\"", "To cancel, reply",
                           "(END)", "QUIT", "stopall", "opt-out: reply", "Opt out", "OPTOUT", "Revoke"}) {
    WritePolicy(fmt::format("  sms: {{enabled: true, body: \"{}\"}}\n", body));
    EXPECT_EQ(Messages(), "") << body;
  }
  for (const char* body :
       {"Nonstop service", "It was cancelled", "The weekend", "quite", "opt", "outopt", "stopé", "STOP2"}) {
    WritePolicy(fmt::format("  sms: {{enabled: true, body: \"{}\"}}\n", body));
    EXPECT_EQ(Messages(), "CX505: sms.body goes to the US and does not say how to opt out\n") << body;
  }
  WritePolicy("  sms: {enabled: true, body: \"at {{stop}}\"}\n");
  EXPECT_EQ(Findings(), "warning CX505 callback.yaml:7:30\nerror CX504 callback.yaml:7:34\n");
}

TEST_F(CallbackRules, WhereMessagesGo) {
  const std::string finding = "warning CX505 callback.yaml:7:30\n";
  struct Row {
    const char* members;
    bool to_us;
  };
  const Row rows[] = {
      {"", true},
      {"  defaultRegion: US\n", true},
      {"  defaultRegion: CA\n", false},
      {"  allowedRegions: [CA, US]\n", true},
      {"  allowedRegions: [CA]\n", false},
      {"  allowedRegions: [CA]\n  defaultRegion: US\n", false},
      {"  allowedRegions: [US]\n  defaultRegion: CA\n", true},
  };
  for (const Row& row : rows) {
    WritePolicy(std::string("  sms: {enabled: true, body: Hello}\n") + row.members);
    EXPECT_EQ(Findings(), row.to_us ? finding : "") << row.members;
  }
}

TEST_F(CallbackRules, WithoutMessagesNobodyNeedsToOptOut) {
  for (const char* sms : {"{body: Hello}", "{enabled: false, body: Hello}", "{enabled: true}"}) {
    WritePolicy(fmt::format("  sms: {}\n", sms));
    EXPECT_EQ(Messages(), "") << sms;
  }
}

}  // namespace
}  // namespace cxctl
