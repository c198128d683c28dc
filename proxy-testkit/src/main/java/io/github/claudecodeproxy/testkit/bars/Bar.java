package io.github.claudecodeproxy.testkit.bars;

import io.github.claudecodeproxy.testkit.fault.ProxyTarget;
import java.util.List;

/** One bar. Stateless. */
interface Bar {

    /** Measures it. */
    List<Figure> measure(ProxyTarget target) throws Exception;
}
