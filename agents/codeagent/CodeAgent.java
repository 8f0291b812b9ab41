import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.Position;
import com.github.javaparser.Problem;
import com.github.javaparser.TokenRange;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.CompactConstructorDeclaration;
import com.github.javaparser.ast.body.EnumDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.RecordDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.ast.stmt.CatchClause;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.ForEachStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.stmt.WhileStmt;
import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Syntax check, outline and complexity of Java source code. Nothing is compiled or run.
 *
 * <p>Stateless, so calls may run side by side. Each parse has a thread with a deep stack of its
 * own, because parsers recurse as deep as the source is nested; source nested deeper still is
 * refused.
 */
@Agent(
    name = "CodeAgent",
    description = "Syntax check, outline and complexity of Java source code",
    version = "1.0.0")
public final class CodeAgent {
  private static final int MAX_SOURCE = 200_000;
  private static final int MAX_PROBLEMS = 50;
  // The tree of the largest source takes about 40 MB: more at once would not fit the heap.
  private static final Semaphore TURNS = new Semaphore(2, true);
  private static final long STACK_BYTES = 16L << 20;
  private static final Pattern PARSE_ERROR =
      Pattern.compile("Parse error\\. Found +(.+?), expected(?: one of)? +(.*)");
  private static final String SOURCE = "a complete Java file, at most 200000 characters";

  public record SyntaxProblem(
      @Param("from 1; 0 if unknown") int line,
      @Param("from 1; 0 if unknown") int column,
      String message,
      @Param("the line of source") String excerpt) {}

  public record Check(
      boolean valid,
      @Param("syntax of this Java version") String level,
      List<SyntaxProblem> problems) {}

  @Tool(
      description =
          "Checks the syntax of Java source and tells the position of each error. Types are not resolved.",
      readOnly = true,
      idempotent = true)
  public Check check(@Param(value = SOURCE, maxLength = MAX_SOURCE) String source) {
    return parse(source, result -> checked(source, result));
  }

  public record Member(
      @Param("method, constructor, field, component, or constant") String kind,
      String name,
      @Param("e.g. public int size() or String name") String signature,
      int line,
      int endLine) {}

  public record Type(
      @Param("class, interface, enum, record, or annotation") String kind,
      @Param("with the names of the enclosing types") String name,
      List<String> modifiers,
      @Param("superclass and interfaces") List<String> supertypes,
      int line,
      int endLine,
      List<Member> members) {}

  public record Outline(
      @Param("empty for the default package") String packageName,
      List<String> imports,
      List<Type> types) {}

  @Tool(
      description = "Package, imports, types and members of Java source with their lines.",
      readOnly = true,
      idempotent = true)
  public Outline outline(@Param(value = SOURCE, maxLength = MAX_SOURCE) String source) {
    return parse(source, result -> outlined(valid(source, result)));
  }

  public record Method(
      @Param("with the name of its type") String name,
      int line,
      @Param(
              "decisions + 1: if, loops, cases, catch, ?:, && and ||; those of lambdas count, those of nested types do not")
          int cyclomatic,
      @Param("deepest nesting of control structures and lambdas") int nesting,
      int parameters,
      int lines) {}

  public record Complexity(
      int lines,
      @Param("lines that hold code") int codeLines,
      int methods,
      int totalCyclomatic,
      double averageCyclomatic,
      @Param("methods above the threshold") int complex,
      @Param("most complex first, at most 200") List<Method> details) {}

  @Tool(
      description = "Cyclomatic complexity, nesting and length of each method of Java source.",
      readOnly = true,
      idempotent = true)
  public Complexity complexity(
      @Param(value = SOURCE, maxLength = MAX_SOURCE) String source,
      @Param(
              value = "cyclomatic complexity above which a method counts as complex",
              defaultValue = "10",
              min = 1,
              max = 1000)
          int threshold) {
    return parse(source, result -> measured(source, valid(source, result), threshold));
  }

  // ---------------------------------------------------------------- parsing

  private static <T> T parse(String source, Function<ParseResult<CompilationUnit>, T> use) {
    if (source.isBlank()) {
      throw new ToolException(
          422, "invalid_parameters", "source is empty; send the text of a Java file");
    }
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              ParserConfiguration configuration =
                  new ParserConfiguration()
                      .setLanguageLevel(ParserConfiguration.LanguageLevel.BLEEDING_EDGE);
              return use.apply(new JavaParser(configuration).parse(source));
            });
    Thread thread = new Thread(null, task, "parse", STACK_BYTES);
    thread.setDaemon(true);
    try {
      TURNS.acquire();
      try {
        thread.start();
        return task.get();
      } finally {
        TURNS.release();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ToolException refused) {
        throw refused;
      }
      if (e.getCause() instanceof StackOverflowError) {
        throw new ToolException(
            422, "too_deep", "the source is nested too deeply to be read; split long expressions");
      }
      throw new IllegalStateException("the parser failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while parsing");
    }
  }

  private static CompilationUnit valid(String source, ParseResult<CompilationUnit> result) {
    List<SyntaxProblem> problems = problems(source, result);
    if (!problems.isEmpty() || result.getResult().isEmpty()) {
      SyntaxProblem first =
          problems.isEmpty() ? new SyntaxProblem(0, 0, "unreadable", "") : problems.get(0);
      throw new ToolException(
          422,
          "syntax_error",
          "line "
              + first.line()
              + ", column "
              + first.column()
              + ": "
              + first.message()
              + "; 'check' lists every error");
    }
    return result.getResult().get();
  }

  private static Check checked(String source, ParseResult<CompilationUnit> result) {
    List<SyntaxProblem> problems = problems(source, result);
    String level = ParserConfiguration.LanguageLevel.BLEEDING_EDGE.name().replace("JAVA_", "");
    return new Check(problems.isEmpty(), level, problems);
  }

  private static List<SyntaxProblem> problems(String source, ParseResult<CompilationUnit> result) {
    List<String> lines = source.lines().toList();
    return result.getProblems().stream()
        .map(problem -> problem(lines, problem))
        .sorted(
            Comparator.comparingInt(SyntaxProblem::line).thenComparingInt(SyntaxProblem::column))
        .limit(MAX_PROBLEMS)
        .toList();
  }

  private static SyntaxProblem problem(List<String> lines, Problem problem) {
    Position at = problem.getLocation().flatMap(TokenRange::toRange).map(r -> r.begin).orElse(null);
    String message = problem.getMessage().lines().findFirst().orElse("").strip();
    if (at == null) {
      // The lexer tells the position only in words: "Lexical error at line 3, column 9."
      String[] numbers = message.replaceAll("\\D+", " ").strip().split(" ");
      boolean told = message.startsWith("Lexical error") && numbers.length >= 2;
      at =
          told
              ? new Position(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))
              : new Position(0, 0);
    }
    String excerpt = at.line >= 1 && at.line <= lines.size() ? lines.get(at.line - 1).strip() : "";
    return new SyntaxProblem(
        Math.max(0, at.line),
        Math.max(0, at.column),
        shortened(inWords(message), 160),
        shortened(excerpt, 120));
  }

  /** The parser lists every token that would fit; a long list says nothing. */
  private static String inWords(String message) {
    Matcher parts = PARSE_ERROR.matcher(message);
    if (!parts.matches()) {
      return message;
    }
    String expected = parts.group(2).strip();
    boolean few = expected.split("\\s+").length <= 6;
    return "unexpected " + parts.group(1) + (few ? "; expected " + expected : "");
  }

  private static String shortened(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "\u2026";
  }

  // ---------------------------------------------------------------- outline

  private static Outline outlined(CompilationUnit unit) {
    List<Type> types = new ArrayList<>();
    for (TypeDeclaration<?> type : unit.findAll(declarations())) {
      types.add(type(type));
    }
    types.sort(Comparator.comparingInt(Type::line));
    return new Outline(
        unit.getPackageDeclaration().map(p -> p.getNameAsString()).orElse(""),
        unit.getImports().stream().map(CodeAgent::importName).toList(),
        types);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Class<TypeDeclaration<?>> declarations() {
    return (Class) TypeDeclaration.class;
  }

  @SuppressWarnings("unchecked")
  private static Optional<TypeDeclaration<?>> enclosing(Node node) {
    return node.findAncestor(declarations());
  }

  private static String importName(com.github.javaparser.ast.ImportDeclaration imported) {
    return (imported.isStatic() ? "static " : "")
        + imported.getNameAsString()
        + (imported.isAsterisk() ? ".*" : "");
  }

  private static Type type(TypeDeclaration<?> type) {
    List<Member> members = new ArrayList<>(heads(type));
    for (Node child : type.getMembers()) {
      if (child instanceof CallableDeclaration<?> callable) {
        String kind = callable.isMethodDeclaration() ? "method" : "constructor";
        String signature = callable.getDeclarationAsString(true, true, true).strip();
        members.add(
            new Member(kind, callable.getNameAsString(), signature, line(child), endLine(child)));
      } else if (child instanceof FieldDeclaration field) {
        field
            .getVariables()
            .forEach(
                v ->
                    members.add(
                        new Member(
                            "field",
                            v.getNameAsString(),
                            v.getTypeAsString() + " " + v.getNameAsString(),
                            line(v),
                            endLine(v))));
      }
    }
    return new Type(
        kind(type),
        qualified(type),
        type.getModifiers().stream().map(m -> m.getKeyword().asString()).toList(),
        supertypes(type),
        line(type),
        endLine(type),
        members);
  }

  /** What stands before the members: components of a record, constants of an enum. */
  private static List<Member> heads(TypeDeclaration<?> type) {
    if (type instanceof RecordDeclaration r) {
      return r.getParameters().stream()
          .map(p -> new Member("component", p.getNameAsString(), p.toString(), line(p), endLine(p)))
          .toList();
    }
    if (type instanceof EnumDeclaration e) {
      return e.getEntries().stream()
          .map(
              c ->
                  new Member(
                      "constant", c.getNameAsString(), c.getNameAsString(), line(c), endLine(c)))
          .toList();
    }
    return List.of();
  }

  private static String kind(TypeDeclaration<?> type) {
    if (type instanceof ClassOrInterfaceDeclaration c) {
      return c.isInterface() ? "interface" : "class";
    }
    return type instanceof EnumDeclaration
        ? "enum"
        : type instanceof RecordDeclaration ? "record" : "annotation";
  }

  private static List<String> supertypes(TypeDeclaration<?> type) {
    List<String> names = new ArrayList<>();
    if (type instanceof ClassOrInterfaceDeclaration c) {
      c.getExtendedTypes().forEach(t -> names.add(t.asString()));
      c.getImplementedTypes().forEach(t -> names.add(t.asString()));
    } else if (type instanceof EnumDeclaration e) {
      e.getImplementedTypes().forEach(t -> names.add(t.asString()));
    } else if (type instanceof RecordDeclaration r) {
      r.getImplementedTypes().forEach(t -> names.add(t.asString()));
    }
    return names;
  }

  /** Outer.Inner; an anonymous class between them has no name to tell. */
  private static String qualified(Node node) {
    String own = node instanceof NodeWithSimpleName<?> named ? named.getNameAsString() : "";
    Optional<String> outer = enclosing(node).map(CodeAgent::qualified);
    return outer.map(o -> o + "." + own).orElse(own);
  }

  private static int line(Node node) {
    return node.getBegin().map(p -> p.line).orElse(0);
  }

  private static int endLine(Node node) {
    return node.getEnd().map(p -> p.line).orElse(0);
  }

  // ---------------------------------------------------------------- complexity

  private static Complexity measured(String source, CompilationUnit unit, int threshold) {
    List<Method> methods = new ArrayList<>();
    for (Node body : unit.findAll(Node.class, CodeAgent::holdsCode)) {
      methods.add(method(body));
    }
    methods.sort(
        Comparator.comparingInt(Method::cyclomatic).reversed().thenComparingInt(Method::line));
    int total = methods.stream().mapToInt(Method::cyclomatic).sum();
    return new Complexity(
        (int) source.lines().count(),
        codeLines(unit),
        methods.size(),
        total,
        methods.isEmpty() ? 0 : Math.round(100.0 * total / methods.size()) / 100.0,
        (int) methods.stream().filter(m -> m.cyclomatic() > threshold).count(),
        methods.stream().limit(200).toList());
  }

  private static boolean holdsCode(Node node) {
    return (node instanceof MethodDeclaration m && m.getBody().isPresent())
        || (node instanceof CallableDeclaration<?> c && !(c instanceof MethodDeclaration))
        || node instanceof CompactConstructorDeclaration
        || node instanceof InitializerDeclaration;
  }

  private static Method method(Node node) {
    int[] found = new int[2];
    count(node, 0, found);
    String type = enclosing(node).map(CodeAgent::qualified).orElse("");
    String name = node instanceof NodeWithSimpleName<?> named ? named.getNameAsString() : "{}";
    int parameters =
        node instanceof CallableDeclaration<?> callable ? callable.getParameters().size() : 0;
    int lines = endLine(node) - line(node) + 1;
    return new Method(type + "." + name, line(node), found[0] + 1, found[1], parameters, lines);
  }

  /**
   * Adds to {@code found}: decisions, deepest nesting. Bodies of nested types are counted with
   * their own methods.
   */
  private static void count(Node node, int depth, int[] found) {
    for (Node child : node.getChildNodes()) {
      if (holdsCode(child)) {
        continue;
      }
      found[0] += decisions(child);
      int inside = depth + (nests(child) ? 1 : 0);
      found[1] = Math.max(found[1], inside);
      count(child, inside, found);
    }
  }

  private static int decisions(Node node) {
    if (node instanceof SwitchEntry entry) {
      // "default" decides nothing; "case 1, 2" is one branch.
      return entry.getLabels().isEmpty() ? 0 : 1;
    }
    if (node instanceof BinaryExpr binary) {
      return binary.getOperator() == BinaryExpr.Operator.AND
              || binary.getOperator() == BinaryExpr.Operator.OR
          ? 1
          : 0;
    }
    return node instanceof IfStmt
            || loops(node)
            || node instanceof CatchClause
            || node instanceof ConditionalExpr
        ? 1
        : 0;
  }

  private static boolean loops(Node node) {
    return node instanceof ForStmt
        || node instanceof ForEachStmt
        || node instanceof WhileStmt
        || node instanceof DoStmt;
  }

  @SuppressWarnings("ReferenceEquality") // this very branch, not one that reads the same
  private static boolean nests(Node node) {
    boolean elseIf =
        node instanceof IfStmt
            && node.getParentNode()
                .filter(
                    p ->
                        p instanceof IfStmt outer
                            && outer.getElseStmt().filter(e -> e == node).isPresent())
                .isPresent();
    return (node instanceof IfStmt && !elseIf)
        || loops(node)
        || node instanceof SwitchEntry
        || node instanceof CatchClause
        || node instanceof LambdaExpr;
  }

  private static int codeLines(CompilationUnit unit) {
    Set<Integer> lines = new HashSet<>();
    unit.getTokenRange()
        .ifPresent(
            tokens -> {
              for (com.github.javaparser.JavaToken token : tokens) {
                if (!token.getCategory().isWhitespaceOrComment() && !token.getText().isEmpty()) {
                  token.getRange().ifPresent(r -> lines.addAll(linesOf(r.begin.line, r.end.line)));
                }
              }
            });
    return lines.size();
  }

  private static List<Integer> linesOf(int first, int last) {
    return java.util.stream.IntStream.rangeClosed(first, last).boxed().collect(Collectors.toList());
  }
}
