package dev.nexusdelta.discovery;

/**
 * A tool of a release as callers see it.
 *
 * @param inputSchema JSON text, JSON Schema 2020-12; empty text = unknown
 * @param outputSchema likewise
 */
public record ToolInfo(
    String name,
    String description,
    String inputSchema,
    String outputSchema,
    boolean readOnly,
    boolean idempotent,
    boolean destructive) {}
