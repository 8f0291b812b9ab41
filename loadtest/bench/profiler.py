"""async-profiler, fetched from Maven Central on first use into target/profiler, attached to a running JVM.

Only for the scripts beside it. Nothing of it is part of the product.
"""
import contextlib
import os
import platform
import subprocess
import zipfile

import machine
import workspace

ARTIFACT = "tools.profiler:async-profiler:4.1"
FOLDER = os.path.join(workspace.ROOT, "target", "profiler")


def library():
    """The profiler's library for this machine."""
    target = os.path.join(FOLDER, "libasyncProfiler.so")
    if os.path.exists(target):
        return target
    machine.need("mvn")
    os.makedirs(FOLDER, exist_ok=True)
    done = subprocess.run(["mvn", "-B", "-q", "-f", os.path.join(workspace.ROOT, "pom.xml"), "-N", "dependency:copy",
                           f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={FOLDER}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise workspace.Failure(f"{ARTIFACT} cannot be fetched: {(done.stdout + done.stderr)[-500:]}")
    kind = "linux-arm64" if platform.machine() == "aarch64" else "linux-x64"
    name = ARTIFACT.split(":", 1)[1].replace(":", "-") + ".jar"
    with zipfile.ZipFile(os.path.join(FOLDER, name)) as jar, open(target + ".new", "wb") as out:
        out.write(jar.read(f"{kind}/libasyncProfiler.so"))
    os.replace(target + ".new", target)
    return target


@contextlib.contextmanager
def attached(pid, event, file):
    """Profiles while inside; afterwards <file>.collapsed (for tools) and <file>.html (a flame graph)."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    tell(pid, f"start,event={event},threads" + (",interval=500us" if event != "alloc" else ""))
    try:
        yield
        tell(pid, f"dump,collapsed,threads,file={file}.collapsed")
        tell(pid, f"dump,flamegraph,threads,file={file}.html")
    finally:
        tell(pid, "stop")


def tell(pid, command):
    jcmd = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{pid}/exe")), "jcmd")
    done = subprocess.run([jcmd, str(pid), "JVMTI.agent_load", library(), f'"{command}"'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or "return code: 0" not in done.stdout:
        raise workspace.Failure(f"the profiler did not take '{command}': {(done.stdout + done.stderr)[-500:]}")
