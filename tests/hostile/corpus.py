"""The good documents that the cases break, and the folder that the broken ones are written to."""

import os

MIB = 1 << 20
HEAD = "apiVersion: cxctl/v1\nkind: {kind}\nmetadata:\n  name: {name}\n"

CAMPAIGN = HEAD.format(kind="Campaign", name="collections-east") + """\
  labels: {team: collections}
spec:
  name: Collections East
  state: PAUSED
  maxAgents: 25
  dialingMode: PREDICTIVE
  dialRate: 42
"""

SCHEDULE = HEAD.format(kind="CampaignSchedule", name="collections-q4") + """\
spec:
  campaign: collections-east
  name: Q4 collections
  description: Weekday evenings
  startTime: 2026-12-01T00:00:00-05:00
  endTime: 2027-02-01T00:00:00-05:00
  timeZone: America/New_York
  regulatoryWindows:
    - {startTime: "09:00", endTime: "20:00", timeZone: America/New_York, enabled: true}
  blackoutPeriods:
    - {startTime: 2026-12-25T00:00:00-05:00, endTime: 2026-12-26T00:00:00-05:00, reason: Christmas Day}
  dialerSettings:
    maxConcurrentCalls: 50
    callRate: 15
    capacityThreshold: 0.85
  optimizationSettings: {useHistoricalAnswerRates: true, peakHourBoost: 1.25}
"""

HIERARCHY = HEAD.format(kind="CallCodeHierarchy", name="outbound") + """\
spec:
  category: OUTBOUND_CAMPAIGN_A
  exclusive: true
  removal: deactivate
  codes:
    - code: INT
      name: Interested
      type: SUCCESS
      children:
        - {code: INT_HOT, name: Hot lead, type: SUCCESS}
    - {code: CB, name: Callback requested, type: NEUTRAL, isActive: true}
"""

CALENDAR = HEAD.format(kind="CallingCalendar", name="us-weekdays") + """\
spec:
  timeZone: America/New_York
  jurisdictions: [us-fcc]
  clip: true
  windows:
    - {days: [mon, tue, wed, thu, fri], startTime: "09:00", endTime: "20:00"}
  blackouts:
    - {date: 2026-12-24, reason: Christmas Eve}
    - {annual: "12-25", reason: Christmas Day}
"""

PACING = HEAD.format(kind="PacingPolicy", name="collections-east") + """\
spec:
  campaign: collections-east
  interval: 30s
  utilization: 0.85
  dialRate: {min: 10, max: 100, idle: 0}
"""

THROTTLE = HEAD.format(kind="ThrottlePolicy", name="collections-east") + """\
spec:
  campaign: collections-east
  window: 60s
  minAnswerRate: 0.35
  pause: {reason: CARRIER_THROTTLE, resumeAfter: 15m}
"""

CALLBACK = HEAD.format(kind="CallbackPolicy", name="support") + """\
spec:
  queueId: a1b2c3d4-e5f6-7890-abcd-ef1234567890
  from: "+18005559876"
  leadTime: {min: 5m, max: 14d}
  onViolation: report
"""

SINK = HEAD.format(kind="Sink", name="wfo") + """\
spec:
  url: https://events.example.com/dialer
  events: [campaign.paused, campaign.resumed]
"""

DESCRIPTION = "  description: Weekday evenings\n"  # a line of SCHEDULE that most attacks replace


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.index = []
        self.names = set()

    def add(self, name, rule, what, content):
        """Writes one file. `content` is text, or bytes where it is no valid text."""
        assert name not in self.names and rule in ("CX101", "CX102"), name
        self.names.add(name)
        data = content.encode("utf-8") if isinstance(content, str) else content
        assert len(data) <= MIB or name == "document-over-1-mib", name
        with open(os.path.join(self.folder, name + ".yaml"), "wb") as file:
            file.write(data)
        self.index.append((name + ".yaml", rule, what))

    def edit(self, name, rule, what, document, old, new):
        """Writes a good document with one place of it replaced."""
        assert document.count(old) == 1, (name, document.count(old))
        if isinstance(new, bytes):
            self.add(name, rule, what, document.encode().replace(old.encode(), new))
        else:
            self.add(name, rule, what, document.replace(old, new))

    def describe(self, name, what, value, rule="CX101"):
        """Writes a schedule whose description is `value` (text or bytes, as it stands behind the colon)."""
        head = "  description: "
        if isinstance(value, bytes):
            self.edit(name, rule, what, SCHEDULE, DESCRIPTION, head.encode() + value + b"\n")
        else:
            self.edit(name, rule, what, SCHEDULE, DESCRIPTION, head + value + "\n")

    def write_index(self):
        with open(os.path.join(self.folder, "expected.tsv"), "w", encoding="utf-8", newline="\n") as file:
            for row in sorted(self.index):
                file.write("\t".join(row) + "\n")
