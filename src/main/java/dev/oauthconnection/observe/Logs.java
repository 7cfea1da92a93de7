package dev.oauthconnection.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logging of the process: one format for people, one for machines, on standard error. Set up in code, so that nothing is scanned for. */
public final class Logs {
    /** How log lines look. */
    public enum Format {
        text,
        json
    }

    private Logs() {}

    /** Replaces whatever logging was set up. */
    public static void configure(Format format, Level level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(format, context));
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(console);
        context.getLogger("dev.oauthconnection").setLevel(level);
        Thread.setDefaultUncaughtExceptionHandler(Logs::uncaught);
        // One line for each resource type, about a version that we chose.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.ERROR);
    }

    /** A watch that is cancelled while its thread reads ends in an exception of the HTTP client, which means nothing. */
    private static void uncaught(Thread thread, Throwable failure) {
        Level level = thread.getName().startsWith("OkHttp") ? Level.DEBUG : Level.ERROR;
        ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getLogger(Logs.class)
                .log(
                        null,
                        Logs.class.getName(),
                        Level.toLocationAwareLoggerInteger(level),
                        "uncaught in " + thread.getName(),
                        null,
                        failure);
    }

    private static Encoder<ILoggingEvent> encoder(Format format, LoggerContext context) {
        if (format == Format.json) {
            LogstashEncoder json = new LogstashEncoder();
            json.setContext(context);
            json.setVersion(null);
            json.getFieldNames().setLevelValue(null);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%d{HH:mm:ss} %-5level %msg%n%ex{3}");
        text.start();
        return text;
    }
}
