package dev.oauthconnection.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** A table as kubectl prints them: columns three spaces apart, no lines. Pure. */
final class Table {
    private static final String GAP = "   ";

    /**
     * A cell.
     *
     * @param style of picocli's markup, such as {@code red,bold}; empty for none
     */
    record Cell(String text, String style) {
        Cell {
            text = printable(text);
        }
    }

    private final List<List<Cell>> rows = new ArrayList<>();

    Table(String... headings) {
        row((Object[]) headings);
    }

    /** Adds a row of Strings and {@link Cell}s. An empty one is shown as a dash. */
    Table row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> cell instanceof Cell styled ? styled : new Cell(String.valueOf(cell), ""))
                .map(cell -> cell.text().isEmpty() ? new Cell("-", "") : cell)
                .toList());
        return this;
    }

    String render(Ansi ansi) {
        StringBuilder text = new StringBuilder();
        for (List<Cell> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                Cell cell = row.get(column);
                line.append(
                        cell.style().isEmpty()
                                ? cell.text()
                                : ansi.string("@|" + cell.style() + " " + cell.text() + "|@"));
                if (column < row.size() - 1) {
                    line.repeat(" ", width(column) - cell.text().length()).append(GAP);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row -> row.get(column).text().length())
                .max()
                .orElse(0);
    }

    /** Whoever may write a status does not get to write to an admin's terminal: no control characters, no escapes, one line. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
