import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { PageFunctions } from './page.ts';

/** A web server with one page that runs page.ts. */
export interface PageServer extends AsyncDisposable {
  /** `http://localhost:PORT`. The gateway is at 127.0.0.1, which is another origin. */
  readonly origin: string;
}

/** Bundles page.ts and the clients for a browser. */
export async function bundlePage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      lib: { entry: fileURLToPath(new URL('page.ts', import.meta.url)), formats: ['iife'], name: 'page' },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) {
    throw new Error('the page was not bundled');
  }
  return output.output[0].code;
}

export async function servePage(script: string): Promise<PageServer> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response
      .setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      .end(isScript ? script : '<!doctype html><title>A page</title><script src="/page.js"></script>');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function callIn<Name extends keyof PageFunctions>(
  page: Page,
  name: Name,
  ...args: Parameters<PageFunctions[Name]>
): Promise<Awaited<ReturnType<PageFunctions[Name]>>> {
  return page.evaluate(`${name}(...${JSON.stringify(args)})`);
}
