package dev.nexusdelta.host.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DockerIgnoreTest {
  /** Most are the examples of docker's own documentation. */
  @ParameterizedTest
  @CsvSource({
    "secret.txt, secret.txt, true",
    "secret.txt, sub/secret.txt, false",
    "secrets, secrets/a/b.txt, true",
    "secrets/, secrets/a.txt, true",
    "/secrets, secrets/a.txt, true",
    "./secrets, secrets/a.txt, true",
    "a/../secrets, secrets/a.txt, true",
    "secrets, secrets2, false",
    "*/temp*, somedir/temporary.txt, true",
    "*/temp*, somedir/temp/x, true",
    "*/temp*, a/b/temporary.txt, false",
    "*/*/temp*, a/b/temporary.txt, true",
    "temp?, tempa, true",
    "temp?, temp, false",
    "temp?, temp/, false",
    "*.go, main.go, true",
    "*.go, sub/main.go, false",
    "**/*.go, main.go, true",
    "**/*.go, a/b/main.go, true",
    "**/.env, .env, true",
    "**/.env, a/.env, true",
    "a/**, a/b/c, true",
    "a/**/c, a/c, true",
    "a/**/c, a/b/b/c, true",
    "a/**/c, a/bc, false",
    ".env*, .env.local, true",
    ".git, .git/HEAD, true",
    "file[0-9].txt, file7.txt, true",
    "file[^0-9].txt, file7.txt, false",
    "file[^0-9].txt, filea.txt, true",
    "a.b, axb, false",
    "a\\*b, a*b, true",
    "a\\*b, axb, false",
    "., a, false",
    "/, a, false",
    "[, [, true",
  })
  void onePatternFitsOrNot(String pattern, String path, boolean out) {
    assertThat(DockerIgnore.of(pattern).excludes(path)).isEqualTo(out);
  }

  @Test
  void theLastThatFitsDecides() {
    DockerIgnore rules = DockerIgnore.of("*.md\n!README*.md\nREADME-secret.md\n");
    assertThat(rules.excludes("notes.md")).isTrue();
    assertThat(rules.excludes("README.md")).isFalse();
    assertThat(rules.excludes("README-secret.md")).isTrue();
  }

  @Test
  void aFileOfAFolderThatStaysOutCanBeLetIn() {
    DockerIgnore rules = DockerIgnore.of("*\r\n! src/main\r\nsrc/main/big\r\n");
    assertThat(rules.excludes("Makefile")).isTrue();
    assertThat(rules.excludes("src/main/a/b.c")).isFalse();
    assertThat(rules.excludes("src/main/big/b.c")).isTrue();
    assertThat(rules.excludes("src/test/b.c")).isTrue();
  }

  @Test
  void whatIsNoPatternIsNamed() {
    assertThatThrownBy(() -> DockerIgnore.of("ok\nfile[z-a]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".dockerignore: 'file[z-a]' is no pattern");
  }

  @Test
  void aFolderIsSkippedOnlyWhenNothingIsLetIn() {
    assertThat(DockerIgnore.of("a").excludesAllOf("a")).isTrue();
    assertThat(DockerIgnore.of("a").excludesAllOf("b")).isFalse();
    assertThat(DockerIgnore.of("a\n!a/b").excludesAllOf("a")).isFalse();
  }

  @Test
  void commentsAndEmptyLinesSayNothing() {
    DockerIgnore rules = DockerIgnore.of("\ufeff# a\n\n   \n#b\n  c  \n!\n");
    assertThat(rules.excludes("a")).isFalse();
    assertThat(rules.excludes("#b")).isFalse();
    assertThat(rules.excludes("c")).isTrue();
    assertThat(DockerIgnore.of("").excludes("x")).isFalse();
  }
}
