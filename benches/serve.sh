#!/usr/bin/env bash
# What `ombud serve` bears on this machine, client and server together: `bash benches/serve.sh [OMBUD] [SECONDS]`.
#
# It prints a table of
# - requests a second, one comment each, by `wrk`: of scores, and of two answers that are always the same;
# - how long a request takes at 1,000 a second, by `hey`: 50 connections of 20 requests a second each;
# - what 1,000 connections cost that are open and idle;
# - how much memory the server has while it answers a million requests (REQUESTS=n for another number).
#
# The same server's constant answers are what scores are to be compared with, and no route is made for that:
# - *refused*: the same comments to the same address, without `requestedAttributes`. Body, key, limits, metrics and JSON are the
#   same, and the answer is of a similar length; only the model is not asked. The ratio to this says what scoring costs.
# - *healthz*: `GET /healthz`, without a body, a key or limits: as fast as this server gets, and no job like scoring.
# The comments are those of data/labelled with up to 200 characters, by turns: one comment over and over would stay in the caches.
#
# It needs wrk, hey and python3. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ombud=$(realpath "${1:-target/release/ombud}")
seconds=${2:-20}
requests=${REQUESTS:-1000000}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}

for tool in wrk hey; do
    command -v "$tool" >/dev/null || { echo "this needs $tool: apt-get install wrk hey" >&2; exit 2; }
done

work=$(mktemp -d)
server=
end() {
    local status=$?
    # It may have ended.
    [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap end EXIT

# --- What is asked: a body a line, and the same for wrk.

python3 - "$work" <<'PYTHON'
import csv
import glob
import json
import sys

texts = []
for file in sorted(glob.glob("data/labelled/*.csv")):
    with open(file, encoding="utf-8", newline="") as rows:
        texts += [row["text"] for row in csv.DictReader(rows) if 0 < len(row["text"]) <= 200]
for name, more in [("analyze", {"requestedAttributes": {"TOXICITY": {}}}), ("refused", {})]:
    bodies = [json.dumps({"comment": {"text": text}, **more}) for text in texts]
    with open(f"{sys.argv[1]}/{name}.txt", "w", encoding="utf-8") as out:
        out.writelines(body + "\n" for body in bodies)
mean = sum(map(len, texts)) / len(texts)
print(f"{len(texts)} comments of {mean:.0f} characters on average", file=sys.stderr)
PYTHON
cat >"$work/post.lua" <<'LUA'
-- `wrk -s post.lua URL -- FILE`: each line of the file is the body of a request, by turns.
local requests, at = {}, 0
function init(arguments)
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    for body in io.lines(arguments[1]) do requests[#requests + 1] = wrk.format(nil, nil, nil, body) end
end
function request()
    at = at % #requests + 1
    return requests[at]
end
LUA

# --- The server.

"$ombud" serve --listen 127.0.0.1:0 --db "$work/queue.db" >"$work/log" 2>&1 &
server=$!
until url=$(sed -nE 's|^listening at (http://[0-9.:]+) .*|\1|p' "$work/log") && [[ -n $url ]]; do
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
analyze=$url/v1alpha1/comments:analyze

# Resident memory of the server, in kilobytes.
resident() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$server/status"; }

# --- Requests a second.

# Runs wrk for one of the three, and prints how many requests it made a second; what is answered must be what is meant.
throughput() { # NAME
    local address=(-s "$work/post.lua" "$analyze" -- "$work/$1.txt")
    [[ $1 != healthz ]] || address=("$url/healthz")
    wrk -t 1 -c "$connections" -d "${seconds}s" --latency "${address[@]}" >"$work/wrk" 2>&1
    python3 - "$1" "$work/wrk" <<'PYTHON'
import re
import sys

name, said = sys.argv[1], open(sys.argv[2]).read()
number = lambda pattern: float((re.search(pattern, said) or [0, "0"])[1])
done, refused = number(r"(\d+) requests in"), number(r"Non-2xx or 3xx responses: (\d+)")
if "Socket errors" in said or not done or refused != (done if name == "refused" else 0):
    sys.exit(f"{name} is not answered as it should be:\n{said}")
print(number(r"Requests/sec:\s+([\d.]+)"))
PYTHON
}

for name in healthz refused analyze; do
    # To warm up; what it gives does not count.
    (seconds=1 && throughput "$name" >/dev/null)
done
for ((round = 0; round < rounds; round++)); do
    # There and back again, so that what else the machine does is shared.
    names=(healthz refused analyze)
    ((round % 2 == 0)) || names=(analyze refused healthz)
    for name in "${names[@]}"; do throughput "$name" >>"$work/$name.rates"; done
done

# --- How long a request takes at 1,000 a second.

head -n 1 "$work/analyze.txt" >"$work/one.json"
ask=(hey -m POST -T application/json -D "$work/one.json")
"${ask[@]}" -c 50 -q 20 -z "${seconds}s" "$analyze" >"$work/paced.txt"

# --- What 1,000 idle connections cost.

python3 - "$analyze" "$server" "$work/analyze.txt" >"$work/idle" <<'PYTHON'
import resource
import socket
import sys
import urllib.parse

address, pid, bodies = sys.argv[1:]
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
url = urllib.parse.urlsplit(address)
bodies = open(bodies, encoding="utf-8").read().encode().splitlines()


def resident():
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def ask(stream, body):
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    stream.sendall(head.encode() + body)
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
        answer += stream.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 "), answer


before = resident()
streams = []
for at in range(1000):
    # Each is a client that has asked before.
    stream = socket.create_connection((url.hostname, url.port))
    ask(stream, bodies[at % len(bodies)])
    streams.append(stream)
print(resident() - before)
PYTHON

# --- Memory over many requests.

tenth=$((requests / 10))
resident >"$work/memory"
for _ in {1..10}; do
    "${ask[@]}" -c "$connections" -n "$tenth" "$analyze" >"$work/many.txt"
    resident >>"$work/memory"
done

# --- The table.

python3 - "$work" "$connections" "$requests" "$seconds" <<'PYTHON'
import re
import statistics
import sys

work, connections, requests, seconds = sys.argv[1:]
lines = lambda name: [float(line) for line in open(f"{work}/{name}")]
rates = {name: lines(f"{name}.rates") for name in ["healthz", "refused", "analyze"]}
rate = {name: statistics.median(values) for name, values in rates.items()}
reports = {name: open(f"{work}/{name}.txt").read() for name in ["paced", "many"]}
for name, report in reports.items():
    if set(re.findall(r"\[(\d+)\]\t\d+ responses", report)) != {"200"} or "Error distribution" in report:
        sys.exit(f"{name}: {report}")
at = dict(re.findall(r"(\d+)% in ([\d.]+) secs", reports["paced"]))
memory = lines("memory")

print("| `ombud serve`, one comment a request | |\n|---|--:|")
for name, what in [("analyze", "scores"), ("refused", "refused before scoring"), ("healthz", "`GET /healthz`")]:
    spread = "–".join(f"{value:,.0f}" for value in (min(rates[name]), max(rates[name])))
    print(f"| {what}, {connections} connections, requests a second | {rate[name]:,.0f} ({spread}) |")
print(f"| scores, of what is refused | {rate['analyze'] / rate['refused']:.0%} |")
print(f"| scores, of `GET /healthz` | {rate['analyze'] / rate['healthz']:.0%} |")
sent = float(re.search(r"Requests/sec:\s+([\d.]+)", reports["paced"])[1])
for point in ["50", "99"]:
    print(f"| p{point} at {sent:,.0f} a second, ms | {1000 * float(at[point]):.1f} |")
print(f"| 1,000 idle connections, MB | {lines('idle')[0] / 1024:.1f} |")
tenths = ", ".join(f"{kilobytes / 1024:.1f}" for kilobytes in memory)
print(f"| memory after each tenth of {int(requests):,} requests, MB | {tenths} |")
PYTHON
