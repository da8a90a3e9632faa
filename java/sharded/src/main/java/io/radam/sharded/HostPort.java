package io.radam.sharded;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** A host, by name or number, and a port of it. */
record HostPort(String host, int port) {
    /** Reads {@code name:29400}, {@code 10.0.0.1:29400}, or {@code [::1]:29400}. */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && (isBracketed || !host.contains(":")) && port > 0 && port < 1 << 16) {
                return new HostPort(isBracketed ? host.substring(1, host.length() - 1) : host, port);
            }
        } catch (NumberFormatException e) {
            // Says the same as for a port that is out of range.
        }
        throw new IllegalArgumentException("an address is a host and a port, such as node-0:29400, 10.0.0.1:29400 or "
                + "[2001:db8::1]:29400, unlike \"" + text + "\"");
    }

    /** What the name stands for at present. */
    List<InetSocketAddress> resolve() throws UnknownHostException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
            addresses.add(new InetSocketAddress(address, port));
        }
        return addresses;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
