package dev.oauthconnection.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.oauthconnection.api.ProviderSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The providers that are built in: one YAML file each, in the schema of {@link ProviderSpec}, read when it is first asked for. */
public final class Catalogue {
    private static final List<String> NAMES = List.of("google", "lexoffice", "lexoffice-partner", "xero");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, ProviderSpec> entries = new ConcurrentHashMap<>();

    /** The names of all entries, sorted. */
    public List<String> names() {
        return NAMES;
    }

    /** The entry of that name. */
    public Optional<ProviderSpec> find(String name) {
        return NAMES.contains(name) ? Optional.of(entries.computeIfAbsent(name, Catalogue::read)) : Optional.empty();
    }

    private static ProviderSpec read(String name) {
        try (@Nullable InputStream file = Catalogue.class.getResourceAsStream("/providers/" + name + ".yaml")) {
            if (file == null) {
                throw new IllegalStateException("the catalogue lacks its entry " + name);
            }
            return parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the catalogue's entry " + name + " cannot be read", e);
        }
    }

    /**
     * Reads an entry; a field that the schema does not know is an error.
     *
     * @throws IOException when it is not one
     */
    static ProviderSpec parse(InputStream yaml) throws IOException {
        return YAML.readValue(yaml, ProviderSpec.class);
    }
}
