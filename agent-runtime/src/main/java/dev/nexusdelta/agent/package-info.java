/**
 * The public API of Java agents: one class with annotated methods, or lambdas on a builder, becomes
 * an agent that is called over HTTP.
 *
 * <p>Start at {@link dev.nexusdelta.agent.Tool} and {@link dev.nexusdelta.agent.NexusAgent}. May
 * import {@code http}, {@code tools}, {@code shape}, {@code json} and {@code log}; no type of a
 * library appears in its public members.
 *
 * <h2>Running an agent</h2>
 *
 * {@code java <flags> -cp <runtime's jars>:<agent's jars> dev.nexusdelta.agent.Launch <class>},
 * where the flags that were measured to start fast and stay small are, for all JDKs,
 *
 * <pre>
 * -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms4m -Xmx39m -Xss512k
 * -XX:ReservedCodeCacheSize=16m -XX:MaxMetaspaceSize=48m -XX:-UsePerfData
 * -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
 * </pre>
 *
 * (the heap is 60 % of the agent's memory; the last flag maps the archive where it was made for,
 * which saves 30 ms and lets agents share its pages), and one more for the archive of classes: up
 * to JDK 24 {@code -XX:SharedArchiveFile=F}, from 25 {@code -XX:AOTCache=F}. The archive is made
 * once per JDK by {@link dev.nexusdelta.agent.Train}, with the same flags and the runtime's jars
 * alone as class path, and {@code -XX:ArchiveClassesAtExit=F}, or from JDK 25 on {@code
 * -XX:-AOTRecordTraining -XX:AOTCacheOutput=F}. It serves every agent whose class path starts with
 * the same jars, by the same paths, in the same order; jars only, no folders of classes.
 */
@NullMarked
package dev.nexusdelta.agent;

import org.jspecify.annotations.NullMarked;
