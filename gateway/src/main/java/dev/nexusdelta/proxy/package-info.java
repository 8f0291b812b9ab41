/**
 * The data plane: takes calls, finds a replica, passes request and answer through as streams.
 *
 * <p>Start at {@link dev.nexusdelta.proxy.ProxyServer}, then {@code Routes} (where a request goes),
 * {@code Call} (one call from head to last byte), {@code RetryRule} (when it is sent again) and
 * {@code Exchange} (one attempt at one replica). May import {@code manifest}, {@code discovery}
 * (records), {@code problem}, {@code access}, {@code balance}, {@code telemetry}, {@code exchange},
 * {@code tls}, {@code hop}, {@code fleet}, {@code keyed}, {@code keys}, {@code quota}, {@code
 * load}, {@code calls}.
 */
@NullMarked
package dev.nexusdelta.proxy;

import org.jspecify.annotations.NullMarked;
