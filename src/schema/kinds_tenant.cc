#include "schema/shapes.h"

namespace cxctl::shapes {

namespace {

Field Auth() {
  return Required(
      "auth",
      Object({
          Optional("tokenPath", Text(kPathPattern), "Path of the token endpoint below baseUrl.", "/oauth/token"),
          Optional("style", Words({"body", "basic"}),
                   "How client credentials are sent: in the form body, or as HTTP Basic.", "body"),
          Secret(Required("clientId", NonEmptyText(), "OAuth client id, as a reference: ${env:CXONE_CLIENT_ID}.")),
          Secret(Required("clientSecret", NonEmptyText(),
                          "OAuth client secret, as a reference: ${env:CXONE_CLIENT_SECRET}.")),
          Optional("scopes", ListOf(NonEmptyText()), "Scopes to ask for.", "the least that the kinds in use need"),
      }),
      "How cxctl authenticates: OAuth 2.0 client credentials.");
}

Field Patches() {
  return Optional("patches",
                  ListOf(Object({
                      Required("target",
                               Object({
                                   Optional("kind", NonEmptyText(), "Only documents of this kind."),
                                   Optional("name", NonEmptyText(),
                                            "Only documents whose metadata.name matches this glob: collections-*."),
                                   Optional("labels", MapOf(Text()), "Only documents that carry all of these labels."),
                               }),
                               "Which documents are patched. What is left out matches all."),
                      Required("merge", MapOf(Any()), "An RFC 7396 merge patch of the whole document."),
                  })),
                  "Overlays of this environment, applied in order to the documents of `sources`.");
}

Field ApplyWindows() {
  return Optional("applyWindows",
                  ListOf(Object({
                      Required("days", Weekdays(), "Days of the week on which the window starts."),
                      Required("startTime", Text(kTimePattern), "Local time at which it opens."),
                      Required("endTime", Text(kEndTimePattern),
                               "Local time at which it closes; before startTime: on the next day."),
                      Required("timeZone", Text(kZonePattern), "IANA zone of the times."),
                  })),
                  "When apply may run.", "always");
}

Field RateLimit() {
  return Optional(
      "rateLimit",
      Object({
          Optional("requestsPerSecond", NumberOver(0), "The tenant's limit.", "10"),
          Optional("burst", Number(1), "Requests that may go out at once after a rest.", "10"),
          Optional("maxConcurrency", {.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 256},
                   "Requests under way at a time.", "8"),
          Optional("share", Share(), "The part of the limit that cxctl may use; the rest is left to others.", "1"),
      }),
      "How fast the tenant may be asked.");
}

Field Retry() {
  return Optional("retry",
                  Object({
                      Optional("maxAttempts", {.kind = ShapeKind::kInteger, .minimum = 1, .maximum = 100},
                               "Tries of a request, the first one counted.", "6"),
                      Optional("backoff", Words({"exponential", "fibonacci"}), "How waits grow.", "exponential"),
                      Optional("baseDelay", Text(kDurationPattern), "The first wait.", "500ms"),
                      Optional("maxDelay", Text(kDurationPattern),
                               "The longest wait; a longer Retry-After is not waited for.", "60s"),
                  }),
                  "How failed requests are repeated.");
}

}  // namespace

KindSpec TenantKind() {
  KindSpec kind;
  kind.name = "Tenant";
  kind.summary = "Where the manifests are reconciled: connection, sources, overlays and limits of one environment.";
  kind.doc =
      "One Tenant document is picked on the command line (-t FILE); others are ignored. It says which tenant is meant, "
      "how to "
      "authenticate, which files belong to it, what differs from the common base, and when apply may run.";
  kind.example = R"(apiVersion: cxctl/v1
kind: Tenant
metadata: {name: prod-us}
spec:
  baseUrl: https://acme.api.nice.incontact.com
  auth:
    clientId: ${env:CXONE_CLIENT_ID}
    clientSecret: ${env:CXONE_CLIENT_SECRET}
  sources: [../../base]
  values: {callerId: "+18005559876"}
  patches:
    - target: {kind: Campaign, name: collections-*}
      merge: {spec: {maxAgents: 40}}
  rateLimit: {requestsPerSecond: 10, share: 0.6}
)";
  kind.spec = Object({
      Required("baseUrl", Text(kUrlPattern),
               "Root URL of the tenant's API. http:// is for loopback only, or with allowInsecure."),
      Optional("dialect", Words({"v2"}), "Which API the tenant speaks.", "v2"),
      Auth(),
      Optional("sources", ListOf(NonEmptyText()), "Files or folders of manifests, relative to this file.",
               "the folder of this file"),
      Optional("values", MapOf(Any()), "What ${values.NAME} stands for."),
      Optional("allowInsecure", Boolean(), "Allows http:// to another host than loopback.", "false"),
      Patches(),
      RateLimit(),
      Optional("timeouts",
               Object({
                   Optional("connect", Text(kDurationPattern), "For a connection to stand.", "5s"),
                   Optional("request", Text(kDurationPattern), "For a whole exchange.", "30s"),
               }),
               "How long to wait for the tenant."),
      Retry(),
      Optional(
          "tls",
          Object({Optional("caFile", NonEmptyText(),
                           "PEM file of the authority that signed the tenant's certificate, relative to this file.")}),
          "How the tenant's certificate is verified."),
      ApplyWindows(),
      Optional("agent",
               Object({
                   Required("url", Text(kUrlPattern), "Root URL of the agent."),
                   Secret(Optional("token", NonEmptyText(), "Bearer token for the agent.")),
                   Secret(Optional("webhookSecret", NonEmptyText(), "Secret that verifies inbound webhooks.")),
               }),
               "Where policies are deployed. Without it they are held."),
      Optional("state",
               Object({Secret(
                   Required("url", Text(kStateUrlPattern), "sqlite:PATH, relative to this file, or postgresql://…"))}),
               "Where cxctl remembers what it applied.", "sqlite:.cxctl/state.db"),
      Optional("capacity",
               Object({Required("maxConcurrentCalls", Integer(0), "Calls that the dialer can hold at a time.")}),
               "The dialer's capacity for offline checks. With a connection the tenant is asked."),
      Optional("rules", MapOf(Words({"error", "warning", "off"})),
               "Severities of rules that differ from the built-in ones: {CX204: warning}."),
      Optional("audit",
               Object({Secret(Optional("key", NonEmptyText(), "Ed25519 key that signs the head of each run."))}),
               "How the audit log is signed."),
  });
  return kind;
}

}  // namespace cxctl::shapes
