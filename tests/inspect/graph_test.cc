#include "inspect/graph.h"

#include "inspect_fixture.h"

namespace cxctl {
namespace {

using GraphTest = InspectTest;

TEST_F(GraphTest, WhatIsSelectedComesWithWhatItNeeds) {
  const ManifestSet set =
      Load({{"m/tenant.yaml", Tenant()},
            {"m/c.yaml", Document("Campaign", "name: east", "name: East")},
            {"m/d.yaml", Document("Campaign", "name: west", "name: West")},
            {"m/p.yaml", Document("PacingPolicy", "name: p", "campaign: east, dialRate: {min: 1, max: 9}")}});
  EXPECT_EQ(DrawMermaid(DependencyGraph(set, {{"PacingPolicy/*"}, {}})),
            "flowchart LR\n"
            "  n1([\"Campaign/east\"])\n"
            "  n2{\"PacingPolicy/p\"}\n"
            "  n2 -->|\"campaign\"| n1\n");
}

TEST(Draw, WhateverStandsInALabelIsText) {
  Graph graph{"a\"b\\", {}, {}};
  graph.nodes.push_back({{"x\"]; n2 [label=\"y", "back\\slash"}, GraphShape::kHexagon, "#ffebe9"});
  graph.nodes.push_back({{"<script>`#quot;"}, GraphShape::kBox, ""});
  graph.edges.push_back({0, 1, "|a\""});
  const std::string dot = DrawDot(graph);
  EXPECT_NE(dot.find(R"(digraph "a\"b\\" {)"), std::string::npos) << dot;
  EXPECT_NE(dot.find(R"([label="x\"]; n2 [label=\"y\nback\\slash", shape=hexagon)"), std::string::npos) << dot;
  EXPECT_EQ(DrawMermaid(graph),
            "flowchart LR\n"
            "  n1{{\"x#34;#93;#59; n2 #91;label=#34;y<br/>back#92;slash\"}}\n"
            "  n2[\"#60;script#62;#96;#35;quot#59;\"]\n"
            "  n1 -->|\"#124;a#34;\"| n2\n"
            "  style n1 fill:#ffebe9,stroke:#57606a,color:#1f2328\n");
}

}  // namespace
}  // namespace cxctl
