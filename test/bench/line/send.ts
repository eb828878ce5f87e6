import { type Dispatcher, Pool } from 'undici';
import type { SystemName } from '../../../simulators/index.ts';
import type { SimulatorUrls } from '../lending/simulators/main.ts';
import { type Call, seal } from './envelopes.ts';

/** The connections to each system. */
const connections = 16;

/** Sends a call, and resolves to the answer, whose body is still to be read. Rejects if the status is not 200. */
export type Send = (call: Call) => Promise<Dispatcher.ResponseData>;

export function openSystems(urls: SimulatorUrls): Send {
  const open = (system: SystemName) => {
    const { origin, pathname } = new URL(urls[system]);
    return { pool: new Pool(origin, { connections }), path: pathname };
  };
  const systems = { prs: open('prs'), cms: open('cms'), circ: open('circ') };
  return async (call) => {
    const { pool, path } = systems[call.system];
    const answer = await pool.request({ method: 'POST', path, headers: call.headers, body: seal(call) });
    if (answer.statusCode !== 200) {
      throw new Error(`${call.system} answered ${answer.statusCode}: ${await answer.body.text()}`);
    }
    return answer;
  };
}
