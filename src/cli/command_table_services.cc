#include "cli/command_table.h"

namespace cxctl {

CommandSpec AgentCommand() {
  return {
      "agent",
      "agent [flags] | agent token create|list|revoke | agent dead-letters | agent replay ID...",
      "run the long-running part",
      "Serves callbacks, inbound webhooks and policies over HTTP, paces and throttles campaigns, and delivers events. "
      "Several agents with one PostgreSQL store share the work; one that dies is taken over within 15 seconds. "
      "Ends cleanly on SIGTERM: requests under way are finished, leases given back. `agent token create` makes a "
      "bearer token and prints it once; roles are callbacks, webhooks, policies, read and admin (all of them). The "
      "token in $CXCTL_AGENT_TOKEN is an admin's while the process runs. A renewed TLS certificate is taken within "
      "half a minute.",
      {{"cxctl agent -t manifests/tenants/prod/tenant.yaml", "on loopback"},
       {"cxctl agent --listen 0.0.0.0:8443 --tls-cert agent.pem --tls-key agent.key", "for others"},
       {"cxctl agent --once", "one step of each controller, for cron"},
       {"cxctl agent token create --name website --role callbacks", "a token for who asks for callbacks"},
       {"cxctl agent dead-letters", "events that a sink did not take within 24 hours"},
       {"cxctl agent replay --sink wfo", "deliver those of a sink again"}},
      {kFormat,
       {"--listen", "HOST:PORT", "where to listen; port 0 takes a free one and prints it", "127.0.0.1:8443"},
       {"--tls-cert", "FILE", "PEM certificate chain: HTTPS"},
       {"--tls-key", "FILE", "its PEM private key"},
       {"--insecure-http", "", "plain HTTP on another address than loopback"},
       {"--once", "", "every controller one step, then exit; 1 if something was missed"},
       {"--log-format", "text|json", "lines for people, or JSON Lines", "text"},
       {"--manifests-dir", "DIR", "where the Tenant document is looked for without -t", "manifests"},
       {"--reconcile", "off|report|apply", "hold the tenant against the manifests, or bring it back to them", "off"},
       {"--reconcile-interval", "DURATION", "how often", "5m"},
       {"--name", "NAME", "token create: its name"},
       {"--role", "ROLE", "token create: what it may do; repeatable"},
       {"--sink", "NAME", "dead-letters, replay: those of this sink"},
       {"--all", "", "replay: all of them"}},
      true,
      1000,
      {},
      {"token", "dead-letters", "replay"}};
}

CommandSpec SimCommand() {
  return {
      "sim",
      "sim [flags]",
      "run a simulated tenant on loopback",
      "Serves the whole tenant API on 127.0.0.1, strictly and deterministically: the same seed and requests give "
      "the same answers. Any client id and secret will do "
      "unless they are given. GET /_sim/requests lists the requests seen, POST /_sim/edit changes an object as "
      "somebody else would. "
      "A faults file says which requests go wrong and how: {\"faults\": [{\"method\": \"POST\", \"times\": 1, "
      "\"fault\": \"drop\", \"when\": \"after\"}]}. A fault strikes by request (its number), method, path (* and **), "
      "rate, skip and times; it is a rateLimit, error, drop, delay, cutHead, cutBody, html, expiredToken, "
      "concurrentEdit, vanishingItem or any of them. POST /_sim/faults takes such a document while it runs, GET "
      "tells how often each struck, DELETE ends them; schemas/sim-faults.schema.json has the whole format. "
      "Its dialer places the calls of ACTIVE campaigns, whatever their schedules say: the tenant's agents talk and "
      "wrap "
      "up, and people who meet no free agent are abandoned. Both analytics queries and the agents show it live, and "
      "GET "
      "/_sim/violations lists the calls that no schedule of their campaign permits. With --time-scale 60 the dialer "
      "runs a minute a second: hours, intervals and times of calls are then the dialer's, not the clock's.",
      {{"cxctl sim --port 8080", "on a fixed port"},
       {"cxctl sim --port 0 --data manifests/sim-data.json", "on a free port, which it prints"},
       {"cxctl sim --faults faults.json", "as things go wrong on a bad day"},
       {"cxctl sim --time-scale 60", "an hour of calls in a minute"},
       {"cxctl sim --fault-rate 0.1 --seed 7", "one request in ten goes wrong somehow, always the same ones"}},
      {{"--port", "N", "port to listen on; 0 takes a free one and prints it", "8080"},
       {"--seed", "N", "seed of ids, calls and figures", "1"},
       {"--data", "FILE", "initial state"},
       {"--state-file", "FILE", "keep the state in this file"},
       {"--rate", "N", "requests a second before 429", "20"},
       {"--dialer", "true|false", "whether campaigns call; without, agents and figures stand still", "true"},
       {"--time-scale", "N", "run the dialer so many times as fast as the clock, 0.001 to 10000", "1"},
       {"--token-ttl", "DURATION", "how long tokens live", "1h"},
       {"--faults", "FILE", "make the requests go wrong that this JSON file names"},
       {"--fault-rate", "N", "make this share of the requests go wrong, in every way", "0"},
       {"--etag-in-lists", "true|false", "whether list items carry their ETag", "true"},
       {"--list-404-when-empty", "", "answer an empty list of call codes with 404"},
       {"--token-path", "PATH", "path of the token endpoint", "/oauth/token"},
       {"--auth-style", "any|body|basic", "how client credentials must come", "any"},
       {"--client-id", "ID", "the only client id that is accepted"},
       {"--client-secret", "SECRET", "its secret"}},
      false,
      0,
      {}};
}

CommandSpec AuditCommand() {
  return {
      "audit",
      "audit log|show|verify|export|keygen [flags]",
      "read and verify the audit chain",
      "Every write and every refusal is a record in a chain of hashes. `audit verify` finds any record that was "
      "changed, removed, reordered or cut off; with a key (spec.audit.key of the Tenant document) the head of each run "
      "is signed, and `--public-key` finds an end that was cut off or rewritten together with the store's own head.",
      {{"cxctl audit log", "one line a record"},
       {"cxctl audit show 41", "a whole record"},
       {"cxctl audit verify", "check the store's chain"},
       {"cxctl audit export -o audit.jsonl", "as JSON Lines"},
       {"cxctl audit verify audit.jsonl --expect-head HASH", "check an exported file"},
       {"cxctl audit keygen", "make audit.key, which signs the head of each run, and audit.pub"},
       {"cxctl audit verify --public-key audit.pub", "find a cut or rewritten end, too"}},
      {kFormat,
       {"--run", "RUN", "only records of this run"},
       {"--address", "GLOB", "only records of these addresses"},
       {"--expect-head", "HASH", "the hash that the last record must have"},
       {"--public-key", "FILE", "check the signed heads of the runs with this key"},
       {"-o,--out", "FILE", "where to write: export (- is standard output), keygen (a folder)"}},
      true,
      2,
      {"log", "show", "verify", "export", "keygen"}};
}

}  // namespace cxctl
