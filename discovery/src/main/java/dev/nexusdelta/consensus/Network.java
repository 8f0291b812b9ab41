package dev.nexusdelta.consensus;

/** Carries requests: each is answered once, or fails. */
interface Network {
  void send(String to, Request request, Reply.Answered answered);
}
