/**
 * One small table of texts, alike on the disks of a majority of the gateways: what was acknowledged
 * is never lost, and of two writes that expect the same state at most one is.
 *
 * <p>The rules are Raft's (Ongaro and Ousterhout, "In Search of an Understandable Consensus
 * Algorithm", 2014; single-server changes of the members and the refusal to disturb a leader that
 * lives are from Ongaro's dissertation, chapter 4) with the committed table in place of the log:
 *
 * <ul>
 *   <li>Each write has a {@link dev.nexusdelta.consensus.Position}: the ballot of its leader, and a
 *       sequence. Equal positions have equal histories, as a follower takes a write only after the
 *       position before it. Committed writes are folded into the table at once; only those that may
 *       still be lost are kept one by one. Who lacks more than the leader has one by one fetches
 *       what was written in the table after its own committed position, which is in every later
 *       leader's history.
 *   <li>A ballot names its candidate, so no two lead in one. As in Paxos, a candidate takes over
 *       the most advanced table among a majority that promised it to follow no lower ballot: any
 *       committed write is in it, as two majorities have a member in common. It then leads once a
 *       first entry of its own ballot is committed, and only by such entries are older ones counted
 *       as committed.
 *   <li>The members stand in the table; the last list counts from when it is saved. One is added or
 *       taken out at a time, after the leader's first entry and the change before are safe, so that
 *       majorities before and after overlap. Elections and these changes need a majority of the
 *       members; other writes one of {@code max(cluster.size, members)}, which includes that. Who
 *       was taken out stands there too: it never belongs again, nobody answers it, and it is told,
 *       so that it keeps to itself.
 *   <li>A cluster begins as the first value of one register: a candidate that has promises of a
 *       majority of the wanted size, and of all it sees, and finds no table among them, writes the
 *       first members. A majority that saved an earlier attempt would have shown it.
 *   <li>Of a pair with a single writer every majority is that one, as the table says; who it is
 *       changes by way of nobody, so that any two steps have a member in common.
 *   <li>Nothing is told before it is on disk ({@link dev.nexusdelta.consensus.Outbox}), so a crash
 *       between any two steps loses only what nobody was told.
 * </ul>
 *
 * <p>Start at {@link dev.nexusdelta.consensus.Ledger} and {@link dev.nexusdelta.consensus.Member}.
 * Imports nothing of the project.
 */
@NullMarked
package dev.nexusdelta.consensus;

import org.jspecify.annotations.NullMarked;
