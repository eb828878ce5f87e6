import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systems } from '../../platform/systems.ts';
import { readConfig } from '../../simulators/config.ts';
import { freePorts } from '../support/processes.ts';

test('the entry prints a URL for each system, serves them, and ends with 0 on SIGTERM', async () => {
  const entry = fileURLToPath(new URL('../../simulators/main.ts', import.meta.url));
  const env = { ...process.env, ...freePorts };
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.split('\n').length > systems.length) {
      break;
    }
  }
  const urls = [...printed.matchAll(/http:\S+/g)].map(([url]) => url);
  expect(urls.map((url) => new URL(url).pathname)).toEqual(systems.map(({ simulator }) => simulator.path));
  for (const url of urls) {
    expect((await fetch(new URL('/health', url))).status).toBe(200);
  }
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('the settings have defaults, and an invalid one is named, without its value', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ host: '127.0.0.1', ports: { prs: 8101, cms: 8102, circ: 8103 } });
  expect(readConfig({ PORT: '9000' }).ports).toMatchObject({ prs: 9000, circ: 9002 });
  expect(readConfig({ PORT: '0' }).ports).toMatchObject({ prs: 0, circ: 0 });
  expect(() => readConfig({ PORT: 'secret' })).toThrow(/PORT/);
  expect(() => readConfig({ PORT: 'secret' })).not.toThrow(/secret/);
  expect(() => readConfig({ CIRC_PASSWORD: '' })).toThrow(/CIRC_PASSWORD/);
});
