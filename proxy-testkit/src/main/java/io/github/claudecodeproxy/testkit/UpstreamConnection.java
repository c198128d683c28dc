package io.github.claudecodeproxy.testkit;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One accepted connection. One thread reads all the time, so that a leaving peer is noticed while another one plays. */
final class UpstreamConnection {

    private record Turn(Request request, Supplier<Reply> reply) {}

    private final Socket socket;
    private final int number;
    private final Journal journal;
    private final Function<Request, Supplier<Reply>> script;
    private final BlockingQueue<Optional<Turn>> turns = new LinkedBlockingQueue<>();
    private final CompletableFuture<@Nullable Void> closedByPeer = new CompletableFuture<>();
    private final CountDownLatch peerGone = new CountDownLatch(1);
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile boolean cut;

    UpstreamConnection(Socket socket, Journal journal, Function<Request, Supplier<Reply>> script) {
        this.socket = socket;
        this.number = journal.accepted();
        this.journal = journal;
        this.script = script;
    }

    void start() {
        daemon("reads", this::read);
        daemon("replies", this::reply);
    }

    private void daemon(String what, Runnable task) {
        Thread thread = new Thread(task, "upstream-connection-" + number + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            HttpInput in = new HttpInput(socket.getInputStream());
            for (Request request = request(in); request != null; request = request(in)) {
                turns.add(Optional.of(new Turn(request, script.apply(request))));
            }
        } catch (ProtocolException e) {
            journal.failed("connection " + number + ": " + e.getMessage());
            cut();
        } catch (IOException e) {
            // a reset, or the end within a request, or our own cut: nothing more can come, as after a plain end
        } finally {
            peerLeft();
        }
    }

    private @Nullable Request request(HttpInput in) throws IOException {
        String line = in.line();
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new ProtocolException("no request line: " + line);
        }
        if (!open.get()) {
            // a host that has closed answers with RST whatever still comes
            cut();
            return null;
        }
        HeaderList headers = in.headers();
        byte[] body = HttpBody.ofRequest(in, headers).all();
        return new Request(parts[0], parts[1], headers, body, number, closedByPeer);
    }

    private void peerLeft() {
        if (cut) {
            closedByPeer.completeExceptionally(new IOException("our side cut the connection first"));
        } else {
            closedByPeer.complete(null);
        }
        peerGone.countDown();
        turns.add(Optional.empty());
        end();
    }

    private void reply() {
        try (socket) {
            Optional<Turn> turn = turns.take();
            while (turn.isPresent() && play(turn.get())) {
                turn = turns.take();
            }
            peerGone.await();
        } catch (IOException e) {
            peerLeft();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Plays one reply and says whether the connection can serve another. */
    private boolean play(Turn turn) throws IOException, InterruptedException {
        Reply reply = turn.reply().get();
        ReplyEnding ending = reply.play(new ReplyOutput(socket.getOutputStream(), peerGone, reply.chunked()));
        if (ending == ReplyEnding.CUT) {
            cut();
            return false;
        }
        boolean last = "close".equalsIgnoreCase(turn.request().header("connection"));
        if (ending == ReplyEnding.COMPLETE && !last) {
            return true;
        }
        end();
        socket.shutdownOutput();
        return false;
    }

    private void end() {
        if (open.compareAndSet(true, false)) {
            journal.ended();
        }
    }

    /** Resets the connection from our side, if the peer has not left before. */
    void cut() {
        cut = true;
        end();
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // closed already: nothing is left to reset
            peerLeft();
        }
    }
}
