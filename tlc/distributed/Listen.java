import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMISocketFactory;
import java.util.Arrays;

/**
 * Runs a class of TLC with all its sockets on one address. RMI has no option for that: it listens on every address of the
 * machine, and whoever reaches its port may give it objects to unpack.
 *
 * java -Dnetfront.address=ADDRESS [-Dnetfront.port=PORT] Listen CLASS [ARGUMENT...]
 *
 * PORT is for the objects of this JVM; if it is left out, the system chooses one.
 */
public final class Listen extends RMISocketFactory {
  private final InetAddress address;
  private final int port;

  private Listen(InetAddress address, int port) {
    this.address = address;
    this.port = port;
  }

  public Socket createSocket(String host, int port) throws IOException {
    return new Socket(host, port);
  }

  public ServerSocket createServerSocket(int port) throws IOException {
    // RMI asks for the port 0 where any will do.
    return new ServerSocket(port == 0 ? this.port : port, 0, address);
  }

  public static void main(String[] args) throws Exception {
    InetAddress address = InetAddress.getByName(System.getProperty("netfront.address"));
    RMISocketFactory.setSocketFactory(new Listen(address, Integer.getInteger("netfront.port", 0)));
    Class.forName(args[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
  }
}
