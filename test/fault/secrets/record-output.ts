import { vi } from 'vitest';
import { everythingIn } from '../../support/marked-secrets.ts';

/** Records everything that this process writes to a stream or the console from now on. The output is still written. */
export function recordOutput(): readonly string[] {
  const { console } = globalThis;
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((...args: Parameters<typeof write>) => {
      written.push(everythingIn(args[0]));
      return write(...args);
    });
  }
  for (const method of ['debug', 'log', 'info', 'warn', 'error', 'trace', 'dir'] as const) {
    const say = console[method].bind(console) as (...args: unknown[]) => void;
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      written.push(everythingIn(args));
      say(...args);
    });
  }
  process.on('warning', (warning) => written.push(everythingIn(warning)));
  return written;
}
