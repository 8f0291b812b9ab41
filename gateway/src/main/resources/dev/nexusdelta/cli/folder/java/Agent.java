import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import java.util.List;

/** The agent @name@: every public method with @Tool can be called. Save, and the next call runs the new code. */
@Agent(name = "@name@", description = "Statistics over lists of numbers")
public class @class@ {

  /** What process_data answers. */
  public record Summary(int count, double sum, double mean, double min, double max) {}

  @Tool(description = "Counts, sums and averages a list of numbers", readOnly = true, idempotent = true)
  public Summary processData(@Param(value = "the numbers", minItems = 1) List<Double> data) {
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double number : data) {
      sum += number;
      min = Math.min(min, number);
      max = Math.max(max, number);
    }
    return new Summary(data.size(), sum, sum / data.size(), min, max);
  }
}
