// Stores a file by PUT and fetches it by GET with Java's HttpClient: URL SOURCE TARGET known|chunked
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

public final class JavaClient {
    public static void main(String[] arguments) throws Exception {
        URI url = URI.create(arguments[0]);
        Path source = Path.of(arguments[1]);
        Path target = Path.of(arguments[2]);
        BodyPublisher body = arguments[3].equals("chunked")
            ? BodyPublishers.ofInputStream(() -> open(source))
            : BodyPublishers.ofFile(source);
        HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
        var stored = client.send(
            HttpRequest.newBuilder(url).PUT(body).build(), BodyHandlers.ofString());
        expect(201, stored.statusCode(), stored.body());
        var fetched = client.send(
            HttpRequest.newBuilder(url).GET().build(), BodyHandlers.ofFile(target));
        expect(200, fetched.statusCode(), "");
    }

    private static InputStream open(Path path) {
        try {
            return Files.newInputStream(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void expect(int wanted, int status, String body) {
        if (status != wanted) {
            System.err.println(status + " " + body);
            System.exit(1);
        }
    }
}
