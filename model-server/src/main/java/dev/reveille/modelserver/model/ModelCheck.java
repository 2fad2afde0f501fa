package dev.reveille.modelserver.model;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through the skeleton of an untrusted ONNX file before ONNX Runtime does (onnx.proto of
 * github.com/onnx/onnx): whatever makes the runtime open other files, load other code or allocate
 * absurdly is refused.
 */
final class ModelCheck {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

  /**
   * Domains in which ONNX Runtime has operators of its own: no function of a model may claim one.
   */
  private static final String[] RESERVED = {"ai.onnx", "com.microsoft", "com.ms."};

  private static final int DEEPEST = 32;
  private static final int EXTERNAL = 1;

  /** The smallest element types, of 2 bits, put four into a byte. */
  private static final int MOST_ELEMENTS_PER_BYTE = 4;

  /** "ORTM" at byte 4 makes the runtime read another format, whatever else the file parses as. */
  private static final int ORT_FORMAT_MARK = 0x4f52544d;

  private final Set<String> localDomains = new HashSet<>();

  private ModelCheck() {}

  /** Why the model is refused; empty when it may be loaded. */
  static Optional<String> refusal(ByteBuffer bytes) {
    if (bytes.limit() >= 8 && bytes.getInt(4) == ORT_FORMAT_MARK) {
      return Optional.of("the model is in ORT format; this server takes ONNX files");
    }
    try {
      ModelCheck check = new ModelCheck();
      check.functionDomains(new Protobuf(bytes, 0, bytes.limit()));
      check.model(new Protobuf(bytes, 0, bytes.limit()));
      return Optional.empty();
    } catch (Protobuf.Malformed e) {
      return Optional.of("not an ONNX model: " + e.getMessage());
    } catch (Refused e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** A model that parses but asks for what we do not give. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private void functionDomains(Protobuf model) {
    for (int field = model.next(); field != 0; field = model.next()) {
      if (field == 25) {
        Protobuf function = model.message();
        for (int inner = function.next(); inner != 0; inner = function.next()) {
          if (inner == 10) {
            localDomains.add(local(function.text(256)));
          }
        }
      }
    }
  }

  private static String local(String domain) {
    for (String reserved : RESERVED) {
      if (domain.startsWith(reserved)) {
        throw new Refused("the model defines functions in the reserved domain '" + domain + "'");
      }
    }
    return domain;
  }

  private void model(Protobuf model) {
    boolean graph = false;
    for (int field = model.next(); field != 0; field = model.next()) {
      switch (field) {
        case 7 -> {
          graph(model.message(), 0);
          graph = true;
        }
        case 8 -> opset(model.message());
        case 20 ->
            throw new Refused("the model carries training information; export it for inference");
        case 25 -> function(model.message());
        default -> {}
      }
    }
    if (!graph) {
      throw new Refused("not an ONNX model: it has no graph");
    }
  }

  private void opset(Protobuf opset) {
    for (int field = opset.next(); field != 0; field = opset.next()) {
      if (field == 1) {
        domain(opset.text(256));
      }
    }
  }

  private void function(Protobuf function) {
    for (int field = function.next(); field != 0; field = function.next()) {
      switch (field) {
        case 7 -> node(function.message(), 1);
        case 9 -> opset(function.message());
        case 11 -> attribute(function.message(), 1);
        default -> {}
      }
    }
  }

  private void graph(Protobuf graph, int depth) {
    if (depth > DEEPEST) {
      throw new Refused("the model's graphs are nested deeper than " + DEEPEST);
    }
    for (int field = graph.next(); field != 0; field = graph.next()) {
      switch (field) {
        case 1 -> node(graph.message(), depth);
        case 5 -> tensor(graph.message());
        case 15 -> throw sparse();
        default -> {}
      }
    }
  }

  private void node(Protobuf node, int depth) {
    for (int field = node.next(); field != 0; field = node.next()) {
      switch (field) {
        case 4 -> {
          if (node.text(64).equals("EPContext")) {
            throw new Refused("the model has an EPContext node, which reads other files");
          }
        }
        case 5 -> attribute(node.message(), depth);
        case 7 -> domain(node.text(256));
        default -> {}
      }
    }
  }

  private void attribute(Protobuf attribute, int depth) {
    for (int field = attribute.next(); field != 0; field = attribute.next()) {
      switch (field) {
        case 5, 10 -> tensor(attribute.message());
        case 6, 11 -> graph(attribute.message(), depth + 1);
        case 22, 23 -> throw sparse();
        default -> {}
      }
    }
  }

  /** A tensor carries its elements, so it cannot have many more of them than bytes. */
  private void tensor(Protobuf tensor) {
    long most = (long) tensor.length() * MOST_ELEMENTS_PER_BYTE;
    long elements = 1;
    for (int field = tensor.next(); field != 0; field = tensor.next()) {
      switch (field) {
        case 1 -> elements = times(elements, tensor);
        case 13 -> throw external();
        case 14 -> {
          // An enum is 32 bits wide: what lies above is not looked at by others either.
          if ((int) tensor.varint() == EXTERNAL) {
            throw external();
          }
        }
        default -> {}
      }
    }
    if (elements > most) {
      throw new Refused("a tensor of the model has a larger shape than it has data");
    }
  }

  /** The dimensions in the current field, packed or single, as factors. */
  private static long times(long elements, Protobuf dims) {
    if (!dims.isBytes()) {
      return times(elements, dims.varint());
    }
    long product = elements;
    for (Protobuf packed = dims.message(); !packed.atEnd(); ) {
      product = times(product, packed.packed());
    }
    return product;
  }

  private static long times(long elements, long dimension) {
    long product = elements * dimension;
    if (dimension < 0 || Math.multiplyHigh(elements, dimension) != 0 || product < 0) {
      throw new Refused("a tensor of the model has an absurd shape");
    }
    return product;
  }

  private void domain(String domain) {
    if (!DOMAINS.contains(domain) && !localDomains.contains(domain)) {
      throw new Refused(
          "the model uses operators of the domain '"
              + domain
              + "', which this server does not have");
    }
  }

  private static Refused sparse() {
    return new Refused("the model has sparse tensors; export it with dense ones");
  }

  private static Refused external() {
    return new Refused(
        "the model keeps tensors in other files (external data); export it as one self-contained file");
  }
}
