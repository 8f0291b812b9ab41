package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreparedRecordsTest {
  @TempDir private Path folder;

  @Test
  void keepsWhatIsInUseAndTheYoungestTwo() throws Exception {
    PreparedRecords records = new PreparedRecords(folder.resolve("images"));
    for (int i = 1; i <= 5; i++) {
      put(records, "greeter", i);
    }
    put(records, "other", 1);
    assertThat(records.kept("greeter", Set.of("r1"))).containsOnly("id1", "id4", "id5");
    assertThat(records.find("greeter", "r1")).map(Prepared::reference).contains("name1");
    assertThat(records.find("greeter", "r2")).isEmpty();
    assertThat(records.find("greeter", "r3")).isEmpty();
    assertThat(records.all())
        .isEqualTo(Map.of("greeter", Set.of("id1", "id4", "id5"), "other", Set.of("id1")));
  }

  @Test
  void forgetsAnAgent() throws Exception {
    PreparedRecords records = new PreparedRecords(folder.resolve("images"));
    assertThat(records.all()).isEmpty();
    assertThat(records.kept("greeter", Set.of())).isEmpty();
    put(records, "greeter", 1);
    records.forget("greeter");
    records.forget("greeter");
    assertThat(records.all()).isEmpty();
    assertThat(folder.resolve("images/greeter")).doesNotExist();
  }

  @Test
  void ignoresWhatItCannotRead() throws Exception {
    PreparedRecords records = new PreparedRecords(folder);
    put(records, "greeter", 1);
    Files.writeString(folder.resolve("greeter/r1.json"), "{");
    assertThat(records.find("greeter", "r1")).isEmpty();
    assertThat(records.all()).isEmpty();
  }

  private void put(PreparedRecords records, String key, int number) throws IOException {
    records.put(
        key,
        "r" + number,
        new Prepared(
            "id" + number, "name" + number, Optional.empty(), List.of(), 8080, false, "", folder));
    Path file = records.folder().resolve(key).resolve("r" + number + ".json");
    Files.setLastModifiedTime(file, FileTime.fromMillis(number * 1000L));
  }
}
