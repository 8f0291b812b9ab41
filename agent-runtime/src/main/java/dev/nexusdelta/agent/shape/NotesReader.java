package dev.nexusdelta.agent.shape;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;

/** Reads an author's annotations. */
@FunctionalInterface
public interface NotesReader {
  /**
   * @param element parameter or component of a record
   * @param type its type, which carries annotations too
   */
  Notes of(AnnotatedElement element, AnnotatedType type);
}
