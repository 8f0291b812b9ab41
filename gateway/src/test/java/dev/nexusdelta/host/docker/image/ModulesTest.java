package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ModulesTest {
  @Test
  void whatAModuleRequiresIsThereToo() {
    assertThat(Modules.missing(Set.of("java.base", "java.xml"), Set.of("java.sql"))).isEmpty();
  }

  @Test
  void tellsWhatIsMissing() {
    assertThat(Modules.missing(Set.of("java.base", "java.desktop"), Set.of("java.sql")))
        .containsExactly("java.desktop");
  }

  @Test
  void readsAndWritesLists() {
    assertThat(Modules.text(Modules.parse("java.sql, java.base,"))).isEqualTo("java.base,java.sql");
  }

  @Test
  void aBaseIsKnownByItsLabels() {
    Map<String, String> labels =
        Map.of(
            "nexus.image", "base",
            "nexus.java", "25",
            "nexus.modules", "java.base,java.sql",
            "nexus.runtime", "abc");
    JavaBase base = JavaBase.of("sha256:1", labels).orElseThrow();
    assertThat(base.feature()).isEqualTo(25);
    assertThat(base.covers(Set.of("java.xml"))).isTrue();
    assertThat(base.covers(Set.of("java.desktop"))).isFalse();
    assertThat(JavaBase.of("sha256:1", Map.of("nexus.image", "base"))).isEmpty();
    assertThat(JavaBase.of("sha256:1", Map.of("nexus.java", "25"))).isEmpty();
  }
}
