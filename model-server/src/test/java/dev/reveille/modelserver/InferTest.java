package dev.reveille.modelserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Open Inference Protocol and the plain prediction, with real models. */
class InferTest {
  private static final String INFER = "/v2/models/model/infer";

  private static Running addOne;
  private static Running two;
  private static Running types;

  @BeforeAll
  static void start() throws Exception {
    addOne = Running.serving("add-one");
    two = Running.serving("sum-difference");
    types = Running.serving("types");
  }

  @AfterAll
  static void stop() {
    addOne.close();
    two.close();
    types.close();
  }

  @Test
  void anInferenceIsAnsweredWithIdAndOutputs() throws Exception {
    HttpResponse<String> response =
        addOne.post(
            INFER,
            """
            {"id": "a7", "parameters": {"p": [1, {}]}, "inputs": [{"data": [[1, 2], [3, 4]],
             "shape": [2, 2], "name": "x", "datatype": "FP32", "parameters": {"q": 1}}],
             "outputs": [{"parameters": {}, "name": "y"}]}
            """);
    assertEquals(
        "{\"model_name\":\"model\",\"model_version\":\"1\",\"id\":\"a7\","
            + "\"parameters\":{\"p\": [1, {}]},\"outputs\":[{\"name\":\"y\","
            + "\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[2.0,3.0,4.0,5.0]}]}",
        response.body());
    assertEquals(200, response.statusCode());
    assertEquals("instance-1", response.headers().firstValue(Wire.INSTANCE).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bool  | BOOL  | [true, false]                | [true,false]
          uint8 | UINT8 | [0, 255]                     | [0,255]
          int8  | INT8  | [-128, 127]                  | [-128,127]
          int16 | INT16 | [-32768, 7]                  | [-32768,7]
          int32 | INT32 | [-2147483648, 7]             | [-2147483648,7]
          int64 | INT64 | [9007199254740993, -1]       | [9007199254740993,-1]
          fp16  | FP16  | [0.5, -2]                    | [0.5,-2.0]
          bf16  | BF16  | [0.5, -2]                    | [0.5,-2.0]
          fp32  | FP32  | [0.1, "NaN"]                 | [0.1,"NaN"]
          fp64  | FP64  | [0.1, 1e300]                 | [0.1,1.0E300]
          bytes | BYTES | ["é", ""]                    | ["é",""]
          """)
  void everyTypeComesBackAsItWasSent(String name, String type, String data, String answer)
      throws Exception {
    StringBuilder inputs = new StringBuilder();
    for (String other : "bool uint8 int8 int16 int32 int64 fp16 bf16 fp32 fp64 bytes".split(" ")) {
      String value = other.equals(name) ? data : other.equals("bytes") ? "[\"a\"]" : "[1]";
      inputs.append(inputs.isEmpty() ? "" : ",");
      inputs.append("{\"name\":\"").append(other).append("\",\"datatype\":\"");
      inputs.append(other.toUpperCase(java.util.Locale.ROOT)).append("\",\"shape\":[");
      inputs.append(other.equals(name) ? 2 : 1).append("],\"data\":").append(value).append('}');
    }
    HttpResponse<String> response =
        types.post(
            INFER, "{\"inputs\":[" + inputs + "],\"outputs\":[{\"name\":\"" + name + "_out\"}]}");
    assertTrue(
        response
            .body()
            .endsWith("\"datatype\":\"" + type + "\",\"shape\":[2],\"data\":" + answer + "}]}"),
        response.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"inputs": [                                                              | not JSON
          []                                                                        | not a JSON object
          {}                                                                        | "inputs" is missing
          {"inputs":[{"name":"z"}]}                                                 | no input 'z'; it has [x]
          {"inputs":[{"name":"x","datatype":"INT64","shape":[1,1],"data":[1]}]}     | declared INT64, the model takes FP32
          {"inputs":[{"name":"x","datatype":"FP32","data":[1]}]}                    | no \\"shape\\"
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1]}]}                 | no \\"data\\"
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1]}]}      | 1 elements, its shape [1, 2] needs 2
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}        | has shape [1], the model takes [-1, -1]
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":["a"]}]}    | a string (\\"a\\") where a number belongs
          {"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[[1,2],[3]]}]} | rows of different lengths
          {"inputs":[{"name":"x","datatype":"FP32","shape":[-1,1],"data":[1]}]}     | which no tensor can have
          {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[1]}],"outputs":[{"name":"q"}]} | no output 'q'
          """)
  void badInputIsRefusedWithASentence(String body, String sentence) throws Exception {
    HttpResponse<String> response = addOne.post(INFER, body);
    assertEquals(400, response.statusCode(), response.body());
    assertTrue(
        response.body().contains(sentence.replace("\"inputs\" is", "\\\"inputs\\\" is")),
        response.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"data": [1, 2]}                    | [2.0,3.0]
          {"instances": [[1, 2], [3, 4]]}     | [[2.0,3.0],[4.0,5.0]]
          {"inputs": {"a": 1, "b": 2}}        | [2.0,3.0]
          {"data": [[5]], "model_name": "model"} | [6.0]
          {"data": {"x": [7, 8]}}             | [8.0,9.0]
          {"data": {"x": 7, "y": 8}}          | [8.0,9.0]
          {"data": [[1], [2]], "request_id": null} | [[2.0],[3.0]]
          """)
  void aPlainPredictionIsAnswered(String body, String predictions) throws Exception {
    HttpResponse<String> response = addOne.post("/predict", body, Wire.REQUEST_ID, "r1");
    assertTrue(
        response
            .body()
            .startsWith(
                "{\"status\":\"success\",\"predictions\":"
                    + predictions
                    + ",\"request_id\":\"r1\""),
        response.body());
    assertTrue(response.body().contains("\"latency_ms\":"), response.body());
    assertTrue(
        response.body().contains("\"model_version\":\"1\",\"timestamp\":\""), response.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | {}                                       | is missing
          400 | {"data": null}                           | null
          400 | {"data": ["a"]}                          | a string
          400 | {"data": [[[1]]]}                        | has shape
          400 | {"data": [[1, 2], [3]]}                  | rows of different lengths
          400 | {"data": [1, [2]]}                       | mixes numbers and lists
          400 | {"data": {"a": [1]}}                     | a list where a number belongs
          400 | {"data": [1], "model_name": 5            | not JSON
          404 | {"data": ["a"], "model_name": "other"}   | serves the model 'model'
          """)
  void aBadPredictionSaysWhy(int status, String body, String sentence) throws Exception {
    HttpResponse<String> response = addOne.post("/predict", body, Wire.REQUEST_ID, "r2");
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(response.body().startsWith("{\"status\":\"error\",\"message\":\""), response.body());
    assertTrue(response.body().contains(sentence), response.body());
    assertTrue(response.body().endsWith("\"request_id\":\"r2\"}"), response.body());
  }

  @Test
  void severalInputsAreNamedAndSeveralOutputsToo() throws Exception {
    HttpResponse<String> response =
        two.post("/predict", "{\"data\": {\"a\": [1, 2, 3], \"b\": [[1, 1, 1]]}}");
    assertTrue(
        response
            .body()
            .contains("\"predictions\":{\"sum\":[2.0,3.0,4.0],\"difference\":[0.0,1.0,2.0]}"),
        response.body());
  }

  @Test
  void severalInputsWithOtherNamesAreRefusedWithTheirNames() throws Exception {
    HttpResponse<String> response = two.post("/predict", "{\"data\": {\"a\": [1, 2, 3]}}");
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("with the names [a, b]"), response.body());
  }

  @Test
  void dataMayComeBeforeWhatItIs() throws Exception {
    HttpResponse<String> response =
        addOne.post(
            INFER,
            """
            {"inputs": [{"data": [1e-3, 0.1], "datatype": "FP32", "name": "x", "shape": [1, 2]}]}
            """);
    assertTrue(response.body().contains("\"data\":[1.001,1.1]"), response.body());
  }

  @Test
  void noRowsAreNoError() throws Exception {
    HttpResponse<String> response =
        addOne.post(
            INFER,
            """
            {"inputs": [{"name": "x", "datatype": "FP32", "shape": [0, 2], "data": []}]}
            """);
    assertTrue(response.body().contains("\"shape\":[0,2],\"data\":[]"), response.body());
  }

  @Test
  void aRequestIdOfTheBodyIsAnsweredEvenWithAnError() throws Exception {
    HttpResponse<String> response =
        addOne.post("/predict", "{\"request_id\": \"b1\", \"data\": \"x\"}");
    assertTrue(response.body().endsWith("\"request_id\":\"b1\"}"), response.body());
    assertTrue(response.headers().firstValue(Wire.REQUEST_ID).isPresent());
  }

  @Test
  void requestsAreLoggedAsJsonWithTheirId() throws Exception {
    addOne.post("/predict", "{\"data\": [1]}", Wire.REQUEST_ID, "logged-\"1");
    addOne.awaitLog("\"request_id\":\"logged-");
  }

  @Test
  void metadataNamesInputsAndOutputs() throws Exception {
    assertEquals(
        "{\"name\":\"model\",\"versions\":[\"1\"],\"platform\":\"onnxruntime_onnx\",\"inputs\":[{"
            + "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,-1]}],\"outputs\":[{\"name\":\"y\","
            + "\"datatype\":\"FP32\",\"shape\":[-1,-1]}]}",
        addOne.get("/v2/models/model").body());
    assertEquals(200, addOne.get("/v2/models/model/versions/1/ready").statusCode());
    assertEquals(200, addOne.get("/v2/health/ready").statusCode());
    assertEquals(
        "{\"name\":\"model\",\"ready\":true}", addOne.get("/v2/models/model/ready").body());
    assertEquals("{\"live\":true}", addOne.get("/v2/health/live").body());
    assertTrue(addOne.get("/v2").body().startsWith("{\"name\":\"reveille-model-server\""));
    assertEquals(200, addOne.get("/v2/models/m%6Fdel/versions/1").statusCode());
    assertEquals(404, addOne.get("/v2/models/model/versions/2").statusCode());
    assertEquals(404, addOne.get("/v2/models/model2/ready").statusCode());
    assertEquals(404, addOne.get("/v2/models/other").statusCode());
    assertEquals(405, addOne.get(INFER).statusCode());
  }

  @Test
  void aRequestForAnotherInstanceIsRefusedUnexecuted() throws Exception {
    HttpResponse<String> response = addOne.post(INFER, "{}", Wire.INSTANCE, "instance-2");
    assertEquals(421, response.statusCode());
    assertEquals("true", response.headers().firstValue(Wire.UNEXECUTED).orElseThrow());
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    String body = "{\"data\": [" + "1,".repeat(5 << 20) + "1]}";
    assertEquals(413, addOne.post("/predict", body).statusCode());
  }

  @Test
  void metricsCountWhatWasAnswered() throws Exception {
    addOne.post("/predict", "{\"data\": [1]}");
    String text = addOne.get("/metrics").body();
    assertTrue(text.contains("reveille_model_requests_total{path=\"predict\",code=\"200\"}"), text);
    assertTrue(text.contains("reveille_model_start_seconds{step=\"warm\"}"), text);
  }
}
