import { choosePort, isFree } from '../../platform/ports/choose-port.ts';

interface WantedPort {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/**
 * The port of one of the servers that `npm start` runs beside the gateway. If it is in use, by another `npm start` for
 * example, a free port replaces it. With `PORT=0` the gateway and all of these servers take free ports.
 */
export async function ownPortOf({ host, port }: WantedPort, gatewayPort: number): Promise<number> {
  const isUsable = gatewayPort !== 0 && (await isFree(host, port));
  return await choosePort({ host, port: isUsable ? port : 0 });
}
