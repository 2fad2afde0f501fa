package dev.reveille.modelserver.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A loaded model: its inputs and outputs, and running it. Safe for many threads at once. */
public final class Model {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final long fileBytes;
  private final Runnable closed;

  private Model(
      OrtEnvironment environment,
      OrtSession session,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      long fileBytes,
      Runnable closed) {
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
    this.fileBytes = fileBytes;
    this.closed = closed;
  }

  /** A model that cannot be served by this program although ONNX Runtime loads it. */
  static final class Unsupported extends Exception {
    private static final long serialVersionUID = 1L;

    Unsupported(String message) {
      super(message);
    }
  }

  /**
   * A model that was loaded from a file of so many bytes; {@code closed} is called when its session
   * reads them no more.
   */
  static Model of(OrtEnvironment environment, OrtSession session, long fileBytes, Runnable closed)
      throws OrtException, Unsupported {
    return new Model(
        environment,
        session,
        specs("input", session.getInputInfo().values()),
        specs("output", session.getOutputInfo().values()),
        fileBytes,
        closed);
  }

  private static List<TensorSpec> specs(String kind, Collection<NodeInfo> nodes)
      throws Unsupported {
    List<TensorSpec> specs = new ArrayList<>(nodes.size());
    for (NodeInfo node : nodes) {
      String named = kind + " '" + node.getName() + "'";
      if (!(node.getInfo() instanceof TensorInfo tensor)) {
        throw new Unsupported(
            named
                + " is a sequence or a map, not a tensor; export the model without it (for"
                + " scikit-learn: the option zipmap=False)");
      }
      @Nullable Datatype type = Datatype.of(tensor.onnxType);
      if (type == null || (kind.equals("input") && type.input() == null)) {
        throw new Unsupported(
            named
                + " is of type "
                + (type == null ? tensor.onnxType : type)
                + ", which ONNX Runtime's Java API cannot make; use a signed or a wider type");
      }
      specs.add(new TensorSpec(node.getName(), type, tensor.getShape()));
    }
    return List.copyOf(specs);
  }

  public List<TensorSpec> inputs() {
    return inputs;
  }

  public List<TensorSpec> outputs() {
    return outputs;
  }

  public long fileBytes() {
    return fileBytes;
  }

  /** ONNX Runtime's. */
  public String runtimeVersion() {
    return environment.getVersion();
  }

  public @Nullable TensorSpec input(String name) {
    for (TensorSpec spec : inputs) {
      if (spec.name().equals(name)) {
        return spec;
      }
    }
    return null;
  }

  /**
   * Runs the model; the caller's thread computes too.
   *
   * @param wanted names of the outputs; empty: all
   */
  public Map<String, Tensor> run(Map<String, Tensor> given, Set<String> wanted)
      throws BadTensor, OrtException {
    check(given, wanted);
    Map<String, OnnxTensor> onnx = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> entry : given.entrySet()) {
        onnx.put(entry.getKey(), entry.getValue().toOnnx(environment));
      }
      Set<String> names = wanted.isEmpty() ? session.getOutputNames() : wanted;
      try (OrtSession.Result result = session.run(onnx, new LinkedHashSet<>(names))) {
        Map<String, Tensor> answer = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
          answer.put(entry.getKey(), Tensor.ofOnnx((OnnxTensor) entry.getValue()));
        }
        return answer;
      }
    } finally {
      onnx.values().forEach(OnnxTensor::close);
    }
  }

  private void check(Map<String, Tensor> given, Set<String> wanted) throws BadTensor {
    for (TensorSpec spec : inputs) {
      Tensor tensor = given.get(spec.name());
      if (tensor == null) {
        throw new BadTensor("input '" + spec.name() + "' is missing");
      }
      String misfit = spec.misfit(tensor.shape());
      if (!misfit.isEmpty()) {
        throw new BadTensor("input '" + spec.name() + "' " + misfit);
      }
    }
    for (String name : wanted) {
      if (outputs.stream().noneMatch(output -> output.name().equals(name))) {
        throw new BadTensor("the model has no output '" + name + "'");
      }
    }
  }

  /** One run with zeros, so that the first caller does not pay for what the runtime does lazily. */
  void warmUp() throws BadTensor, OrtException {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (TensorSpec spec : inputs) {
      zeros.put(spec.name(), Tensor.zeros(spec));
    }
    run(zeros, Set.of());
  }

  /** Gives its memory back; only when nothing runs it any more. */
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session that does not close", e);
    }
    closed.run();
  }
}
