"""Runs the commands of the README as a newcomer would: every ```sh block, in order, in one folder.

A block whose info string holds `background` is started and left running until the end; its server is awaited. Blocks of
other languages (`console`, `toml`, `text`) are for reading. Lines with `cargo` run in the repository, all others in an
empty folder with the built command on the PATH, which is what installing gives.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

root = os.getcwd()
folder = tempfile.mkdtemp(prefix="readme-")
environment = dict(os.environ, PATH=f"{root}/target/release:{os.environ['PATH']}")
background = []


def run(command, info):
    where = root if "cargo " in command else folder
    print(f"\n$ {command}", flush=True)
    if "background" in info:
        background.append(subprocess.Popen(command, shell=True, cwd=where, env=environment, start_new_session=True))
        port = int(re.search(r"port=(\d+)", info).group(1))
        for _ in range(6000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit(f"nothing listens on port {port}")
    done = subprocess.run(command, shell=True, cwd=where, env=environment)
    if done.returncode != 0:
        sys.exit(f"the README's command failed with {done.returncode}: {command}")


try:
    text = open(sys.argv[1], encoding="utf-8").read()
    blocks = re.findall(r"^```sh([^\n]*)\n(.*?)^```", text, re.M | re.S)
    assert blocks, "the README has no command"
    assert any("cargo test" in block for _, block in blocks), "the README names no command for the tests"
    for info, block in blocks:
        for line in block.replace("\\\n", "").splitlines():
            command = line.split(" # ")[0].strip()
            if command and not command.startswith("#"):
                run(command, info)
finally:
    for process in background:
        os.killpg(process.pid, signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
print(f"\n{len(blocks)} blocks of commands ran as written")
