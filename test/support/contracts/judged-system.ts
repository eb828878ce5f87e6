import type { SystemEntry } from '../../../platform/systems.ts';
import { HttpSimulator } from '../../../simulators/server.ts';
import type { SimulatedSystem } from '../../../simulators/simulated-system.ts';
import { SteppedClock } from '../../../simulators/stepped-clock.ts';
import { wsdlJudge } from './wsdl-judge.ts';

/** A simulated system on a port of its own, whose requests and replies libxml2 judges. */
export interface ServedSystem extends AsyncDisposable {
  readonly url: string;
  /** The number of requests so far. */
  readonly messages: number;
  /** What libxml2 has found wrong in requests and replies. Call it after the last request. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

export async function serveJudged(
  system: SimulatedSystem,
  { adapter, contract: { wsdl } }: Pick<SystemEntry, 'adapter' | 'contract'>,
): Promise<ServedSystem> {
  const judge = wsdlJudge(new URL(`../../../adapters/${adapter}/${wsdl}`, import.meta.url));
  const problems: string[] = [];
  let messages = 0;
  const judged: SimulatedSystem = {
    ...system,
    answer(message, context) {
      const reply = system.answer(message, context);
      messages += 1;
      problems.push(...judge.problems(message.body.toString('utf8')));
      // A fault has no declaration in the schema.
      if (reply.status === 200) {
        problems.push(...judge.problems(reply.body.toString()));
      }
      return reply;
    },
  };
  const clock = new SteppedClock(() => new Date());
  const served = new HttpSimulator(judged, { host: '127.0.0.1', port: 0, latencyMs: 0, clock });
  await served.start();
  return {
    url: served.url,
    get messages() {
      return messages;
    },
    problems,
    stop: () => served.stop(),
    async [Symbol.asyncDispose]() {
      await served.stop();
      judge[Symbol.dispose]();
    },
  };
}
