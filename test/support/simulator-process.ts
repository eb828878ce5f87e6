import type { FaultRequest, FaultStatus, SystemName } from '../../simulators/index.ts';
import { run } from './processes.ts';

/** Simulators in a process of their own, so that this process measures only our code. Disposing kills them. */
export interface Simulators extends AsyncDisposable {
  readonly legacy: Readonly<Record<SystemName, { readonly url: string }>>;
  /** Replaces the system's faults. Rejects with an `Error` if the simulator does not accept them. */
  setFaults(system: SystemName, faults: readonly FaultRequest[], seed?: number): Promise<void>;
  faultStatus(system: SystemName): Promise<FaultStatus>;
  clearFaults(system: SystemName): Promise<void>;
}

/**
 * @param args the command line of the simulators, such as `--library large`
 * @param logins the variables with their logins. By default those of the demonstration.
 */
export async function startSimulators(
  args: readonly string[] = [],
  logins: NodeJS.ProcessEnv = {},
): Promise<Simulators> {
  await using resources = new AsyncDisposableStack();
  const env = { ...logins, PORT: '0' };
  const child = resources.use(run('simulators/main.ts', env, args));
  const [, prs = '', cms = '', circ = ''] = await child.says(/PRS +(\S+)\nCMS +(\S+)\nCIRC +(\S+)\n/);
  const legacy = { prs: { url: prs }, cms: { url: cms }, circ: { url: circ } };
  const control = async (system: SystemName, method: string, content?: object): Promise<FaultStatus> => {
    const response = await fetch(new URL('/_faults', legacy[system].url), {
      method,
      ...(content !== undefined && { body: JSON.stringify(content) }),
    });
    if (!response.ok) {
      throw new Error(`${method} /_faults: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as FaultStatus;
  };
  const open = resources.move();
  return {
    legacy,
    async setFaults(system, faults, seed) {
      await control(system, 'PUT', { faults, ...(seed !== undefined && { seed }) });
    },
    faultStatus: (system) => control(system, 'GET'),
    async clearFaults(system) {
      await control(system, 'DELETE');
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
