"""Files that are YAML, but no documents: wrong types, values and members (CX102)."""

from corpus import CALENDAR, CALLBACK, CAMPAIGN, HIERARCHY, PACING, SCHEDULE, SINK, THROTTLE


def wrong_values(corpus):
    def each(document, old, cases, prefix, rule="CX102"):
        for name, (new, what) in cases.items():
            corpus.edit(prefix + name, rule, what, document, old, new)

    number = "maxAgents: 25"
    each(CAMPAIGN, number, {
        "too-large": ("maxAgents: 99999999999999999999999", "an integer beyond 64 bits"),
        "too-small": ("maxAgents: -9223372036854775809", "an integer below 64 bits"),
        "hex-too-large": ("maxAgents: 0xFFFFFFFFFFFFFFFFFF", "a hexadecimal integer beyond 64 bits"),
        "negative": ("maxAgents: -1", "a negative number of agents"),
        "fraction": ("maxAgents: 2.5", "two and a half agents"),
        "inf": ("maxAgents: .inf", "infinity"), "minus-inf": ("maxAgents: -.Inf", "minus infinity"),
        "nan": ("maxAgents: .nan", "not a number"), "overflow": ("maxAgents: 1e999", "a number beyond the largest"),
        "quoted": ('maxAgents: "25"', "a quoted number"),
        "smart-quotes": ("maxAgents: “25”", "a number in typographic quotes"),
        "separator": ("maxAgents: 1,000", "a number with a thousands separator"),
        "underscore": ("maxAgents: 1_000", "a number with an underscore"),
        "unit": ("maxAgents: 25 agents", "a number with a unit"), "true": ("maxAgents: true", "a boolean"),
        "null": ("maxAgents:", "nothing"),
        "tilde": ("maxAgents: ~", "null"), "list": ("maxAgents: [25]", "a list"),
        "mapping": ("maxAgents: {value: 25}", "a mapping"),
        "yes": ("maxAgents: yes", "a text"), "sexagesimal": ("maxAgents: 1:30", "a text that was a number in YAML 1.1"),
        "binary": ("maxAgents: 0b11", "a text that was a number in YAML 1.1"),
        "digits-of-another-script": ("maxAgents: ٢٥", "Arabic-Indic digits"),
    }, "number-")
    each(SCHEDULE, "callRate: 15", {
        "inf": ("callRate: .inf", "an infinite call rate"), "nan": ("callRate: .NaN", "a call rate that is no number"),
        "overflow": ("callRate: 1e400", "a call rate beyond the largest number"),
        "negative": ("callRate: -0.5", "a negative call rate"),
        "quoted": ("callRate: '15'", "a quoted call rate"), "comma": ("callRate: 7,5", "a decimal comma"),
        "null": ("callRate: null", "no call rate"),
    }, "call-rate-")
    each(SCHEDULE, "maxConcurrentCalls: 50", {
        "zero": ("maxConcurrentCalls: 0", "no calls at all"),
        "negative": ("maxConcurrentCalls: -50", "a negative number of calls"),
        "boolean": ("maxConcurrentCalls: false", "a boolean"), "missing": ("", "maxConcurrentCalls is missing"),
    }, "concurrency-")
    each(SCHEDULE, "capacityThreshold: 0.85", {
        "zero": ("capacityThreshold: 0", "a threshold of 0"), "over": ("capacityThreshold: 1.01", "a threshold over 1"),
        "percent": ("capacityThreshold: 85%", "a percentage"), "nan": ("capacityThreshold: .nan", "no number"),
    }, "threshold-")
    corpus.edit("boost-low", "CX102", "peakHourBoost under 1", SCHEDULE, "peakHourBoost: 1.25", "peakHourBoost: 0.5")
    corpus.edit("boolean-yes", "CX102", "yes is a text in YAML 1.2", HIERARCHY, "exclusive: true", "exclusive: yes")
    corpus.edit("boolean-on", "CX102", "on is a text in YAML 1.2", SCHEDULE, "enabled: true", "enabled: on")
    corpus.edit("boolean-quoted", "CX102", "a quoted boolean", HIERARCHY, "isActive: true", 'isActive: "true"')
    corpus.edit("boolean-number", "CX102", "1 for true", HIERARCHY, "isActive: true", "isActive: 1")
    corpus.edit("boolean-no", "CX102", "no is a text in YAML 1.2", CALENDAR, "clip: true", "clip: no")
    for name, (old, new) in {
        "state-lower-case": ("state: PAUSED", "state: paused"), "state-unknown": ("state: PAUSED", "state: STOPPED"),
        "state-suspended": ("state: PAUSED", "state: SUSPENDED"), "state-boolean": ("state: PAUSED", "state: false"),
        "state-space": ("state: PAUSED", 'state: "PAUSED "'),
        "mode-unknown": ("dialingMode: PREDICTIVE", "dialingMode: POWER"),
        "mode-number": ("dialingMode: PREDICTIVE", "dialingMode: 1"),
    }.items():
        corpus.edit("enum-" + name, "CX102", "not one of the words: " + new, CAMPAIGN, old, new)
    corpus.edit("enum-type", "CX102", "a call code of an unknown type", HIERARCHY,
                "name: Callback requested, type: NEUTRAL", "name: Callback requested, type: MAYBE")
    corpus.edit("enum-removal", "CX102", "an unknown kind of removal", HIERARCHY, "removal: deactivate",
                "removal: archive")
    corpus.edit("enum-day", "CX102", "an unknown day", CALENDAR, "[mon, tue,", "[monday, tue,")
    corpus.edit("events-number", "CX102", "a number among events", SINK, "[campaign.paused,", "[5,")
    corpus.edit("events-text", "CX102", "a text for a list of events", SINK, "[campaign.paused, campaign.resumed]",
                "campaign.paused")
    corpus.edit("enum-violation", "CX102", "an unknown reaction", CALLBACK, "onViolation: report", "onViolation: panic")
    corpus.edit("enum-algorithm", "CX102", "an unknown algorithm", PACING, "interval: 30s", "algorithm: magic")
    corpus.edit("enum-pause-reason", "CX102", "an unknown reason", THROTTLE, "CARRIER_THROTTLE", "BORED")
    start = "startTime: 2026-12-01T00:00:00-05:00"
    each(SCHEDULE, start, {
        "date-only": ("startTime: 2026-12-01", "a date without a time"),
        "no-offset": ("startTime: 2026-12-01T00:00:00", "no offset"),
        "space": ("startTime: 2026-12-01 00:00:00 -5", "an offset that is none"),
        "month-13": ("startTime: 2026-13-01T00:00:00Z", "a month 13"),
        "february-30": ("startTime: 2026-02-30T00:00:00Z", "30 February"),
        "february-29": ("startTime: 2027-02-29T00:00:00Z", "29 February in no leap year"),
        "hour-25": ("startTime: 2026-12-01T25:00:00Z", "hour 25"),
        "minute-60": ("startTime: 2026-12-01T10:60:00Z", "minute 60"),
        "american": ("startTime: 12/01/2026", "an American date"),
        "epoch": ("startTime: 1796101200", "seconds since 1970"),
        "empty": ('startTime: ""', "an empty text"), "words": ("startTime: tomorrow", "a word"),
        "list": ("startTime: [2026-12-01T00:00:00Z]", "a list"),
        "offset-25": ("startTime: 2026-12-01T00:00:00+25:00", "an offset of 25 hours"),
    }, "time-")
    window = 'endTime: "20:00"'
    each(SCHEDULE, window, {
        "hour-25": ('endTime: "25:00"', "hour 25"), "minute-60": ('endTime: "10:60"', "minute 60"),
        "one-digit": ("endTime: 9:00", "an hour of one digit"),
        "seconds": ('endTime: "20:00:00"', "seconds"), "pm": ("endTime: 8pm", "8pm"),
        "number": ("endTime: 20", "a number"), "negative": ('endTime: "-1:00"', "a negative hour"),
    }, "window-")
    corpus.edit("calendar-date", "CX102", "a date that does not exist", CALENDAR, "date: 2026-12-24",
                "date: 2026-02-30")
    corpus.edit("calendar-annual", "CX102", "an annual date that never exists", CALENDAR, '"12-25"', '"02-30"')
    corpus.edit("calendar-annual-number", "CX102", "a number for an annual date", CALENDAR, '"12-25"', "1225")
    corpus.edit("calendar-days-text", "CX102", "a text for a list of days", CALENDAR, "[mon, tue, wed, thu, fri]",
                "mon-fri")
    each(PACING, "interval: 30s", {
        "number": ("interval: 30", "a number"), "two-units": ("interval: 1m30s", "two units"),
        "space": ("interval: 30 s", "a space"),
        "fraction": ("interval: 0.5m", "a fraction"), "negative": ("interval: -30s", "a negative duration"),
        "iso": ("interval: PT30S", "an ISO 8601 duration"),
        "unknown-unit": ("interval: 30sec", "an unknown unit"), "empty": ('interval: ""', "an empty text"),
    }, "duration-")


def wrong_members(corpus):
    edit = corpus.edit
    first = "apiVersion: cxctl/v1\n"
    edit("api-version-missing", "CX102", "no apiVersion", CAMPAIGN, first, "")
    edit("api-version-other", "CX102", "another apiVersion", CAMPAIGN, first, "apiVersion: cxctl/v2\n")
    edit("api-version-number", "CX102", "a number for apiVersion", CAMPAIGN, first, "apiVersion: 1\n")
    edit("kind-missing", "CX102", "no kind", CAMPAIGN, "kind: Campaign\n", "")
    edit("kind-unknown", "CX102", "a kind of Kubernetes", CAMPAIGN, "kind: Campaign\n", "kind: ConfigMap\n")
    edit("kind-lower-case", "CX102", "campaign for Campaign", CAMPAIGN, "kind: Campaign\n", "kind: campaign\n")
    edit("kind-null", "CX102", "no kind behind the colon", CAMPAIGN, "kind: Campaign\n", "kind:\n")
    edit("kind-list", "CX102", "a list of kinds", CAMPAIGN, "kind: Campaign\n", "kind: [Campaign]\n")
    metadata = "metadata:\n  name: collections-east\n  labels: {team: collections}\n"
    edit("metadata-missing", "CX102", "no metadata", CAMPAIGN, metadata, "")
    edit("metadata-null", "CX102", "metadata with nothing in it", CAMPAIGN, metadata, "metadata:\n")
    edit("metadata-empty", "CX102", "empty metadata", CAMPAIGN, metadata, "metadata: {}\n")
    edit("metadata-text", "CX102", "a text for metadata", CAMPAIGN, metadata, "metadata: collections-east\n")
    edit("metadata-no-name", "CX102", "metadata without a name", CAMPAIGN, "  name: collections-east\n", "")
    edit("metadata-labels-list", "CX102", "a list of labels", CAMPAIGN, "{team: collections}", "[team, collections]")
    edit("metadata-unknown", "CX102", "an unknown member of metadata", CAMPAIGN, "labels:",
         "namespace: default\n  labels:")
    edit("metadata-previous-names", "CX102", "a text for previousNames", CAMPAIGN, "labels:",
         "previousNames: coll-east\n  labels:")
    edit("metadata-lifecycle", "CX102", "a misspelt member of lifecycle", CAMPAIGN, "labels:",
         "lifecycle: {preventDestory: true}\n  labels:")
    for name, text in {"upper-case": "Collections-East", "underscore": "collections_east",
                       "space": "collections east", "leading-dash": '"-east"',
                       "trailing-dash": "east-", "empty": '""', "dot": "collections.east", "slash": "a/b",
                       "parent": '"../../etc/passwd"', "number": "5",
                       "boolean": "true", "null": "~", "too-long": "a" * 64, "umlaut": "köln", "newline": '"east\\n"',
                       "homoglyph": "c\u043ellections"}.items():
        edit("name-" + name, "CX102", "a bad name: " + text[:24], CAMPAIGN, "name: collections-east", "name: " + text)
    edit("spec-missing", "CX102", "no spec", CAMPAIGN, CAMPAIGN[CAMPAIGN.index("spec:"):], "")
    edit("spec-null", "CX102", "spec with nothing in it", CAMPAIGN, CAMPAIGN[CAMPAIGN.index("spec:"):], "spec:\n")
    edit("spec-empty", "CX102", "an empty spec", CAMPAIGN, CAMPAIGN[CAMPAIGN.index("spec:"):], "spec: {}\n")
    edit("spec-list", "CX102", "a list for spec", CAMPAIGN, CAMPAIGN[CAMPAIGN.index("spec:"):],
         "spec:\n  - name: Collections East\n")
    edit("spec-not-indented", "CX102", "members of spec that are not indented", CAMPAIGN,
         CAMPAIGN[CAMPAIGN.index("spec:"):], "spec:\nstate: PAUSED\n")
    edit("spec-indented-by-no-break-space", "CX102", "a member indented with no-break spaces", CAMPAIGN,
         CAMPAIGN[CAMPAIGN.index("spec:"):], "spec:\n\u00a0\u00a0name: Collections East\n")
    corpus.add("top-unknown", "CX102", "an unknown member of the document", CAMPAIGN + "status: {}\n")
    corpus.add("member-misspelt", "CX102", "maxAgent for maxAgents", CAMPAIGN.replace("maxAgents", "maxAgent"))
    corpus.add("member-case", "CX102", "maxagents for maxAgents", CAMPAIGN.replace("maxAgents", "maxagents"))
    corpus.add("member-of-another-kind", "CX102", "a schedule's member in a campaign",
               CAMPAIGN + "  timeZone: America/New_York\n")
    corpus.add("member-homoglyph", "CX102", "a Cyrillic letter in state", CAMPAIGN.replace("state", "st\u0430te"))
    corpus.add("member-zero-width", "CX102", "a zero-width space in state", CAMPAIGN.replace("state", "st\u200bate"))
    corpus.add("member-escaped-nul", "CX102", "NUL by escape in a key", CAMPAIGN + '  "sta\\0te": ACTIVE\n')
    corpus.add("member-number", "CX102", "a number as a member's name", CAMPAIGN + "  5: x\n")
    corpus.add("member-empty", "CX102", "a member whose name is empty", CAMPAIGN + '  "": x\n')
    corpus.add("member-proto", "CX102", "__proto__", CAMPAIGN + "  __proto__: {state: ACTIVE}\n")
    corpus.add("member-merged", "CX102", "an unknown member by a merge",
               CAMPAIGN + "  carrierLimit:\n    <<: {maxAgents: 30, maxAgent: 40}\n")
    edit("member-flow", "CX102", "an unknown member of a window", SCHEDULE, "enabled: true}",
         "enabled: true, days: [mon]}")
    edit("member-nested", "CX102", "an unknown member of dialerSettings", SCHEDULE, "    callRate: 15\n",
         "    callRate: 15\n    callrate: 99\n")
    edit("window-incomplete", "CX102", "a window without enabled", SCHEDULE, ", enabled: true}", "}")
    edit("windows-mapping", "CX102", "one window without a list", SCHEDULE, "    - {startTime: \"09:00\"",
         "    {startTime: \"09:00\"")
    edit("windows-missing", "CX102", "neither windows nor a calendar", SCHEDULE,
         SCHEDULE[SCHEDULE.index("  regulatoryWindows:") : SCHEDULE.index("  blackoutPeriods:")], "")
    edit("windows-and-calendar", "CX102", "windows and a calendar", SCHEDULE, "  timeZone: America/New_York\n",
         "  timeZone: America/New_York\n  calendar: us-weekdays\n")
    edit("schedule-no-campaign", "CX102", "a schedule without a campaign", SCHEDULE, "  campaign: collections-east\n",
         "")
    edit("schedule-no-end", "CX102", "a schedule without an end", SCHEDULE, "  endTime: 2027-02-01T00:00:00-05:00\n",
         "")
    edit("schedule-no-zone", "CX102", "a schedule without a zone", SCHEDULE, "  timeZone: America/New_York\n", "")
    edit("schedule-no-call-rate", "CX102", "a schedule without a call rate", SCHEDULE, "    callRate: 15\n", "")
    edit("blackout-no-end", "CX102", "a blackout without an end", SCHEDULE, "endTime: 2026-12-26T00:00:00-05:00, ", "")
    edit("codes-missing", "CX102", "a hierarchy without codes", HIERARCHY, HIERARCHY[HIERARCHY.index("  codes:"):], "")
    edit("codes-mapping", "CX102", "codes as a mapping", HIERARCHY, HIERARCHY[HIERARCHY.index("  codes:"):],
         "  codes:\n    INT: Interested\n")
    edit("codes-text", "CX102", "a code that is only a text", HIERARCHY,
         "    - {code: CB, name: Callback requested, type: NEUTRAL, isActive: true}", "    - CB")
    edit("code-no-type", "CX102", "a code without a type", HIERARCHY, "name: Hot lead, type: SUCCESS", "name: Hot lead")
    edit("code-no-name", "CX102", "a code without a name", HIERARCHY, "code: INT_HOT, name: Hot lead,",
         "code: INT_HOT,")
    edit("code-children-mapping", "CX102", "children as a mapping", HIERARCHY, "        - {code: INT_HOT",
         "        {code: INT_HOT")
    edit("campaign-no-identity", "CX102", "a campaign with neither id nor name", CAMPAIGN,
         "  name: Collections East\n", "")
    edit("calendar-no-windows", "CX102", "a calendar without windows", CALENDAR,
         CALENDAR[CALENDAR.index("  windows:"):CALENDAR.index("  blackouts:")], "")
    edit("pacing-no-max", "CX102", "a pacing policy without dialRate.max", PACING, "max: 100, ", "")
    edit("throttle-no-pause", "CX102", "a throttle policy without pause", THROTTLE,
         "  pause: {reason: CARRIER_THROTTLE, resumeAfter: 15m}\n", "")
    edit("throttle-no-trigger", "CX102", "a throttle policy without a trigger", THROTTLE, "  minAnswerRate: 0.35\n", "")
    edit("callback-no-queue", "CX102", "a callback policy without a queue", CALLBACK,
         "  queueId: a1b2c3d4-e5f6-7890-abcd-ef1234567890\n", "")
    edit("callback-from-number", "CX102", "a telephone number without quotes", CALLBACK, '"+18005559876"',
         "+18005559876")
    edit("sink-no-events", "CX102", "a sink without events", SINK, "  events: [campaign.paused, campaign.resumed]\n",
         "")
    edit("sink-url-list", "CX102", "a list of addresses", SINK, "url: https://events.example.com/dialer",
         "url: [https://events.example.com/dialer]")
    corpus.add("root-list", "CX102", "a list of documents", "- " + CAMPAIGN.replace("\n", "\n  ").rstrip(" "))
    corpus.add("root-empty-list", "CX102", "an empty list", "[]\n")
    corpus.add("root-empty-mapping", "CX102", "an empty mapping", "{}\n")
    corpus.add("root-text", "CX102", "only a text", "Campaign\n")
    corpus.add("root-number", "CX102", "only a number", "42\n")
    corpus.add("root-boolean", "CX102", "only a boolean", "true\n")
    corpus.add("root-quoted", "CX102", "a document in quotes", '"' + CAMPAIGN.replace("\n", "\\n") + '"\n')
    corpus.add("root-literal", "CX102", "a document in a literal block",
               "|\n  " + CAMPAIGN.replace("\n", "\n  ").rstrip(" "))
    corpus.add("root-html", "CX102", "an HTML page", "<html><body>502 Bad Gateway</body></html>\n")
    corpus.add("root-wrapped", "CX102", "documents in a list of items",
               "apiVersion: v1\nkind: List\nitems:\n  - " + CAMPAIGN.replace("\n", "\n    ").rstrip(" "))
    corpus.add("root-second", "CX102", "the second document is a list", CAMPAIGN + "---\n- a\n- b\n")


GROUPS = (wrong_values, wrong_members)
