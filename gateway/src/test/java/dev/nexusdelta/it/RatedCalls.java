package dev.nexusdelta.it;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What gateways have answered that were called with one key, all at the same time.
 *
 * @param seconds from before the first call until after the last answer
 * @param answers of each gateway, all of them
 */
record RatedCalls(double seconds, List<List<HttpResponse<String>>> answers) {
  /** Calls each so often, one call after the other. */
  static RatedCalls of(List<Workspace> gateways, String agent, String body, String token, int times)
      throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(gateways.size());
    try {
      List<Callable<List<HttpResponse<String>>>> all = new ArrayList<>();
      gateways.forEach(
          each ->
              all.add(
                  () -> {
                    List<HttpResponse<String>> answers = new ArrayList<>();
                    while (answers.size() < times) {
                      answers.add(each.call(agent, body, token));
                    }
                    return answers;
                  }));
      long began = System.nanoTime();
      List<List<HttpResponse<String>>> answers = new ArrayList<>();
      for (Future<List<HttpResponse<String>>> each : callers.invokeAll(all)) {
        answers.add(each.get());
      }
      return new RatedCalls(
          (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1), answers);
    } finally {
      callers.shutdownNow();
    }
  }

  /** How many were let in, at each gateway. */
  List<Integer> admitted() {
    return answers.stream().map(each -> with(200, each).size()).toList();
  }

  /** Those that were not. */
  List<HttpResponse<String>> refused() {
    return answers.stream().flatMap(each -> with(429, each).stream()).toList();
  }

  private static List<HttpResponse<String>> with(int status, List<HttpResponse<String>> answers) {
    return answers.stream().filter(answer -> answer.statusCode() == status).toList();
  }
}
