import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { onRequestBegin } from '../telemetry/request-events.ts';

const header = 'x-forwarded-for';

/**
 * Keeps only addresses in `X-Forwarded-For`, so that `request.ip` is always an address. Proxies may add ports and
 * brackets. Clients may send any text, and each text would count as a caller with limits of its own. Must be called
 * before other hooks are added.
 */
export function addForwardedAddresses(app: FastifyInstance): void {
  onRequestBegin(app, ({ raw: { headers } }) => {
    const value = headers[header];
    if (value !== undefined) {
      // Node joins the values of repeated headers.
      const addresses = readForwarded(String(value));
      if (addresses.length === 0) {
        delete headers[header];
      } else {
        headers[header] = addresses.join(', ');
      }
    }
  });
}

/**
 * The addresses that the proxies have seen, the nearest last. The list begins after the last text that is not an address,
 * because nothing before that text can be trusted. The client is then known only by the address of the proxy that wrote
 * that text.
 *
 * @example readForwarded('203.0.113.7, unknown, [2001:db8::1]:443, 10.0.0.5:8080') // ['2001:db8::1', '10.0.0.5']
 */
export function readForwarded(value: string): string[] {
  const addresses: string[] = [];
  for (const text of value.split(',').reverse()) {
    const address = withoutPort(text.trim());
    if (isIP(address) === 0) {
      break;
    }
    addresses.unshift(address);
  }
  return addresses;
}

function withoutPort(text: string): string {
  const [, inBrackets, ipv4] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  return inBrackets ?? ipv4 ?? text;
}
