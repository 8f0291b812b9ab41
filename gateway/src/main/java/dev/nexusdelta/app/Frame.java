package dev.nexusdelta.app;

import dev.nexusdelta.access.HostRule;
import dev.nexusdelta.admin.AdminToken;
import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.keys.KeyUses;
import dev.nexusdelta.quota.Quotas;
import dev.nexusdelta.sync.RemoteRegistryProvider;
import dev.nexusdelta.telemetry.PrometheusMetrics;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * What outlives a term.
 *
 * @param loops event loops of its own, which calls do not use
 * @param outside opens the registry's mirror, where one is wanted
 * @param hurry has this gateway's load told at once
 * @param peers the other gateways of the cluster
 * @param token the operator's own
 * @param adminKey of the operator's file, if there is one
 * @param keyUses when callers of this gateway used their keys
 * @param quotas what keys with a rate may still do here
 */
record Frame(
    Settings settings,
    Surroundings world,
    Vertx loops,
    PrometheusMetrics metrics,
    CallHistory history,
    Listening listening,
    Standing standing,
    ContainerDoor containerDoor,
    HostRule hostRule,
    Optional<RemoteRegistryProvider> outside,
    Runnable hurry,
    Peers peers,
    AdminToken token,
    Optional<AdminKeyFile.Token> adminKey,
    KeyUses keyUses,
    Quotas quotas) {}
