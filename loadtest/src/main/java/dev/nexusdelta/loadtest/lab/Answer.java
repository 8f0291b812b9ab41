package dev.nexusdelta.loadtest.lab;

/**
 * How a call ended.
 *
 * @param status of HTTP; 0 = the connection failed
 * @param code of the problem in the body; empty = none
 * @param replica that answered; empty = unknown
 * @param asExpected whether it is what the caller wanted, an error included if that was wanted
 */
public record Answer(int status, String code, String replica, boolean asExpected) {
  /** Why it failed, in one word. */
  String reason() {
    if (status == 0) {
      return "connection";
    }
    if (!code.isEmpty()) {
      return code;
    }
    return status < 400 ? "unexpected_answer" : "status_" + status;
  }
}
