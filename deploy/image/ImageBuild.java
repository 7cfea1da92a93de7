import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.Ports;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.LogEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cyclonedx.Version;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;

/**
 * Assembles the image from what the script {@code build} beside this file has prepared. The layers come in the order in which they change,
 * seldom first: system, Java runtime, libraries, application, and the AOT cache, which alone is not the same at each build.
 */
final class ImageBuild {
    private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");

    private final Map<String, String> options;

    private ImageBuild(Map<String, String> options) {
        this.options = options;
    }

    /** Arguments: key=value, as {@code build} gives them. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            options.put(pair[0], pair[1]);
        }
        new ImageBuild(options).run();
    }

    private void run() throws Exception {
        Path sbom = Path.of(options.get("sbom"));
        writeSbom(sbom);
        JibContainerBuilder image = base()
                .addFileEntriesLayer(layer("runtime", Map.of("runtime", "/opt/java")))
                .addFileEntriesLayer(layer("libraries", Map.of("libraries", "/app/lib")))
                .addFileEntriesLayer(application(sbom));
        if (options.containsKey("cache")) {
            image.addFileEntriesLayer(layer("AOT cache", Map.of("cache", "/app/operator.aot")));
        }
        JibContainer built = image.setEntrypoint(entrypoint())
                .setProgramArguments("operator")
                .setUser("65532:65532")
                .setExposedPorts(Ports.parse(List.of("5001", "8081")))
                .setFormat(ImageFormat.Docker)
                .setPlatforms(Set.of(new Platform(options.get("architecture"), "linux")))
                .setCreationTime(Instant.parse(options.get("created")))
                .setLabels(labels())
                .containerize(target());
        System.out.println(built.getDigest());
    }

    private JibContainerBuilder base() throws Exception {
        return options.containsKey("base")
                ? Jib.from(registry(options.get("base")))
                : Jib.fromScratch().addFileEntriesLayer(layer("system", Map.of("system", "/")));
    }

    private Containerizer target() throws Exception {
        ImageReference name = ImageReference.parse(options.get("name"));
        return (options.containsKey("push")
                        ? Containerizer.to(registry(options.get("name")))
                        : Containerizer.to(TarImage.at(Path.of(options.get("output"))).named(name)))
                .setBaseImageLayersCache(Path.of(options.get("work"), "jib"))
                .setApplicationLayersCache(Path.of(options.get("work"), "jib"));
    }

    /** With the credentials that docker login has stored. */
    private static RegistryImage registry(String name) throws Exception {
        ImageReference reference = ImageReference.parse(name);
        return RegistryImage.named(reference)
                .addCredentialRetriever(CredentialRetrieverFactory.forImage(reference, (LogEvent event) -> {})
                        .dockerConfig());
    }

    private List<String> entrypoint() {
        List<String> entrypoint = new ArrayList<>(List.of("/opt/java/bin/java"));
        if (options.containsKey("cache")) {
            entrypoint.add("-XX:AOTCache=/app/operator.aot");
        }
        entrypoint.addAll(List.of("-jar", "/app/operator.jar"));
        return entrypoint;
    }

    /** Sorted: their order is part of the digest, and the order of Map.of is another in each JVM. */
    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(Map.of(
                "org.opencontainers.image.title", "OAuth Connection Operator",
                "org.opencontainers.image.description",
                "Keeps OAuth 2.0 access tokens fresh in Kubernetes Secrets and never loses the grant behind them.",
                "org.opencontainers.image.licenses", "Apache-2.0",
                "org.opencontainers.image.version", options.get("version"),
                "org.opencontainers.image.revision", options.get("revision")));
        if (options.containsKey("base")) {
            labels.put("org.opencontainers.image.base.name", options.get("base"));
        }
        return labels;
    }

    private FileEntriesLayer application(Path sbom) throws IOException {
        return FileEntriesLayer.builder()
                .setName("application")
                .addEntry(Path.of(options.get("application")), AbsoluteUnixPath.get("/app/operator.jar"))
                .addEntry(sbom, AbsoluteUnixPath.get("/app/sbom.json"))
                .build();
    }

    /** A file, or all files of a folder, with the times that Jib gives to every file: they are part of the digest. */
    private FileEntriesLayer layer(String name, Map<String, String> places) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (Map.Entry<String, String> place : places.entrySet()) {
            Path from = Path.of(options.get(place.getKey()));
            AbsoluteUnixPath to = AbsoluteUnixPath.get(place.getValue());
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.sorted().filter(Files::isRegularFile).toList()) {
                    AbsoluteUnixPath path = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
                    if (Files.isExecutable(file) && !file.toString().endsWith(".jar")) {
                        layer.addEntry(file, path, EXECUTABLE);
                    } else {
                        layer.addEntry(file, path);
                    }
                }
            }
        }
        return layer.build();
    }

    /** Maven knows the libraries; the Java runtime and the system's packages are added here. */
    private void writeSbom(Path sbom) throws Exception {
        Bom bom = new JsonParser().parse(sbom.toFile());
        bom.getMetadata().setTimestamp(Date.from(Instant.parse(options.get("created"))));
        bom.getComponents().removeIf(c -> c.getType() == Component.Type.PLATFORM
                || c.getType() == Component.Type.OPERATING_SYSTEM);
        bom.addComponent(component(
                Component.Type.PLATFORM, "openjdk", options.get("java"), "pkg:generic/openjdk@" + options.get("java")));
        if (options.containsKey("system")) {
            try (Stream<Path> packages = Files.list(Path.of(options.get("system"), "var/lib/dpkg/status.d"))) {
                for (Path file : packages.sorted().toList()) {
                    bom.addComponent(debian(Files.readAllLines(file)));
                }
            }
        }
        Files.writeString(sbom, BomGeneratorFactory.createJson(Version.VERSION_16, bom).toJsonString());
    }

    private static Component debian(List<String> fields) {
        Map<String, String> field = new HashMap<>();
        fields.stream().filter(line -> line.contains(": ") && !line.startsWith(" ")).forEach(line -> {
            String[] pair = line.split(": ", 2);
            field.put(pair[0], pair[1]);
        });
        String name = field.get("Package");
        String version = field.get("Version");
        return component(
                Component.Type.OPERATING_SYSTEM,
                name,
                version,
                "pkg:deb/debian/" + name + "@" + version + "?arch=" + field.get("Architecture"));
    }

    private static Component component(Component.Type type, String name, String version, String purl) {
        Component component = new Component();
        component.setType(type);
        component.setName(name);
        component.setVersion(version);
        component.setPurl(purl);
        component.setBomRef(purl);
        return component;
    }
}
