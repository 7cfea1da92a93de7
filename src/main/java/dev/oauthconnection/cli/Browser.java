package dev.oauthconnection.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Opens a page for the person at this machine. */
@FunctionalInterface
interface Browser {
    /** Whether a browser was told to. */
    boolean open(String url);

    /** The one that the environment names, or the desktop's own. */
    static Browser ofDesktop() {
        return url -> {
            for (List<String> command : commands(System.getenv(), System.getProperty("os.name", ""), url)) {
                try {
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
                    return true;
                } catch (IOException e) {
                    // There is no such program here; the next one may be.
                }
            }
            return false;
        };
    }

    /** The commands to try, in this order; none where there is no desktop. Pure. */
    static List<List<String>> commands(Map<String, String> environment, String system, String url) {
        List<List<String>> commands = new ArrayList<>();
        for (String named : environment.getOrDefault("BROWSER", "").split(":")) {
            if (!named.isBlank()) {
                commands.add(List.of(named, url));
            }
        }
        String os = system.toLowerCase(Locale.ROOT);
        Predicate<String> isSet = name -> !environment.getOrDefault(name, "").isEmpty();
        if (os.startsWith("mac")) {
            commands.add(List.of("open", url));
        } else if (os.startsWith("windows")) {
            commands.add(List.of("rundll32", "url.dll,FileProtocolHandler", url));
        } else if (isSet.test("DISPLAY") || isSet.test("WAYLAND_DISPLAY")) {
            commands.add(List.of("xdg-open", url));
        }
        return commands;
    }
}
