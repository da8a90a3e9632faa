import module java.base;
import module java.xml;

/**
 * The end of `mvn verify` and of ci/robustness: says which tests the run left out, and why, by the native build's list
 * of what is not installed and the reports of ctest and Surefire.
 *
 * Arguments: the project's folder; when the run began, because reports of earlier ones may still lie there; whether the
 * adapters to frameworks and the recipes were built.
 */
void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    Instant start = Instant.parse(arguments[1]);
    Path nativeBuild = project.resolve("java/core/target/native");

    List<String> leftOut = new ArrayList<>();
    Path sentences = nativeBuild.resolve("tests-left-out.txt");
    if (Files.exists(sentences)) {
        leftOut.addAll(Files.readAllLines(sentences));
    }
    if (!Boolean.parseBoolean(arguments[2])) {
        leftOut.add("The tests of the adapters to DJL, ND4J and PyTorch, and of the recipes, are left out: "
                + "add -Pframeworks to run them");
    }
    Map<String, Integer> counts = new TreeMap<>();
    for (Path report : reports(project, nativeBuild)) {
        if (!Files.getLastModifiedTime(report).toInstant().isBefore(start)) {
            countLeftOut(report, counts);
        }
    }
    counts.forEach((tests, count) -> leftOut.add(count + (count == 1 ? " test of " : " tests of ") + tests));

    IO.println();
    if (leftOut.isEmpty()) {
        IO.println("No test was left out.");
    } else {
        IO.println("Tests that were left out:");
        leftOut.forEach(sentence -> IO.println("  " + sentence));
    }
    IO.println();
}

List<Path> reports(Path project, Path nativeBuild) throws IOException {
    List<Path> reports = new ArrayList<>();
    Path ctest = nativeBuild.resolve("ctest.xml");
    if (Files.exists(ctest)) {
        reports.add(ctest);
    }
    try (Stream<Path> modules = Files.list(project.resolve("java"))) {
        for (Path folder : modules.map(module -> module.resolve("target/surefire-reports")).filter(Files::isDirectory)
                .toList()) {
            try (Stream<Path> files = Files.find(folder, 2, (file, _) -> file.getFileName().toString()
                    .matches("TEST-.*\\.xml"))) {
                reports.addAll(files.toList());
            }
        }
    }
    return reports;
}

/** Adds the tests that a JUnit report calls skipped or disabled, by class (in C++, program and suite) and reason. */
void countLeftOut(Path report, Map<String, Integer> counts) throws Exception {
    Document document = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile());
    for (Element test : elements(document.getElementsByTagName("testcase"))) {
        List<Element> skipped = elements(test.getElementsByTagName("skipped"));
        String tests = test.getAttribute("classname");
        String reason;
        if (test.getAttribute("status").equals("disabled")) {
            reason = "disabled in the source, to be run by hand";
        } else if (skipped.isEmpty()) {
            continue;
        } else if (report.endsWith("ctest.xml")) {
            reason = reasonIn(test.getTextContent().strip());
        } else {
            // JUnit's assumptions arrive as exceptions with their stack.
            String said = skipped.getFirst().getAttribute("message") + skipped.getFirst().getTextContent().strip();
            reason = said.lines().findFirst().orElse("").replaceFirst("^[\\w.$]+Exception: (Assumption failed: )?", "");
        }
        if (report.endsWith("ctest.xml")) {
            tests = "native " + tests.replaceFirst("(\\.[^.]*)\\..*", "$1");
        }
        counts.merge(tests + ": " + (reason.isEmpty() ? "no reason was given" : reason), 1, Integer::sum);
    }
}

/** The reason in what a native test said: GoogleTest has it after "Skipped", other programs say it last. */
String reasonIn(String output) {
    Matcher reason = Pattern.compile(": Skipped\n(.*)").matcher(output);
    return reason.find() ? reason.group(1) : output.substring(output.lastIndexOf('\n') + 1);
}

List<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
}
