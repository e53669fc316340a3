#!/usr/bin/env python3
"""Holds a scan on Spark against a local one of the same feed, byte for byte.

    scripts/spark/compare.py BINARY FOLDER [--listings N] [--pictures N] [--partitions 1,2,7] [--batch-rows N] [--kill] [--one-core]
        [--local-features off] [--send-images]

Makes a marketplace with faulty rows in FOLDER (kept for the next time), scans it locally, starts a Spark master with two
single-core workers on this machine, scans there with so many partitions, and with --kill once more while an executor is
killed in the middle of READ. Every file of the runs is compared but timings.json, metrics.prom and signals/. With
--one-core it also scans on one worker, for how well two share the work. To be run by the python that setup.sh prints.
"""

import argparse
import csv
import filecmp
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyspark

HERE = Path(__file__).resolve().parent
SPARK = Path(pyspark.__file__).parent
NOT_COMPARED = {"timings.json", "metrics.prom", "signals"}
AS_OF = "2026-03-31"

# On one core, what compiles and collects beside a scan takes its time.
JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def main():
    args = parse()
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    touchstone = str(args.touchstone.resolve())
    feeds = market(touchstone, folder, args.listings, args.pictures)
    args.images = pack(folder / "market/images") if args.send_images else folder / "market/images"
    workspace = prepare(touchstone, folder, args.local_features)
    settings = ["--as-of", AS_OF, "--images", str(args.images)]
    reference = folder / "reference"
    quietly([touchstone, "--workspace", workspace, "reference", "build", "--out", reference, *settings])
    wall, cpu = timed(
        "local, one thread",
        [touchstone, "--workspace", workspace, "--threads", "1", "scan", *feeds, "--run", "local", "--no-cases", *settings],
    )
    forget(workspace)
    failures, walls = 0, {}
    with Cluster(folder / "cluster", args.memory) as cluster:
        for partitions in args.partitions:
            name = f"spark-{partitions}"
            cluster.start_workers(2)
            walls[name], spent = spark_scan(args, cluster, folder, workspace, feeds, reference, partitions, name)
            failures += differences(workspace, "local", name)
        if args.kill:
            name = "spark-killed"
            cluster.start_workers(2)
            killer = threading.Thread(target=cluster.kill_executor, args=(folder / "work-killed",), daemon=True)
            killer.start()
            spark_scan(args, cluster, folder, workspace, feeds, reference, 7, name)
            cluster.scanned = True
            killer.join()
            if not cluster.killed:
                failures += 1
                print("no executor was there to be killed")
            failures += differences(workspace, "local", name)
        if args.one_core:
            cluster.start_workers(1)
            one, cpu_one = spark_scan(args, cluster, folder, workspace, feeds, reference, 8, "spark-one-core")
            failures += differences(workspace, "local", "spark-one-core")
            cluster.start_workers(2)
            two, _ = spark_scan(args, cluster, folder, workspace, feeds, reference, 8, "spark-two-cores")
            failures += differences(workspace, "local", "spark-two-cores")
            print(f"two single-core workers take {two / one:.2f} of the wall time of one")
            print(f"the program's own CPU time is {cpu_one / cpu:.3f} of the local scan's on one thread")
    sys.exit(1 if failures else 0)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("touchstone", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--listings", type=int, default=2000)
    parser.add_argument("--pictures", type=int, default=10, help="made of each catalog photo at most; listings share them")
    parser.add_argument("--partitions", type=lambda text: [int(n) for n in text.split(",") if n], default=[1, 2, 7])
    parser.add_argument("--batch-rows", type=int, default=256, help="few, so that small feeds make many batches too")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument("--send-images", action="store_true", help="as tar files that Spark sends the executors")
    parser.add_argument("--local-features", choices=["all", "suspects", "off"], default="suspects")
    parser.add_argument("--memory", default="1500m", help="of each executor")
    return parser.parse_args()


# The feed.


def market(touchstone, folder, listings, pictures):
    """Catalogs and a feed in three Parquet files, with repeated and faulty rows and addresses that share names."""
    feeds = [folder / f"feed-{part}.parquet" for part in (1, 2, 3)]
    made, asked = folder / "market.json", json.dumps({"listings": listings, "pictures": pictures})
    if made.exists():
        if made.read_text() != asked:
            sys.exit(f"{folder} holds a marketplace of {made.read_text()}, not of {asked}: name another folder")
        return feeds
    quietly([touchstone, "invent", folder / "catalogs", "--brands", "3", "--products", "40"])
    catalogs = sorted((folder / "catalogs").iterdir())
    size = ["--listings", listings, "--max-images-per-photo", pictures]
    quietly([touchstone, "simulate", *catalogs, "--out", folder / "market", "--as-of", AS_OF, *size])
    with open(folder / "market/feed.csv", newline="", encoding="utf-8") as feed:
        rows = list(csv.DictReader(feed))
    spoil(rows)
    columns = list(rows[0])
    third = -(-len(rows) // 3)
    for number, feed in enumerate(feeds):
        part = rows[number * third : (number + 1) * third]
        table = pa.table({name: pa.array([row[name] or None for row in part], pa.string()) for name in columns})
        pq.write_table(table, feed, row_group_size=max(100, third // 10))
    made.write_text(asked)
    return feeds


def spoil(rows):
    """Every fault that a row can have, some of them far from the row that they are about."""
    identifier, title = "listing_id", "title"
    for at in range(50, len(rows), 400):
        rows[at][title] = ""
        rows[at + 1][identifier] = rows[at // 2][identifier]
        rows[at + 2]["gtin"] = "4006381333932"
        rows[at + 3]["price"] = "ask us"
        for host in (4, 5):
            name = rows[at + host].get("image_link", "").split("|")[0].rsplit("/", 1)[-1]
            rows[at + host]["image_link"] = f"https://cdn{host}.example/{at}/{name or 'main.jpg'}"
            rows[at + 6 + host]["image_link"] = f"https://cdn.example/{at}/{host}/main.jpg"


def pack(images):
    """The pictures in two tar files."""
    shards = images.with_name("shards")
    shards.mkdir(exist_ok=True)
    pictures = sorted(images.iterdir())
    for number in (0, 1):
        with tarfile.open(shards / f"{number}.tar", "w") as shard:
            for picture in pictures[number::2]:
                shard.add(picture, picture.name)
    return shards


def prepare(touchstone, folder, local_features):
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    quietly([touchstone, "init", workspace])
    with open(workspace / "touchstone.toml", "a", encoding="utf-8") as settings:
        settings.write(f'local_features = "{local_features}"\n')
    for catalog in sorted((folder / "catalogs").iterdir()):
        quietly([touchstone, "--workspace", workspace, "catalog", "add", catalog, "--as-of", AS_OF])
    return workspace


def forget(workspace):
    """What a local scan remembers of pictures would not be there on a cluster."""
    for file in (workspace / "state").glob("fingerprints.sqlite*"):
        file.unlink()


# Spark.


class Cluster:
    """A standalone master with single-core workers on this machine."""

    def __init__(self, folder, memory):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder, self.memory = folder, memory
        self.workers, self.killed, self.scanned = [], False, False
        self.environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        self.environment["SPARK_WORKER_DIR"] = str(folder / "workers")
        self.port = free_port()
        self.master = f"spark://127.0.0.1:{self.port}"

    def __enter__(self):
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(free_port())]
        self.process = self.daemon("master", "org.apache.spark.deploy.master.Master", *where)
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        self.start_workers(0)
        stop(self.process)

    def daemon(self, name, java_class, *arguments, core=None):
        log = open(self.folder / f"{name}.log", "ab")
        command = [SPARK / "bin/spark-class", java_class, *arguments]
        pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
        return subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, start_new_session=True, preexec_fn=pin
        )

    def start_workers(self, count):
        """Each on a core of its own, as long as there are so many, with all that its tasks start."""
        for worker in self.workers:
            stop(worker)
        cores = sorted(os.sched_getaffinity(0))
        self.workers = [
            self.daemon(
                f"worker-{number}",
                "org.apache.spark.deploy.worker.Worker",
                *("--host", "127.0.0.1", "--cores", "1", "--memory", "4g", "--webui-port", str(free_port())),
                self.master,
                core=cores[number % len(cores)],
            )
            for number in range(count)
        ]

    def kill_executor(self, work):
        """Kills an executor of ours, of a kind that nothing prepares for, when READ has written something."""
        while not self.scanned:
            if any(work.glob("read/slice=*/_temporary/**/*.parquet")):
                for worker in self.workers:
                    for process in descendants(worker.pid):
                        if "CoarseGrainedExecutorBackend" in command_line(process):
                            os.kill(process, signal.SIGKILL)
                            self.killed = True
                            print(f"executor {process} killed", flush=True)
                            return
            time.sleep(0.2)


def spark_scan(args, cluster, folder, workspace, feeds, reference, partitions, name):
    work = folder / name.replace("spark", "work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(workspace / "runs" / name, ignore_errors=True)
    command = [
        *(SPARK / "bin/spark-submit", "--master", cluster.master, "--driver-memory", "1500m"),
        *("--executor-memory", cluster.memory, "--conf", "spark.ui.enabled=false"),
        *("--conf", f"spark.driver.extraJavaOptions={JVM}", "--conf", f"spark.executor.extraJavaOptions={JVM}"),
        *("--conf", "spark.sql.shuffle.partitions=8", "--py-files", HERE / "relate.py"),
        *(HERE / "touchstone_scan.py", *feeds, "--touchstone", args.touchstone.resolve(), "--reference", reference),
        *("--work", work, "--workspace", workspace, "--images", args.images, "--run", name),
        *("--partitions", partitions, "--batch-rows", args.batch_rows),
        *(["--send-images"] if args.send_images else []),
    ]
    log = folder / f"{name}.log"
    return timed(f"{name}, {len(cluster.workers)} workers", command, cluster, log)


# Runs.


def differences(workspace, one, other):
    """Prints the files that differ; how many."""
    one, other = workspace / "runs" / one, workspace / "runs" / other
    files = [
        {path.relative_to(run) for path in run.rglob("*") if path.is_file() and not NOT_COMPARED & set(path.relative_to(run).parts)}
        for run in (one, other)
    ]
    different = sorted(files[0] ^ files[1])
    different += sorted(name for name in files[0] & files[1] if not filecmp.cmp(one / name, other / name, shallow=False))
    for name in different:
        print(f"{other.name}: {name} is not the local run's")
    if not different:
        print(f"{other.name}: {len(files[0])} files are the local run's, byte for byte")
    return len(different)


# Processes.


def quietly(command):
    result = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode not in (0, 3):
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")


def timed(what, command, cluster=None, log=None):
    """Wall time, and CPU time of the program: alone, or as the filters' accounts of the cluster's tasks tell."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    out = open(log, "wb") if log else subprocess.DEVNULL
    environment = cluster.environment if cluster else None
    code = subprocess.run([str(part) for part in command], env=environment, stdout=out, stderr=out).returncode
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code not in (0, 3):
        sys.exit(f"{what} failed with exit code {code}" + (f"; see {log}" if log else ""))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = ""
    if log:
        for line in log.read_text(errors="replace").splitlines():
            if line.startswith("filters:"):
                cpu, memory = float(line.split()[-2]), f", at most {int(line.split()[1]) // 1024} MiB in a filter"
    print(f"{what}: {wall:.1f} s, {cpu:.1f} s of CPU in the program{memory}", flush=True)
    return wall, cpu


def stop(process):
    """Ends a daemon of ours with what it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()


def descendants(process):
    """The processes below one; which of its threads started them says nothing."""
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            started = [int(child) for child in children.read_text().split()]
        except OSError:
            continue
        for child in started:
            yield child
            yield from descendants(child)


def command_line(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit("the Spark master does not start")


if __name__ == "__main__":
    main()
