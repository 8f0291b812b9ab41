"""Machines of a cluster, each a network namespace, joined by a switch whose links can be cut one by one.

The switch has a namespace of its own: rules that this machine has for what it forwards (a container engine's) are not asked.

Only for the scripts beside it. Needs root: namespaces, interfaces and the rules in them are the kernel's.
"""
import ipaddress
import os
import re
import signal
import subprocess
import sys

import machine
import workspace

NETWORKS = ipaddress.ip_network("10.214.0.0/16")


class Spaces:
    """Use as a context manager: it leaves no namespace, interface or process in one."""

    def __init__(self, count):
        self.names = [f"nexus-{os.getpid()}-{number}" for number in range(count)]
        self.switch = f"nexus-{os.getpid()}-switch"
        self.cable = f"nxs{os.getpid()}"
        self.addresses = []
        self.here = None

    def __enter__(self):
        if os.geteuid() != 0:
            raise workspace.Failure(f"network namespaces need root: sudo {' '.join(sys.argv)}")
        machine.need("ip", "iptables")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        there = typed("ip", "netns", "list").split()
        for name in (*self.names, self.switch):
            if name in there:
                for pid in typed("ip", "netns", "pids", name).split():
                    os.kill(int(pid), signal.SIGKILL)
                typed("ip", "netns", "del", name)
        subprocess.run(["ip", "link", "del", self.cable], stdin=subprocess.DEVNULL, capture_output=True)
        signal.signal(signal.SIGINT, before)

    def _connect(self):
        network = free_network()
        hosts = [str(address) for address in network.hosts()]
        self.here, self.addresses = hosts[0], hosts[1:1 + len(self.names)]
        typed("ip", "netns", "add", self.switch)
        typed("ip", "-n", self.switch, "link", "add", "switch", "type", "bridge")
        typed("ip", "-n", self.switch, "link", "set", "switch", "up")
        typed("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "here", "netns", self.switch)
        self._plug("here")
        typed("ip", "address", "add", f"{self.here}/{network.prefixlen}", "dev", self.cable)
        typed("ip", "link", "set", self.cable, "up")
        for number, name in enumerate(self.names):
            typed("ip", "netns", "add", name)
            typed("ip", "-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", f"port{number}", "netns", self.switch)
            self._plug(f"port{number}")
            typed("ip", "-n", name, "address", "add", f"{self.addresses[number]}/{network.prefixlen}", "dev", "eth0")
            for interface in ("lo", "eth0"):
                typed("ip", "-n", name, "link", "set", interface, "up")

    def _plug(self, port):
        typed("ip", "-n", self.switch, "link", "set", port, "master", "switch", "up")

    def inside(self, number):
        """What a command is begun with to run on a machine."""
        return ["ip", "netns", "exec", self.names[number]]

    def part(self, one, *others):
        """From now on packets between one machine and others get lost, both ways: nothing is refused, closed or answered."""
        for other in others:
            for number, far in ((one, other), (other, one)):
                typed(*self.inside(number), "iptables", "-w", "-A", "INPUT", "-s", self.addresses[far], "-j", "DROP")
                typed(*self.inside(number), "iptables", "-w", "-A", "OUTPUT", "-d", self.addresses[far], "-j", "DROP")

    def heal(self):
        """All packets pass again."""
        for number in range(len(self.names)):
            typed(*self.inside(number), "iptables", "-w", "-F")


def free_network():
    """The first one of 30 addresses of which this machine knows none, neither as its own nor by a route."""
    known = []
    for text in re.findall(r"\b\d+\.\d+\.\d+\.\d+(?:/\d+)?", typed("ip", "-4", "route", "show", "table", "all")):
        known.append(ipaddress.ip_network(text, strict=False))
    for network in NETWORKS.subnets(new_prefix=27):
        if not any(network.overlaps(one) for one in known):
            return network
    raise workspace.Failure(f"no free addresses in {NETWORKS}: ip -4 route show table all tells who has them")


def typed(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise workspace.Failure(f"{' '.join(command)[:200]} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout
