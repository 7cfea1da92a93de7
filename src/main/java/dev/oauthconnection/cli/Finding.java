package dev.oauthconnection.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a check found.
 *
 * @param check what was looked at
 * @param action what a person can do; empty where there is nothing to do
 */
record Finding(String check, Level level, String found, String action) {
    /** How bad it is. */
    enum Level {
        Ok("green"),
        /** It works, and there is something to know. */
        Warning("yellow"),
        /** It could not be looked at. */
        Unknown("yellow"),
        Failed("red");

        private final String style;

        Level(String style) {
            this.style = style;
        }
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Level.Ok, found, "");
    }

    /** In the order of the checks, what to do below. */
    static String text(List<Finding> findings, Console console) {
        Table table = new Table("CHECK", "RESULT", "FOUND");
        StringBuilder advice = new StringBuilder();
        for (Finding finding : findings) {
            table.row(finding.check(), new Table.Cell(finding.level().name(), finding.level().style), finding.found());
            if (!finding.action().isEmpty()) {
                advice.append('\n')
                        .append(finding.check())
                        .append(":\n  ")
                        .append(Table.printable(finding.action()))
                        .append('\n');
            }
        }
        return table.render(console.ansi()) + advice;
    }

    /** For programs. */
    static Map<String, Object> document(List<Finding> findings) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("check", finding.check());
            item.put("result", finding.level().name());
            item.put("found", finding.found());
            if (!finding.action().isEmpty()) {
                item.put("action", finding.action());
            }
            items.add(item);
        }
        return Map.of("checks", items);
    }

    static int exitCode(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.level() == Level.Failed)
                ? ExitStatus.Attention.code()
                : ExitStatus.Done.code();
    }
}
