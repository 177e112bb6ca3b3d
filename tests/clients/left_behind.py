"""What clients leave behind with a server: figures, and in its review queue what they have suggested.

    left_behind.py metrics WAY URL
    left_behind.py decisions WAY FILE.jsonl
"""

import json
import re
import ssl
import sys
import urllib.request

SUGGESTED = {
    "You cretins, from Google's client.": ("google 1", {"toxicity": True}),
    "A fine idea, from Google's client.": ("google 2", {"toxicity": False}),
    "You cretins, by urllib.": ("urllib 1", {"toxicity": True, "threat": False}),
    "You cretins, from Node.": ("node 1", {"toxicity": True, "insult": False}),
}


def metrics(way, url):
    # The certificate is for Google's name; that it is good, the clients have seen to.
    with urllib.request.urlopen(url, context=ssl._create_unverified_context()) as answer:
        lines = answer.read().decode().splitlines()
    count = {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] not in ("#", ""))}
    served = sum(value for name, value in count.items() if name.startswith("ombud_requests_total"))
    broken = {name: value for name, value in count.items() if value and re.search(r'panics|status="5', name)}
    if broken or served < 40:
        sys.exit(f"FAILED  {way}: {served:.0f} requests were served, and {broken}")


def decisions(way, file):
    with open(file, encoding="utf-8") as lines:
        kept = [json.loads(line) for line in lines]
    by_text = {decision["text"]: (decision["id"], decision["labels"]) for decision in kept}
    if by_text != SUGGESTED or {decision["reviewer"] for decision in kept} != {"website"}:
        sys.exit(f"FAILED  {way}: what was suggested is kept as {by_text}")


{"metrics": metrics, "decisions": decisions}[sys.argv[1]](*sys.argv[2:])
