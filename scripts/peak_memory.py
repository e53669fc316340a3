#!/usr/bin/env python3
"""Runs a command and prints its peak resident memory and its time.

usage: peak_memory.py LABEL COMMAND [ARGUMENT...]
"""
import resource
import subprocess
import sys
import time

label, command = sys.argv[1], sys.argv[2:]
started = time.monotonic()
code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
seconds = time.monotonic() - started
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = usage.ru_utime + usage.ru_stime
print(f"{label}: peak {usage.ru_maxrss / 1024:.0f} MiB, {seconds:.1f} s, {cpu:.1f} s CPU, exit {code}")
sys.exit(0 if code in (0, 3) else code)
