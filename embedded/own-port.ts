import { choosePort, isFree } from '../platform/ports/choose-port.ts';
import { portInUse } from '../platform/ports/listen.ts';

interface WantedPort {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/**
 * The port of one of the servers that `npm start` runs beside the gateway. If the environment doesn't set it and it is in
 * use, by another `npm start` for example, a free port replaces it.
 * @throws Error if the environment sets it and it is in use. The message names the variable.
 */
export async function choosePortOf(
  variable: string,
  { host, port }: WantedPort,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (port === 0 || (await isFree(host, port))) {
    return await choosePort({ host, port });
  }
  if (env[variable] !== undefined) {
    throw portInUse({ host, port, variable });
  }
  return await choosePort({ host, port: 0 });
}
