"""The programs in gateway/src/jmh/java, compiled: measurements within one process.

Only for the scripts beside it.
"""
import os
import subprocess

import machine
import workspace


def classes(home):
    """Compiles them; answers the class path."""
    machine.need("mvn")
    machine.say("compiling")
    done = subprocess.run(["mvn", "-B", "-q", "-f", os.path.join(workspace.ROOT, "pom.xml"), "-P", "jmh", "-pl", "gateway", "-am",
                           "-Djacoco.skip", "-Dspotless.check.skip", "test-compile"],
                          env={**os.environ, "JAVA_HOME": home}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=900)
    if done.returncode != 0:
        raise workspace.Failure(f"the benchmarks do not compile:\n{(done.stdout + done.stderr)[-2000:]}")
    target = os.path.join(workspace.ROOT, "gateway", "target")
    with open(os.path.join(target, "jmh.classpath")) as found:
        libraries = found.read().strip()
    return os.pathsep.join([os.path.join(target, "jmh-classes"), os.path.join(target, "classes"), libraries])
