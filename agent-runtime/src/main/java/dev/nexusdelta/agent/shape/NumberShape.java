package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers of every Java type. 3.0 is an integer, as JSON Schema has it. */
final class NumberShape implements Shape {
  /** 1e999999999 is short to write and would be long to hold. */
  private static final int MAX_EXPONENT = 1000;

  private final Class<?> type;
  private final boolean integral;
  private final double min;
  private final double max;

  /**
   * @param type wrapper class, BigInteger, BigDecimal or Number
   */
  NumberShape(Class<?> type, Notes notes) {
    this.type = type;
    this.integral = isIntegral(type);
    this.min = notes.min();
    this.max = notes.max();
  }

  static boolean isIntegral(Class<?> type) {
    return type == Integer.class
        || type == Long.class
        || type == Short.class
        || type == Byte.class
        || type == BigInteger.class;
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    if (!is(JsonReader.Kind.NUMBER, in, faults)) {
      return null;
    }
    Number number = type == Double.class ? (Number) in.decimal() : in.number();
    double size = number.doubleValue();
    if (size < min || size > max) {
      faults.add(
          in.pointer(), "must be " + Limit.words(min, max) + ", not " + Excerpt.of(in.string()));
      return null;
    }
    try {
      return convert(number);
    } catch (ArithmeticException e) {
      faults.add(in.pointer(), "must be " + words() + range() + ", not " + Excerpt.of(in.string()));
      return null;
    }
  }

  private Object convert(Number number) {
    if (type == Double.class || type == Float.class) {
      return floating(number.doubleValue());
    }
    if (type == Number.class) {
      return number;
    }
    if (type == Integer.class && number instanceof Integer) {
      return number;
    }
    BigDecimal exact = exact(number);
    if (type == BigDecimal.class) {
      return exact;
    }
    BigInteger integer = exact.toBigIntegerExact();
    if (type == BigInteger.class) {
      return integer;
    }
    if (type == Long.class) {
      return integer.longValueExact();
    }
    if (type == Integer.class) {
      return integer.intValueExact();
    }
    return type == Short.class ? (Object) integer.shortValueExact() : integer.byteValueExact();
  }

  private Object floating(double value) {
    boolean tooLarge =
        type == Float.class ? Float.isInfinite((float) value) : Double.isInfinite(value);
    if (tooLarge) {
      throw new ArithmeticException("out of range");
    }
    return type == Float.class ? (Object) (float) value : value;
  }

  private static BigDecimal exact(Number number) {
    if (number instanceof BigDecimal decimal) {
      if (Math.abs((long) decimal.scale()) > MAX_EXPONENT) {
        throw new ArithmeticException("exponent out of range");
      }
      return decimal;
    }
    if (number instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    return number instanceof Double decimal
        ? BigDecimal.valueOf(decimal)
        : BigDecimal.valueOf(number.longValue());
  }

  private String range() {
    if (type == Integer.class) {
      return " of 32 bits";
    }
    if (type == Long.class) {
      return " of 64 bits";
    }
    if (type == Short.class) {
      return " of 16 bits";
    }
    return type == Byte.class ? " of 8 bits" : " in the range of " + type.getSimpleName();
  }

  @Override
  public void write(JsonWriter out, Object value) {
    if (value instanceof Double number) {
      out.number(number.doubleValue());
    } else if (value instanceof Float number) {
      out.number(number.floatValue());
    } else if (value instanceof BigDecimal number) {
      out.number(number);
    } else if (value instanceof BigInteger number) {
      out.number(number);
    } else {
      out.number(((Number) value).longValue());
    }
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type(integral ? "integer" : "number");
    if (min != Double.NEGATIVE_INFINITY) {
      out.limit("minimum", min);
    }
    if (max != Double.POSITIVE_INFINITY) {
      out.limit("maximum", max);
    }
  }

  @Override
  public String words() {
    return integral ? "an integer" : "a number";
  }
}
