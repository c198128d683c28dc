package io.github.claudecodeproxy.benchmarks.process;

import io.github.claudecodeproxy.benchmarks.Bodies;
import java.time.Duration;

/** Requests of ten megabytes with a picture in them. */
final class LargeBodies implements Workload {

    private static final int SIZE = 10 << 20;
    private static final int PIECES = 50;

    @Override
    public String id() {
        return "W3";
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        byte[] body = Bodies.picture(SIZE);
        LoadPlan plan = LoadPlan.atOnce(body, 1, Duration.ofSeconds(4), PIECES);
        new CpuCost("W3", "10 MB with a picture", Answer.text(PIECES, 0), plan, CpuCost.Unit.CALL).measure(rig, report);
        Subject product = rig.product(Subject.AS_SHIPPED);
        rig.run(product, plan);
        report.told("W3", "memory at most, one after the other", product.status("VmHWM") / 1024 + " MB");
        rig.stop(product);
    }
}
