import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tlc2.TLC;
import tlc2.TLCGlobals;
import tlc2.output.EC;
import tlc2.tool.AbstractChecker;
import tlc2.tool.liveness.LiveWorker;
import tlc2.util.BufferedRandomAccessFile;

/**
 * Runs TLC many times in one JVM: a run of a small model takes a tenth of the time that it takes in a JVM of its own.
 *
 * <p>Reads a line for each run: how many distinct states end it, how it ends then, and the arguments of TLC, parted by tabs.
 * Prints what TLC prints, and then a line {@code =END STATUS}; the status is {@code more} where there were more states than
 * that. A run that ends by {@code halt} is the last of this JVM: TLC cannot be stopped where it checks temporal properties
 * without leaving something behind that breaks the next run.
 *
 * <p>TLC is not made for this. It numbers the variables of a specification once for the whole JVM, so all runs must be of
 * modules with the same variables in the same order.
 */
public final class Batch {
  public static void main(String[] arguments) throws Exception {
    System.setErr(System.out);
    Field liveness = LiveWorker.class.getDeclaredField("errFoundByThread");
    liveness.setAccessible(true);
    Field buffers = BufferedRandomAccessFile.class.getDeclaredField("numAvailBuffs");
    buffers.setAccessible(true);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      // TLC remembers a behaviour that violates a temporal property, and would find it again in the next run.
      liveness.setInt(null, -1);
      // Where TLC finds an error, it closes the files of temporal properties twice. At each close the file's buffer is kept for
      // a later one, so two files of the next run would share it: TLC then misses violations, or finds some that there are not.
      buffers.setInt(null, 0);
      TLCGlobals.mainChecker = null;
      String[] parts = line.split("\t");
      Limit limit = new Limit(Long.parseLong(parts[0]), parts[1].equals("halt"));
      limit.start();
      String status;
      try {
        status = run(Arrays.copyOfRange(parts, 2, parts.length));
      } catch (Throwable thrown) {
        thrown.printStackTrace();
        status = "255";
      }
      limit.interrupt();
      limit.join();
      System.out.println("\n=END " + (limit.isOver ? "more" : status));
      System.out.flush();
    }
    // TLC leaves threads behind that would keep the JVM alive.
    System.exit(0);
  }

  private static String run(String[] arguments) {
    TLC tlc = new TLC();
    if (!tlc.handleParameters(arguments)) return "1";
    return String.valueOf(EC.ExitStatus.errorConstantToExitStatus(tlc.process()));
  }

  /** Stops TLC when it has found more distinct states than that. */
  private static final class Limit extends Thread {
    private final long states;
    private final boolean halts;
    volatile boolean isOver;

    Limit(long states, boolean halts) {
      this.states = states;
      this.halts = halts;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        while (!isOver) {
          Thread.sleep(20);
          AbstractChecker checker = TLCGlobals.mainChecker;
          if (checker == null || checker.getDistinctStatesGenerated() <= states) continue;
          // When all is looked at, TLC writes the fingerprints to a file and meanwhile counts some of them twice.
          if (checker.getStateQueueSize() == 0) continue;
          if (halts) {
            System.out.println("\n=END more");
            System.out.flush();
            Runtime.getRuntime().halt(0);
          }
          isOver = true;
          checker.stop();
        }
      } catch (InterruptedException ended) {
        // The run is over before it has that many.
      }
    }
  }
}
