#!/usr/bin/env python3
"""A scan on Spark: the same run as `touchstone scan` makes of the same feed.

    spark-submit scripts/spark/touchstone_scan.py FEED... \\
        --touchstone BINARY --reference FILE --work DIR --workspace DIR [--images DIR] [--run NAME]

READ and JUDGE are the program itself, as a filter of Arrow streams in every task; RELATE is Spark SQL; EMIT is the
program again, on the driver. Every step leaves its table below --work, and a scan that is started again with the same
--work goes on behind the last whole one. See docs/spark.md.
"""

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlparse

import pyarrow as pa
from pyspark import AccumulatorParam
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from relate import relate

READ = (
    "kind string, file string, row long, number long, listing_id string, read string, without_currency boolean, "
    "seller_id string, disguised boolean, slang boolean, ratio double, brands string, product string, "
    "offer_ratio double, second_hand boolean, picture string, image_keys string, shown string, "
    "column string, found string, expected string"
)
NAMES = "name string, place string"
SCORES = (
    "listing_id string, seller_id string, brand string, probability double, log_odds double, families string, "
    "ground string, action string, why_not string"
)
REFUSED = ["kind", "file", "row", "listing_id", "column", "found", "expected", "first_file"]
JUDGE = (
    f"kind string, file string, row long, key string, {SCORES}, "
    "place string, sums string, unreadable string, found string, expected string"
)

# What is known of pictures, beside the files that an executor was sent: all its tasks share it.
CACHE = "pictures.sqlite"
# Stands in a filter's arguments for the folder of images that its executor was sent.
SENT_IMAGES = "images-that-were-sent"


def main():
    args = parse()
    spark = (
        SparkSession.builder.appName("touchstone scan")
        # Columns whose names differ in case are different columns, as they are to the program.
        .config("spark.sql.caseSensitive", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(args.batch_rows))
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("WARN")
    Scan(spark, args).run()
    spark.stop()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("feed", nargs="+", help="Parquet files or folders of them, on any file system that Spark reads")
    parser.add_argument("--touchstone", required=True, help="the program, which is sent to the executors")
    parser.add_argument("--reference", required=True, help="what `touchstone reference build` made; sent as well")
    parser.add_argument("--work", required=True, help="a folder that driver and executors see, for the steps' tables")
    parser.add_argument("--workspace", required=True, help="the workspace on the driver that the run is made in")
    parser.add_argument(
        "--images",
        help="the folder of images, mounted in the same place on every host; or the address of a folder of tar files of them, "
        "on any file system that Spark reads: every executor is sent these",
    )
    parser.add_argument("--send-images", action="store_true", help="send the tar files of a folder that only this host has")
    parser.add_argument("--cache", help="a file on each host that keeps what is known of pictures from night to night")
    parser.add_argument("--run", help="the run's name")
    parser.add_argument(
        "--partitions",
        type=int,
        help="tasks of READ and JUDGE [default: by the feed's size; of READ with images four a core at least]",
    )
    parser.add_argument("--slice-bytes", type=int, default=64 << 30, help="bytes of feed that one step of READ takes")
    parser.add_argument("--batch-rows", type=int, default=2048, help="rows of one batch at most")
    parser.add_argument("--batch-bytes", type=int, default=16 << 20, help="bytes of one batch, about")
    return parser.parse_args()


class Scan:
    """One scan, step by step; each step's table is below the work folder."""

    def __init__(self, spark, args):
        self.spark, self.args = spark, args
        if "://" not in args.work:
            args.work = os.path.abspath(args.work)
        self.threads = spark.conf.get("spark.task.cpus", "1")
        # CPU time of all filters, and the greatest memory of one.
        self.seconds = spark.sparkContext.accumulator(0.0)
        self.peak = spark.sparkContext.accumulator(0, Greatest())
        for path in (args.touchstone, args.reference):
            spark.sparkContext.addFile(os.path.abspath(path))
        self.shards = self.send_shards() if args.send_images or on_no_host(args.images) else None
        self.program = os.path.basename(args.touchstone)
        self.reference = os.path.basename(args.reference)
        shown = subprocess.run(
            [args.touchstone, "reference", "show", args.reference], check=True, stdout=subprocess.PIPE, text=True
        )
        self.shown = json.loads(shown.stdout)
        self.feeds = [uri for feed in args.feed for uri in sorted(spark.read.parquet(feed).inputFiles())]
        files = [(uri, local(uri), number) for number, uri in enumerate(self.feeds)]
        self.files = spark.createDataFrame(files, "touchstone_uri string, file string, file_number long")
        self.stamp()

    def run(self):
        names = self.names_table()
        for number, feeds in enumerate(self.slices()):
            self.step(f"read/slice={number:05}", lambda: self.read(feeds, names))
        self.count()
        self.step("repeated", self.first_of)
        self.steps({f"relations/{name}": table for name, table in relate(self.kept()).items()})
        self.step("judged", self.judge)
        self.gather()
        print(f"filters: {self.peak.value} KiB at most, {self.seconds.value:.1f} s", file=sys.stderr)
        self.emit()

    def send_shards(self):
        """Sends every executor the tar files of images; what they are called there."""
        tars = self.spark.read.format("binaryFile").option("pathGlobFilter", "*.tar").load(self.args.images)
        uris = sorted(row.path for row in tars.select("path").collect())
        if not uris:
            sys.exit(f"{self.args.images} holds no tar file; only those can be sent")
        for uri in uris:
            self.spark.sparkContext.addFile(uri)
        return [os.path.basename(unquote(urlparse(uri).path)) for uri in uris]

    def images(self):
        """The folder of images on the driver's host."""
        if not self.args.images or not on_no_host(self.args.images):
            return self.args.images and os.path.abspath(local(self.args.images))
        return folder_of(self.shards)

    # Steps and their tables.

    def path(self, table):
        return f"{self.args.work}/{table}"

    def exists(self, path):
        path = self.spark._jvm.org.apache.hadoop.fs.Path(path)
        return path.getFileSystem(self.spark._jsc.hadoopConfiguration()).exists(path)

    def step(self, table, make):
        """Writes a table, unless an earlier attempt wrote all of it."""
        if self.exists(self.path(f"{table}/_SUCCESS")):
            print(f"{table}: there already", file=sys.stderr)
            return
        start = time.monotonic()
        make().write.mode("overwrite").parquet(self.path(table))
        print(f"{table}: {time.monotonic() - start:.1f} s", file=sys.stderr)

    def steps(self, tables):
        """Writes tables that do not need each other: while one waits for its last task, the others have the cores."""
        with ThreadPoolExecutor(len(tables)) as at_once:
            list(at_once.map(lambda name: self.step(name, lambda: tables[name]), tables))

    def table(self, name):
        return self.spark.read.parquet(self.path(name))

    def stamp(self):
        """Refuses a work folder with the steps of another scan, or of another build of the program."""
        sizes = self.spark.read.format("binaryFile").load([unquote(uri) for uri in self.feeds]).select("path", "length", "modificationTime")
        feeds = [[str(value) for value in row] for row in sizes.sort("path").collect()]
        with open(self.args.touchstone, "rb") as program:
            build = hashlib.sha256(program.read()).hexdigest()
        stamp = json.dumps({"program": build, "reference": self.shown["content"], "images": self.args.images, "feeds": feeds})
        path = self.path("stamp")
        if self.exists(path):
            found = self.spark.read.text(path, wholetext=True).head().value
            if found.strip() != stamp:
                sys.exit(f"{self.args.work} holds the steps of another scan: name another folder, or delete it")
        else:
            self.spark.createDataFrame([(stamp,)], "value string").coalesce(1).write.text(path)

    def filtered(self, frame, schema, *arguments, files=()):
        """What the program makes of the rows of `frame`, in every task. `files` are arguments that were sent to it."""
        command = [self.program, "--threads", self.threads, *arguments]
        batch, spent, shards = (self.args.batch_rows, self.args.batch_bytes), (self.seconds, self.peak), self.shards
        return frame.mapInArrow(lambda batches: through(command, (files, shards), batch, spent, batches), schema)

    def shared(self, table):
        """Where the executors' programs find a table: its path, or the name under which it was sent to them."""
        path = self.path(table)
        if urlparse(path).scheme in ("", "file"):
            return local(path)
        self.spark.sparkContext.addFile(path, recursive=True)
        return table

    # READ.

    def feed(self, uris):
        rows = self.spark.read.option("mergeSchema", "true").parquet(*uris)
        uri, place = uri_of_row(), F.col("_metadata.row_index")
        return rows.select("*", uri.alias("touchstone_uri"), (place + 1).alias("touchstone_row"))

    def slices(self):
        """Groups of the feed's files of about so many bytes: what is lost when the whole application is."""
        sizes = self.spark.read.format("binaryFile").load([unquote(uri) for uri in self.feeds]).select("path", "length").collect()
        sizes = {unquote(urlparse(row.path).path): row.length for row in sizes}
        groups, room = [], 0
        for uri in self.feeds:
            size = sizes[unquote(urlparse(uri).path)]
            if not groups or room < size:
                groups.append([])
                room = max(self.args.slice_bytes, size)
            groups[-1].append(uri)
            room -= size
        return groups

    def names_table(self):
        """The table of file names that several image addresses share, when there are images."""
        if not self.args.images:
            return None
        addresses = self.filtered(self.feed(self.feeds), NAMES, "read", "--arrow", "--names", *self.columns())
        shared = addresses.groupBy("name").agg(F.countDistinct("place").alias("places")).where("places > 1")
        self.step("shared_names", lambda: shared.select("name").coalesce(1))
        return self.shared("shared_names")

    def read(self, uris, names):
        names_of = self.files.select("touchstone_uri", F.col("file").alias("touchstone_file"))
        rows = self.feed(uris).join(F.broadcast(names_of), "touchstone_uri").drop("touchstone_uri")
        picture = self.args.images and self.picture(rows)
        if picture is not None:
            rows = rows.repartition(self.args.partitions or self.tasks(rows), picture)
        elif self.args.partitions:
            rows = rows.repartition(self.args.partitions)
        arguments = ["read", "--arrow", "--reference", self.reference]
        if self.args.images:
            images = SENT_IMAGES if self.shards else self.images()
            arguments += ["--images", images, "--cache", self.args.cache or CACHE]
        if names:
            arguments += ["--shared-names", names]
        return self.filtered(rows, READ, *arguments, files=(self.reference, names, CACHE))

    def columns(self):
        """What the feed's columns are called, as flags."""
        named = self.shown["settings"].get("columns", {})
        return [flag for column, name in sorted(named.items()) for flag in ("--columns", f"{column}={name}")]

    def picture(self, rows):
        """What rows with the same main picture share, so that one executor reads it, and no two of them. Rows without one
        are spread."""
        command = [self.args.touchstone, "read", "--arrow", "--image-columns", *self.columns()]
        header = io.BytesIO()
        pa.ipc.new_stream(header, pa.schema([(name, pa.string()) for name in rows.columns])).close()
        found = subprocess.run(command, input=header.getvalue(), check=True, stdout=subprocess.PIPE)
        columns = json.loads(found.stdout)
        if not columns:
            return None
        links = F.col("`{}`".format(columns[0].replace("`", "``"))).cast("string")
        return F.when(F.trim(links) != "", F.split(links, r"\|")[0]).otherwise(F.col("touchstone_row").cast("string"))

    def tasks(self, rows):
        """As many as there are splits of the files, and some for each core: pictures take longer than the bytes of rows tell."""
        return max(rows.rdd.getNumPartitions(), 4 * self.spark.sparkContext.defaultParallelism)

    def count(self):
        """Refuses to go on when READ did not get every row: what follows could not tell."""
        rows = self.spark.read.parquet(*self.feeds).count()
        read = self.table("read").where("kind = 'sums'").agg(F.sum("row")).head()[0] or 0
        if rows != read:
            sys.exit(f"the feed has {rows} rows and READ got {read}; delete {self.args.work} and scan again")

    # RELATE.

    def order(self):
        return F.broadcast(self.files.select("file", "file_number"))

    def rows(self, kind):
        return self.table("read").where(F.col("kind") == kind).join(self.order(), "file")

    def first_of(self):
        """Of each identifier that several rows have, which row is the first: that one is kept."""
        place = F.struct("file_number", "row")
        rows = self.rows("listing").groupBy("listing_id").agg(F.count("*").alias("rows"), F.min(place).alias("first"))
        return rows.where("rows > 1").select("listing_id", "first")

    def listings(self):
        rows = self.rows("listing").join(self.table("repeated"), "listing_id", "left")
        is_first = F.col("first").isNull() | (F.col("first") == F.struct("file_number", "row"))
        return rows.withColumn("kept", is_first)

    def kept(self):
        return self.listings().where("kept")

    # JUDGE.

    def judge(self):
        relations = self.shared("relations")
        rows = self.kept().select("file", "row", "read", "without_currency")
        if self.args.partitions:
            rows = rows.repartition(self.args.partitions)
        arguments = ["judge", "--arrow", "--reference", self.reference, "--relations", relations]
        return self.filtered(rows, JUDGE, *arguments, files=(self.reference, relations))

    # EMIT.

    def gather(self):
        """What EMIT needs, in the order that it needs."""
        judged = self.table("judged")
        for row in judged.where("kind = 'reject'").take(1):
            sys.exit(f"{row.file}, row {row.row} could not be judged: found {row.found}, expected {row.expected}")
        settings = self.shown["settings"]
        order = ["file_number", "row"]
        scores = judged.where("kind = 'score'")
        best = scores.where("ground is not null").sort(F.desc("probability"), "listing_id").limit(settings["capacity"])
        drawn = scores.where("place is not null").sort("place", "listing_id").limit(settings["miss_check"])
        chosen = F.broadcast(best.select("listing_id").union(drawn.select("listing_id")))
        columns = [column.split()[0] for column in SCORES.split(", ")]
        counted = self.table("read").where("kind = 'sums'").groupBy("file").agg(F.sum("row").alias("rows"))
        tables = {
            "scores": scores.sort("key").select(columns),
            "unreadable": scores.where("unreadable is not null").sort("key").select("listing_id", "unreadable"),
            "chosen": self.kept().join(chosen, "listing_id").select("read"),
            "rejects": self.rejects().sort(*order).select(REFUSED),
            "notes": self.notes().sort(*order, "number").select(REFUSED),
            "rows": counted.coalesce(1),
            "sums": judged.where("kind = 'sums'").select("sums").coalesce(1),
        }
        self.steps({f"gathered/{name}": table for name, table in tables.items()})

    def rejects(self):
        repeated = self.listings().where("not kept").withColumn("kind", F.lit("repeated"))
        first_file = self.rows("listing").agg(F.min("file_number").alias("first_file_number"))
        both = self.rows("reject").unionByName(repeated.drop("first", "kept"))
        both = both.join(F.broadcast(first_file), how="left")
        return both.withColumn("first_file", F.col("file_number") <= F.col("first_file_number"))

    def notes(self):
        """Of rows whose listing was kept; nobody wants to know what is wrong with a row that was dropped."""
        dropped = self.listings().where("not kept").select("file", "row")
        return self.rows("note").join(dropped, ["file", "row"], "left_anti").withColumn("first_file", F.lit(False))

    def emit(self):
        gathered = local(self.path("gathered"))
        with open(f"{gathered}/feeds.txt", "w", encoding="utf-8") as feeds:
            feeds.writelines(f"{local(uri)}\n" for uri in self.feeds)
        command = [self.args.touchstone, "--workspace", self.args.workspace, "emit", gathered]
        command += ["--reference", self.args.reference, "--relations", local(self.path("relations"))]
        for flag, value in (("images", self.images()), ("run", self.args.run)):
            command += [f"--{flag}", value] if value else []
        code = subprocess.run(command).returncode
        # 3: done, but some records were rejected or unreadable.
        if code not in (0, 3):
            sys.exit(code)


def uri_of_row():
    """The file of each row, spelt as `inputFiles` spells it."""
    return F.regexp_replace(F.col("_metadata.file_path"), "^file:/+", "file:///")


def local(uri):
    """The path of a file on this host; the address of any other."""
    parts = urlparse(uri)
    return unquote(parts.path) if parts.scheme in ("", "file") else uri


def on_no_host(address):
    """Whether it is of a file system that only Spark reads."""
    return bool(address) and urlparse(address).scheme not in ("", "file")


def folder_of(shards):
    """A folder of tar files that were sent to this host, which others were sent to beside them."""
    import os

    from pyspark import SparkFiles

    folder = os.path.join(SparkFiles.getRootDirectory(), "images")
    os.makedirs(folder, exist_ok=True)
    for name in shards:
        try:
            os.link(SparkFiles.get(name), os.path.join(folder, name))
        except FileExistsError:
            # Another task of this executor was first.
            pass
    return folder


class Greatest(AccumulatorParam):
    """Keeps the greatest of what tasks tell."""

    def zero(self, _):
        return 0

    def addInPlace(self, one, other):
        return max(one, other)


def through(command, sent, batch, spent, batches):
    """Runs record batches through a filter: a thread feeds it while this one takes the answers, so that neither waits
    for the other for ever. A filter that fails fails the task, with what it said."""
    import itertools
    import os
    import resource
    import subprocess
    import tempfile
    import threading

    import pyarrow as pa
    from pyspark import SparkFiles

    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        return
    files, shards = sent
    sent = {name: SparkFiles.get(name) for name in files if name and not os.path.isabs(name)}
    if SENT_IMAGES in command:
        sent[SENT_IMAGES] = folder_of(shards)
    program = SparkFiles.get(command[0])
    os.chmod(program, 0o755)
    command = [program] + [sent.get(argument, argument) for argument in command[1:]]
    failures = []
    batch_rows, batch_bytes = batch

    def parts(batch):
        rows = max(1, min(batch_rows, batch.num_rows * batch_bytes // max(1, batch.nbytes)))
        return (batch.slice(start, rows) for start in range(0, batch.num_rows, rows))

    def feed(pipe):
        try:
            writer = pa.ipc.new_stream(pipe, first.schema)
            for batch in itertools.chain([first], batches):
                for part in parts(batch):
                    writer.write_batch(part)
            writer.close()
            pipe.close()
        except Exception as failure:
            failures.append(failure)
            # What came so far must not look like all there is.
            filter.kill()

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as said:
        filter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        feeder = threading.Thread(target=feed, args=(filter.stdin,), daemon=True)
        feeder.start()
        try:
            try:
                yield from pa.ipc.open_stream(filter.stdout)
            except (pa.ArrowInvalid, OSError) as failure:
                failures.append(failure)
            code = filter.wait()
        finally:
            filter.kill()
            filter.wait()
        feeder.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent[0].add(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        spent[1].add(after.ru_maxrss)
        if code != 0 or failures:
            said.seek(0)
            text = said.read()[-4000:].decode("utf-8", "replace")
            raise RuntimeError(f"{' '.join(command)} ended with exit code {code}: {text}") from (failures or [None])[0]


if __name__ == "__main__":
    main()
