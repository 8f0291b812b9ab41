import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.numbers.rootfinder.BrentSolver;

/**
 * Evaluates, differentiates, integrates and solves expressions such as {@code 2x^2 - sin(pi x)}.
 *
 * <p>Stateless, so calls may run side by side. An expression is parsed into an immutable tree of
 * bounded length, depth and size, so that no input can exhaust stack or memory.
 */
@Agent(
    name = "MathAgent",
    description = "Evaluates, differentiates, integrates and solves expressions",
    version = "1.0.0")
public final class MathAgent {
  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NODES = 5_000;
  private static final int MAX_INTERVALS = 1_000;
  private static final int GRID = 2_000;
  private static final int MAX_ROOTS = 100;
  private static final Map<String, Double> CONSTANTS =
      Map.of("pi", Math.PI, "e", Math.E, "tau", 2 * Math.PI);
  private static final String SYNTAX =
      "an expression of numbers, variables, + - * / ^, parentheses and functions like sin(x), sqrt(x), ln(x)";

  public record Value(
      double value, @Param("the expression as it was understood") String expression) {}

  @Tool(
      description =
          "The value of an expression, e.g. 2x^2 + sin(pi/4). Angles are in radians; ln is base e, log base 10.",
      readOnly = true,
      idempotent = true)
  public Value evaluate(
      @Param(value = SYNTAX, minLength = 1, maxLength = MAX_LENGTH) String expression,
      @Param("value of each variable, e.g. {\"x\": 2}") Optional<Map<String, Double>> variables) {
    Node node = parse(expression);
    Map<String, Double> values = bind(node, variables, null);
    double value = node.value(values);
    if (!Double.isFinite(value)) {
      throw new ToolException(
          422,
          "undefined",
          node
              + " has no finite value here ("
              + value
              + "); check for division by zero, roots and logarithms of"
              + " negative numbers, or overflow");
    }
    return new Value(value, node.toString());
  }

  public record Derivative(String derivative, String variable, int order) {}

  @Tool(
      description = "The symbolic derivative of an expression, simplified.",
      readOnly = true,
      idempotent = true)
  public Derivative derivative(
      @Param(value = SYNTAX, minLength = 1, maxLength = MAX_LENGTH) String expression,
      @Param(
              value = "the variable to differentiate by",
              defaultValue = "x",
              pattern = "^[A-Za-z][A-Za-z0-9_]*$")
          String variable,
      @Param(value = "how many times", defaultValue = "1", min = 1, max = 5) int order) {
    requireVariable(variable);
    Node node = Algebra.simplify(parse(expression));
    for (int i = 0; i < order; i++) {
      node = Algebra.simplify(node.derivative(variable));
    }
    return new Derivative(node.toString(), variable, order);
  }

  public record Integral(
      double value,
      @Param("estimated absolute error") double error,
      @Param("how often the expression was evaluated") int evaluations) {}

  @Tool(
      description =
          "The definite integral of an expression, numerically (adaptive Gauss-Kronrod quadrature).",
      readOnly = true,
      idempotent = true)
  public Integral integrate(
      @Param(value = SYNTAX, minLength = 1, maxLength = MAX_LENGTH) String expression,
      @Param("lower bound") double from,
      @Param("upper bound") double to,
      @Param(
              value = "the variable of integration",
              defaultValue = "x",
              pattern = "^[A-Za-z][A-Za-z0-9_]*$")
          String variable,
      @Param("values of the other variables") Optional<Map<String, Double>> variables,
      @Param(value = "wanted relative accuracy", defaultValue = "1e-9", min = 1e-12, max = 0.1)
          double tolerance) {
    requireVariable(variable);
    requireFinite(from, to);
    Node node = parse(expression);
    return new Quadrature(function(node, variable, variables), node.toString())
        .integrate(from, to, tolerance);
  }

  public record Roots(
      List<Double> roots, @Param("there are more than the 100 listed") boolean truncated) {}

  @Tool(
      description =
          "The zeros of an expression between two bounds, ascending: where it changes sign (poles are told apart) and"
              + " where it only touches zero. Zeros closer together than 1/2000 of the interval may be missed.",
      readOnly = true,
      idempotent = true)
  public Roots roots(
      @Param(value = SYNTAX, minLength = 1, maxLength = MAX_LENGTH) String expression,
      @Param(value = "lower bound", defaultValue = "-100") double from,
      @Param(value = "upper bound", defaultValue = "100") double to,
      @Param(value = "the unknown", defaultValue = "x", pattern = "^[A-Za-z][A-Za-z0-9_]*$")
          String variable,
      @Param("values of the other variables") Optional<Map<String, Double>> variables) {
    requireVariable(variable);
    requireFinite(from, to);
    if (from >= to) {
      throw refuse("from is " + from + " and to is " + to + "; from must be smaller");
    }
    Node node = parse(expression);
    if (!node.names().contains(variable)) {
      throw refuse(node + " does not depend on " + variable + "; name the unknown in 'variable'");
    }
    Node simple = Algebra.simplify(node);
    if (simple.equals(Num.ZERO)) {
      throw refuse(node + " is zero everywhere");
    }
    DoubleUnaryOperator f = function(node, variable, variables);
    DoubleUnaryOperator slope =
        function(Algebra.simplify(simple.derivative(variable)), variable, variables);
    return RootFinder.find(f, slope, from, to);
  }

  // ---------------------------------------------------------------- inputs

  private static ToolException refuse(String message) {
    return new ToolException(422, "invalid_parameters", message);
  }

  private static void requireVariable(String variable) {
    if (CONSTANTS.containsKey(variable)) {
      throw refuse("variable is " + variable + ", which is a constant; use another name");
    }
  }

  private static void requireFinite(double from, double to) {
    // Beyond this the width of the interval is no longer a number one can work with.
    if (!(Math.abs(from) <= 1e100) || !(Math.abs(to) <= 1e100)) {
      throw refuse(
          "the bounds are " + from + " and " + to + "; expected numbers between -1e100 and 1e100");
    }
  }

  private static Node parse(String expression) {
    return new Parser(expression).parse();
  }

  private static DoubleUnaryOperator function(
      Node node, String variable, Optional<Map<String, Double>> variables) {
    Map<String, Double> values = bind(node, variables, variable);
    return x -> {
      values.put(variable, x);
      return node.value(values);
    };
  }

  private static Map<String, Double> bind(
      Node node, Optional<Map<String, Double>> variables, String free) {
    Map<String, Double> values = new HashMap<>(CONSTANTS);
    for (Map.Entry<String, Double> entry : variables.orElse(Map.of()).entrySet()) {
      if (CONSTANTS.containsKey(entry.getKey())) {
        throw refuse(
            "variables." + entry.getKey() + " is a constant and cannot be given; use another name");
      }
      if (entry.getValue() == null || !Double.isFinite(entry.getValue())) {
        throw refuse(
            "variables."
                + entry.getKey()
                + " is "
                + entry.getValue()
                + "; expected a finite number");
      }
      values.put(entry.getKey(), entry.getValue());
    }
    for (String name : node.names()) {
      if (!values.containsKey(name) && !name.equals(free)) {
        throw refuse(
            "no value for "
                + name
                + " in "
                + node
                + "; give it in 'variables', e.g. {\""
                + name
                + "\": 1}");
      }
    }
    return values;
  }

  // ---------------------------------------------------------------- the tree

  /** An immutable expression tree. */
  private sealed interface Node permits Num, Name, Call, Binary {
    double value(Map<String, Double> values);

    /** Not simplified. */
    Node derivative(String variable);

    int precedence();

    void collectNames(Set<String> names);

    default Set<String> names() {
      Set<String> names = new TreeSet<>();
      collectNames(names);
      return names;
    }

    int size();
  }

  private record Num(double number) implements Node {
    static final Num ZERO = new Num(0);
    static final Num ONE = new Num(1);
    static final Num TWO = new Num(2);
    static final Num MINUS_ONE = new Num(-1);

    Num {
      // One zero: -0.0 would be another key in a map.
      number += 0.0;
    }

    @Override
    public double value(Map<String, Double> values) {
      return number;
    }

    @Override
    public Node derivative(String variable) {
      return ZERO;
    }

    @Override
    public int precedence() {
      return number < 0 ? Op.MUL.precedence : 9;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void collectNames(Set<String> names) {}

    @Override
    public String toString() {
      return number == Math.rint(number) && Math.abs(number) < 1e15
          ? Long.toString((long) number)
          : Double.toString(number);
    }
  }

  private record Name(String name) implements Node {
    @Override
    public double value(Map<String, Double> values) {
      return values.get(name);
    }

    @Override
    public Node derivative(String variable) {
      return name.equals(variable) ? Num.ONE : Num.ZERO;
    }

    @Override
    public int precedence() {
      return 9;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void collectNames(Set<String> names) {
      if (!CONSTANTS.containsKey(name)) {
        names.add(name);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record Call(Function function, Node argument) implements Node {
    @Override
    public double value(Map<String, Double> values) {
      return function.operator.applyAsDouble(argument.value(values));
    }

    @Override
    public Node derivative(String variable) {
      return bounded(mul(function.outerDerivative(argument), argument.derivative(variable)));
    }

    @Override
    public int precedence() {
      return 9;
    }

    @Override
    public int size() {
      return 1 + argument.size();
    }

    @Override
    public void collectNames(Set<String> names) {
      argument.collectNames(names);
    }

    @Override
    public String toString() {
      return function + "(" + argument + ")";
    }
  }

  private record Binary(Op op, Node left, Node right) implements Node {
    @Override
    public double value(Map<String, Double> values) {
      return op.operator.applyAsDouble(left.value(values), right.value(values));
    }

    @Override
    public Node derivative(String variable) {
      Node dl = left.derivative(variable);
      Node dr = right.derivative(variable);
      return bounded(
          switch (op) {
            case ADD, SUB -> new Binary(op, dl, dr);
            case MUL -> add(mul(dl, right), mul(left, dr));
            case DIV ->
                dr.equals(Num.ZERO)
                    ? div(dl, right)
                    : div(sub(mul(dl, right), mul(left, dr)), pow(right, Num.TWO));
            case POW -> powerDerivative(variable, dl, dr);
          });
    }

    private Node powerDerivative(String variable, Node dl, Node dr) {
      if (!right.names().contains(variable)) {
        return mul(mul(right, pow(left, sub(right, Num.ONE))), dl);
      }
      Node exponential = mul(mul(this, new Call(Function.LN, left)), dr);
      return left.names().contains(variable)
          ? add(exponential, mul(this, div(mul(right, dl), left)))
          : exponential;
    }

    @Override
    public int precedence() {
      return op.precedence;
    }

    @Override
    public int size() {
      return 1 + left.size() + right.size();
    }

    @Override
    public void collectNames(Set<String> names) {
      left.collectNames(names);
      right.collectNames(names);
    }

    @Override
    public String toString() {
      // Each side is written once: twice a side would double the work with every level.
      String l = left.toString();
      String r = right.toString();
      boolean leftParens =
          left.precedence() < op.precedence
              || (op == Op.POW && (left.precedence() == op.precedence || l.startsWith("-")));
      boolean rightParens =
          right.precedence() < op.precedence
              || (right.precedence() == op.precedence
                  && (op == Op.SUB || op == Op.DIV || isQuotient(right)))
              || r.startsWith("-");
      r = rightParens ? "(" + r + ")" : r;
      if (op == Op.MUL && left.equals(Num.MINUS_ONE)) {
        return "-" + r;
      }
      return (leftParens ? "(" + l + ")" : l) + (op == Op.POW ? "^" : " " + op.symbol + " ") + r;
    }

    private static boolean isQuotient(Node node) {
      return node instanceof Binary b && b.op == Op.DIV;
    }
  }

  private enum Op {
    ADD('+', 1, Double::sum),
    SUB('-', 1, (a, b) -> a - b),
    MUL('*', 2, (a, b) -> a * b),
    DIV('/', 2, (a, b) -> a / b),
    POW('^', 4, Math::pow);

    final char symbol;
    final int precedence;
    final DoubleBinaryOperator operator;

    Op(char symbol, int precedence, DoubleBinaryOperator operator) {
      this.symbol = symbol;
      this.precedence = precedence;
      this.operator = operator;
    }
  }

  private enum Function {
    SIN(Math::sin, u -> new Call(named("cos"), u)),
    COS(Math::cos, u -> negate(new Call(named("sin"), u))),
    TAN(Math::tan, u -> div(Num.ONE, pow(new Call(named("cos"), u), Num.TWO))),
    ASIN(Math::asin, u -> div(Num.ONE, sqrt(sub(Num.ONE, square(u))))),
    ACOS(Math::acos, u -> negate(div(Num.ONE, sqrt(sub(Num.ONE, square(u)))))),
    ATAN(Math::atan, u -> div(Num.ONE, add(square(u), Num.ONE))),
    SINH(Math::sinh, u -> new Call(named("cosh"), u)),
    COSH(Math::cosh, u -> new Call(named("sinh"), u)),
    TANH(Math::tanh, u -> sub(Num.ONE, square(new Call(named("tanh"), u)))),
    EXP(Math::exp, u -> new Call(named("exp"), u)),
    LN(Math::log, u -> div(Num.ONE, u)),
    LOG(Math::log10, u -> div(Num.ONE, mul(u, new Call(named("ln"), new Num(10))))),
    SQRT(Math::sqrt, u -> div(Num.ONE, mul(Num.TWO, sqrt(u)))),
    CBRT(Math::cbrt, u -> div(Num.ONE, mul(new Num(3), square(new Call(named("cbrt"), u))))),
    ABS(Math::abs, u -> new Call(named("sign"), u)),
    SIGN(Math::signum, u -> Num.ZERO),
    FLOOR(Math::floor, u -> Num.ZERO),
    CEIL(Math::ceil, u -> Num.ZERO);

    final DoubleUnaryOperator operator;
    private final UnaryOperator<Node> derivative;

    Function(DoubleUnaryOperator operator, UnaryOperator<Node> derivative) {
      this.operator = operator;
      this.derivative = derivative;
    }

    Node outerDerivative(Node argument) {
      return derivative.apply(argument);
    }

    private static Function named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static Node add(Node a, Node b) {
    return new Binary(Op.ADD, a, b);
  }

  private static Node sub(Node a, Node b) {
    return new Binary(Op.SUB, a, b);
  }

  private static Node mul(Node a, Node b) {
    return new Binary(Op.MUL, a, b);
  }

  private static Node div(Node a, Node b) {
    return new Binary(Op.DIV, a, b);
  }

  private static Node pow(Node a, Node b) {
    return new Binary(Op.POW, a, b);
  }

  private static Node negate(Node a) {
    return mul(Num.MINUS_ONE, a);
  }

  private static Node square(Node a) {
    return pow(a, Num.TWO);
  }

  private static Node sqrt(Node a) {
    return new Call(Function.SQRT, a);
  }

  private static Node bounded(Node node) {
    if (node.size() > MAX_NODES) {
      throw new ToolException(
          422,
          "too_large",
          "the derivative has more than "
              + MAX_NODES
              + " terms; lower the order or simplify the input");
    }
    return node;
  }

  // ---------------------------------------------------------------- simplification

  /** A fraction of whole numbers where it can be, so that 1/3 stays 1/3. */
  private record Ratio(double over, double under) {
    static final Ratio ONE = new Ratio(1, 1);

    static Ratio of(double over, double under) {
      double sign = under < 0 ? -1 : 1;
      if (!whole(over) || !whole(under)) {
        return new Ratio(over / under, 1);
      }
      long a = (long) Math.abs(over);
      long b = (long) Math.abs(under);
      while (b != 0) {
        long rest = a % b;
        a = b;
        b = rest;
      }
      return new Ratio(sign * over / a, sign * under / a);
    }

    static boolean whole(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15;
    }

    Ratio times(Ratio other) {
      return of(over * other.over, under * other.under);
    }

    Ratio plus(Ratio other) {
      return of(over * other.under + other.over * under, under * other.under);
    }
  }

  /**
   * Collects equal terms of sums and equal factors of products; valid wherever the original is
   * defined.
   */
  private static final class Algebra {
    static Node simplify(Node node) {
      if (node instanceof Call call) {
        return simplifyCall(new Call(call.function(), simplify(call.argument())));
      }
      if (node instanceof Binary binary) {
        Binary b = new Binary(binary.op(), simplify(binary.left()), simplify(binary.right()));
        return bounded(b.op().precedence == 1 ? sum(b) : product(b));
      }
      return node;
    }

    private static Node simplifyCall(Call call) {
      if (call.argument() instanceof Num) {
        double value = call.value(Map.of());
        // Only exact results: sin(0) is 0, but sqrt(2) stays sqrt(2).
        return Ratio.whole(value) ? new Num(value) : call;
      }
      boolean lnOfE = call.function() == Function.LN && call.argument().equals(new Name("e"));
      return lnOfE ? Num.ONE : call;
    }

    private static Node sum(Node node) {
      Map<Node, Ratio> terms = new LinkedHashMap<>();
      collectTerms(node, Ratio.ONE, terms);
      Ratio constant = terms.remove(Num.ONE);
      Node result = null;
      for (Map.Entry<Node, Ratio> term : terms.entrySet()) {
        result = append(result, term.getKey(), term.getValue());
      }
      if (constant != null) {
        result = append(result, Num.ONE, constant);
      }
      return result == null ? Num.ZERO : result;
    }

    private static Node append(Node sum, Node factor, Ratio times) {
      if (times.over() == 0) {
        return sum;
      }
      if (sum == null) {
        return scaled(factor, times);
      }
      return times.over() < 0
          ? sub(sum, scaled(factor, Ratio.of(-times.over(), times.under())))
          : add(sum, scaled(factor, times));
    }

    private static Node scaled(Node factor, Ratio times) {
      Factors factors = new Factors();
      factors.multiply(factor, Num.ONE);
      factors.coefficient = factors.coefficient.times(times);
      return factors.node();
    }

    private static void collectTerms(Node node, Ratio times, Map<Node, Ratio> terms) {
      if (node instanceof Binary b && (b.op() == Op.ADD || b.op() == Op.SUB)) {
        collectTerms(b.left(), times, terms);
        Ratio right = b.op() == Op.ADD ? times : Ratio.of(-times.over(), times.under());
        collectTerms(b.right(), right, terms);
        return;
      }
      Factors factors = new Factors();
      factors.multiply(node, Num.ONE);
      Ratio coefficient = factors.coefficient.times(times);
      factors.coefficient = Ratio.ONE;
      terms.merge(factors.node(), coefficient, Ratio::plus);
    }

    private static Node product(Node node) {
      Factors factors = new Factors();
      factors.multiply(node, Num.ONE);
      return factors.node();
    }
  }

  /** A product under construction: a coefficient and each base with its exponent. */
  private static final class Factors {
    private static final Comparator<Node> ORDER =
        Comparator.comparing((Node n) -> !(n instanceof Name)).thenComparing(Node::toString);
    Ratio coefficient = Ratio.ONE;
    private final Map<Node, Node> powers = new LinkedHashMap<>();

    void multiply(Node node, Node exponent) {
      boolean wholeExponent = exponent instanceof Num n && Ratio.whole(n.number());
      if (node instanceof Num base
          && wholeExponent
          && fold(base.number(), ((Num) exponent).number())) {
        return;
      }
      if (node instanceof Binary b && wholeExponent && b.op().precedence > 1) {
        Node right = b.op() == Op.DIV ? times(Num.ONE, Num.MINUS_ONE, exponent) : exponent;
        multiply(b.left(), b.op() == Op.POW ? times(b.right(), exponent) : exponent);
        if (b.op() != Op.POW) {
          multiply(b.right(), right);
        }
        return;
      }
      powers.merge(node, exponent, (x, y) -> Algebra.sum(add(x, y)));
    }

    private static Node times(Node... factors) {
      Factors product = new Factors();
      for (Node factor : factors) {
        product.multiply(factor, Num.ONE);
      }
      return product.node();
    }

    private boolean fold(double base, double exponent) {
      double power = Math.pow(base, Math.abs(exponent));
      boolean underflow = power == 0 && base != 0;
      if ((base == 0 && exponent <= 0) || !Double.isFinite(power) || underflow) {
        return false;
      }
      Ratio factor = exponent < 0 ? Ratio.of(1, power) : Ratio.of(power, 1);
      coefficient = coefficient.times(factor);
      return true;
    }

    Node node() {
      if (coefficient.over() == 0) {
        return Num.ZERO;
      }
      Map<Boolean, List<Node>> sides =
          powers.entrySet().stream()
              .filter(e -> !e.getValue().equals(Num.ZERO))
              .sorted(Map.Entry.comparingByKey(ORDER))
              .collect(
                  Collectors.partitioningBy(
                      Factors::below, Collectors.mapping(Factors::power, Collectors.toList())));
      Node over = chain(coefficient.over(), sides.get(false));
      Node under = chain(coefficient.under(), sides.get(true));
      return under.equals(Num.ONE) ? over : div(over, under);
    }

    private static boolean below(Map.Entry<Node, Node> factor) {
      return factor.getValue() instanceof Num exponent && exponent.number() < 0;
    }

    private static Node power(Map.Entry<Node, Node> factor) {
      Node exponent =
          below(factor) ? new Num(-((Num) factor.getValue()).number()) : factor.getValue();
      return exponent.equals(Num.ONE) ? factor.getKey() : pow(factor.getKey(), exponent);
    }

    private static Node chain(double number, List<Node> factors) {
      Node result = number == 1 && !factors.isEmpty() ? null : new Num(number);
      for (Node factor : factors) {
        result = result == null ? factor : mul(result, factor);
      }
      return result;
    }
  }

  // ---------------------------------------------------------------- parser

  /**
   * Recursive descent; {@code ^} binds to the right and tighter than a sign: -2^2 is -4. A product
   * sign may be left out.
   */
  private static final class Parser {
    private final String text;
    private int position;
    private int depth;

    Parser(String expression) {
      // What people paste from documents.
      this.text =
          expression
              .replace('\u2212', '-')
              .replace('\u00D7', '*')
              .replace('\u00B7', '*')
              .replace('\u00F7', '/')
              .replace("\u03C0", "pi")
              .replace("\u221A", "sqrt")
              .replace("\u00B2", "^2")
              .replace("\u00B3", "^3")
              .replace("**", "^");
    }

    Node parse() {
      Node node = sum();
      if (peek() != 0) {
        throw unexpected("an operator or the end");
      }
      return node;
    }

    private Node sum() {
      Node node = product();
      while (peek() == '+' || peek() == '-') {
        Op op = text.charAt(position++) == '+' ? Op.ADD : Op.SUB;
        node = new Binary(op, node, product());
      }
      return node;
    }

    private Node product() {
      Node node = signed();
      while (true) {
        char next = peek();
        if (next == '*' || next == '/') {
          position++;
          node = new Binary(next == '*' ? Op.MUL : Op.DIV, node, signed());
        } else if (next == '(' || Character.isLetter(next)) {
          node = mul(node, power());
        } else {
          return node;
        }
      }
    }

    private Node signed() {
      if (++depth > MAX_DEPTH) {
        throw refuse("the expression is nested deeper than " + MAX_DEPTH + " levels; split it");
      }
      try {
        char next = peek();
        if (next == '-' || next == '+') {
          position++;
          Node node = signed();
          if (next == '+') {
            return node;
          }
          return node instanceof Num n ? new Num(-n.number()) : negate(node);
        }
        return power();
      } finally {
        depth--;
      }
    }

    private Node power() {
      Node base = atom();
      if (peek() == '^') {
        position++;
        return pow(base, signed());
      }
      return base;
    }

    private Node atom() {
      char next = peek();
      if (next == '(') {
        return parenthesized();
      }
      if (Character.isDigit(next) || next == '.') {
        return number();
      }
      if (Character.isLetter(next)) {
        return nameOrCall();
      }
      throw unexpected("a number, a name or '('");
    }

    private Node parenthesized() {
      int open = position++;
      Node node = sum();
      if (peek() != ')') {
        throw unexpected("')' for the '(' at position " + (open + 1));
      }
      position++;
      return node;
    }

    private Node number() {
      int start = position;
      skipDigits();
      if (position < text.length() && text.charAt(position) == '.') {
        position++;
        skipDigits();
      }
      int mantissaEnd = position;
      if (position < text.length() && (text.charAt(position) | 0x20) == 'e') {
        position++;
        if (position < text.length() && "+-".indexOf(text.charAt(position)) >= 0) {
          position++;
        }
        int digits = position;
        skipDigits();
        // "2e" and "2e-x" are a product with Euler's number.
        position = position == digits ? mantissaEnd : position;
      }
      String number = text.substring(start, position);
      if (number.equals(".")) {
        position = start;
        throw unexpected("a digit");
      }
      return new Num(Double.parseDouble(number));
    }

    private void skipDigits() {
      while (position < text.length()
          && text.charAt(position) >= '0'
          && text.charAt(position) <= '9') {
        position++;
      }
    }

    private Node nameOrCall() {
      int start = position;
      while (position < text.length()
          && (Character.isLetterOrDigit(text.charAt(position)) || text.charAt(position) == '_')) {
        position++;
      }
      String name = text.substring(start, position);
      Optional<Function> function =
          Stream.of(Function.values()).filter(f -> f.toString().equalsIgnoreCase(name)).findFirst();
      if (function.isEmpty()) {
        if (name.length() > 1 && peek() == '(' && !CONSTANTS.containsKey(name)) {
          throw refuse(
              "there is no function " + name + "; known are " + List.of(Function.values()));
        }
        return new Name(name);
      }
      if (peek() != '(') {
        throw unexpected("'(' after " + name);
      }
      return new Call(function.get(), parenthesized());
    }

    /** The next character that is no space, or 0 at the end. */
    private char peek() {
      while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
        position++;
      }
      return position < text.length() ? text.charAt(position) : 0;
    }

    private ToolException unexpected(String expected) {
      String found = peek() == 0 ? "the end" : "'" + text.charAt(position) + "'";
      return refuse(
          "expected "
              + expected
              + " at position "
              + (position + 1)
              + " of \""
              + text
              + "\", found "
              + found);
    }
  }

  // ---------------------------------------------------------------- numerics

  /**
   * Adaptive quadrature: the interval with the largest error is halved until the sum of errors is
   * small enough.
   */
  private static final class Quadrature {
    // Nodes of the 15-point Kronrod rule with its weights; every second node belongs to the 7-point
    // Gauss rule.
    private static final double[] NODES = {
      0.9914553711208126, 0.9491079123427585,
      0.8648644233597691, 0.7415311855993945,
      0.5860872354676911, 0.4058451513773972,
      0.20778495500789848, 0
    };
    private static final double[] KRONROD = {
      0.022935322010529224, 0.06309209262997856,
      0.10479001032225019, 0.14065325971552592,
      0.1690047266392679, 0.19035057806478542,
      0.20443294007529889, 0.20948214108472782
    };
    private static final double[] GAUSS = {
      0.1294849661688697, 0.27970539148927664,
      0.3818300505051189, 0.4179591836734694
    };
    private final DoubleUnaryOperator f;
    private final String shown;
    private int evaluations;

    Quadrature(DoubleUnaryOperator f, String shown) {
      this.f = f;
      this.shown = shown;
    }

    private record Part(double from, double to, double value, double error) {}

    Integral integrate(double from, double to, double tolerance) {
      PriorityQueue<Part> parts =
          new PriorityQueue<>(Comparator.comparingDouble(Part::error).reversed());
      parts.add(part(from, to));
      while (true) {
        double value = parts.stream().mapToDouble(Part::value).sum();
        double error = parts.stream().mapToDouble(Part::error).sum();
        // Below the rounding of the sum itself no halving helps.
        if (error <= Math.max(tolerance * Math.abs(value), 1e-14)) {
          return new Integral(value, error, evaluations);
        }
        if (parts.size() >= MAX_INTERVALS) {
          throw new ToolException(
              422,
              "no_convergence",
              "the integral of "
                  + shown
                  + " from "
                  + from
                  + " to "
                  + to
                  + " does not converge (about "
                  + value
                  + " +- "
                  + error
                  + "); raise 'tolerance', split the interval, or check for a pole inside it");
        }
        Part worst = parts.remove();
        double middle = worst.from() + (worst.to() - worst.from()) / 2;
        parts.add(part(worst.from(), middle));
        parts.add(part(middle, worst.to()));
      }
    }

    private Part part(double from, double to) {
      double half = (to - from) / 2;
      double centre = from + half;
      double kronrod = at(centre) * KRONROD[7];
      double gauss = at(centre) * GAUSS[3];
      for (int i = 0; i < 7; i++) {
        double pair = at(centre - half * NODES[i]) + at(centre + half * NODES[i]);
        kronrod += pair * KRONROD[i];
        gauss += i % 2 == 1 ? pair * GAUSS[i / 2] : 0;
      }
      return new Part(from, to, kronrod * half, Math.abs((kronrod - gauss) * half));
    }

    private double at(double x) {
      evaluations++;
      double y = f.applyAsDouble(x);
      if (!Double.isFinite(y)) {
        throw new ToolException(
            422, "undefined", shown + " has no finite value at " + x + "; choose bounds around it");
      }
      return y;
    }
  }

  /**
   * Looks at a grid: a change of sign is narrowed down by Brent's method, a slope's change of sign
   * may touch zero.
   */
  private static final class RootFinder {
    private static final BrentSolver BRENT = new BrentSolver(1e-14, 1e-14, 1e-300);

    static Roots find(DoubleUnaryOperator f, DoubleUnaryOperator slope, double from, double to) {
      TreeSet<Double> roots = new TreeSet<>();
      double step = (to - from) / GRID;
      double left = from;
      double scale = 0;
      for (int i = 0; i <= GRID; i++) {
        double y = Math.abs(f.applyAsDouble(from + i * step));
        scale = Double.isFinite(y) ? Math.max(scale, Math.min(y, 1)) : scale;
      }
      for (int i = 1; i <= GRID && roots.size() <= MAX_ROOTS; i++) {
        double right = i == GRID ? to : from + i * step;
        search(f, slope, left, right, scale, roots);
        left = right;
      }
      boolean more = roots.size() > MAX_ROOTS;
      return new Roots(roots.stream().limit(MAX_ROOTS).toList(), more);
    }

    private static void search(
        DoubleUnaryOperator f,
        DoubleUnaryOperator slope,
        double left,
        double right,
        double scale,
        Set<Double> roots) {
      double a = f.applyAsDouble(left);
      double b = f.applyAsDouble(right);
      double inset = (right - left) * 1e-9;
      if (Double.isInfinite(a) || Double.isInfinite(b)) {
        // A pole on the grid: what is beside it can be compared.
        double from = Double.isInfinite(a) ? left + inset : left;
        double to = Double.isInfinite(b) ? right - inset : right;
        a = f.applyAsDouble(from);
        b = f.applyAsDouble(to);
        if (Double.isInfinite(a) || Double.isInfinite(b)) {
          return;
        }
        left = from;
        right = to;
      }
      if (a == 0 || b == 0) {
        if (a == 0) {
          roots.add(left + 0.0);
        }
        if (b == 0) {
          roots.add(right + 0.0);
        }
      } else if (Math.signum(a) * Math.signum(b) < 0) {
        double root = BRENT.findRoot(f, left, right);
        // Towards a pole the values grow, towards a zero they vanish.
        if (Math.abs(f.applyAsDouble(root)) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))) {
          roots.add(root);
        }
      } else if (slope.applyAsDouble(left) * slope.applyAsDouble(right) < 0) {
        double extreme = BRENT.findRoot(slope, left, right);
        if (Math.abs(f.applyAsDouble(extreme)) <= 1e-12 * scale) {
          roots.add(extreme);
        }
      }
    }
  }
}
