package dev.reveille.e2e.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reveille.e2e.tidy.Checkout.Source;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Plain scanning of the sources; a finding names file and line. */
class TidyTest {
  /** Module → packages of ours that it may import, besides its own. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "crds", Set.of(),
          "operator", Set.of("crds"),
          "activator", Set.of("crds"),
          "model-server", Set.of(),
          "simulation", Set.of("crds", "operator", "activator", "modelserver"),
          "e2e", Set.of("crds"));

  private static final int LONGEST_FILE = 300;
  private static final int LONGEST_TEST = 400; // tables may be long
  private static final Pattern OUR_IMPORT =
      Pattern.compile("import (?:static )?dev\\.reveille\\.([a-z0-9]+)\\..*");
  private static final Pattern BANNED_NAME =
      Pattern.compile(".*(Utils?|Manager|Helper|Impl|Data)\\.java|Abstract.*\\.java");
  private static final Pattern BANNED_CODE =
      Pattern.compile(
          "Thread\\.sleep\\(|@Disabled|\\bT" + "ODO\\b|\\bF" + "IXME\\b|lombok|springframework");
  private static final Pattern MAKE_TARGET = Pattern.compile("`make ([a-z][-a-z0-9]*)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @Test
  void modulesImportOnlyWhatTheyMay() {
    List<String> findings = new ArrayList<>();
    for (Source source : Checkout.java()) {
      String own = source.module().replace("-", "");
      for (String line : source.lines()) {
        Matcher matcher = OUR_IMPORT.matcher(line);
        if (matcher.matches()
            && !matcher.group(1).equals(own)
            && !MAY_IMPORT.get(source.module()).contains(matcher.group(1))) {
          findings.add(source.path() + ": " + line);
        }
      }
    }
    assertEquals(List.of(), findings, "the dependency rule of ARCHITECTURE.md");
  }

  @Test
  void namesSayWhatAThingIs() {
    List<String> findings =
        Checkout.java().stream()
            .filter(source -> BANNED_NAME.matcher(source.name()).matches())
            .map(Source::path)
            .toList();
    assertEquals(List.of(), findings, "no Utils, Manager, Helper, Impl, Abstract, Data");
  }

  @Test
  void filesFitInTheHead() {
    List<String> findings =
        Checkout.java().stream()
            .filter(
                source -> source.lines().size() > (source.isTest() ? LONGEST_TEST : LONGEST_FILE))
            .map(source -> source.path() + ": " + source.lines().size() + " lines")
            .toList();
    assertEquals(
        List.of(),
        findings,
        "split files past " + LONGEST_FILE + " lines, tests past " + LONGEST_TEST);
  }

  @Test
  void nothingSleepsIsDisabledOrLeftOver() {
    List<String> findings = new ArrayList<>();
    for (Source source : Checkout.java()) {
      if (source.name().equals("TidyTest.java")) {
        continue;
      }
      for (int i = 0; i < source.lines().size(); i++) {
        if (BANNED_CODE.matcher(source.lines().get(i)).find()) {
          findings.add(source.path() + ":" + (i + 1) + ": " + source.lines().get(i).strip());
        }
      }
    }
    assertEquals(List.of(), findings);
  }

  @Test
  void everyTypeSaysInOneLineWhatItIs() {
    List<String> findings = new ArrayList<>();
    Pattern type =
        Pattern.compile(
            "^(public |abstract |final |sealed |non-sealed )*(class|record|interface|enum) .*");
    for (Source source : Checkout.java()) {
      if (source.isTest()) {
        continue;
      }
      boolean documented = source.text().contains("/**");
      boolean declares = source.lines().stream().anyMatch(line -> type.matcher(line).matches());
      if (declares && !documented) {
        findings.add(source.path());
      }
    }
    assertEquals(List.of(), findings, "a type without a line that says what it is");
  }

  @Test
  void packagesAreNullMarked() {
    List<String> findings = new ArrayList<>();
    for (Source source : Checkout.java()) {
      if (!source.isTest() && !source.name().equals("package-info.java")) {
        var info = Checkout.ROOT.resolve(source.path()).resolveSibling("package-info.java");
        if (!Files.exists(info) || !Checkout.read(info).text().contains("@NullMarked")) {
          findings.add(source.path());
        }
      }
    }
    assertEquals(List.of(), findings, "a package-info.java with @NullMarked beside each");
  }

  @Test
  void docsNameMakeTargetsThatExist() {
    String makefile = Checkout.read(Checkout.ROOT.resolve("Makefile")).text();
    List<String> findings = new ArrayList<>();
    for (Source doc : Checkout.markdown()) {
      Matcher matcher = MAKE_TARGET.matcher(doc.text());
      while (matcher.find()) {
        if (!makefile.contains("\n" + matcher.group(1) + ":")) {
          findings.add(doc.path() + ": make " + matcher.group(1));
        }
      }
    }
    assertEquals(List.of(), findings);
  }

  @Test
  void linksInTheDocsLeadSomewhere() {
    List<String> findings = new ArrayList<>();
    for (Source doc : Checkout.markdown()) {
      Matcher matcher = LINK.matcher(doc.text());
      while (matcher.find()) {
        var target = Checkout.ROOT.resolve(doc.path()).resolveSibling(matcher.group(1)).normalize();
        if (!Files.exists(target)) {
          findings.add(doc.path() + ": " + matcher.group(1));
        }
      }
    }
    assertEquals(List.of(), findings);
  }

  @Test
  void theSourcesAreThere() {
    assertFalse(Checkout.java().isEmpty(), "nothing was scanned");
  }
}
