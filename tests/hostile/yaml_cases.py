"""Files that are no YAML, or are over the limits of the strict reader (CX101; a few are CX102, see the index)."""

from corpus import CALLBACK, CAMPAIGN, DESCRIPTION, HIERARCHY, MIB, SCHEDULE, SINK


def duplicate_keys(corpus):
    edit = corpus.edit
    edit("duplicate-top", "CX101", "kind twice", CAMPAIGN, "metadata:", "kind: Campaign\nmetadata:")
    corpus.add("duplicate-spec", "CX101", "spec twice", CAMPAIGN + "spec:\n  name: Collections East\n  state: ACTIVE\n")
    corpus.add("duplicate-nested", "CX101", "maxAgents twice", CAMPAIGN + "  maxAgents: 40\n")
    edit("duplicate-flow", "CX101", "a label twice in a flow mapping", CAMPAIGN, "{team: collections}",
         "{team: a, team: b}")
    corpus.add("duplicate-double-quoted", "CX101", 'state plain and "state"', CAMPAIGN + '  "state": ACTIVE\n')
    corpus.add("duplicate-single-quoted", "CX101", "state plain and 'state'", CAMPAIGN + "  'state': ACTIVE\n")
    corpus.add("duplicate-escaped", "CX101", "state plain and by escapes", CAMPAIGN + '  "st\\u0061te": ACTIVE\n')
    corpus.add("duplicate-escaped-hex", "CX101", "state plain and by \\x", CAMPAIGN + '  "\\x73tate": ACTIVE\n')
    corpus.add("duplicate-explicit", "CX101", "state once as an explicit key", CAMPAIGN + "  ? state\n  : ACTIVE\n")
    corpus.add("duplicate-same-value", "CX101", "state twice with one value", CAMPAIGN + "  state: PAUSED\n")
    edit("duplicate-in-list-item", "CX101", "name twice in a call code", HIERARCHY, "name: Hot lead,",
         "name: Hot lead, name: Cold lead,")
    edit("duplicate-in-window", "CX101", "endTime twice in a window", SCHEDULE, 'endTime: "20:00",',
         'endTime: "20:00", "endTime": "23:00",')
    corpus.add("duplicate-merge-key", "CX101", "<< twice in a mapping",
               "apiVersion: cxctl/v1\nkind: Campaign\nmetadata:\n  name: x\n  labels: &l {a: b}\n"
               "spec:\n  name: X\n  carrierLimit:\n    <<: &one {maxAgents: 3}\n    <<: *one\n")
    corpus.add("duplicate-second-document", "CX101", "the second document has a key twice",
               CAMPAIGN + "---\n" + CAMPAIGN.replace("-east", "-west") + "  dialRate: 3\n")
    many = "".join(f"    label{i}: x\n" for i in range(45000))
    edit("duplicate-after-45000", "CX101", "45,000 labels, the first once more at the end", CAMPAIGN,
         "  labels: {team: collections}\n", "  labels:\n" + many + "    label0: y\n")
    pair = "{" + ", ".join(f"k{i}: 0, k{i}: 1" for i in range(30000)) + "}"
    edit("duplicate-30000-times", "CX101", "30,000 labels, each twice", CAMPAIGN, "{team: collections}", pair)


def tags(corpus):
    for name, value in {
        "python-object": "!!python/object/apply:os.system ['true']",
        "python-name": "!!python/name:os.system ''",
        "ruby-object": "!ruby/object:Gem::Installer {i: x}",
        "java-class": "!!javax.script.ScriptEngineManager [x]",
        "local": "!secret api_key",
        "include": "!include other.yaml",
        "env": "!env CXONE_CLIENT_SECRET",
        "binary": "!!binary aGVsbG8=",
        "str": "!!str Weekday evenings",
        "non-specific": "! Weekday evenings",
        "verbatim": "!<tag:yaml.org,2002:str> Weekday evenings",
        "undeclared-handle": "!e!thing Weekday evenings",
        "timestamp": "!!timestamp 2026-12-01",
        "float": "!!float 1",
        "unfinished-verbatim": "!<tag:yaml.org,2002:str Weekday evenings",
        "bad-escape": "!x%zz Weekday evenings",
    }.items():
        corpus.describe("tag-" + name, "a tag: " + value.split()[0], value)
    edit = corpus.edit
    edit("tag-int", "CX101", "!!int before a quoted number", CAMPAIGN, "maxAgents: 25", 'maxAgents: !!int "25"')
    edit("tag-map", "CX101", "!!map on a mapping", CAMPAIGN, "labels: {", "labels: !!map {")
    edit("tag-set", "CX101", "!!set on a mapping", CAMPAIGN, "labels: {team: collections}", "labels: !!set {team}")
    edit("tag-omap", "CX101", "!!omap on a list", CAMPAIGN, "labels: {team: collections}", "labels: !!omap [team: x]")
    edit("tag-seq", "CX101", "!!seq on a list", SINK, "events: [", "events: !!seq [")
    edit("tag-on-key", "CX101", "a tag on a key", CAMPAIGN, "  state:", "  !!str state:")
    edit("tag-on-root", "CX101", "a tag on the document", CAMPAIGN, "apiVersion:", "--- !Campaign\napiVersion:")
    edit("tag-with-anchor", "CX101", "a tag behind an anchor", CAMPAIGN, "labels: {", "labels: &l !!map {")
    edit("tag-merge", "CX101", "!!merge instead of <<", CAMPAIGN, "  state: PAUSED", "  !!merge <<: {state: PAUSED}")
    body = "---\n" + CAMPAIGN.replace("name: Collections East", "name: !e0!x Collections East")
    corpus.add("tag-directive", "CX101", "%TAG and a tag of it", "%TAG !e0! tag:example.com,2026:\n" + body)
    flood = "".join(f"%TAG !e{i}! tag:example.com,2026:{i}/\n" for i in range(22000))
    corpus.add("tag-directive-flood", "CX101", "22,000 %TAG directives and a tag of the first", flood + body)
    corpus.add("tag-directive-twice", "CX101", "one %TAG handle twice",
               "%TAG !e0! tag:a.example,2026:\n%TAG !e0! tag:b.example,2026:\n" + body)
    corpus.add("tag-directive-huge", "CX101", "a %TAG prefix of 900,000 characters",
               "%TAG !e0! tag:" + "a" * 900000 + "\n" + body)
    corpus.add("directive-yaml-2", "CX101", "%YAML 2.0", "%YAML 2.0\n---\n" + CAMPAIGN)
    corpus.add("directive-yaml-twice", "CX101", "%YAML twice", "%YAML 1.2\n%YAML 1.2\n---\n" + CAMPAIGN)
    corpus.add("directive-yaml-nonsense", "CX101", "%YAML without a version", "%YAML x.y\n---\n" + CAMPAIGN)
    corpus.add("directive-without-document", "CX101", "a directive and no --- behind it", "%YAML 1.2\n" + CAMPAIGN)


def tabs(corpus):
    edit = corpus.edit
    edit("tab-member", "CX101", "a member indented with a tab", CAMPAIGN, "  state: PAUSED", "\tstate: PAUSED")
    edit("tab-after-spaces", "CX101", "a member indented with two spaces and a tab", CAMPAIGN, "  state: PAUSED",
         "  \tstate: PAUSED")
    corpus.add("tab-everywhere", "CX101", "all indentation by tabs", CAMPAIGN.replace("  ", "\t"))
    edit("tab-list", "CX101", "a list item indented with a tab", HIERARCHY, "    - code: INT", "\t- code: INT")
    edit("tab-first", "CX101", "a tab before the first key", CAMPAIGN, "apiVersion:", "\tapiVersion:")
    edit("tab-literal", "CX101", "a literal block indented with a tab", SCHEDULE, DESCRIPTION,
         "  description: |\n\tWeekday evenings\n")
    edit("tab-nested-list", "CX101", "a mapping in a list indented with tabs", HIERARCHY, "      name: Interested",
         "\t\tname: Interested")


def encodings(corpus):
    for name, data in {
        "overlong-2": b"\xc0\x80", "overlong-slash": b"\xc0\xaf", "overlong-3": b"\xe0\x80\x80",
        "overlong-4": b"\xf0\x80\x80\x80",
        "lone-continuation": b"\x80", "lone-continuation-bf": b"\xbf", "three-continuations": b"\x80\x80\x80",
        "cut-2": b"caf\xc3", "cut-3": b"\xe2\x82", "cut-4": b"\xf0\x9f\x98", "cut-before-ascii": b"\xe2(\xa1",
        "surrogate-high": b"\xed\xa0\x80", "surrogate-low": b"\xed\xbf\xbf",
        "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
        "ff": b"\xff", "fe": b"\xfe", "f5": b"\xf5\x80\x80\x80", "over-10ffff": b"\xf4\x90\x80\x80",
        "five-bytes": b"\xf8\x88\x80\x80\x80", "six-bytes": b"\xfc\x84\x80\x80\x80\x80",
        "latin-1": "Café".encode("latin-1"),
        "windows-1252": b"\x93Weekday\x94", "shift-jis": "日本".encode("shift_jis"),
    }.items():
        corpus.describe("utf8-" + name, "bytes that are not UTF-8: " + data.hex(" "), data)
    corpus.describe("utf8-quoted", "0xFF in quotes", b'"Weekday \xff evenings"')
    corpus.describe("utf8-comment", "Latin-1 in a comment", b"Weekday evenings  # caf\xe9")
    corpus.edit("utf8-key", "CX101", "an overlong encoding in a key", CAMPAIGN, "  state:", b"  st\xc1\xa1te:")
    corpus.edit("utf8-literal", "CX101", "0x80 in a literal block", SCHEDULE, DESCRIPTION,
                b"  description: |\n    Week\x80day\n")
    corpus.add("utf8-cut-at-end", "CX101", "the file ends within a character", CAMPAIGN.encode() + b"# \xe2\x82")
    corpus.add("utf8-only-ff", "CX101", "64 KiB of 0xFF", b"\xff" * 65536)
    corpus.add("utf16-le", "CX101", "UTF-16, little endian, with its mark", b"\xff\xfe" + CAMPAIGN.encode("utf-16-le"))
    corpus.add("utf16-be", "CX101", "UTF-16, big endian, with its mark", b"\xfe\xff" + CAMPAIGN.encode("utf-16-be"))
    corpus.add("utf16-le-bare", "CX101", "UTF-16, little endian, without a mark", CAMPAIGN.encode("utf-16-le"))
    corpus.add("utf16-be-bare", "CX101", "UTF-16, big endian, without a mark", CAMPAIGN.encode("utf-16-be"))
    corpus.add("utf32-le", "CX101", "UTF-32, little endian, with its mark",
               b"\xff\xfe\x00\x00" + CAMPAIGN.encode("utf-32-le"))
    corpus.add("utf32-be", "CX101", "UTF-32, big endian, with its mark",
               b"\x00\x00\xfe\xff" + CAMPAIGN.encode("utf-32-be"))
    corpus.describe("bom-in-value", "a byte order mark within a value", "Week\ufeffday evenings")
    corpus.edit("bom-before-key", "CX101", "a byte order mark before a key", CAMPAIGN, "  state:", "  \ufeffstate:")
    corpus.add("four-bytes", "CX101", "00 2c 00 00", b"\x00\x2c\x00\x00")
    corpus.add("zeros", "CX101", "1 MiB of zero bytes", b"\x00" * MIB)
    corpus.add("binary-png", "CX101", "the start of a PNG image", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    corpus.add("binary-gzip", "CX101", "the start of a gzip file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")
    state = 1
    noise = bytearray()
    for _ in range(200000):
        state = (state * 1103515245 + 12345) % (1 << 31)
        noise.append(state >> 16 & 0xFF)
    corpus.add("binary-noise", "CX101", "200,000 random bytes", bytes(noise))


def control_characters(corpus):
    for name, character in {"nul": 0x00, "bel": 0x07, "backspace": 0x08, "vertical-tab": 0x0B, "form-feed": 0x0C,
                            "esc": 0x1B,
                            "unit-separator": 0x1F, "del": 0x7F, "c1-80": 0x80, "c1-csi": 0x9B, "c1-9f": 0x9F}.items():
        what = f"U+{character:04X}"
        corpus.describe("control-plain-" + name, what + " in a plain value", f"Weekday{chr(character)}evenings")
        corpus.describe("control-quoted-" + name, what + " in quotes", f'"Weekday{chr(character)}evenings"')
        corpus.describe("control-comment-" + name, what + " in a comment", f"Weekday evenings  # a{chr(character)}b")
    corpus.describe("control-terminal", "a terminal escape sequence", "Weekday \x1b[2J\x1b[31mevenings")
    corpus.describe("control-single-quoted", "ESC in single quotes", "'Weekday\x1bevenings'")
    corpus.describe("control-literal", "BEL in a literal block", "|\n    Weekday\x07evenings")
    corpus.describe("control-fffe", "the noncharacter U+FFFE", "Weekday\ufffeevenings")
    corpus.describe("control-ffff", "the noncharacter U+FFFF", "Weekday\uffffevenings")
    corpus.edit("control-key", "CX101", "NUL in a key", CAMPAIGN, "  state:", "  sta\x00te:")
    corpus.add("control-end", "CX101", "NUL at the end of the file (as some editors leave after a crash)",
               CAMPAIGN + "\x00" * 512)
    corpus.add("control-ctrl-z", "CX101", "Ctrl-Z at the end of the file", CAMPAIGN + "\x1a")
    for name, escape in {"x00": "\\x00", "zero": "\\0", "u0007": "\\u0007", "bell": "\\a", "backspace": "\\b",
                         "escape": "\\e",
                         "x1b": "\\x1b", "vertical-tab": "\\v", "form-feed": "\\f", "del": "\\x7F", "c1": "\\x9b",
                         "long": "\\U00000001"}.items():
        corpus.describe("escape-" + name, "a control character by escape: " + escape, f'"Weekday{escape}evenings"',
                        "CX102")
    corpus.edit("escape-in-name", "CX102", "ESC by escape in the live name", CAMPAIGN, "name: Collections East",
                'name: "Collections \\e[31mEast"')
    corpus.edit("escape-in-code", "CX102", "BEL by escape in the name of a code", HIERARCHY, "name: Hot lead",
                'name: "Hot\\u0007lead"')
    corpus.edit("escape-in-label", "CX102", "NUL by escape in a label", CAMPAIGN, "team: collections",
                'team: "collections\\0"')
    corpus.describe("escape-surrogate", "a surrogate by escape", '"Weekday \\uD800 evenings"')
    corpus.describe("escape-surrogate-pair", "a pair of surrogates by escape, as in JSON",
                    '"Weekday \\uD83D\\uDE00 evenings"')
    corpus.describe("escape-over-10ffff", "a code point over U+10FFFF", '"Weekday \\U00110000 evenings"')
    corpus.describe("escape-unknown", "an escape that YAML does not know", '"Weekday \\q evenings"')
    corpus.describe("escape-short", "an escape with too few digits", '"Weekday \\x4 evenings"')
    corpus.describe("escape-windows-path", "a Windows path in double quotes", '"C:\\Users\\dana\\calls.csv"')


def nesting(corpus):
    def blocks(levels):
        return "  description:\n" + "".join("  " * (i + 2) +
                                            "a:\n" for i in range(levels)) + "  " * (levels + 2) + "a: b\n"

    # The root and spec are two levels, so 63 more are one too many.
    corpus.edit("nesting-block-65", "CX101", "65 levels of block mappings", SCHEDULE, DESCRIPTION, blocks(62))
    corpus.edit("nesting-block-700", "CX101", "700 levels of block mappings", SCHEDULE, DESCRIPTION, blocks(700))
    corpus.describe("nesting-flow-list-65", "65 levels with flow lists", "[" * 63 + "]" * 63)
    corpus.describe("nesting-flow-mapping-65", "65 levels with flow mappings", "{a: " * 63 + "b" + "}" * 63)
    corpus.describe("nesting-mixed-66", "66 levels, lists and mappings in turn", "[{a: " * 32 + "b" + "}]" * 32)
    corpus.describe("nesting-compact-65", "65 levels of compact lists", "\n    " + "- " * 63 + "a")
    corpus.describe("nesting-flow-500k", "a balanced flow list of 500,000 levels", "[" * 500000 + "]" * 500000)
    corpus.describe("nesting-mapping-100k", "a balanced flow mapping of 100,000 levels",
                    "{a: " * 100000 + "b" + "}" * 100000)
    corpus.describe("nesting-by-alias", "70 levels, by an alias of 40 below 30",
                    "\n    x: &deep " + "[" * 40 + "]" * 40 + "\n    y: " + "[" * 30 + "*deep" + "]" * 30)
    corpus.describe("nesting-by-alias-chain", "70 levels, each an alias in a list",
                    "\n    - &a0 x" + "".join(f"\n    - &a{i} [*a{i - 1}]" for i in range(1, 71)))
    corpus.describe("nesting-explicit-keys", "100,000 question marks", "\n    " + "? " * 100000 + "a")
    corpus.add("nesting-root-list-100k", "CX101", "100,000 opening brackets", "[" * 100000)
    corpus.add("nesting-root-mapping-100k", "CX101", "100,000 opening braces", "{" * 100000)
    corpus.add("nesting-root-list-1m", "CX101", "1 MiB of opening brackets", "[" * MIB)
    corpus.add("nesting-root-mapping-1m", "CX101", "1 MiB of opening braces", "{" * MIB)
    corpus.add("nesting-root-json", "CX101", '170,000 times {"a":', '{"a":' * 170000)
    corpus.add("nesting-root-dashes", "CX101", "500,000 dashes", "- " * 500000)
    corpus.add("nesting-root-questions", "CX101", "500,000 question marks", "? " * 500000)
    corpus.add("nesting-root-lines", "CX101", "a list in a list in a list, 1,000 lines",
               "".join(" " * i + "-\n" for i in range(1000)) + " " * 1000 + "- a\n")
    corpus.add("nesting-root-pairs", "CX101", "250,000 times [{", "[{" * 250000)


def aliases(corpus):
    laughs = "\n    a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"
    for i in range(1, 9):
        laughs += f"\n    a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]"
    corpus.describe("alias-billion-laughs", "nine times nine, nine levels", laughs)
    maps = "\n    a0: &a0 {x: lol}"
    for i in range(1, 30):
        maps += f"\n    a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}"
    corpus.describe("alias-doubling", "a mapping doubled 30 times", maps)
    corpus.describe("alias-doubling-flow", "a list doubled 40 times, on one line",
                    "[&a0 [x, x], " + ", ".join(f"&a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 41)) + "]")
    big = "[" + ", ".join(["x"] * 300) + "]"
    corpus.describe("alias-quadratic", "300 aliases of a list of 300",
                    f"\n    a: &a {big}\n    b: [" + ", ".join(["*a"] * 300) + "]")
    corpus.describe("alias-10500", "10,500 aliases of one value",
                    "\n    a: &a x\n    b: [" + ", ".join(["*a"] * 10500) + "]")
    corpus.describe("alias-200000", "200,000 aliases of one value",
                    "\n    a: &a x\n    b: [" + ",".join(["*a"] * 200000) + "]")
    corpus.describe("alias-merge-10500", "a merge of 10,500 aliases",
                    "\n    a: &a {x: y}\n    b: {<<: [" + ", ".join(["*a"] * 10500) + "]}")
    merges = "\n    a0: &a0 {k: v}"
    for i in range(1, 25):
        merges += f"\n    a{i}: &a{i}\n      p: {{<<: *a{i - 1}}}\n      q: {{<<: *a{i - 1}}}"
    corpus.describe("alias-merge-doubling", "merges doubled 24 times", merges)
    corpus.describe("alias-itself-list", "a list that contains itself", "&a [*a]")
    corpus.describe("alias-itself-mapping", "a mapping that contains itself", "&a {x: *a}")
    corpus.describe("alias-itself-deep", "a mapping that contains itself three levels below", "&a {x: [{y: *a}]}")
    corpus.describe("alias-itself-block", "a block mapping that contains itself", "&a\n    x: 1\n    y: *a")
    corpus.describe("alias-itself-two", "two lists, each in the other", "[&a [x, &b [*a, *b]]]")
    corpus.describe("alias-itself-key", "a mapping that is its own key", "&a {*a : x}")
    corpus.edit("alias-root", "CX101", "the document within itself", CAMPAIGN, "apiVersion:",
                "--- &root\nx: *root\napiVersion:")
    corpus.describe("alias-undefined", "an alias without an anchor", "*nowhere")
    corpus.describe("alias-undefined-merge", "a merge of an alias without an anchor", "{<<: *nowhere}")
    corpus.describe("alias-undefined-key", "an alias without an anchor as a key", "{*nowhere : x}")
    corpus.edit("alias-before-anchor", "CX101", "an alias before its anchor", CAMPAIGN,
                "  state: PAUSED\n  maxAgents: 25\n  dialingMode: PREDICTIVE\n  dialRate: 42\n",
                "  maxAgents: *n\n  dialRate: &n 25\n")
    corpus.add("alias-other-document", "CX101", "an alias of the document before",
               CAMPAIGN.replace("dialRate: 42", "dialRate: &rate 42") +
               "---\n" + CAMPAIGN.replace("-east", "-west").replace("dialRate: 42", "dialRate: *rate"))
    corpus.describe("alias-with-anchor", "an anchor on an alias", "[&a x, &b *a]")
    corpus.describe("alias-with-content", "a value behind an alias", "[&a x, *a y]")
    corpus.describe("alias-nameless", "an alias without a name", "[&a x, * ]")
    corpus.describe("anchor-nameless", "an anchor without a name", "& Weekday evenings")
    corpus.describe("anchor-twice", "two anchors on one value", "&a &b Weekday evenings")
    many = ",".join(f"&a{i} x" for i in range(80000))
    corpus.describe("anchor-flood-one-line", "80,000 anchors on one line, and no closing bracket", "[" + many)
    many = "".join(f"\n    - &a{i} x" for i in range(50000))
    corpus.describe("anchor-flood-lines", "50,000 anchors and an alias without one", many + "\n    - *nowhere")
    for name, value in {"number": "5", "text": "base", "null": "null", "quoted": '"{}"', "list-of-numbers": "[1, 2]",
                        "list-of-lists": "[[{a: b}]]", "list-mixed": "[{a: b}, c]", "alias-of-text": "*text"}.items():
        corpus.describe("merge-" + name, "<< with something that is no mapping",
                        "\n    t: &text x\n    m:\n      <<: " + value)
    corpus.describe("merge-itself", "a mapping merged into itself", "&a\n    x: y\n    <<: *a")
    corpus.describe("merge-itself-list", "a mapping merged into itself in a list of merges",
                    "&a\n    x: y\n    <<: [{p: q}, *a]")
    corpus.describe("merge-cycle", "a mapping merged into its own child", "&a\n    x:\n      <<: *a")


def syntax(corpus):
    for name, value in {
        "double-quote": '"Weekday evenings', "single-quote": "'Weekday evenings", "flow-list": "[Weekday, evenings",
        "flow-mapping": "{days: weekdays",
        "flow-mapping-colon": "{days:", "flow-comma": "[Weekday,", "quote-at-end": '"', "escape-at-end": '"Weekday\\',
        "flow-in-flow": "[a, {b: [c}]",
    }.items():
        corpus.edit("unterminated-" + name, "CX101", "not closed: " + value, SCHEDULE, DESCRIPTION,
                    "  description: " + value + "\n")
    for name, value in {
        "extra-bracket": "[a, b]]", "extra-brace": "{a: b}}", "crossed": "[a, {b: c]}", "leading-comma": "[, a]",
        "double-comma": "[a,, b]",
        "missing-comma": "[a b: c d: e]", "colon-in-plain": "Weekday: evenings: all",
        "text-after-quote": '"Weekday" evenings',
        "text-after-single-quote": "'Weekday's evenings'", "text-after-list": "[a] b",
        "text-after-mapping": "{a: b} c", "at-sign": "@home",
        "backtick": "`date`", "percent": "[%x]", "block-header": "|3x\n    text", "block-indent-zero": "|0\n    text",
        "block-two-signs": "|+-\n    text",
        "block-text-behind": "| text\n    more", "list-in-line": "- a - b", "mapping-in-value": "a\n    b: c",
        "template": "{{ .Values.description }}",
        "template-twice": "{{ a }} and {{ b }}", "less-indented": "\n      a: b\n    c: d",
        "document-in-quotes": '"Weekday\n---\nevenings"',
        "end-in-quotes": "'Weekday\n...\nevenings'", "document-in-flow": "[Weekday,\n---\nevenings]",
        "unindented-quote": '"Weekday\nevenings',
    }.items():
        corpus.describe("syntax-" + name, "not YAML: " + value.split("\n")[0], value)
    edit = corpus.edit
    edit("indent-less", "CX101", "a member with one space among members with two", CAMPAIGN, "  state:", " state:")
    edit("indent-more", "CX101", "a member indented below a value", CAMPAIGN, "  state:", "    state:")
    edit("indent-list", "CX101", "a list item between the levels", HIERARCHY, "    - {code: CB,", "   - {code: CB,")
    edit("indent-child", "CX101", "a member of a list item between the levels", HIERARCHY,
         "      type: SUCCESS\n      children", "     type: SUCCESS\n      children")
    edit("indent-metadata", "CX101", "metadata's name deeper than its labels", CAMPAIGN, "  name: collections-east\n",
         "    name: collections-east\n")
    edit("no-colon", "CX101", "a key without a colon", CAMPAIGN, "  state: PAUSED", "  state PAUSED")
    edit("no-space-behind-colon", "CX101", "no space behind the colon", CAMPAIGN, "  state: PAUSED", "  state:PAUSED")
    edit("equals-sign", "CX101", "= for a colon", CAMPAIGN, "  state: PAUSED", "  state = PAUSED")
    edit("list-and-mapping", "CX101", "a list item among members", CAMPAIGN, "  state: PAUSED", "  - state: PAUSED")
    edit("conflict-markers", "CX101", "the markers of a merge conflict", CAMPAIGN, "  state: PAUSED\n",
         "<<<<<<< HEAD\n  state: PAUSED\n=======\n  state: ACTIVE\n>>>>>>> feature\n")
    edit("conflict-markers-indented", "CX101", "the markers of a merge conflict, indented by a formatter", CAMPAIGN,
         "  state: PAUSED\n",
         "  <<<<<<< HEAD\n  state: PAUSED\n  =======\n  >>>>>>> feature\n")
    edit("diff", "CX101", "a pasted diff", CAMPAIGN, "  state: PAUSED\n", "-  state: ACTIVE\n+  state: PAUSED\n")
    edit("template-block", "CX101", "a template's statement", CAMPAIGN, "  state: PAUSED\n",
         "{{- if .Values.paused }}\n  state: PAUSED\n{{- end }}\n")
    for name, key in {"list": "? [a, b]\n  : c", "mapping": "? {a: b}\n  : c", "block-list": "? - a\n  : c",
                      "flow-list": "[a, b]: c",
                      "flow-mapping": "{a: b}: c", "empty-list": "[]: c", "empty-mapping": "? {}\n  : c"}.items():
        edit("key-" + name, "CX101", "a key that is no text", CAMPAIGN, "  state: PAUSED", "  " + key)
    edit("key-flow-in-flow", "CX101", "a mapping as a key in a flow mapping", CAMPAIGN, "{team: collections}",
         "{{team: collections}: x}")
    edit("key-alias-of-mapping", "CX101", "an alias of a mapping as a key", CAMPAIGN, "{team: collections}",
         "{a: &m {b: c}, *m : x}")
    edit("key-huge-plain", "CX101", "a plain key of 900,000 characters", CAMPAIGN, "  state:",
         "  " + "s" * 900000 + ":")
    edit("key-huge-quoted", "CX101", "a quoted key of 900,000 characters", CAMPAIGN, "  state:",
         '  "' + "s" * 900000 + '":')
    edit("key-over-two-lines", "CX101", "a key over two lines", CAMPAIGN, "  state: PAUSED", '  "sta\n  te": PAUSED')
    good = CAMPAIGN + "---\n"
    corpus.add("stream-second-unclosed", "CX101", "the second document is not closed",
               good + CAMPAIGN.replace("{team: collections}", "{team: collections"))
    corpus.add("stream-second-tag", "CX101", "the second document has a tag",
               good + "!!map\n" + CAMPAIGN.replace("-east", "-west"))
    corpus.add("stream-second-garbage", "CX101", "the second document is garbage", good + "]]]]\n")
    many = [CAMPAIGN.replace("-east", f"-{i}").replace("s East", f"s {i}") for i in range(99)]
    corpus.add("stream-hundredth", "CX101", "the last of 100 documents is broken",
               "---\n".join(many) + "---\nspec: [\n")
    corpus.add("stream-behind-end", "CX101", "garbage behind the end of the document", CAMPAIGN + "...\n}}}\n")
    corpus.add("stream-mapping-behind-end", "CX101", "a broken document behind the end", CAMPAIGN + "...\na: b: c\n")
    corpus.add("stream-text-behind-end", "CX101", "a text behind the end of the document",
               CAMPAIGN + "...\nthanks for reading\n")
    corpus.add("stream-text-behind-mapping", "CX101", "text behind the mapping", CAMPAIGN + "thanks for reading\n")
    corpus.add("ini", "CX101", "an INI file", "[campaign]\nname = Collections East\nstate = PAUSED\n")
    corpus.add("toml", "CX102", "a TOML file", 'kind = "Campaign"\n[metadata]\nname = "x"\n[spec]\nstate = "PAUSED"\n')
    corpus.add("javascript", "CX101", "a JavaScript object", "module.exports = {\n  kind: 'Campaign', // x\n};\n")
    corpus.add("json-cut", "CX101", "half a JSON document",
               '{"apiVersion": "cxctl/v1", "kind": "Campaign", "metadata": {"name": "x"}, "sp')
    corpus.add("json-two", "CX101", "two JSON documents without a separator",
               '{"kind": "Campaign"}\n{"kind": "Campaign"}\n')


def sizes(corpus):
    filler = "# " + "x" * 97 + "\n"
    corpus.add("document-over-1-mib", "CX101", "a document of a little more than 1 MiB",
               CAMPAIGN + filler * (MIB // len(filler) + 1))
    corpus.edit("huge-name", "CX102", "a name of 900,000 characters", CAMPAIGN, "name: collections-east",
                "name: " + "a" * 900000)
    corpus.edit("huge-number", "CX102", "a number of 900,000 digits", CAMPAIGN, "maxAgents: 25",
                "maxAgents: " + "9" * 900000)
    corpus.edit("huge-explicit-key", "CX102", "an unknown member with a name of 900,000 characters", CAMPAIGN,
                "  state: PAUSED", "  ? " + "s" * 900000 + "\n  : PAUSED")
    corpus.edit("huge-list", "CX102", "a list of 200,000 numbers where a text belongs", SCHEDULE, DESCRIPTION,
                "  description: [" + "1," * 200000 + "]\n")
    corpus.edit("huge-mapping", "CX102", "80,000 unknown members", CAMPAIGN, "  state: PAUSED\n",
                "".join(f"  m{i}: x\n" for i in range(80000)))
    corpus.describe("huge-unclosed-quote", "a quote of 900,000 characters, not closed", '"' + "a" * 900000)
    corpus.describe("huge-unclosed-quote-lines", "a quote over 100,000 lines, not closed", '"' + "a\n    " * 100000)
    corpus.describe("huge-unclosed-list", "a list of 400,000 items, not closed", "[" + "a," * 400000)
    corpus.describe("huge-commas", "900,000 commas", "[" + "," * 900000)
    corpus.describe("huge-colons", "300,000 keys on one line", "a: " * 300000)
    corpus.describe("huge-escapes", "200,000 escapes, the last one wrong", '"' + "\\x41" * 200000 + '\\q"')
    corpus.describe("huge-exclamation-marks", "900,000 exclamation marks", "!" * 900000)
    corpus.describe("huge-ampersands", "900,000 ampersands", "&" * 900000)
    corpus.describe("huge-asterisks", "900,000 asterisks", "*" * 900000)
    corpus.describe("huge-alias-name", "an undefined alias of 900,000 characters", "*" + "a" * 900000)
    corpus.describe("huge-bars", "900,000 vertical bars", "|" * 900000)
    corpus.add("huge-percents", "CX101", "900,000 percent signs", "%" * 900000 + "\n---\n" + CAMPAIGN)
    corpus.add("huge-dashes", "CX102", "one text of 900,000 dashes", "-" * 900000)
    corpus.add("huge-quotes", "CX101", "900,001 quotation marks", '"' * 900001)
    corpus.add("huge-single-quotes", "CX101", "900,001 apostrophes", "'" * 900001)


def leading_zeros(corpus):
    for name, number in {"012": "012", "007": "007", "negative": "-012", "positive": "+007", "double-zero": "00",
                         "not-octal": "089",
                         "fraction": "0123.5", "double-zero-fraction": "00.5", "exponent": "01e3", "long": "0" * 40,
                         "dot": "01."}.items():
        corpus.edit("zero-" + name, "CX101", "a leading zero where a number belongs: " + number, CAMPAIGN,
                    "maxAgents: 25", "maxAgents: " + number)
    corpus.describe("zero-in-text", "a leading zero where a text belongs", "0123")
    corpus.edit("zero-name", "CX101", "a leading zero in a name", CAMPAIGN, "name: collections-east", "name: 007")
    corpus.edit("zero-label", "CX101", "a leading zero in a label", CAMPAIGN, "{team: collections}", "{team: 042}")
    corpus.edit("zero-key", "CX101", "a leading zero in a key", CAMPAIGN, "{team: collections}", "{042: collections}")
    corpus.edit("zero-code", "CX101", "a leading zero in a call code", HIERARCHY, "code: CB", "code: 0815")
    corpus.edit("zero-list", "CX101", "a leading zero in a list", SINK, "[campaign.paused,", "[01, campaign.paused,")
    corpus.edit("zero-phone", "CX101", "a telephone number without quotes", CALLBACK, '"+18005559876"', "08005559876")
    corpus.edit("zero-anchored", "CX101", "a leading zero behind an anchor", CAMPAIGN, "maxAgents: 25",
                "maxAgents: &n 025")
    corpus.edit("zero-rate", "CX101", "a leading zero in a fraction", SCHEDULE, "capacityThreshold: 0.85",
                "capacityThreshold: 00.85")


GROUPS = (
    duplicate_keys,
    tags,
    tabs,
    encodings,
    control_characters,
    nesting,
    aliases,
    syntax,
    sizes,
    leading_zeros,
)
