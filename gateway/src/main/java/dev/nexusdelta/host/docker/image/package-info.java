/**
 * What goes into an agent's image: the files of a docker build, the name that their content gives,
 * and which images are not needed any more. Knows no engine.
 *
 * <p>Start at {@link dev.nexusdelta.host.docker.image.AgentImages}. What reads files or runs the
 * JDK's tools blocks: call it on a worker. May import {@code manifest}, {@code discovery}
 * (records), {@code host}, {@code host.code}.
 */
@NullMarked
package dev.nexusdelta.host.docker.image;

import org.jspecify.annotations.NullMarked;
