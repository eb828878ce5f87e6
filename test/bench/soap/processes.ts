import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Process<Greeting> extends Disposable {
  readonly greeting: Greeting;
  /** Sends a message and resolves to its answer. Send only one message at a time. */
  ask(message: number | 'cpu'): Promise<number>;
  /** The process's CPU time so far, in µs. */
  cpu(): Promise<number>;
}

/** Starts a file of this folder. Resolves when it has sent its greeting. */
export async function start<Greeting>(file: string, ...args: readonly string[]): Promise<Process<Greeting>> {
  const child = fork(new URL(file, import.meta.url), args);
  const [greeting] = (await once(child, 'message')) as [Greeting];
  const ask = async (message: number | 'cpu'): Promise<number> => {
    child.send(message);
    const [answer] = (await once(child, 'message')) as [number];
    return answer;
  };
  return {
    greeting,
    ask,
    cpu: () => ask('cpu'),
    [Symbol.dispose]: () => {
      child.kill();
    },
  };
}
