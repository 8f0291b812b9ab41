package dev.nexusdelta.agent;

import dev.nexusdelta.agent.shape.Notes;
import dev.nexusdelta.agent.shape.NotesReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import org.jspecify.annotations.Nullable;

/** Reads {@link Param}, and any annotation called {@code Nullable}. */
final class Annotations implements NotesReader {
  @Override
  public Notes of(AnnotatedElement element, AnnotatedType type) {
    boolean nullable = isNullable(element.getAnnotations()) || isNullable(type.getAnnotations());
    Param param = element.getAnnotation(Param.class);
    if (param == null) {
      return nullable ? notes("", null, null, Notes.NONE) : Notes.NONE;
    }
    String name = param.name().isEmpty() ? null : param.name();
    String given = param.defaultValue();
    String defaultValue = given.equals(Param.NO_DEFAULT) ? null : given;
    return new Notes(
        param.value(),
        name,
        defaultValue,
        param.min(),
        param.max(),
        param.minLength(),
        param.maxLength(),
        param.pattern(),
        param.minItems(),
        param.maxItems(),
        nullable);
  }

  private static Notes notes(
      String description, @Nullable String name, @Nullable String defaultValue, Notes limits) {
    return new Notes(
        description,
        name,
        defaultValue,
        limits.min(),
        limits.max(),
        limits.minLength(),
        limits.maxLength(),
        limits.pattern(),
        limits.minItems(),
        limits.maxItems(),
        true);
  }

  private static boolean isNullable(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation.annotationType().getSimpleName().equals("Nullable")) {
        return true;
      }
    }
    return false;
  }
}
