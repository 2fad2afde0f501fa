package dev.reveille.simulation;

import static dev.reveille.simulation.Time.MILLI;
import static dev.reveille.simulation.Time.SECOND;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Lease;
import dev.reveille.simulation.Exchange.Attempted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Everybody there is, and the network between them. */
final class World {
  private static final long HELLO_TIMEOUT = SECOND;
  private static final long API_TIMEOUT = 2 * SECOND;
  private static final long CONNECT_TIMEOUT = 2 * SECOND;

  private final Setting setting;
  private final long calmFrom;
  private final Sabotage sabotage;
  private final Dice dice;
  private final Agenda agenda;
  private final Rules rules;
  private final Cluster cluster;
  private final Party kubelet = new Party("kubelet");
  private final List<ActivatorHost> activators = new ArrayList<>();
  private final List<OperatorHost> operators = new ArrayList<>();
  private final Map<Happening.Call, App> calls = new HashMap<>();
  private final Map<String, Long> cuts = new HashMap<>();
  private int numbers;

  World(Plan plan, Sabotage sabotage, boolean traced) {
    this.setting = plan.setting();
    this.calmFrom = plan.calmFrom();
    this.sabotage = sabotage;
    this.dice = new Dice(~setting.seed());
    this.agenda = new Agenda(traced);
    this.rules = new Rules(this);
    this.cluster = new Cluster(this);
  }

  void begin() {
    cluster.begin();
    for (int i = 0; i < setting.activators(); i++) {
      activators.add(new ActivatorHost(this, i));
      activators.getLast().start();
    }
    newOperator();
  }

  /** One leads at a time. */
  void newOperator() {
    if (!operators.isEmpty() && operator().alive && operator().leads) {
      return;
    }
    operators.add(new OperatorHost(this, "operator-" + operators.size()));
    operators.getLast().start();
  }

  Setting setting() {
    return setting;
  }

  Sabotage sabotage() {
    return sabotage;
  }

  Dice dice() {
    return dice;
  }

  Agenda agenda() {
    return agenda;
  }

  Rules rules() {
    return rules;
  }

  Cluster cluster() {
    return cluster;
  }

  Party kubelet() {
    return kubelet;
  }

  long now() {
    return agenda.now();
  }

  int number() {
    return ++numbers;
  }

  void tell(Supplier<String> what) {
    agenda.tell(what);
  }

  boolean isCalm() {
    return now() >= calmFrom;
  }

  List<ActivatorHost> activators() {
    return activators;
  }

  OperatorHost operator() {
    return operators.getLast();
  }

  List<OperatorHost> operators() {
    return operators;
  }

  // ── who knows whom ──

  /** Their pods live on when their processes die. */
  List<ActivatorHost> knownActivators() {
    return activators;
  }

  List<String> peersOf(ActivatorHost self) {
    return activators.stream().filter(each -> each != self).map(each -> each.name).toList();
  }

  ActivatorHost activator(String name) {
    return activators.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  // ── delays and losses ──

  long watchDelay() {
    return dice.around(setting.watchDelay());
  }

  long apiDelay() {
    return dice.around(3 * MILLI + (isCalm() || !dice.chance(0.05) ? 0 : SECOND));
  }

  long lag() {
    return dice.below(setting.lag() + 1);
  }

  private long delay() {
    return dice.around(setting.delay());
  }

  private boolean lost(Party from, Party to) {
    return isCut(from, to) || (!isCalm() && dice.chance(setting.loss()));
  }

  void cut(Party one, Party other, long length) {
    cuts.put(one.name + other.name, now() + length);
    cuts.put(other.name + one.name, now() + length);
  }

  private boolean isCut(Party one, Party other) {
    return !cuts.isEmpty() && cuts.getOrDefault(one.name + other.name, 0L) > now();
  }

  void heal() {
    cuts.clear();
    cluster.awayUntil = 0;
  }

  // ── questions and answers ──

  /** Asks over the network; empty when no answer came in time. */
  <T> void ask(
      Party from, Party to, long timeout, Supplier<T> handler, Consumer<Optional<T>> then) {
    Question<T> question = new Question<>(from, to, then);
    agenda.after(timeout, from, () -> question.answered(Optional.empty()));
    if (!to.alive) {
      agenda.after(delay(), from, () -> question.answered(Optional.empty()));
      return;
    }
    if (lost(from, to)) {
      return;
    }
    agenda.after(delay(), to, () -> question.handle(handler));
    if (!isCalm() && dice.chance(setting.doubled())) {
      agenda.after(
          2 * delay() + dice.below(SECOND),
          to,
          () -> {
            var _ = handler.get();
          });
    }
  }

  /** One question; answered once. */
  private final class Question<T> {
    private final Party from;
    private final Party to;
    private final Consumer<Optional<T>> then;
    private boolean over;

    Question(Party from, Party to, Consumer<Optional<T>> then) {
      this.from = from;
      this.to = to;
      this.then = then;
    }

    void handle(Supplier<T> handler) {
      T answer = handler.get();
      if (!lost(to, from)) {
        agenda.after(delay(), from, () -> answered(Optional.of(answer)));
      }
    }

    void answered(Optional<T> answer) {
      if (!over) {
        over = true;
        then.accept(answer);
      }
    }
  }

  /** Asks whatever process listens at that address. */
  <T> void visit(
      Party from,
      String host,
      long timeout,
      Function<ModelProcess, T> handler,
      Consumer<Optional<T>> then) {
    Optional<ModelProcess> process = cluster.pods.at(host);
    if (process.isEmpty()) {
      agenda.after(delay(), from, () -> then.accept(Optional.empty()));
    } else {
      ask(from, process.get(), timeout, () -> handler.apply(process.get()), then);
    }
  }

  /** Through the Service: to any activator. */
  void greet(ModelProcess from, ToIntFunction<ActivatorHost> say, Consumer<Integer> then) {
    ActivatorHost to = activators.get(dice.below(activators.size()));
    ask(from, to, HELLO_TIMEOUT, () -> say.applyAsInt(to), answer -> then.accept(answer.orElse(0)));
  }

  /** A call of the API; empty: an error or no answer, whether it was done or not. */
  <T> void api(Party from, Supplier<T> request, Consumer<Optional<T>> then) {
    Question<T> question = new Question<>(from, kubelet, then);
    agenda.after(API_TIMEOUT, from, () -> question.answered(Optional.empty()));
    // Whoever stands still between deciding and sending sends late.
    agenda.after(
        MILLI / 10, from, () -> agenda.after(apiDelay(), kubelet, () -> answer(question, request)));
  }

  private <T> void answer(Question<T> question, Supplier<T> request) {
    if (!cluster.isAway()) {
      T answer = request.get();
      if (isCalm() || !dice.chance(setting.loss())) {
        agenda.after(delay(), question.from, () -> question.answered(Optional.of(answer)));
      }
    }
  }

  // ── requests ──

  void call(Happening.Call call) {
    ActivatorHost host = activators.get(call.activator());
    App app = cluster.app(call.endpoint());
    if (!host.alive) {
      return; // its client never got through: it was not accepted
    }
    agenda.after(
        delay(),
        host,
        () -> {
          Optional<Endpoint> endpoint = host.endpoint(app.name);
          if (endpoint.isPresent()) {
            calls.put(call, cluster.ever(endpoint.get().uid()));
            tell(() -> "call " + call.number() + " for " + endpoint.get().uid() + " at " + host);
            new Exchange(this, host, endpoint.get(), call).start();
          }
        });
  }

  /** Whose call it is; null: it was not accepted. */
  App appOf(Happening.Call call) {
    return calls.get(call);
  }

  boolean isAccepted(Happening.Call call) {
    return calls.containsKey(call);
  }

  /** Sends a request to a backend, and tells the exchange what came of it. */
  void forward(Exchange exchange, ActivatorHost host, Backend backend) {
    Lease lease = exchange.lease();
    Optional<ModelProcess> there = cluster.pods.at(backend.host());
    tell(
        () ->
            "call "
                + exchange.call().number()
                + " goes to "
                + backend.host()
                + " for "
                + backend.instance()
                + there.map(each -> ", " + each.instance).orElse(", nobody"));
    if (there.isEmpty()) {
      long heard = cluster.pods.isLost(backend.host()) ? CONNECT_TIMEOUT : delay();
      agenda.after(heard, host, () -> exchange.result(Attempted.NOT_SENT, lease));
      return;
    }
    ModelProcess process = there.get();
    if (lost(host, process)) {
      agenda.after(CONNECT_TIMEOUT, host, () -> exchange.result(Attempted.NOT_SENT, lease));
      return;
    }
    long takes = delay();
    ModelProcess.Coming coming =
        new ModelProcess.Coming(now() + takes, result -> back(exchange, host, lease, result));
    process.expect(coming);
    agenda.after(
        takes, process, () -> exchange.begun(process.handle(exchange, backend.instance(), coming)));
  }

  private void back(
      Exchange exchange, ActivatorHost host, Lease lease, ModelProcess.Result result) {
    Attempted attempted =
        switch (result) {
          case ANSWERED ->
              !isCalm() && dice.chance(setting.loss()) ? Attempted.BROKE : Attempted.ANSWERED;
          case UNEXECUTED -> Attempted.UNEXECUTED;
          case UNHEARD -> Attempted.NOT_SENT;
          case BROKE -> Attempted.BROKE;
        };
    agenda.after(delay(), host, () -> exchange.result(attempted, lease));
  }
}
