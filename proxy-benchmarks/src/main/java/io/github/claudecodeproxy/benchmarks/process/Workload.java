package io.github.claudecodeproxy.benchmarks.process;

/** Something that is measured. Stateless. */
interface Workload {

    /** Its name on the command line. */
    String id();

    /** Measures it. */
    void measure(Rig rig, Report report) throws Exception;
}
