package dev.nexusdelta.host.supervision;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a replica became when it was started.
 *
 * @param handle what its engine knows it by
 * @param address where the gateway reaches it
 * @param port there
 * @param pid of the process; empty in containers
 * @param containerId empty for processes
 */
public record Running<H>(
    H handle, String address, int port, OptionalLong pid, Optional<String> containerId) {}
