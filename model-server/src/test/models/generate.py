#!/usr/bin/env python3
"""Writes the small models that the tests serve, beside this file, and the one that pool pods rehearse with. Needs `pip install onnx numpy`."""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

HERE = pathlib.Path(__file__).parent


def save(name, nodes, inputs, outputs, initializers=(), opsets=(("", 17),), sparse=()):
    graph = h.make_graph(nodes, name, inputs, outputs, list(initializers), sparse_initializer=list(sparse))
    model = h.make_model(graph, opset_imports=[h.make_opsetid(d, v) for d, v in opsets], ir_version=8)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def value(name, dtype, shape):
    return h.make_tensor_value_info(name, dtype, shape)


ONE = numpy_helper.from_array(np.array(1, dtype=np.float32), "one")

# y = x + 1, rows and columns of any number
save("add-one", [h.make_node("Add", ["x", "one"], ["y"])],
     [value("x", T.FLOAT, ["rows", "columns"])], [value("y", T.FLOAT, ["rows", "columns"])], [ONE])

# two inputs, two outputs
save("sum-difference",
     [h.make_node("Add", ["a", "b"], ["sum"]), h.make_node("Sub", ["a", "b"], ["difference"])],
     [value("a", T.FLOAT, ["n", 3]), value("b", T.FLOAT, ["n", 3])],
     [value("sum", T.FLOAT, ["n", 3]), value("difference", T.FLOAT, ["n", 3])])

# every type that can be an input, echoed
TYPES = {"bool": T.BOOL, "uint8": T.UINT8, "int8": T.INT8, "int16": T.INT16, "int32": T.INT32, "int64": T.INT64,
         "fp16": T.FLOAT16, "bf16": T.BFLOAT16, "fp32": T.FLOAT, "fp64": T.DOUBLE, "bytes": T.STRING}
save("types", [h.make_node("Identity", [n], [f"{n}_out"]) for n in TYPES],
     [value(n, t, ["n"]) for n, t in TYPES.items()], [value(f"{n}_out", t, ["n"]) for n, t in TYPES.items()])

# unsigned outputs, which can be read though not given
save("unsigned-out",
     [h.make_node("Cast", ["x"], [f"u{b}"], to=t) for b, t in ((16, T.UINT16), (32, T.UINT32), (64, T.UINT64))],
     [value("x", T.INT64, ["n"])],
     [value(f"u{b}", t, ["n"]) for b, t in ((16, T.UINT16), (32, T.UINT32), (64, T.UINT64))])

# zeros of its declared shape, one element, make no pair: the warm-up fails, real input does not
save("pairs", [h.make_node("Reshape", ["x", "shape"], ["y"])],
     [value("x", T.FLOAT, ["n"])], [value("y", T.FLOAT, ["m", 2])],
     [numpy_helper.from_array(np.array([-1, 2], dtype=np.int64), "shape")])

# refused: an output that is a sequence
save("sequence-out", [h.make_node("SequenceConstruct", ["x"], ["y"])], [value("x", T.FLOAT, ["n"])],
     [h.make_tensor_sequence_value_info("y", T.FLOAT, ["n"])])

# refused: an input type that the Java API cannot make
save("uint16-in", [h.make_node("Identity", ["x"], ["y"])], [value("x", T.UINT16, ["n"])], [value("y", T.UINT16, ["n"])])

# refused: data in another file
external = T(name="w", data_type=T.FLOAT, dims=[1], data_location=T.EXTERNAL)
external.external_data.add(key="location", value="/etc/passwd")
save("external-data", [h.make_node("Add", ["x", "w"], ["y"])],
     [value("x", T.FLOAT, ["n"])], [value("y", T.FLOAT, ["n"])], [external])

# refused: sparse tensors
sparse = h.make_sparse_tensor(h.make_tensor("s", T.FLOAT, [1], [1.0]), h.make_tensor("i", T.INT64, [1], [0]), [4])
save("sparse", [h.make_node("Identity", ["x"], ["y"])], [value("x", T.FLOAT, ["n"])], [value("y", T.FLOAT, ["n"])],
     sparse=[sparse])

# refused: operators of an unknown domain
save("custom-domain", [h.make_node("Magic", ["x"], ["y"], domain="com.example")],
     [value("x", T.FLOAT, ["n"])], [value("y", T.FLOAT, ["n"])], opsets=(("", 17), ("com.example", 1)))


def rehearsal():
    """y = x + 1, and beside it layers as quantised transformers have them, so that what loads and runs those is loaded."""
    width, layers = 8, 6
    ramp = (np.arange(width * width) % 7 - 3).astype(np.int8).reshape(width, width)
    tensors = {"w0": np.ones((2, width), np.float32), "w": ramp, "zero": np.array(0, np.int8), "two": np.array(2, np.float32),
               "epsilon": np.array(1e-6, np.float32), "half": np.array(0.5, np.float32), "one": np.array(1, np.float32)}
    nodes = [h.make_node("Add", ["x", "one"], ["y"]), h.make_node("MatMul", ["y", "w0"], ["h0"])]
    for i in range(layers):
        def node(op, inputs, outputs, **attributes):
            nodes.append(h.make_node(op, [n if n in tensors or n[1:].isdigit() else f"{n}_{i}" for n in inputs],
                                     [n if n[1:].isdigit() else f"{n}_{i}" for n in outputs], **attributes))
        node("DynamicQuantizeLinear", [f"h{i}"], ["q", "scale", "point"])
        node("MatMulInteger", ["q", "w", "point", "zero"], ["product"])
        node("Cast", ["product"], ["floats"], to=T.FLOAT)
        node("Mul", ["floats", "scale"], ["scaled"])
        node("Div", ["scaled", "two"], ["halved"])
        node("Erf", ["halved"], ["erf"])
        node("Add", ["erf", "one"], ["erf1"])
        node("Mul", ["scaled", "erf1"], ["gated"])
        node("Mul", ["gated", "half"], ["gelu"])
        node("ReduceMean", ["gelu"], ["mean"], axes=[-1])
        node("Sub", ["gelu", "mean"], ["centred"])
        node("Pow", ["centred", "two"], ["squared"])
        node("ReduceMean", ["squared"], ["variance"], axes=[-1])
        node("Add", ["variance", "epsilon"], ["positive"])
        node("Sqrt", ["positive"], ["deviation"])
        node("Div", ["centred", "deviation"], ["normal"])
        node("Transpose", ["normal"], ["turned"], perm=[1, 0])
        node("MatMul", ["normal", "turned"], ["scores"])
        node("Softmax", ["scores"], ["weights"], axis=-1)
        node("MatMul", ["weights", "normal"], [f"h{i + 1}"])
    nodes.append(h.make_node("Identity", [f"h{layers}"], ["z"]))
    save("../../main/resources/rehearsal", nodes, [value("x", T.FLOAT, ["rows", 2])],
         [value("y", T.FLOAT, ["rows", 2]), value("z", T.FLOAT, ["rows", width])],
         [numpy_helper.from_array(a, n) for n, a in tensors.items()])


rehearsal()

# no model at all
(HERE / "corrupt.onnx").write_bytes(b"this is not an ONNX model, whatever its name says\n" * 4)
