package dev.nexusdelta.backup;

import static dev.nexusdelta.backup.Backups.deleted;
import static dev.nexusdelta.backup.Backups.of;
import static dev.nexusdelta.backup.Backups.spec;
import static dev.nexusdelta.backup.Backups.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.backup.RestoreStep.Action;
import dev.nexusdelta.discovery.AgentSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RestorePlanTest {
  private static final AgentSpec ECHO = spec("Echo", "");
  private static final Optional<String> NO_FILE = Optional.empty();

  private static RestorePlan plan(Backup backup, AgentSpec... present) {
    return RestorePlan.of(backup, List.of(present), false);
  }

  private static RestoreStep only(RestorePlan plan) {
    assertThat(plan.steps()).hasSize(1);
    return plan.steps().get(0);
  }

  @Test
  void createsWhatIsUnknown() {
    RestoreStep step = only(plan(of(ECHO)));
    assertThat(step.action()).isEqualTo(Action.CREATE);
    assertThat(step.revision()).isZero();
    assertThat(step.onto(Optional.empty(), NO_FILE)).isEqualTo(ECHO);
  }

  @Test
  void createsWhatWasDeletedAndCountsOn() {
    AgentSpec tomb =
        new AgentSpec(
            ECHO.name(),
            ECHO.manifest(),
            true,
            OptionalInt.empty(),
            9,
            5,
            "code",
            Optional.of("hash-now"),
            true,
            ECHO.updated(),
            "cli");
    RestoreStep step = only(plan(of(ECHO), tomb));
    assertThat(step.action()).isEqualTo(Action.CREATE);
    assertThat(step.revision()).isEqualTo(5);
    AgentSpec next = step.onto(Optional.of(tomb), NO_FILE);
    assertThat(next.deleted()).isFalse();
    assertThat(next.generation()).isEqualTo(10);
    assertThat(next.appliedHash()).as("the file here is not applied again").hasValue("hash-now");
  }

  @Test
  void changesWhatDiffersAndNamesTheParts() {
    AgentSpec wanted =
        with(spec("Echo", "scale: {max: 3}\nenv: {A: b}"), 3, true, OptionalInt.of(2), false);
    AgentSpec here = with(spec("ECHO", "description: d"), 8, false, OptionalInt.empty(), false);
    RestoreStep step = only(plan(of(wanted), here));
    assertThat(step.action()).isEqualTo(Action.CHANGE);
    assertThat(step.parts())
        .containsExactly("description", "env", "name", "scale", "enabled", "pinned");
    assertThat(step.revision()).isEqualTo(8);
    AgentSpec next = step.onto(Optional.of(here), NO_FILE);
    assertThat(next.manifest()).isEqualTo(wanted.manifest());
    assertThat(next.name().value()).isEqualTo("Echo");
    assertThat(next.enabled()).isTrue();
    assertThat(next.pinned()).hasValue(2);
    assertThat(only(plan(of(wanted), next)).action()).isEqualTo(Action.SAME);
  }

  @Test
  void leavesCodeAndRestartsToThePlace() {
    AgentSpec here =
        new AgentSpec(
            ECHO.name(),
            ECHO.manifest(),
            true,
            OptionalInt.empty(),
            40,
            8,
            "other code",
            Optional.of("hash-now"),
            false,
            ECHO.updated(),
            "file");
    assertThat(only(plan(of(ECHO), here)).action()).isEqualTo(Action.SAME);
    RestoreStep step = only(plan(of(spec("Echo", "description: d")), here));
    AgentSpec next = step.onto(Optional.of(here), NO_FILE);
    assertThat(next.codeHash()).isEqualTo("other code");
    assertThat(next.generation()).isEqualTo(40);
    assertThat(next.appliedHash()).hasValue("hash-now");
  }

  @Test
  void keepsOthersUnlessTheyArePruned() {
    AgentSpec other = spec("Other", "");
    RestorePlan kept = plan(of(ECHO), ECHO, other, deleted(spec("Gone", "")));
    assertThat(only(kept).action()).isEqualTo(Action.SAME);
    assertThat(kept.kept()).containsExactly(other.name());
    RestorePlan pruned =
        RestorePlan.of(of(ECHO), List.of(ECHO, other, deleted(spec("Gone", ""))), true);
    assertThat(pruned.kept()).isEmpty();
    assertThat(pruned.steps()).hasSize(2);
    RestoreStep step = pruned.steps().get(1);
    assertThat(step.action()).isEqualTo(Action.DELETE);
    AgentSpec next = step.onto(Optional.of(other), Optional.of("hash-now"));
    assertThat(next.deleted()).isTrue();
    assertThat(next.appliedHash()).hasValue("hash-now");
    assertThat(step.onto(Optional.of(other), NO_FILE).appliedHash()).hasValue("hash-then");
  }

  @Test
  void whatWasDeletedStaysSoAndNothingAliveIsDeletedForIt() {
    AgentSpec tomb = deleted(ECHO);
    RestoreStep step = only(plan(of(tomb)));
    assertThat(step.action()).isEqualTo(Action.TOMBSTONE);
    assertThat(step.onto(Optional.empty(), NO_FILE)).isEqualTo(tomb);
    assertThat(only(plan(of(tomb), tomb)).action()).isEqualTo(Action.SAME);
    RestorePlan alive = plan(of(tomb), ECHO);
    assertThat(alive.steps()).isEmpty();
    assertThat(alive.kept()).containsExactly(ECHO.name());
    assertThat(only(RestorePlan.of(of(tomb), List.of(ECHO), true)).action())
        .isEqualTo(Action.DELETE);
  }
}
