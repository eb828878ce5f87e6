import { vi } from 'vitest';
import { everythingIn } from '../../support/marked-secrets.ts';

/** All that this process says from now on, by whatever way; it is still said. */
export function recordOutput(): readonly string[] {
  const { console } = globalThis;
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((...given: Parameters<typeof write>) => {
      said.push(everythingIn(given[0]));
      return write(...given);
    });
  }
  for (const method of ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir'] as const) {
    const say = console[method].bind(console);
    vi.spyOn(console, method).mockImplementation((...given: unknown[]) => {
      said.push(everythingIn(given));
      say(...given);
    });
  }
  process.on('warning', (warning) => said.push(everythingIn(warning)));
  return said;
}
