#!/usr/bin/env python3
"""Every metric that the Grafana dashboard asks for is one that the agent has.

    grafana_test.py DASHBOARD METRIC-CATALOG
"""

import json
import pathlib
import re
import sys

dashboard = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
known = set(re.findall(r'"(cxctl_[a-z_]+)"', pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
asked = set(re.findall(r"cxctl_[a-z_]+", json.dumps([panel["targets"] for panel in dashboard["panels"]])))
asked = {re.sub(r"_bucket$", "", name) for name in asked}
print(f"{len(asked)} of {len(known)} metrics are shown")
if not asked or asked - known:
    sys.exit(f"not in the catalog: {sorted(asked - known)}")
