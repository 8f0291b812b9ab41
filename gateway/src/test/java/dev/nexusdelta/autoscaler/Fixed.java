package dev.nexusdelta.autoscaler;

import dev.nexusdelta.scaling.Decision;
import dev.nexusdelta.scaling.ScalingInput;
import dev.nexusdelta.scaling.ScalingPolicy;
import dev.nexusdelta.scaling.ScalingSettings;
import dev.nexusdelta.scaling.ScalingState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Wishes for one number for all, gets what room there is, and remembers what it was asked. */
final class Fixed implements AgentTurns.Policy {
  final List<ScalingState> states = new CopyOnWriteArrayList<>();
  final List<ScalingInput> inputs = new CopyOnWriteArrayList<>();
  volatile int wish;

  /** What it was asked of this one breaks it. */
  volatile int breaksAt = -1;

  Fixed(int wish) {
    this.wish = wish;
  }

  @Override
  public ScalingPolicy.Step decide(
      ScalingState state, ScalingInput input, ScalingSettings settings, long now) {
    if (input.desired() == breaksAt) {
      throw new IllegalStateException("as the test wants");
    }
    states.add(state);
    inputs.add(input);
    int given = wish <= input.desired() ? wish : Math.min(wish, input.room());
    List<Decision.Wish> wishes = new ArrayList<>();
    wishes.add(new Decision.Wish("test", wish, "so it is wished"));
    if (given < wish) {
      wishes.add(new Decision.Wish("bound", given, input.roomBy()));
    }
    Decision decision =
        given == input.desired()
            ? new Decision.Hold(given, given == wish ? "stable" : "bound", "it stays", wishes)
            : new Decision.ScaleTo(given, "test", "so it is wished", wishes);
    return new ScalingPolicy.Step(ScalingState.fresh(now, false), decision);
  }
}
