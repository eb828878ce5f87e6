import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { interpreter } from '../../peers/peer.ts';
import { argumentsOf, type Case, pathOf, wsdlOf } from './cases.ts';
import type { Process } from './processes.ts';

/**
 * PHP's SoapClient, in `processes` processes, because each makes one call at a time. `ask(n)` spreads n calls over them,
 * and `cpu` is the sum of their CPU times.
 */
export async function startPhp(
  root: string,
  server: string,
  measured: Case,
  processes: number,
): Promise<Process<null>> {
  const args = [
    join(import.meta.dirname, 'clients/php.php'),
    join(root, 'adapters', wsdlOf(measured)),
    `${server}${pathOf(measured)}`,
    measured.operation,
    JSON.stringify(argumentsOf(measured)),
    `${measured.rows}`,
  ];
  const children = Array.from({ length: processes }, () => {
    const child = spawn(interpreter, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    return {
      child,
      async ask(calls: number): Promise<number> {
        child.stdin.write(`${calls}\n`);
        const [line] = (await once(lines, 'line')) as [string];
        if (!/^[0-9]+$/.test(line)) {
          throw new Error(line);
        }
        return Number(line);
      },
    };
  });
  const askAll = async (calls: number): Promise<number> => {
    const cpu = await Promise.all(children.map(({ ask }) => ask(calls)));
    return cpu.reduce((sum, used) => sum + used, 0);
  };
  await askAll(0);
  return {
    greeting: null,
    ask: (message) => askAll(message === 'cpu' ? 0 : Math.ceil(message / processes)),
    cpu: () => askAll(0),
    [Symbol.dispose]: () => {
      for (const { child } of children) {
        child.kill();
      }
    },
  };
}
